#pragma once

#include "core/domain/metric.h"
#include "core/pipeline/outcome.h"
#include "ui/jobs/job_queue.h"

#include <QObject>
#include <QString>

#include <vector>

class QMenu;
class QWidget;

namespace winnow::ui {

class Actions;
class Document;

/// Merging, splitting and renaming of the clusters that are chosen in a list, and taking that back: the actions
/// cluster.merge, .split, .rename and .undo, each a job of the data lane. They say themselves why they cannot be used.
class ClusterEdits : public QObject {
    Q_OBJECT

public:
    ClusterEdits(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent);

    /// The clustering that is shown and the numbers of the clusters chosen in it.
    void setChoice(const ClusteringInfo& info, std::vector<int> clusters);
    void addTo(QMenu& menu) const;

Q_SIGNALS:
    /// A change is done: `clustering` is the one to show; `removed` went to the trash, or is empty.
    void edited(const QString& clustering, const QString& removed);

private:
    void merge();
    void split();
    void rename();
    void undo();
    void submit(const QString& title, pipeline::Work work);
    void finish(JobId id);
    void refresh();
    QString nameOf(int cluster) const;

    Document& m_document;
    JobQueue& m_jobs;
    Actions& m_actions;
    QWidget* m_parent;
    ClusteringInfo m_info;
    std::vector<int> m_clusters;
    std::vector<JobId> m_submitted;
};

} // namespace winnow::ui
