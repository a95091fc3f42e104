#pragma once

#include "core/domain/label.h"
#include "core/pipeline/label_job.h"
#include "ui/pages/batch_page.h"

#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QSplitter;
class QTableWidget;

namespace winnow::ui {

class BenchmarkList;
class ChartView;

/// Train mode's labels: which clustering and benchmarks, what measuring costs, start and stop on the left; every
/// cluster's label with its error bar as they come in the middle; all label sets, and training a selector on one, on
/// the right.
class LabelsPage : public BatchPage {
    Q_OBJECT

public:
    LabelsPage(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent = nullptr);

    pipeline::LabelOptions options() const;

Q_SIGNALS:
    void selectorWanted(const QString& labels); ///< train one on these labels

private:
    QWidget* makeForm();
    void connectForm();
    QWidget* makeCentre();
    QWidget* makeSets();
    void takeProject() override;
    void forgetProject() override;
    void takePartialResult() override;
    BatchJob makeForecast() const override;
    BatchJob makeBatch() override;
    void takeSets();
    void showSet();
    void showChart(const LabelSet& set);
    void showRows(const LabelSet& set);
    void updateLook();
    void updateForm() override;
    const LabelSet* currentSet() const;

    QComboBox* m_clustering = nullptr;
    BenchmarkList* m_benchmarks = nullptr;
    QLineEdit* m_name = nullptr;
    QSpinBox* m_repeats = nullptr;
    QSpinBox* m_steps = nullptr;
    QSpinBox* m_seed = nullptr;
    QComboBox* m_mode = nullptr;
    QComboBox* m_device = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_summary = nullptr;
    ChartView* m_chart = nullptr;
    QTableWidget* m_rows = nullptr;
    QTableWidget* m_sets = nullptr;
    QPushButton* m_train = nullptr;

    std::vector<LabelSet> m_labelSets;
    QString m_wanted; ///< the set to show once it is there
};

} // namespace winnow::ui
