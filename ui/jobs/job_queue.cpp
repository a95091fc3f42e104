#include "ui/jobs/job_queue.h"

#include "ui/jobs/bridge_context.h"

#include <QDateTime>
#include <QThread>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

namespace winnow::ui {

/// What the queue and a lane share about one job. `work` belongs to the lane's thread once it runs.
struct JobQueue::Job {
    JobId id;
    Lane lane = Lane::Data;
    pipeline::Work work;
    BridgeContext context;

    // The window's thread.
    QElapsedTimer sinceStart;
    QElapsedTimer sinceStage;
    QElapsedTimer sincePause;
    qint64 pausedMs = 0;       ///< in this stage
    qint64 stageFirstDone = 0; ///< where the stage began, so that a resumed job does not count old work
};

QString JobState::details() const
{
    QStringList lines;
    lines << title << message;
    if (!stage.isEmpty())
        lines << QStringLiteral("%1: %2 / %3").arg(stage).arg(done).arg(total);
    lines << QStringLiteral("Winnow " WINNOW_VERSION ", ") + QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
    lines << trail << log;
    return lines.join(QLatin1Char('\n'));
}

JobQueue::JobQueue(QObject* parent)
    : QObject(parent)
{
    static constexpr const char* kNames[] = {"models", "data", "network"};
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane) {
        m_threads[lane] = std::make_unique<QThread>();
        m_threads[lane]->setObjectName(QLatin1String(kNames[lane]));
        // Deep recursion of tensor code fits an ordinary main thread, not Qt's default of a secondary one everywhere.
        m_threads[lane]->setStackSize(16 * 1024 * 1024);
        m_lanes[lane] = std::make_unique<QObject>();
        m_lanes[lane]->moveToThread(m_threads[lane].get());
        m_threads[lane]->start(QThread::LowPriority);
    }
    m_timer.setInterval(kUpdateMs);
    connect(&m_timer, &QTimer::timeout, this, &JobQueue::collect);
}

JobQueue::~JobQueue()
{
    for (const auto& job : m_jobs)
        job->context.requestStop();
    for (const auto& thread : m_threads) {
        thread->quit();
        thread->wait();
    }
}

JobId JobQueue::submit(Lane lane, const QString& title, pipeline::Work work)
{
    auto job = std::make_shared<Job>();
    job->id = JobId{++m_lastId};
    job->lane = lane;
    job->work = std::move(work);
    m_jobs.push_back(job);

    JobState state;
    state.id = job->id;
    state.title = title;
    state.lane = lane;
    m_states.push_back(std::move(state));

    Q_EMIT jobAdded(job->id);
    start(job);
    return job->id;
}

void JobQueue::start(const std::shared_ptr<Job>& job)
{
    QMetaObject::invokeMethod(m_lanes[static_cast<std::size_t>(job->lane)].get(), [this, job] {
        pipeline::Outcome outcome = pipeline::Stopped{};
        if (!job->context.isStopRequested()) {
            QMetaObject::invokeMethod(
                this, [this, id = job->id] { begun(id); }, Qt::QueuedConnection);
            outcome = pipeline::runGuarded(job->work, job->context);
        }
        job->work = nullptr; // what the work holds is freed here, not on the window's thread
        QMetaObject::invokeMethod(
            this, [this, id = job->id, outcome = std::move(outcome)] { finish(id, outcome); }, Qt::QueuedConnection);
    });
}

void JobQueue::begun(JobId id)
{
    Job* const job = jobOf(id);
    JobState* const state = stateOf(id);
    if (!job || !state)
        return;
    job->sinceStart.start();
    job->sinceStage.start();
    if (state->status == JobStatus::Waiting)
        state->status = JobStatus::Running;
    if (!m_timer.isActive())
        m_timer.start();
    Q_EMIT jobChanged(id);
}

void JobQueue::stop(JobId id)
{
    Job* const job = jobOf(id);
    JobState* const state = stateOf(id);
    if (!job || !state || state->status == JobStatus::Stopping)
        return;
    job->context.requestStop();
    state->status = JobStatus::Stopping;
    Q_EMIT jobChanged(id);
}

void JobQueue::pause(JobId id)
{
    Job* const job = jobOf(id);
    JobState* const state = stateOf(id);
    if (!job || !state || state->status != JobStatus::Running)
        return;
    job->context.setPaused(true);
    job->sincePause.start();
    state->status = JobStatus::Paused;
    Q_EMIT jobChanged(id);
}

