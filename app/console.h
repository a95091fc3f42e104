#pragma once

#include "core/base/run_context.h"

#include <chrono>
#include <string>

namespace winnow::app {

/// Exit codes of `winnow` (DESIGN 8).
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kInterrupted = 130;

/// From here on Ctrl+C and SIGTERM ask the running job to stop at its next checkpoint; a second one ends the program at
/// once.
void watchForInterrupt();

/// Progress and messages of a job on standard error: one line that is rewritten on a terminal, else a line every few
/// seconds.
class Console final : public RunContext {
public:
    Console();
    ~Console() override;

    void checkpoint() override;
    void progress(std::string_view stage, std::int64_t done, std::int64_t total) override;
    void metric(std::string_view series, double x, double y) override;
    void log(LogLevel level, std::string_view line) override;
    /// Ends the line that is being rewritten.
    void endLine();

private:
    using Clock = std::chrono::steady_clock;
    std::string lineOf(std::int64_t done, std::int64_t total) const;
    void show(const std::string& line, bool isLast);

    bool m_isTerminal = false;
    bool m_isLineOpen = false;
    bool m_isLastShown = false; ///< of the stage
    std::string m_stage;
    std::string m_newest; ///< values of live curves, such as "loss 2.31"
    Clock::time_point m_stageStart;
    Clock::time_point m_lastShown;
};

} // namespace winnow::app
