#pragma once

#include "core/base/error.h"
#include "core/base/run_context.h"

#include <cstdint>
#include <string_view>

namespace winnow {

/// Lets so many checkpoints pass and stops the work at the next, as a person would; afterwards it never does again.
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
    void progress(std::string_view, std::int64_t, std::int64_t) override { }
    void metric(std::string_view, double, double) override { }
    void log(LogLevel, std::string_view) override { }

private:
    int m_left = 0;
};

} // namespace winnow
