// The score page's work: what is ticked, what it costs, starting, measuring, stopping, progress.
#include "core/pipeline/judge_settings.h"
#include "ui/actions.h"
#include "ui/document.h"
#include "ui/jobs/job_panel.h"
#include "ui/pages/score_page.h"
#include "ui/panels/metric_details.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    QString columnOf(const MetricTableModel::Wish& wish)
    {
        const auto name = QString::fromStdString(wish.metric);
        return wish.mode == Mode::Published ? name + QStringLiteral(".published") : name;
    }

    constexpr qsizetype kNamed = 3;

} // namespace

std::vector<MetricTableModel::Wish> ScorePage::unmeasured() const
{
    std::vector<MetricTableModel::Wish> out;
    for (const auto& wish : m_model.wishes()) {
        const auto* const cell = m_model.findCell(columnOf(wish));
        const bool isKnown = cell == nullptr || !cell->forecast || std::isfinite(cell->forecast->seconds());
        if (!isKnown && cell->forecast->problem.empty() && pipeline::canTryScore(wish.metric))
            out.push_back(wish);
    }
    return out;
}

QString ScorePage::forecastText(const std::vector<MetricTableModel::Wish>& wishes) const
{
    if (wishes.empty())
        return tr("Tick what to compute in the columns Corrected and As published.");
    double seconds = 0;
    bool isAnyKnown = false;
    QStringList unknown, problems;
    for (const auto& wish : wishes) {
        const auto* const cell = m_model.findCell(columnOf(wish));
        if (cell == nullptr || !cell->forecast)
            continue;
        if (!cell->forecast->problem.empty())
            problems << QStringLiteral("%1: %2").arg(cell->column, QString::fromStdString(cell->forecast->problem));
        else if (std::isfinite(cell->forecast->seconds())) {
            seconds += cell->forecast->seconds();
            isAnyKnown = true;
        } else
            unknown << cell->column;
    }
    QStringList parts;
    if (isAnyKnown)
        parts << tr("About %1 on %2").arg(formatDuration(seconds), QString::fromStdString(optionsFor({}).device));
    if (!unknown.isEmpty()) {
        auto names = unknown.mid(0, kNamed).join(QStringLiteral(", "));
        if (unknown.size() > kNamed)
            names += tr(" and %n more", nullptr, static_cast<int>(unknown.size() - kNamed));
        parts << tr("not measured yet: %1").arg(names);
    }
    parts << problems;
    return parts.join(QStringLiteral("; "));
}

void ScorePage::updateBar()
{
    const auto wishes = m_model.wishes();
    const bool isBusy = static_cast<bool>(activeJob());
    bool isAnyPartial = false, isAnyBlocked = false;
    for (const auto& wish : wishes) {
        const auto* const cell = m_model.findCell(columnOf(wish));
        isAnyPartial =
            isAnyPartial || (cell->isThere && cell->valueCount > 0 && cell->valueCount < m_model.pairCount());
        isAnyBlocked = isAnyBlocked || (cell->forecast && !cell->forecast->problem.empty());
    }
    m_forecast->setText(forecastText(wishes));
    const auto first = wishes.empty() ? QString() : columnOf(wishes.front());
    m_start->setText(wishes.size() == 1 && isAnyPartial ? tr("Go on with %1").arg(first)
            : wishes.empty()                            ? tr("Compute")
            : wishes.size() == 1                        ? tr("Compute %1").arg(first)
                                 : tr("Compute %1 columns").arg(formatCount(static_cast<qint64>(wishes.size()))));
    m_start->setEnabled(!wishes.empty() && !isAnyBlocked);
    const auto key = m_actions[QStringLiteral("run.start")]->shortcut().toString(QKeySequence::NativeText);
    m_start->setToolTip(wishes.empty() ? tr("Nothing is ticked")
            : isAnyBlocked             ? tr("One of the ticked metrics cannot be computed: see the message beside")
                                       : tr("Pairs that have a value keep it; stopped work goes on (%1)").arg(key));
    const auto toMeasure = unmeasured();
    m_measure->setEnabled(!toMeasure.empty() && !isBusy);
    m_measure->setToolTip(toMeasure.empty() ? tr("Nothing that is ticked needs measuring")
                                            : tr("Times %1 pairs and keeps no score").arg(kTrialPairs));
    m_stop->setVisible(isBusy);
    m_stop->setToolTip(tr("Ends at the next safe point; what is done stays, started again it goes on"));
}

void ScorePage::start()
{
    const auto workspace = m_document.workspace();
    const auto wishes = m_model.wishes();
    if (!workspace || wishes.empty())
        return;
    m_message->hide();
    for (const auto& wish : wishes) {
        if (wish.metric != "judge") {
            submit(wish, Lane::Models);
            continue;
        }
        m_document.read(
            this, [](store::Project& project) { return pipeline::loadJudgeSettings(project); },
            [this, wish](const pipeline::JudgeSettings& settings) { // a server's answers may take hours: no model waits
                submit(wish, settings.isLocal ? Lane::Models : Lane::Network);
            });
    }
}

