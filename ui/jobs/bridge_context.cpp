#include "ui/jobs/bridge_context.h"

#include "core/base/error.h"

#include <utility>

namespace winnow::ui {

namespace {

    QString toQString(std::string_view text)
    {
        return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    }

} // namespace

void BridgeContext::checkpoint()
{
    if (m_stop.load())
        throw Cancelled();
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_paused || m_stop.load(); });
    if (m_stop.load())
        throw Cancelled();
}

void BridgeContext::progress(std::string_view stage, std::int64_t done, std::int64_t total)
{
    const QString name = toQString(stage);
    const std::lock_guard lock(m_mutex);
    m_update.hasProgress = true;
    m_update.stage = name;
    m_update.done = done;
    m_update.total = total;
}

void BridgeContext::metric(std::string_view series, double x, double y)
{
    const std::lock_guard lock(m_mutex);
    m_update.points.push_back({toQString(series), x, y});
}

void BridgeContext::log(LogLevel level, std::string_view line)
{
    static constexpr const char* kMarks[] = {"debug: ", "", "warning: ", "failure: "};
    const QString text = QLatin1String(kMarks[static_cast<std::size_t>(level)]) + toQString(line);
    const std::lock_guard lock(m_mutex);
    m_update.log.push_back(text);
}

void BridgeContext::requestStop()
{
    m_stop.store(true);
    {
        const std::lock_guard lock(m_mutex); // a waiting checkpoint must not miss the wake-up
    }
    m_changed.notify_all();
}

void BridgeContext::setPaused(bool paused)
{
    {
        const std::lock_guard lock(m_mutex);
        m_paused = paused;
    }
    m_changed.notify_all();
}

JobUpdate BridgeContext::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_update, {});
}

} // namespace winnow::ui
