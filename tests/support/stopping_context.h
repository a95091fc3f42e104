#pragma once

#include "core/base/error.h"
#include "core/base/run_context.h"

#include <cstdint>
#include <string_view>

namespace winnow {

/// Lets so many checkpoints pass and stops the work at the next, as a person would; afterwards it never does again.
/// Remembers the progress.
class StoppingContext final : public RunContext {
public:
    explicit StoppingContext(int passed)
        : m_left(passed)
    {
    }
    void checkpoint() override
    {
        if (m_left-- == 0)
            throw Cancelled();
    }
    void progress(std::string_view, std::int64_t nowDone, std::int64_t ofTotal) override
    {
        done = nowDone;
        total = ofTotal;
    }
    void metric(std::string_view, double, double) override { }
    void log(LogLevel, std::string_view) override { }

    std::int64_t done = 0;
    std::int64_t total = 0;

private:
    int m_left = 0;
};

} // namespace winnow
