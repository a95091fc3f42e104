#pragma once

#include "core/pipeline/run_job.h"
#include "ui/jobs/job_queue.h"
#include "ui/models/run_table_model.h"

#include <QHash>
#include <QWidget>

#include <cstdint>
#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace winnow::ui {

class Actions;
class ChartView;
class Document;
class EmptyLook;
class PlainText;

/// Train mode: the recipe on the left, the live curve and sample answers in the middle, all runs on the right.
class TrainPage : public QWidget {
    Q_OBJECT

public:
    TrainPage(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent = nullptr);

    /// What the form says now.
    pipeline::FinetuneOptions options() const;

private:
    QWidget* makeForm();
    QWidget* makeStartBar();
    void addRecipeFields(QVBoxLayout* layout, QWidget* panel);
    QWidget* makeCentre();
    QWidget* makeRuns();
    void connectDocument();
    void resetProject();
    void updateSelections();
    void selectSomeRun();
    void updateLook();
    void updateButtons();
    void suggestName();
    void requestForecast();
    void showForecast(const pipeline::FinetuneForecast& forecast);
    void start();
    void submitRun(const pipeline::FinetuneOptions& options);
    void submitControl(const pipeline::FinetuneOptions& options);
    void resumeCurrent();
    void cancelCurrent();
    void evaluateCurrent();
    void showRun(const QString& name);
    void takeMetric(JobId job, const QString& series, double x, double y);
    void loadSamples(const QString& run);
    QString currentRun() const;
    bool isRandomWanted() const;
    JobId activeJobOf(const QString& run) const;

    Document& m_document;
    JobQueue& m_jobs;
    Actions& m_actions;
    RunTableModel m_model;

    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    QLineEdit* m_name;
    QComboBox* m_selection;
    QSpinBox* m_randomCount;
    QLabel* m_randomLabel;
    QSpinBox* m_steps;
    QSpinBox* m_batch;
    QLineEdit* m_rate;
    QSpinBox* m_warmup;
    QSpinBox* m_seed;
    QComboBox* m_mode;
    QComboBox* m_device;
    QCheckBox* m_evaluate;
    QCheckBox* m_control;
    QLabel* m_forecast;
    QPushButton* m_start;
    QLabel* m_curveTitle;
    ChartView* m_curve;
    PlainText* m_samples;
    QTableView* m_runs;
    QPushButton* m_resume;
    QPushButton* m_cancel;
    QPushButton* m_evaluateRun;

    QHash<qint64, QString> m_runOfJob; ///< job number -> run
    QString m_shownRun;
    QStringList m_listedSelections;
    bool m_isSelectionChosen = false; ///< by the person, in the combo box
    std::uint64_t m_forecastRequest = 0;
};

} // namespace winnow::ui
