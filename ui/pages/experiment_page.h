#pragma once

#include "core/domain/experiment.h"
#include "core/domain/selector.h"
#include "core/pipeline/experiment_job.h"
#include "ui/pages/batch_page.h"

#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableWidget;

namespace winnow::ui {

class BenchmarkList;
class ChartView;
class Settings;

/// Train mode's experiment: does the choice beat chance? Its choices, what they cost and one button on the left; in the
/// middle every fine-tune as it comes, then the table with intervals, the figure and the sentence that the data
/// support; the report as HTML or PDF.
class ExperimentPage : public BatchPage {
    Q_OBJECT

public:
    ExperimentPage(Document& document, JobQueue& jobs, Actions& actions, Settings& settings, QWidget* parent = nullptr);

    /// Throws Error(InvalidInput): the weights or the budget cannot be read.
    pipeline::ExperimentOptions options() const;
    /// Writes the report of the experiment shown. Returns why not, or an empty text.
    QString writeHtml(const QString& file) const;

private:
    QWidget* makeForm();
    void addWhatFields(QWidget* panel);
    void addSizeFields(QWidget* panel);
    QWidget* makeResult();
    QLayout* makeExportBar(QWidget* panel);
    void takeProject() override;
    void forgetProject() override;
    void takePartialResult() override;
    BatchJob makeForecast() const override;
    BatchJob makeBatch() override;
    void updateSelectors();
    void updateForm() override;
    void updateLook();
    void takeExperiments();
    void requestShown();
    void showCells(const std::vector<pipeline::ExperimentCell>& cells);
    void showReport(const pipeline::ExperimentReport& report);
    void showArms(const pipeline::ExperimentReport& report);
    void showComparisons(const pipeline::ExperimentReport& report);
    void openHtml();
    void exportPdf();

    Settings& m_settings;
    QLineEdit* m_name = nullptr;
    QComboBox* m_selector = nullptr;
    QLineEdit* m_weights = nullptr;
    QComboBox* m_clustering = nullptr;
    QLineEdit* m_budget = nullptr;
    QComboBox* m_mode = nullptr;
    QSpinBox* m_seeds = nullptr;
    QSpinBox* m_draws = nullptr;
    QSpinBox* m_steps = nullptr;
    QComboBox* m_ablation = nullptr;
    BenchmarkList* m_benchmarks = nullptr;
    QComboBox* m_device = nullptr;
    QComboBox* m_shown = nullptr;
    QLabel* m_sentence = nullptr;
    QLabel* m_notes = nullptr;
    QStackedWidget* m_views = nullptr;
    QTableWidget* m_cells = nullptr;
    QTableWidget* m_arms = nullptr;
    QTableWidget* m_comparisons = nullptr;
    ChartView* m_chart = nullptr;
    QPushButton* m_openHtml = nullptr;
    QPushButton* m_exportPdf = nullptr;

    std::optional<pipeline::ExperimentReport> m_report;
    QString m_wanted; ///< the experiment to show once it is listed
    qint64 m_shownRequest = 0;
};

} // namespace winnow::ui
