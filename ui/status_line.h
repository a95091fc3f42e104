#pragma once

#include "ui/jobs/job_queue.h"

#include <QStatusBar>
#include <QTimer>

#include <functional>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace winnow::ui {

class Document;

/// The bottom line: pairs shown, chosen, overridden; budget, device, running job. For ten seconds after a decision it
/// offers to undo it; sentences of jobs and refusals show here too.
class StatusLine : public QStatusBar {
    Q_OBJECT

public:
    static constexpr int kOfferMs = 10000;

    StatusLine(Document& document, JobQueue& queue, QWidget* parent = nullptr);

    /// A sentence with an optional button, for ten seconds.
    void offer(const QString& sentence, const QString& verb = {}, std::function<void()> action = {});
    /// As offer(), in the colour of failures.
    void complain(const QString& sentence, const QString& verb = {}, std::function<void()> action = {});

Q_SIGNALS:
    void jobsWanted();

private:
    void show(const QString& sentence, const QString& look, const QString& verb, std::function<void()> action);
    void dismiss();
    void refreshCounts();
    void refreshJob();
    void refreshIndex();

    Document& m_document;
    JobQueue& m_queue;
    QLabel* m_counts;
    QLabel* m_sentence;
    QPushButton* m_verb;
    QLabel* m_budget;
    QLabel* m_index;
    QLabel* m_device;
    QToolButton* m_job;
    QProgressBar* m_jobProgress;
    QTimer m_offerTimer;
    std::function<void()> m_action;
};

} // namespace winnow::ui
