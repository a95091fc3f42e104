#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace winnow::bench {

/// Rows [N, D] f32 as image vectors are: heaps that overlap, 40 directions that matter, noise on all; a connected graph
/// without clear gaps. Always the same.
torch::Tensor makeVectors(std::int64_t rows, std::int64_t width, std::int64_t heaps, float spread = 0.7f);

/// The heap of each row that makeVectors() makes.
std::vector<std::int32_t> heapsOf(std::int64_t rows, std::int64_t width, std::int64_t heaps);

double secondsOf(const std::function<void()>& work);

/// The most memory that the process has held so far.
double peakMegabytes();

} // namespace winnow::bench
