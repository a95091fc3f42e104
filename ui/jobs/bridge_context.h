#pragma once

#include "core/base/run_context.h"

#include <QString>
#include <QStringList>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace winnow::ui {

/// What a job said since the last look: one value, so that the order stays and the window is asked at most ten times a
/// second.
struct JobUpdate {
    struct Point {
        QString series;
        double x = 0;
        double y = 0;
    };
    bool hasProgress = false;
    QString stage;
    qint64 done = 0;
    qint64 total = 0; ///< 0 = unknown
    QStringList log;
    std::vector<Point> points;
    bool isEmpty() const { return !hasProgress && log.isEmpty() && points.empty(); }
};

/// The RunContext of one job of the queue. The job's thread writes into it; the window's thread takes what came
/// together. Pausing holds the job at its next checkpoint, stopping throws Cancelled there.
class BridgeContext final : public RunContext {
public:
    // The job's thread.
    void checkpoint() override;
    void progress(std::string_view stage, std::int64_t done, std::int64_t total) override;
    void metric(std::string_view series, double x, double y) override;
    void log(LogLevel level, std::string_view line) override;

    // Any thread.
    void requestStop();
    void setPaused(bool paused);
    bool isStopRequested() const { return m_stop.load(); }
    /// Everything since the last call; empties the box.
    JobUpdate take();

private:
    std::atomic<bool> m_stop = false;
    std::mutex m_mutex; // guards what follows
    std::condition_variable m_changed;
    bool m_paused = false;
    JobUpdate m_update;
};

} // namespace winnow::ui