void ScorePage::submit(const MetricTableModel::Wish& wish, Lane lane)
{
    const auto workspace = m_document.workspace();
    if (!workspace)
        return;
    const auto column = columnOf(wish);
    const auto id =
        m_jobs.submit(lane, tr("Score %1 of %2 pairs").arg(column, formatCount(m_document.columns()->pairCount)),
            [workspace, wanted = optionsFor(wish)](
                RunContext& context) { return pipeline::runScore(*workspace, wanted, context); });
    m_columnOf.insert(id.value, column);
    takeJob(id);
}

void ScorePage::measure()
{
    const auto workspace = m_document.workspace();
    const auto wishes = unmeasured();
    if (!workspace || wishes.empty())
        return;
    std::vector<pipeline::ScoreOptions> all;
    for (const auto& wish : wishes) {
        all.push_back(optionsFor(wish));
        all.back().trialPairs = kTrialPairs;
    }
    const auto id = m_jobs.submit(
        Lane::Models, tr("Measure scoring on %1 pairs").arg(kTrialPairs), [workspace, all](RunContext& context) {
            pipeline::JobResult result;
            for (const auto& options : all) {
                const auto one = pipeline::runScore(*workspace, options, context);
                result.sentence += (result.sentence.empty() ? "" : "; ") + one.sentence;
            }
            return result;
        });
    m_columnOf.insert(id.value, QString());
    takeJob(id);
}

void ScorePage::stop()
{
    std::vector<JobId> mine;
    for (const auto& job : m_jobs.jobs())
        if (!job.isOver() && m_columnOf.contains(job.id.value))
            mine.push_back(job.id);
    // Those that wait first, so that none of them begins.
    for (auto id = mine.rbegin(); id != mine.rend(); ++id)
        m_jobs.stop(*id);
}

void ScorePage::pause()
{
    const auto id = activeJob();
    const auto* const state = m_jobs.find(id);
    if (state == nullptr)
        return;
    if (state->status == JobStatus::Paused)
        m_jobs.resume(id);
    else
        m_jobs.pause(id);
}

/// The one that runs, else the first that waits.
JobId ScorePage::activeJob() const
{
    JobId waiting;
    for (const auto& job : m_jobs.jobs()) {
        if (job.isOver() || !m_columnOf.contains(job.id.value))
            continue;
        if (job.isActive())
            return job.id;
        if (!waiting)
            waiting = job.id;
    }
    return waiting;
}

void ScorePage::takeJob(JobId id)
{
    const auto mine = m_columnOf.constFind(id.value);
    if (mine == m_columnOf.constEnd())
        return;
    const auto* const state = m_jobs.find(id);
    if (!mine->isEmpty())
        m_model.setJob(*mine, state);
    if (state != nullptr && state->status == JobStatus::Failed)
        say(QStringLiteral("failure"), tr("%1 failed: %2").arg(state->title, state->message), state->details());
    else if (state != nullptr && state->status == JobStatus::Finished && state->result.hasProblems)
        say(QStringLiteral("warn"), state->message, state->details());
    updateProgress();
    updateBar();
}

void ScorePage::say(const QString& look, const QString& text, const QString& details)
{
    setLook(m_message, look);
    m_message->setText(text);
    m_message->setToolTip(toToolTip(details));
    m_message->show();
}

void ScorePage::updateProgress()
{
    const auto* const state = m_jobs.find(activeJob());
    m_progressRow->setVisible(state != nullptr);
    if (state == nullptr)
        return;
    const bool isUnknown = state->total <= 0;
    m_progress->setRange(0, isUnknown ? 0 : 1000);
    m_progress->setValue(static_cast<int>(std::clamp(state->fraction(), 0.0, 1.0) * 1000));
    const auto waiting = std::count_if(m_jobs.jobs().begin(), m_jobs.jobs().end(),
        [this](const JobState& job) { return job.status == JobStatus::Waiting && m_columnOf.contains(job.id.value); });
    auto text = statusText(*state);
    if (waiting > 0 && state->status != JobStatus::Waiting)
        text += tr(" · %n more waiting", nullptr, static_cast<int>(waiting));
    m_status->setText(text);
    const bool isPaused = state->status == JobStatus::Paused;
    m_pause->setText(isPaused ? tr("Go on") : tr("Pause"));
    m_pause->setIcon(Theme::icon(isPaused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setToolTip(isPaused ? tr("Goes on at once") : tr("Holds the memory, goes on at once"));
    m_pause->setEnabled(state->status == JobStatus::Running || isPaused);
}

} // namespace winnow::ui
