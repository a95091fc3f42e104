#pragma once

#include "core/base/safetensors.h"

#include <torch/types.h>

#include <cstddef>
#include <optional>
#include <span>

namespace winnow::tensor {

torch::ScalarType fromFileType(safetensors::Type type);
/// Nothing for a type that safetensors files cannot hold.
std::optional<safetensors::Type> toFileType(torch::ScalarType type);

/// The elements of a contiguous tensor on the CPU.
std::span<const std::byte> bytesOf(const torch::Tensor& tensor);

/// A tensor that looks into foreign bytes, which must outlive it; a copy where they are not aligned for their type.
torch::Tensor viewOf(std::span<const std::byte> bytes, torch::ScalarType type, c10::IntArrayRef shape);

/// A tensor with the elements in memory of its own. `bytes` must have exactly the size that type and shape need.
torch::Tensor copyOf(std::span<const std::byte> bytes, torch::ScalarType type, c10::IntArrayRef shape);

/// Tells the system that these bytes of a mapped file are not needed in memory any more; they are read again when
/// touched.
void dropPages(std::span<const std::byte> bytes);

} // namespace winnow::tensor
