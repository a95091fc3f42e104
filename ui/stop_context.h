#pragma once

#include "core/base/error.h"
#include "core/base/run_context.h"

#include <atomic>
#include <memory>
#include <string_view>
#include <utility>

namespace winnow::ui {

/// For background work whose result may stop being wanted: ends it at its next checkpoint once the flag is set. The
/// flag is shared with whoever asked.
class StopContext final : public RunContext {
public:
    explicit StopContext(std::shared_ptr<const std::atomic<bool>> isStopped)
        : m_isStopped(std::move(isStopped))
    {
    }
    void checkpoint() override
    {
        if (*m_isStopped)
            throw Cancelled();
    }
    void progress(std::string_view, std::int64_t, std::int64_t) override { }
    void metric(std::string_view, double, double) override { }
    void log(LogLevel, std::string_view) override { }

private:
    std::shared_ptr<const std::atomic<bool>> m_isStopped;
};

} // namespace winnow::ui
