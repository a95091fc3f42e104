#pragma once

#include "core/base/run_context.h"
#include "core/cluster/kmeans.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::cluster {

/// Clusters of one size, and what it took.
struct EqualisedClusters {
    std::vector<std::vector<std::int64_t>> members; ///< of each cluster, `size` of them
    std::int64_t size = 0;                          ///< all members / clusters, rounded down
    std::int64_t moved = 0;                         ///< members that changed their cluster
    std::int64_t dropped = 0;                       ///< members that are in no cluster any more
};

/// Equal sizes as the published InstructionGPT-4 makes them (METHOD 5.2): the clusters that are too large, in their
/// order, give their first members to those that are too small, in their order, until these are full; what is above the
/// size afterwards is cut off at the end. No distance is looked at. Throws Error(InvalidInput): fewer members than
/// clusters.
EqualisedClusters equalise(std::vector<std::vector<std::int64_t>> members);

/// The cheapest assignment of N rows to K clusters whose sizes differ by one at most: costs [N, K], any finite numbers
/// → cluster of each row. Exact: a minimum-cost flow, see BalancedFlow. Cost: about (rows to move) x K². Checkpoints
/// between rows. Throws Error: BadShape, InvalidInput (fewer rows than clusters, NaN or infinity), TooLarge (N K above
/// 50 million).
std::vector<std::int32_t> assignBalanced(const torch::Tensor& costs, RunContext& context);

/// k-means with clusters whose sizes differ by one at most: assignBalanced() takes the place of the nearest centre in
/// Lloyd's algorithm (after Bradley, Bennett and Demiriz, Constrained K-Means Clustering, 2000), starting from the
/// prices of the assignment before; where that is stuck rows of two clusters are exchanged (BalancedSwaps). From 2 to
/// 20 starts, fewer for more work; the lowest inertia wins. Every row keeps a cluster. Result as of kmeans(), and
/// throws as kmeans() and assignBalanced().
KMeansResult balancedKMeans(const torch::Tensor& rows, const KMeansOptions& options, RunContext& context);

} // namespace winnow::cluster
