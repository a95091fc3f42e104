#pragma once

#include <torch/types.h>
#include <torch/version.h>

#include <optional>

/// Everything that differs between libtorch 1.13 and 2.x, in one place.
namespace winnow::tensor::compat {

/// softmax(q kᵀ / √D + mask) v by the library's fused operator.
///   q [B, H, T, D], k and v [B, H, S, D], mask [B or 1, 1 or H, T, S] added to the scores -> [B, H, T, D]
/// On 1.13 this is the private `_scaled_dot_product_attention`, which on the CPU takes as long as the plain formula.
torch::Tensor scaledDotProduct(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
    const std::optional<torch::Tensor>& mask = std::nullopt);

/// CUDA's convolutions of f32 round to tf32 unless this was called: numbers are compared across devices.
void keepFullPrecision();

/// Operators of this thread run in the lower type where that is safe (torch.autocast), until the end of the scope;
/// nothing happens for an absent type.
class Autocast {
public:
    Autocast(torch::DeviceType device, std::optional<torch::ScalarType> type);
    ~Autocast();
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    torch::DeviceType m_device;
    bool m_active = false;
    bool m_wasEnabled = false;
    torch::ScalarType m_wasType = torch::kFloat;
};

} // namespace winnow::tensor::compat
