#pragma once

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/trace.h"
#include "core/tensor/safetensors_io.h"
#include "core/tensor/shape.h"
#include "tests/golden/golden.h"

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace winnow::golden {

/// The tensors of a set's golden.safetensors, on the device that is checked.
class GoldenSet {
public:
    GoldenSet(const std::filesystem::path& dir, const torch::Device& device)
        : m_tensors(tensor::loadSafetensors(dir / "golden.safetensors"))
        , m_device(device)
    {
    }

    bool has(const std::string& name) const { return m_tensors.contains(name); }
    torch::Tensor operator()(const std::string& name) const
    {
        const auto found = m_tensors.find(name);
        require(found != m_tensors.end(), ErrorCode::NotFound, text::join("golden.safetensors has no ", name));
        return found->second.to(m_device);
    }
    /// Undefined where the set has none.
    torch::Tensor find(const std::string& name) const { return has(name) ? (*this)(name) : torch::Tensor(); }
    std::vector<std::string> namesUnder(const std::string& prefix) const
    {
        std::vector<std::string> names;
        for (const auto& [name, value] : m_tensors)
            if (name.starts_with(prefix))
                names.push_back(name);
        return names;
    }

private:
    tensor::NamedTensors m_tensors;
    torch::Device m_device;
};

inline std::vector<double> toDoubles(const torch::Tensor& x)
{
    const auto flat = x.detach().to(torch::kCPU, torch::kDouble).contiguous();
    return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// Shapes and values; a golden of one number may stand for a scalar.
inline bool compare(Reporter& reporter, const std::string& name, const torch::Tensor& got, const torch::Tensor& want,
    Tolerance tolerance = {})
{
    if (got.sizes() != want.sizes() && (got.numel() != 1 || want.numel() != 1)) {
        reporter.fail(
            name, text::join("is ", tensor::shapeText(got.sizes()), ", expected ", tensor::shapeText(want.sizes())));
        return false;
    }
    return reporter.compare(name, toDoubles(got), toDoubles(want), tolerance);
}

/// Only rows [B, T] whose mask is not 0; padding need not match.
inline bool compareKept(Reporter& reporter, const std::string& name, const torch::Tensor& got,
    const torch::Tensor& want, const torch::Tensor& mask, Tolerance tolerance = {})
{
    if (!mask.defined() || got.sizes() != want.sizes())
        return compare(reporter, name, got, want, tolerance);
    const auto kept = mask.to(torch::kBool).to(got.device());
    return compare(reporter, name, got.index({kept}), want.index({kept}), tolerance);
}

/// 1e-3 of the largest entry.
inline bool compareGradient(
    Reporter& reporter, const std::string& name, const torch::Tensor& got, const torch::Tensor& want)
{
    if (!got.defined()) {
        reporter.fail(name, "no gradient arrived");
        return false;
    }
    return compare(reporter, name, got, want, {std::max(1e-3 * want.abs().max().item<double>(), 1e-9), 0});
}

inline bool compareIds(Reporter& reporter, const std::string& name, const torch::Tensor& got, const torch::Tensor& want)
{
    const bool isRight = got.sizes() == want.sizes() && got.cpu().equal(want.cpu());
    return reporter.expect(name, isRight,
        isRight ? text::join(want.numel(), " ids, exact")
                : text::join("ids differ, shape ", tensor::shapeText(got.sizes()), ", expected ",
                    tensor::shapeText(want.sizes())));
}

/// Collects what a model traces.
class TraceMap {
public:
    models::Trace trace()
    {
        return models::Trace([this](const std::string& name, const torch::Tensor& value) { m_values[name] = value; });
    }
    bool has(const std::string& name) const { return m_values.contains(name); }
    torch::Tensor operator()(const std::string& name) const
    {
        const auto found = m_values.find(name);
        require(found != m_values.end(), ErrorCode::Internal, text::join("the model does not trace ", name));
        return found->second;
    }

private:
    std::map<std::string, torch::Tensor> m_values;
};

/// Every golden tensor under the prefix against what was traced by its name; kept rows only where a mask is given.
inline void compareTraced(Reporter& reporter, const GoldenSet& set, const TraceMap& traced, const std::string& prefix,
    const torch::Tensor& mask = {})
{
    for (const auto& name : set.namesUnder(prefix)) {
        if (!traced.has(name)) {
            reporter.fail(name, "the model traces nothing of this name");
            continue;
        }
        const auto want = set(name);
        const bool perToken = mask.defined() && want.dim() == 3 && want.size(1) == mask.size(1);
        compareKept(reporter, name, traced(name), want, perToken ? mask : torch::Tensor());
    }
}

/// The gradient of every golden "grad.NAME" against that of the parameter NAME.
inline void compareGradients(Reporter& reporter, const GoldenSet& set, const torch::nn::Module& module)
{
    const auto parameters = module.named_parameters();
    for (const auto& name : set.namesUnder("grad.")) {
        const auto* parameter = parameters.find(name.substr(5));
        if (parameter == nullptr)
            reporter.fail(name, "the model has no such parameter");
        else
            compareGradient(reporter, name, parameter->grad(), set(name));
    }
}

} // namespace winnow::golden
