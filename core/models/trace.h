#pragma once

#include <torch/types.h>

#include <functional>
#include <string>
#include <utility>

namespace winnow::models {

/// Receives intermediate tensors by name; an empty one costs nothing. Names follow the reference's own words
/// ("hidden_states.0", "block.3").
class Trace {
public:
    using Sink = std::function<void(const std::string& name, const torch::Tensor& value)>;

    Trace() = default;
    explicit Trace(Sink sink)
        : m_sink(std::move(sink))
    {
    }

    explicit operator bool() const { return bool(m_sink); }
    void operator()(const std::string& name, const torch::Tensor& value) const
    {
        if (m_sink)
            m_sink(name, value);
    }
    /// name + "." + index
    void operator()(const char* name, int64_t index, const torch::Tensor& value) const
    {
        if (m_sink)
            m_sink(name + ("." + std::to_string(index)), value);
    }
    /// The same sink under a prefix: `trace.under("qformer.")`.
    Trace under(const std::string& prefix) const
    {
        if (!m_sink)
            return {};
        return Trace([sink = m_sink, prefix](
                         const std::string& name, const torch::Tensor& value) { sink(prefix + name, value); });
    }

private:
    Sink m_sink;
};

} // namespace winnow::models
