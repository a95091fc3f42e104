#include "ui/status_line.h"

#include "core/pipeline/workspace.h"
#include "ui/background.h"
#include "ui/document.h"
#include "ui/jobs/job_panel.h"
#include "ui/theme.h"
#include "ui/widgets/number_text.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace winnow::ui {

StatusLine::StatusLine(Document& document, JobQueue& queue, QWidget* parent)
    : QStatusBar(parent)
    , m_document(document)
    , m_queue(queue)
{
    setSizeGripEnabled(false);
    const auto makeLabel = [](const char* name) {
        auto* const label = new QLabel;
        label->setObjectName(QLatin1String(name));
        label->setTextFormat(Qt::PlainText);
        label->setContentsMargins(Theme::kGap, 0, Theme::kGap, 0);
        return label;
    };
    m_counts = makeLabel("counts");
    m_sentence = makeLabel("sentence");
    m_sentence->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_verb = new QPushButton;
    m_verb->setObjectName(QStringLiteral("offer"));
    m_budget = makeLabel("budget");
    m_index = makeLabel("textIndex");
    m_index->setProperty("look", QStringLiteral("caption"));
    m_index->setToolTip(tr("Texts are being brought into the index; searching works meanwhile, more slowly"));
    m_device = makeLabel("device");
    m_device->setProperty("look", QStringLiteral("caption"));
    m_device->setText(tr("CPU"));
    m_device->setToolTip(tr("Where models run, unless a job says otherwise"));
    m_job = new QToolButton;
    m_job->setObjectName(QStringLiteral("runningJob"));
    m_job->setProperty("look", QStringLiteral("quiet"));
    m_job->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_job->setIcon(Theme::icon(QStringLiteral("play")));
    m_jobProgress = new QProgressBar;
    m_jobProgress->setTextVisible(false);
    m_jobProgress->setFixedWidth(96);
    m_jobProgress->setAccessibleName(tr("Progress of the running job"));
    addWidget(m_counts);
    addWidget(m_sentence, 1);
    addWidget(m_verb);
    for (QWidget* const part : std::initializer_list<QWidget*>{m_budget, m_index, m_device, m_jobProgress, m_job})
        addPermanentWidget(part);
    dismiss();

    m_offerTimer.setSingleShot(true);
    m_offerTimer.setInterval(kOfferMs);
    connect(&m_offerTimer, &QTimer::timeout, this, &StatusLine::dismiss);
    connect(m_verb, &QPushButton::clicked, this, [this] {
        const auto action = m_action;
        dismiss();
        if (action)
            action();
    });
    connect(m_job, &QToolButton::clicked, this, &StatusLine::jobsWanted);
    for (const auto signal : {&Document::opened, &Document::closed, &Document::columnsChanged,
             &Document::overridesChanged, &Document::currentSetChanged, &Document::chosenChanged})
        connect(&m_document, signal, this, &StatusLine::refreshCounts);
    for (const auto signal : {&JobQueue::jobAdded, &JobQueue::jobChanged, &JobQueue::jobFinished})
        connect(&m_queue, signal, this, &StatusLine::refreshJob);
    connect(&m_document, &Document::indexedTextsChanged, this, &StatusLine::refreshIndex);
    refreshCounts();
    refreshJob();
    refreshIndex();

    inBackground(
        this, [] { return pipeline::availableDevices(); },
        [this](const std::vector<std::string>& devices) {
            if (devices.size() > 1)
                m_device->setText(tr("CPU, %1").arg(QString::fromStdString(devices[1])));
        });
}

void StatusLine::offer(const QString& sentence, const QString& verb, std::function<void()> action)
{
    show(sentence, {}, verb, std::move(action));
}

void StatusLine::complain(const QString& sentence, const QString& verb, std::function<void()> action)
{
    show(sentence, QStringLiteral("failure"), verb, std::move(action));
}

void StatusLine::show(const QString& sentence, const QString& look, const QString& verb, std::function<void()> action)
{
    m_sentence->setProperty("look", look);
    style()->polish(m_sentence);
    m_sentence->setText(sentence);
    m_sentence->setToolTip(sentence);
    m_verb->setText(verb);
    m_verb->setVisible(!verb.isEmpty());
    m_action = std::move(action);
    m_offerTimer.start();
}

void StatusLine::dismiss()
{
    m_sentence->clear();
    m_sentence->setToolTip({});
    m_verb->hide();
    m_action = nullptr;
}

void StatusLine::refreshCounts()
{
    if (!m_document.isOpen()) {
        m_counts->clear();
        m_budget->clear();
        return;
    }
    const qint64 pairs = m_document.columns()->pairCount;
    QStringList parts{pairs == 1 ? tr("1 pair") : tr("%1 pairs").arg(formatCount(pairs))};
    const auto shown = static_cast<qint64>(m_document.currentSet()->size());
    if (shown != pairs)
        parts << tr("%1 shown").arg(formatCount(shown));
    if (m_document.chosen())
        parts << tr("%1 chosen").arg(formatCount(m_document.chosenCount()));
    QStringList decided;
    if (const qint64 pinned = m_document.countOf(Override::Pinned))
        decided << tr("%1 pinned").arg(formatCount(pinned));
    if (const qint64 banned = m_document.countOf(Override::Banned))
        decided << tr("%1 banned").arg(formatCount(banned));
    if (const qint64 locked = m_document.countOf(Override::LockedIn) + m_document.countOf(Override::LockedOut))
        decided << tr("%1 locked").arg(formatCount(locked));
    if (!decided.isEmpty())
        parts << decided.join(QStringLiteral(", "));
    m_counts->setText(parts.join(QStringLiteral(" · ")));
    const bool hasBudget = m_document.chosen() && pairs > 0;
    m_budget->setText(hasBudget
            ? tr("budget %1 %")
                  .arg(formatNumber(100.0 * static_cast<double>(m_document.chosenCount()) / static_cast<double>(pairs)))
            : QString());
}

void StatusLine::refreshIndex()
{
    const qint64 pairs = m_document.isOpen() ? m_document.columns()->pairCount : 0;
    const qint64 indexed = m_document.indexedTexts();
    m_index->setVisible(indexed >= 0 && pairs > 0);
    if (pairs > 0)
        m_index->setText(tr("text index %1 %").arg(std::clamp<qint64>(indexed * 100 / pairs, 0, 99)));
}

void StatusLine::refreshJob()
{
    const JobState* shown = nullptr;
    int waiting = 0;
    for (const JobState& state : m_queue.jobs()) {
        if (state.isActive() && !shown)
            shown = &state;
        else if (!state.isOver())
            ++waiting;
    }
    m_job->setVisible(shown != nullptr);
    m_jobProgress->setVisible(shown != nullptr);
    if (!shown)
        return;
    QString text = shown->title;
    if (shown->fraction() >= 0)
        text += QStringLiteral(" %1 %").arg(static_cast<int>(shown->fraction() * 100));
    if (shown->etaSeconds >= 0 && shown->status == JobStatus::Running)
        text += QStringLiteral(" · ") + formatDuration(shown->etaSeconds);
    if (waiting > 0)
        text += QStringLiteral(" · ") + tr("+%1 more").arg(waiting);
    m_job->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, 320));
    m_job->setToolTip(tr("%1: %2. Opens the jobs").arg(shown->title, statusText(*shown)));
    m_jobProgress->setRange(0, shown->total > 0 ? 1000 : 0);
    m_jobProgress->setValue(static_cast<int>(std::clamp(shown->fraction(), 0.0, 1.0) * 1000));
}

} // namespace winnow::ui
