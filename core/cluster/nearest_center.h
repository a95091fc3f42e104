#pragma once

#include "core/base/run_context.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::cluster {

/// Finds the nearest of K centres for many rows. Products come from blocks of a matrix product in single precision;
/// where the rounding of that leaves more than one centre in question, these are measured again in double precision. So
/// the answer is that of exact arithmetic, whatever the number of threads, and a tie goes to the lower number.
class NearestCenter {
public:
    /// centers [K, D] f32, contiguous, finite; kept by reference count.
    explicit NearestCenter(const torch::Tensor& centers);

    /// rows [N, D] f32, contiguous, finite, with their lengths → centre of each. Never more than 8 MB of distances at a
    /// time (or 32 rows of them, where K is very large). Checkpoints between blocks.
    std::vector<std::int32_t> assign(
        const torch::Tensor& rows, const std::vector<float>& lengths, RunContext& context) const;

private:
    std::int32_t nearest(const float* products, const float* row, float length) const;
    std::int32_t measureAgain(const float* products, const float* row, float limit) const;

    torch::Tensor m_centers;          // [K, D]
    std::vector<float> m_halfSquares; // [K], |c|² / 2
    float m_longest = 0;              // |c|
    float m_rounding = 0;             // bound of a product's rounding, x |row| |c|
};

} // namespace winnow::cluster
