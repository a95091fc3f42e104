#pragma once

#include "ui/jobs/job_queue.h"

#include <QWidget>

#include <map>

class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace winnow::ui {

class EmptyLook;
class JobRow;

/// What runs, waits and is over, newest first: progress, time left, pause, stop, log, details to copy.
class JobPanel : public QWidget {
    Q_OBJECT

public:
    explicit JobPanel(JobQueue& queue, QWidget* parent = nullptr);

private:
    void addRow(JobId id);
    void refreshRow(JobId id);
    void rebuild();
    void refreshLook();

    JobQueue& m_queue;
    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    QVBoxLayout* m_rows;
    QPushButton* m_forget;
    std::map<JobId, JobRow*> m_rowOf;
};

/// "running, 2 min 10 s left" and the like.
QString statusText(const JobState& state);

} // namespace winnow::ui
