#pragma once

#include "core/pipeline/model_registry.h"
#include "core/pipeline/score_forecast.h"
#include "core/pipeline/score_job.h"
#include "ui/jobs/job_queue.h"
#include "ui/models/metric_table_model.h"

#include <QHash>
#include <QWidget>

#include <cstdint>
#include <vector>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace winnow::ui {

class Actions;
class Document;
class EmptyLook;
class MetricDetails;
class MetricTable;
class Settings;
class SpaceOverview;

/// Score mode: every metric with what there is of it in both readings, what computing the ticked ones would cost,
/// start, stop and going on; beside it what a metric means; below it the feature spaces and the clusterings.
class ScorePage : public QWidget {
    Q_OBJECT

public:
    static constexpr int kTrialPairs = 32;

    ScorePage(Document& document, JobQueue& jobs, Actions& actions, Settings& settings, QWidget* parent = nullptr);

    /// What would be computed for one column now.
    pipeline::ScoreOptions optionsFor(const MetricTableModel::Wish& wish) const;
    MetricTableModel& model() { return m_model; }

Q_SIGNALS:
    void pairWanted(); ///< a pair became current that the person wants to see

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeMetrics();
    QLayout* makeHeader(QWidget* panel);
    QWidget* makeBar(QWidget* panel);
    QWidget* makeProgress(QWidget* panel);
    QWidget* makeDetails();
    void connectDocument();
    void connectDetails();
    void connectSpaces();
    void resetProject();
    void takeColumns();
    void requestFailures();
    void requestForecast();
    void loadModels();
    void showModelNames(const std::vector<pipeline::ModelEntry>& models);
    void updateLook();
    void updateBar();
    QString forecastText(const std::vector<MetricTableModel::Wish>& wishes) const;
    std::vector<MetricTableModel::Wish> unmeasured() const;
    void start();
    void submit(const MetricTableModel::Wish& wish, Lane lane);
    void measure();
    void stop();
    void pause();
    void takeJob(JobId id);
    void say(const QString& look, const QString& text, const QString& details);
    void updateProgress();
    JobId activeJob() const;

    Document& m_document;
    JobQueue& m_jobs;
    Actions& m_actions;
    Settings& m_settings;
    MetricTableModel m_model;

    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    MetricTable* m_table = nullptr;
    MetricDetails* m_details = nullptr;
    SpaceOverview* m_spaces = nullptr;
    QLabel* m_summary = nullptr;
    QComboBox* m_device = nullptr;
    QLabel* m_forecast = nullptr;
    QPushButton* m_measure = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_start = nullptr;
    QWidget* m_progressRow = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_status = nullptr;
    QPushButton* m_pause = nullptr;
    QLabel* m_message = nullptr;

    QHash<qint64, QString> m_columnOf; ///< job number → column it fills; empty for a trial
    std::vector<pipeline::ModelEntry> m_modelEntries;
    std::uint64_t m_forecastRequest = 0;
    std::uint64_t m_failureRequest = 0;
    bool m_areColumnsNew = true;
};

} // namespace winnow::ui
