#pragma once

#include <torch/types.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace winnow::tensor {

/// Stands for a size that may be anything.
inline constexpr std::int64_t kAny = -1;

/// "[2, 77, 512]"
std::string shapeText(c10::IntArrayRef sizes);

/// Throws Error(BadShape) unless x has these sizes; `name` names x in the message.
void expectShape(const torch::Tensor& x, std::initializer_list<std::int64_t> sizes, std::string_view name);

/// Throws Error(BadShape) unless x has this element type.
void expectType(const torch::Tensor& x, torch::ScalarType type, std::string_view name);

} // namespace winnow::tensor
