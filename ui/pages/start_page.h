#pragma once

#include "ui/jobs/job_queue.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;

namespace winnow::ui {

class Actions;
class Settings;

/// What stands before a project is open: one sentence, three buttons, the projects opened lately.
class StartPage : public QWidget {
    Q_OBJECT

public:
    StartPage(Actions& actions, Settings& settings, JobQueue& queue, QWidget* parent = nullptr);

    /// Shows the progress of the job that makes the demo, until it is over.
    void follow(JobId id);
    /// Says that a project is being opened; an empty text ends it.
    void showBusy(const QString& sentence);
    void refreshRecent();

Q_SIGNALS:
    void projectChosen(const QString& folder);

private:
    QPushButton* makeButton(const QString& actionId, const QString& look);
    void refreshJob();

    Actions& m_actions;
    Settings& m_settings;
    JobQueue& m_queue;
    QLabel* m_recentTitle;
    QListWidget* m_recent;
    QLabel* m_status;
    QProgressBar* m_progress;
    JobId m_job;
};

} // namespace winnow::ui
