#include "ui/jobs/job_panel.h"

#include "ui/jobs/job_row.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>

#include <algorithm>

namespace winnow::ui {

QString statusText(const JobState& state)
{
    switch (state.status) {
    case JobStatus::Waiting:
        return JobPanel::tr("waits for its turn");
    case JobStatus::Paused:
        return JobPanel::tr("paused");
    case JobStatus::Stopping:
        return JobPanel::tr("stopping at the next safe point…");
    case JobStatus::Finished:
        return JobPanel::tr("done in %1").arg(formatDuration(state.elapsedSeconds));
    case JobStatus::Stopped:
        return JobPanel::tr("stopped");
    case JobStatus::Failed:
        return JobPanel::tr("failed");
    case JobStatus::Running:
        break;
    }
    QStringList parts;
    if (!state.stage.isEmpty())
        parts << state.stage;
    if (state.total > 0)
        parts << JobPanel::tr("%1 of %2").arg(formatCount(state.done), formatCount(state.total));
    if (state.etaSeconds >= 0)
        parts << JobPanel::tr("%1 left").arg(formatDuration(state.etaSeconds));
    return parts.isEmpty() ? JobPanel::tr("starting…") : parts.join(QStringLiteral(" · "));
}

JobPanel::JobPanel(JobQueue& queue, QWidget* parent)
    : QWidget(parent)
    , m_queue(queue)
{
    setObjectName(QStringLiteral("jobPanel"));
    m_empty = new EmptyLook;
    m_empty->showEmpty({QStringLiteral("jobs"), tr("Nothing is running"),
        tr("Imports, scores, fine-tunes and evaluations show their progress here."), {}});
    auto* const list = new QWidget;
    m_rows = new QVBoxLayout(list);
    m_rows->setContentsMargins(Theme::kGap, Theme::kGap, Theme::kGap, Theme::kGap);
    m_rows->addStretch(1);
    auto* const scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(list);
    m_forget = new QPushButton(Theme::icon(QStringLiteral("close")), tr("Clear the list"));
    m_forget->setObjectName(QStringLiteral("forgetJobs"));
    m_forget->setToolTip(tr("Takes jobs that are over out of the list; what they did stays"));
    m_forget->setProperty("look", QStringLiteral("quiet"));
    auto* const full = new QWidget;
    auto* const fullLayout = new QVBoxLayout(full);
    fullLayout->setContentsMargins(0, 0, 0, 0);
    fullLayout->setSpacing(0);
    fullLayout->addWidget(scroll, 1);
    fullLayout->addWidget(m_forget);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(full);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(m_forget, &QPushButton::clicked, &m_queue, &JobQueue::forgetFinished);
    connect(&m_queue, &JobQueue::jobAdded, this, &JobPanel::addRow);
    connect(&m_queue, &JobQueue::jobChanged, this, &JobPanel::refreshRow);
    connect(&m_queue, &JobQueue::jobsForgotten, this, &JobPanel::rebuild);
    rebuild();
}

void JobPanel::addRow(JobId id)
{
    auto* const row = new JobRow(m_queue, id);
    m_rowOf[id] = row;
    m_rows->insertWidget(0, row);
    refreshLook();
}

void JobPanel::refreshRow(JobId id)
{
    const auto found = m_rowOf.find(id);
    if (found != m_rowOf.end())
        found->second->refresh();
    refreshLook();
}

void JobPanel::rebuild()
{
    for (const auto& [id, row] : m_rowOf)
        row->deleteLater();
    m_rowOf.clear();
    for (const JobState& state : m_queue.jobs())
        addRow(state.id);
    refreshLook();
}

void JobPanel::refreshLook()
{
    m_stack->setCurrentIndex(m_rowOf.empty() ? 0 : 1);
    m_forget->setVisible(std::ranges::any_of(m_queue.jobs(), &JobState::isOver));
}

} // namespace winnow::ui
