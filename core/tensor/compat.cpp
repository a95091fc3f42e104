#include "core/tensor/compat.h"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <torch/types.h>
#include <torch/version.h>

#include <tuple>

#define WINNOW_TORCH_AT_LEAST(major, minor)                                                                            \
    (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace winnow::tensor::compat {

torch::Tensor scaledDotProduct(
    const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v, const std::optional<torch::Tensor>& mask)
{
    const c10::optional<torch::Tensor> added = mask ? c10::optional<torch::Tensor>(*mask) : c10::nullopt;
#if WINNOW_TORCH_AT_LEAST(2, 0)
    return at::scaled_dot_product_attention(q, k, v, added);
#else
    return std::get<0>(at::_scaled_dot_product_attention(q, k, v, added));
#endif
}

void keepFullPrecision()
{
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setAllowTF32CuBLAS(false);
}

namespace {

    bool isEnabled(torch::DeviceType device)
    {
#if WINNOW_TORCH_AT_LEAST(2, 4)
        return at::autocast::is_autocast_enabled(device);
#else
        return device == torch::kCPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
#endif
    }

    torch::ScalarType lowerType(torch::DeviceType device)
    {
#if WINNOW_TORCH_AT_LEAST(2, 4)
        return at::autocast::get_autocast_dtype(device);
#else
        return device == torch::kCPU ? at::autocast::get_autocast_cpu_dtype() : at::autocast::get_autocast_gpu_dtype();
#endif
    }

    void setAutocast(torch::DeviceType device, bool enabled, torch::ScalarType type)
    {
#if WINNOW_TORCH_AT_LEAST(2, 4)
        at::autocast::set_autocast_enabled(device, enabled);
        at::autocast::set_autocast_dtype(device, type);
#else
        if (device == torch::kCPU) {
            at::autocast::set_cpu_enabled(enabled);
            at::autocast::set_autocast_cpu_dtype(type);
            return;
        }
        at::autocast::set_enabled(enabled);
        at::autocast::set_autocast_gpu_dtype(type);
#endif
    }

} // namespace

Autocast::Autocast(torch::DeviceType device, std::optional<torch::ScalarType> type)
    : m_device(device)
    , m_active(type.has_value())
{
    if (!m_active)
        return;
    m_wasEnabled = isEnabled(device);
    m_wasType = lowerType(device);
    setAutocast(device, true, *type);
    at::autocast::increment_nesting();
}

Autocast::~Autocast()
{
    if (!m_active)
        return;
    if (at::autocast::decrement_nesting() == 0)
        at::autocast::clear_cache();
    setAutocast(m_device, m_wasEnabled, m_wasType);
}

} // namespace winnow::tensor::compat
