#pragma once

#include "ui/jobs/job_queue.h"

#include <QFrame>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QToolButton;

namespace winnow::ui {

/// One job in the panel.
class JobRow : public QFrame {
    Q_OBJECT

public:
    JobRow(JobQueue& queue, JobId id, QWidget* parent = nullptr);
    void refresh();

private:
    QToolButton* makeButton(const QString& name, const QString& icon, const QString& tip);
    void refreshButtons(const JobState& state);
    void refreshLog(const JobState& state);

    JobQueue& m_queue;
    JobId m_id;
    QLabel* m_title;
    QLabel* m_status;
    QLabel* m_message;
    QProgressBar* m_progress;
    QToolButton* m_pause;
    QToolButton* m_stop;
    QToolButton* m_showLog;
    QToolButton* m_copy;
    QPlainTextEdit* m_log;
    qsizetype m_logLines = -1;
};

} // namespace winnow::ui
