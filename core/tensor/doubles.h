#pragma once

#include <torch/types.h>

#include <vector>

namespace winnow::tensor {

/// [N], float64, on the CPU
inline torch::Tensor toTensor(const std::vector<double>& values) { return torch::tensor(values, torch::kDouble); }

/// Every value, in row-major order.
inline std::vector<double> toVector(const torch::Tensor& tensor)
{
    const auto flat = tensor.to(torch::kCPU, torch::kDouble).contiguous();
    return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

} // namespace winnow::tensor
