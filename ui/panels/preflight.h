#pragma once

#include "core/domain/finding.h"
#include "ui/jobs/job_queue.h"

#include <QWidget>

#include <memory>

class QLabel;
class QListWidget;
class QListWidgetItem;
class QPushButton;
class QStackedWidget;
class QTableWidget;

namespace winnow::ui {

class Document;
class EmptyLook;

/// The pre-flight check of the open project: what was found, how much it matters, examples that lead to their pairs,
/// and repairs that undo takes back. The check runs in the data lane; nothing changes before a repair is pressed.
class Preflight : public QWidget {
    Q_OBJECT

public:
    Preflight(Document& document, JobQueue& queue, QWidget* parent = nullptr);

    /// Starts a check unless one is running.
    void start();
    /// Of the last finished check of this project, or null.
    std::shared_ptr<const CheckReport> report() const { return m_report; }

Q_SIGNALS:
    void pairsWanted(); ///< the filter shows pairs of a finding now

private:
    QWidget* makeHead();
    QWidget* makeResults();
    QWidget* makeDetails();
    void connectDocument();
    void reset();
    void stop();
    void takeProgress(JobId id);
    void takeJob(JobId id);
    void takeChange();
    void showReport();
    void showNothingFound();
    void fillTable();
    void showFinding();
    void showNote();
    void showPairs(const QString& query);
    void repair();
    void relink();
    void save();
    const Finding* current() const;

    Document& m_document;
    JobQueue& m_queue;
    QPushButton* m_run;
    QPushButton* m_save;
    QLabel* m_summary;
    QLabel* m_note;
    QStackedWidget* m_stack;
    EmptyLook* m_look;
    QTableWidget* m_table;
    QLabel* m_title;
    QLabel* m_meaning;
    QListWidget* m_examples;
    QPushButton* m_show;
    QPushButton* m_repair;
    QPushButton* m_relink;

    JobId m_job;                           ///< the running check
    JobId m_relinkJob;                     ///< after which the check runs again
    std::shared_ptr<CheckReport> m_coming; ///< written by the running job, read when it has finished
    std::shared_ptr<const CheckReport> m_report;
    bool m_isOutdated = false; ///< pairs or decisions changed since
    QString m_relinkFailure;   ///< why the last relinking found nothing; empty where none failed
};

} // namespace winnow::ui
