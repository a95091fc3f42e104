#include "ui/panels/cluster_edits.h"

#include "core/pipeline/cluster_edit_job.h"
#include "ui/actions.h"
#include "ui/dialogs.h"
#include "ui/dialogs/split_dialog.h"
#include "ui/document.h"

#include <QMenu>

#include <algorithm>
#include <utility>

namespace winnow::ui {

namespace {

    QString id(const char* name) { return QStringLiteral("cluster.") + QLatin1String(name); }

} // namespace

ClusterEdits::ClusterEdits(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent)
    : QObject(parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_actions(actions)
    , m_parent(parent)
{
    for (const auto& [name, command] : {std::pair{"merge", &ClusterEdits::merge}, {"split", &ClusterEdits::split},
             {"rename", &ClusterEdits::rename}, {"undo", &ClusterEdits::undo}})
        connect(m_actions[id(name)], &QAction::triggered, this, command);
    connect(&m_jobs, &JobQueue::jobFinished, this, &ClusterEdits::finish);
    connect(&m_document, &Document::closed, this, [this] { m_submitted.clear(); }); // they are of another project
    refresh();
}

void ClusterEdits::setChoice(const ClusteringInfo& info, std::vector<int> clusters)
{
    m_info = info;
    m_clusters = std::move(clusters);
    std::sort(m_clusters.begin(), m_clusters.end());
    refresh();
}

void ClusterEdits::addTo(QMenu& menu) const
{
    menu.addActions({m_actions[id("merge")], m_actions[id("split")], m_actions[id("rename")]});
    menu.addSeparator();
    menu.addAction(m_actions[id("undo")]);
}

QString ClusterEdits::nameOf(int cluster) const
{
    const auto index = static_cast<std::size_t>(cluster);
    const auto name = index < m_info.clusterNames.size() ? m_info.clusterNames[index] : std::string();
    return name.empty() ? QString::number(cluster) : QString::fromStdString(name);
}

void ClusterEdits::refresh()
{
    const QString none = m_info.name.empty() ? tr("there is no clustering") : QString();
    const auto one = none.isEmpty() && m_clusters.size() != 1 ? tr("choose one cluster in the list") : none;
    m_actions.setBlocked(
        id("merge"), none.isEmpty() && m_clusters.size() < 2 ? tr("choose two clusters or more in the list") : none);
    const bool isSmall = one.isEmpty() && m_info.sizes.at(static_cast<std::size_t>(m_clusters.front())) < 2;
    m_actions.setBlocked(id("split"), isSmall ? tr("the cluster has fewer than two pairs") : one);
    m_actions.setBlocked(id("rename"), one);
    m_actions.setBlocked(
        id("undo"), none.isEmpty() && !pipeline::canUndoEdit(m_info) ? tr("nothing was changed by hand") : none);
}

void ClusterEdits::submit(const QString& title, pipeline::Work work)
{
    m_submitted.push_back(m_jobs.submit(Lane::Data, title, std::move(work)));
}

void ClusterEdits::merge()
{
    const auto workspace = m_document.workspace();
    if (!workspace)
        return;
    pipeline::MergeOptions wanted;
    wanted.clustering = m_info.name;
    for (const int cluster : m_clusters)
        wanted.clusters.push_back(std::to_string(cluster));
    submit(tr("Merge %n clusters", nullptr, static_cast<int>(m_clusters.size())),
        [workspace, wanted](RunContext& context) { return pipeline::mergeClusters(*workspace, wanted, context); });
}

void ClusterEdits::split()
{
    const int cluster = m_clusters.front();
    auto* const dialog = new SplitDialog(m_info, cluster, nameOf(cluster), m_parent);
    connect(dialog, &SplitDialog::accepted, this, [this, dialog, title = tr("Split cluster %1").arg(nameOf(cluster))] {
        if (const auto workspace = m_document.workspace())
            submit(title, [workspace, wanted = dialog->options()](RunContext& context) {
                return pipeline::splitCluster(*workspace, wanted, context);
            });
    });
    dialog->open();
}

void ClusterEdits::rename()
{
    const int cluster = m_clusters.front();
    const auto number = QString::number(cluster), before = nameOf(cluster);
    Dialogs::askText(m_parent,
        {tr("Rename the cluster"), tr("Name of cluster %1 of %2").arg(number, QString::fromStdString(m_info.name)),
            before == number ? QString() : before, tr("Rename")},
        [this, clustering = m_info.name, number](const QString& name) {
            const auto workspace = m_document.workspace();
            if (!workspace || name.trimmed().isEmpty())
                return;
            submit(tr("Rename cluster %1").arg(number),
                [workspace, clustering, number = number.toStdString(), name = name.trimmed().toStdString()](
                    RunContext&) { return pipeline::renameCluster(*workspace, clustering, number, name); });
        });
}

void ClusterEdits::undo()
{
    if (const auto workspace = m_document.workspace())
        submit(tr("Undo the change of %1").arg(QString::fromStdString(m_info.name)),
            [workspace, clustering = m_info.name](
                RunContext&) { return pipeline::undoClusterEdit(*workspace, clustering); });
}

void ClusterEdits::finish(JobId job)
{
    const auto found = std::find(m_submitted.begin(), m_submitted.end(), job);
    if (found == m_submitted.end())
        return;
    m_submitted.erase(found);
    const auto* const state = m_jobs.find(job);
    if (state == nullptr || state->status != JobStatus::Finished)
        return; // the jobs panel says why
    const auto& details = state->result.details;
    const auto text = [&details](const char* name) {
        return details.contains(name) ? QString::fromStdString(details.at(name).get<std::string>()) : QString();
    };
    Q_EMIT edited(text("name"), text("removed"));
}

} // namespace winnow::ui
