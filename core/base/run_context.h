#pragma once

#include <cstdint>
#include <string_view>

namespace winnow {

enum class LogLevel { Debug, Info, Warning, Failure };

/// How long work talks to whoever started it: the window's job queue, the command line, or a test. No Qt, no threads
/// here. Work calls these from the one thread it runs on.
class RunContext {
public:
    virtual ~RunContext() = default;

    /// Waits while the job is paused; throws Cancelled after a stop. Call between batches, never inside one.
    virtual void checkpoint() = 0;
    /// done of total (total 0 = unknown) in the named stage; never goes backwards within a stage; ends at total.
    virtual void progress(std::string_view stage, std::int64_t done, std::int64_t total) = 0;
    /// One point of a live curve, such as ("loss", step, value).
    virtual void metric(std::string_view series, double x, double y) = 0;
    virtual void log(LogLevel level, std::string_view line) = 0;
};

/// Runs to the end and says nothing.
class NullContext final : public RunContext {
public:
    void checkpoint() override { }
    void progress(std::string_view, std::int64_t, std::int64_t) override { }
    void metric(std::string_view, double, double) override { }
    void log(LogLevel, std::string_view) override { }
};

} // namespace winnow