void JobQueue::resume(JobId id)
{
    Job* const job = jobOf(id);
    JobState* const state = stateOf(id);
    if (!job || !state || state->status != JobStatus::Paused)
        return;
    job->pausedMs += job->sincePause.elapsed();
    job->context.setPaused(false);
    state->status = JobStatus::Running;
    Q_EMIT jobChanged(id);
}

void JobQueue::stopAll()
{
    const auto jobs = m_jobs;
    for (const auto& job : jobs)
        stop(job->id);
}

void JobQueue::forgetFinished()
{
    std::erase_if(m_states, [](const JobState& state) { return state.isOver(); });
    Q_EMIT jobsForgotten();
}

const JobState* JobQueue::find(JobId id) const
{
    const auto found = std::ranges::find(m_states, id, &JobState::id);
    return found == m_states.end() ? nullptr : &*found;
}

bool JobQueue::isIdle() const { return m_jobs.empty(); }

JobState* JobQueue::stateOf(JobId id) { return const_cast<JobState*>(find(id)); }

JobQueue::Job* JobQueue::jobOf(JobId id)
{
    const auto found = std::ranges::find_if(m_jobs, [id](const auto& job) { return job->id == id; });
    return found == m_jobs.end() ? nullptr : found->get();
}

void JobQueue::collect()
{
    const auto jobs = m_jobs; // a slot may submit or stop
    for (const auto& job : jobs)
        if (job->sinceStart.isValid() && jobOf(job->id))
            if (JobState* const state = stateOf(job->id))
                apply(*job, *state);
}

void JobQueue::apply(Job& job, JobState& state)
{
    const JobUpdate update = job.context.take();
    state.elapsedSeconds = static_cast<double>(job.sinceStart.elapsed()) / 1000;
    if (update.hasProgress) {
        if (update.stage != state.stage) {
            state.stage = update.stage;
            state.done = 0;
            job.sinceStage.start();
            job.pausedMs = 0;
            job.stageFirstDone = update.done;
            state.etaSeconds = -1;
        }
        state.done = std::max(state.done, static_cast<qint64>(update.done));
        state.total = update.total;
        const double seconds = static_cast<double>(job.sinceStage.elapsed() - job.pausedMs) / 1000;
        const auto did = static_cast<double>(state.done - job.stageFirstDone);
        if (did > 0 && seconds > 0.5 && state.total >= state.done)
            state.etaSeconds = seconds / did * static_cast<double>(state.total - state.done);
    }
    state.log += update.log;
    if (state.log.size() > kMaxLogLines)
        state.log.remove(0, state.log.size() - kMaxLogLines);
    const JobId id = state.id; // a slot may change the list
    for (const auto& point : update.points)
        Q_EMIT metricAdded(id, point.series, point.x, point.y);
    if (!update.isEmpty())
        Q_EMIT jobChanged(id);
}

namespace {

    /// Writes how the work ended into the state.
    void settle(JobState& state, const pipeline::Outcome& outcome)
    {
        std::visit(
            [&state](const auto& end) {
                using End = std::decay_t<decltype(end)>;
                if constexpr (std::is_same_v<End, pipeline::Finished>) {
                    state.status = JobStatus::Finished;
                    state.message = QString::fromStdString(end.result.sentence);
                    state.result = end.result;
                } else if constexpr (std::is_same_v<End, pipeline::Stopped>) {
                    state.status = JobStatus::Stopped;
                    state.message = JobQueue::tr("stopped; started again it goes on where it was");
                } else {
                    state.status = JobStatus::Failed;
                    state.message = QString::fromStdString(end.message);
                    for (const auto& step : end.trail)
                        state.trail << QString::fromStdString(step);
                }
            },
            outcome);
        state.etaSeconds = -1;
    }

} // namespace

void JobQueue::finish(JobId id, const pipeline::Outcome& outcome)
{
    const auto found = std::ranges::find_if(m_jobs, [id](const auto& job) { return job->id == id; });
    if (found == m_jobs.end())
        return;
    const auto job = *found;
    if (job->sinceStart.isValid())
        apply(*job, *stateOf(id));
    std::erase(m_jobs, job);
    settle(*stateOf(id), outcome);
    const bool isAnyRunning =
        std::ranges::any_of(m_jobs, [](const auto& other) { return other->sinceStart.isValid(); });
    if (!isAnyRunning)
        m_timer.stop();
    Q_EMIT jobChanged(id);
    Q_EMIT jobFinished(id);
    if (m_jobs.empty())
        Q_EMIT becameIdle();
}

} // namespace winnow::ui
