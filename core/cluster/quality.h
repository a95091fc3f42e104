#pragma once

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace winnow::cluster {

/// Pairs in each cluster 0 … K - 1; negative labels (no cluster) are not counted.
std::vector<std::int64_t> clusterSizes(std::span<const std::int32_t> labels, std::int64_t clusters);

/// Adjusted Rand index of two labellings (Hubert and Arabie 1985): 1 = equal up to names, about 0 = by chance.
/// Throws Error(InvalidInput): lists of unequal length.
double adjustedRandIndex(std::span<const std::int32_t> first, std::span<const std::int32_t> second);

/// Mean silhouette (Rousseeuw 1987), Euclidean, over at most `sampleSize` rows drawn by seed: −1 … 1, higher = tighter
/// and farther apart. 0 when there is one cluster. rows [N, D]. Cost: sampleSize x N distances. Throws
/// Error(InvalidInput).
double silhouette(const torch::Tensor& rows, std::span<const std::int32_t> labels, std::int64_t sampleSize = 2000,
    std::uint64_t seed = 0);

} // namespace winnow::cluster
