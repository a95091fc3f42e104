#include "ui/jobs/job_row.h"

#include "ui/jobs/job_panel.h"
#include "ui/theme.h"
#include "ui/widgets/number_text.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QScrollBar>
#include <QStyle>
#include <QToolButton>

#include <algorithm>

namespace winnow::ui {

JobRow::JobRow(JobQueue& queue, JobId id, QWidget* parent)
    : QFrame(parent)
    , m_queue(queue)
    , m_id(id)
{
    setProperty("look", QStringLiteral("card"));
    setObjectName(QStringLiteral("job%1").arg(id.value));
    m_title = new QLabel;
    m_title->setTextFormat(Qt::PlainText);
    m_title->setFont(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_status = new QLabel;
    m_status->setTextFormat(Qt::PlainText);
    m_status->setProperty("look", QStringLiteral("caption"));
    m_status->setWordWrap(true);
    m_message = new QLabel;
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_pause =
        makeButton(QStringLiteral("pause"), QStringLiteral("pause"), tr("Pause: holds the memory, goes on at once"));
    m_stop = makeButton(
        QStringLiteral("stop"), QStringLiteral("stop"), tr("Stop: what is done stays; started again it goes on"));
    m_showLog = makeButton(QStringLiteral("log"), QStringLiteral("text"), tr("Show the log"));
    m_showLog->setCheckable(true);
    m_copy = makeButton(QStringLiteral("copyDetails"), QStringLiteral("copy"), tr("Copy details"));
    m_log = new QPlainTextEdit;
    m_log->setReadOnly(true);
    m_log->setVisible(false);
    m_log->setFixedHeight(132);
    m_log->setFont(Theme::current().font(Theme::Text::Caption));

    auto* const top = new QHBoxLayout;
    top->setSpacing(0);
    top->addWidget(m_title, 1);
    for (QToolButton* const button : {m_pause, m_stop, m_showLog, m_copy})
        top->addWidget(button);
    auto* const layout = new QVBoxLayout(this);
    layout->setSpacing(Theme::kUnit);
    layout->addLayout(top);
    layout->addWidget(m_progress);
    layout->addWidget(m_status);
    layout->addWidget(m_message);
    layout->addWidget(m_log);

    connect(m_stop, &QToolButton::clicked, this, [this] { m_queue.stop(m_id); });
    connect(m_pause, &QToolButton::clicked, this, [this] {
        const JobState* const state = m_queue.find(m_id);
        if (state && state->status == JobStatus::Paused)
            m_queue.resume(m_id);
        else
            m_queue.pause(m_id);
    });
    connect(m_copy, &QToolButton::clicked, this, [this] {
        if (const JobState* const state = m_queue.find(m_id))
            QApplication::clipboard()->setText(state->details());
    });
    connect(m_showLog, &QToolButton::toggled, this, [this](bool isOn) {
        m_log->setVisible(isOn);
        refresh();
    });
    refresh();
}

QToolButton* JobRow::makeButton(const QString& name, const QString& icon, const QString& tip)
{
    auto* const button = new QToolButton;
    button->setObjectName(name);
    button->setIcon(Theme::icon(icon));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setProperty("look", QStringLiteral("quiet"));
    return button;
}

void JobRow::refresh()
{
    const JobState* const state = m_queue.find(m_id);
    if (!state)
        return;
    m_title->setText(state->title);
    m_title->setToolTip(state->title);
    m_status->setText(statusText(*state));
    m_progress->setVisible(!state->isOver());
    const bool isUnknown = state->status == JobStatus::Running && state->total <= 0;
    // Thousandths, so that totals beyond an int fit.
    m_progress->setRange(0, isUnknown ? 0 : 1000);
    m_progress->setValue(static_cast<int>(std::clamp(state->fraction(), 0.0, 1.0) * 1000));
    m_progress->setAccessibleName(tr("Progress of %1").arg(state->title));
    m_message->setVisible(!state->message.isEmpty());
    m_message->setText(state->message);
    const QString look = state->status == JobStatus::Failed ? QStringLiteral("failure") : QString();
    if (m_message->property("look").toString() != look) {
        m_message->setProperty("look", look);
        style()->polish(m_message);
    }
    refreshButtons(*state);
    refreshLog(*state);
}

void JobRow::refreshButtons(const JobState& state)
{
    const bool isPaused = state.status == JobStatus::Paused;
    m_pause->setVisible(state.status == JobStatus::Running || isPaused);
    m_pause->setIcon(Theme::icon(isPaused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setToolTip(isPaused ? tr("Go on") : tr("Pause: holds the memory, goes on at once"));
    m_stop->setVisible(!state.isOver());
    m_stop->setEnabled(state.status != JobStatus::Stopping);
    m_showLog->setVisible(!state.log.isEmpty());
    m_copy->setVisible(state.isOver());
}

void JobRow::refreshLog(const JobState& state)
{
    if (!m_log->isVisible() || m_logLines == state.log.size())
        return;
    const bool follows = m_log->verticalScrollBar()->value() >= m_log->verticalScrollBar()->maximum() - 4;
    m_log->setPlainText(state.log.join(QLatin1Char('\n')));
    m_logLines = state.log.size();
    if (follows)
        m_log->verticalScrollBar()->setValue(m_log->verticalScrollBar()->maximum());
}

} // namespace winnow::ui
