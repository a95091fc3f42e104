#include "app/console.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <iomanip>
#include <unistd.h>

namespace winnow::app {

namespace {

    std::atomic<bool> stopAsked = false; // the one thing a signal can reach
    static_assert(std::atomic<bool>::is_always_lock_free);

    void onInterrupt(int)
    {
        if (stopAsked.exchange(true))
            ::_exit(kInterrupted);
    }

    std::string durationText(double seconds)
    {
        const auto whole = static_cast<long long>(seconds + 0.5);
        if (whole < 60)
            return text::join(whole, " s");
        return whole < 3600 ? text::join(whole / 60, " min ", whole % 60, " s")
                            : text::join(whole / 3600, " h ", whole % 3600 / 60, " min");
    }

} // namespace

void watchForInterrupt()
{
    struct sigaction action { };
    action.sa_handler = onInterrupt;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

Console::Console()
    : m_isTerminal(::isatty(STDERR_FILENO) == 1)
{
}

Console::~Console() { endLine(); }

void Console::checkpoint()
{
    if (stopAsked.load())
        throw Cancelled();
}

void Console::progress(std::string_view stage, std::int64_t done, std::int64_t total)
{
    const auto now = Clock::now();
    if (stage != m_stage) {
        endLine();
        m_stage = stage;
        m_newest.clear();
        m_stageStart = now;
        m_lastShown = {};
        m_isLastShown = false;
    }
    const bool isLast = total > 0 && done >= total;
    const auto pause = m_isTerminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5000);
    if (m_isLastShown || (!isLast && now - m_lastShown < pause))
        return;
    m_lastShown = now;
    m_isLastShown = isLast;
    show(lineOf(done, total), isLast);
}

std::string Console::lineOf(std::int64_t done, std::int64_t total) const
{
    const double seconds = std::chrono::duration<double>(Clock::now() - m_stageStart).count();
    auto line = text::join(m_stage, ": ", done);
    if (total > 0)
        line += text::join(" of ", total, " (", done * 100 / total, " %)");
    if (!m_newest.empty())
        line += ", " + m_newest;
    if (total > 0 && done > 0 && done < total && seconds > 2)
        line += ", about " + durationText(seconds / static_cast<double>(done) * static_cast<double>(total - done))
            + " left";
    return line;
}

void Console::show(const std::string& line, bool isLast)
{
    if (m_isTerminal) {
        std::fprintf(stderr, "\r%s\x1b[K%s", line.c_str(), isLast ? "\n" : "");
        m_isLineOpen = !isLast;
    } else {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
    std::fflush(stderr);
}

void Console::metric(std::string_view series, double, double y)
{
    if (series == "loss")
        m_newest = text::join("loss ", std::setprecision(4), y);
}

void Console::log(LogLevel level, std::string_view line)
{
    if (level == LogLevel::Debug)
        return;
    endLine();
    const char* prefix = level == LogLevel::Warning ? "warning: " : level == LogLevel::Failure ? "failed: " : "";
    std::fprintf(stderr, "%s%.*s\n", prefix, static_cast<int>(line.size()), line.data());
}

void Console::endLine()
{
    if (m_isLineOpen)
        std::fputc('\n', stderr);
    m_isLineOpen = false;
}

} // namespace winnow::app
