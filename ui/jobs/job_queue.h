#pragma once

#include "core/pipeline/outcome.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <array>
#include <compare>
#include <memory>
#include <vector>

class QThread;

namespace winnow::ui {

class BridgeContext;

struct JobId {
    qint64 value = 0; ///< 0 = none
    auto operator<=>(const JobId&) const = default;
    explicit operator bool() const { return value != 0; }
};

/// One lane runs its jobs one after another; the lanes run beside each other.
enum class Lane { Models, Data, Network };

enum class JobStatus { Waiting, Running, Paused, Stopping, Finished, Stopped, Failed };

/// A job as the window shows it; a copy may be kept.
struct JobState {
    JobId id;
    QString title;
    Lane lane = Lane::Data;
    JobStatus status = JobStatus::Waiting;
    QString stage;
    qint64 done = 0;
    qint64 total = 0;       ///< 0 = unknown
    double etaSeconds = -1; ///< of the stage; negative = not known yet
    double elapsedSeconds = 0;
    QString message;            ///< the result's sentence, or why it failed
    QStringList log;            ///< the last kMaxLogLines lines
    QStringList trail;          ///< of a failure, innermost first
    pipeline::JobResult result; ///< when finished

    bool isOver() const
    {
        return status == JobStatus::Finished || status == JobStatus::Stopped || status == JobStatus::Failed;
    }
    bool isActive() const
    {
        return status == JobStatus::Running || status == JobStatus::Paused || status == JobStatus::Stopping;
    }
    /// 0 … 1, negative = unknown.
    double fraction() const { return total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1; }
    /// Everything a bug report needs, as text.
    QString details() const;
};

/// The long work of the window: three lanes, a thread each. Lives on the window's thread; the signals come there, at
/// most ten a second for each job, the last always. Destroying it stops every job and waits.
class JobQueue : public QObject {
    Q_OBJECT

public:
    static constexpr int kUpdateMs = 100;
    static constexpr int kMaxLogLines = 2000;

    explicit JobQueue(QObject* parent = nullptr);
    ~JobQueue() override;

    JobId submit(Lane lane, const QString& title, pipeline::Work work);
    /// A waiting job is dropped, a running one ends at its next checkpoint.
    void stop(JobId id);
    void pause(JobId id);
    void resume(JobId id);
    void stopAll();
    /// Takes jobs that are over out of the list.
    void forgetFinished();

    const std::vector<JobState>& jobs() const { return m_states; }
    /// Null when there is no such job. Valid until the next event.
    const JobState* find(JobId id) const;
    bool isIdle() const;

Q_SIGNALS:
    void jobAdded(winnow::ui::JobId id);
    void jobChanged(winnow::ui::JobId id);
    void metricAdded(winnow::ui::JobId id, const QString& series, double x, double y);
    /// Finished, stopped or failed: see the state.
    void jobFinished(winnow::ui::JobId id);
    void jobsForgotten();
    void becameIdle();

private:
    struct Job;

    void start(const std::shared_ptr<Job>& job);
    void begun(JobId id);
    void finish(JobId id, const pipeline::Outcome& outcome);
    void collect();
    void apply(Job& job, JobState& state);
    JobState* stateOf(JobId id);
    Job* jobOf(JobId id);

    // The window's thread.
    std::vector<JobState> m_states;
    std::vector<std::shared_ptr<Job>> m_jobs; ///< those that are not over
    std::array<std::unique_ptr<QThread>, 3> m_threads;
    std::array<std::unique_ptr<QObject>, 3> m_lanes; ///< live on the threads
    QTimer m_timer;
    qint64 m_lastId = 0;
};

} // namespace winnow::ui

Q_DECLARE_METATYPE(winnow::ui::JobId)
