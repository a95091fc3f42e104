#pragma once

#include "core/domain/pair.h"
#include "core/pipeline/model_registry.h"

#include <QModelIndex>
#include <QWidget>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;

namespace winnow::ui {

class ChartView;
class Document;
class MetricTableModel;
struct MetricCell;
struct MetricSummary;

/// What a metric means and what there is of it: meaning, source, the model that makes it, coverage, where the values
/// came from, how they spread, and which pairs could not be scored and why.
class MetricDetails : public QWidget {
    Q_OBJECT

public:
    MetricDetails(Document& document, const MetricTableModel& model, QWidget* parent = nullptr);

    /// Shows the metric of the cell; an invalid index shows nothing.
    void showCell(const QModelIndex& index);
    /// Brings numbers up to date that moved while the same cell is shown.
    void refresh();
    /// All models known; those of the metric's role are offered.
    void setModels(std::vector<pipeline::ModelEntry> models);
    /// The folders chosen here, by role; a role whose default is used is left out.
    const std::map<std::string, std::filesystem::path>& chosenModels() const { return m_chosen; }
    /// True where the metric shown would be computed by an embedded model, which knows drawn scenes only.
    bool isEmbedded(const std::string& role) const;

Q_SIGNALS:
    void modelChosen();
    void modelsWanted();          ///< the button that opens the list of models
    void setupWanted();           ///< of the judge
    void pairWanted(PairRow row); ///< a failed one

private:
    QWidget* makeSpread();
    QWidget* makeFailures();
    void showTexts();
    void showModel();
    void takeModel();
    void showReadings();
    QString readingText(const MetricCell& cell) const;
    void requestSpread();
    void showSpread(const MetricSummary& summary);
    void requestFailures();

    Document& m_document;
    const MetricTableModel& m_model;
    QModelIndex m_index;
    std::vector<pipeline::ModelEntry> m_models;
    bool m_areModelsKnown = false;
    std::map<std::string, std::filesystem::path> m_chosen;

    QLabel* m_title;
    QLabel* m_meaning;
    QLabel* m_source;
    QWidget* m_modelRow;
    QComboBox* m_modelBox;
    QPushButton* m_setup;
    QPushButton* m_judge;
    QLabel* m_warning;
    QLabel* m_readings;
    QWidget* m_spread;
    QLabel* m_spreadTitle;
    QLabel* m_spreadNumbers;
    ChartView* m_chart;
    QWidget* m_failures;
    QLabel* m_failuresTitle;
    QListWidget* m_failureList;
    std::uint64_t m_request = 0;
    std::shared_ptr<const std::vector<double>> m_shownValues;
    std::pair<QString, qint64> m_shownFailures; ///< column and count that the list shows
};

} // namespace winnow::ui
