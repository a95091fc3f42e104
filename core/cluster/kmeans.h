#pragma once

#include "core/base/run_context.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::cluster {

struct KMeansOptions {
    std::int64_t clusters = 10;
    std::int64_t restarts = 10; ///< n_init: the run with the lowest inertia wins, the earlier one at equal inertia
    std::int64_t maxIterations = 300; ///< of Lloyd's algorithm, a restart
    double tolerance =
        1e-4; ///< x mean variance of the features: squared movement of all centres at which a restart ends
    std::uint64_t seed = 0;

    /// Throws Error(InvalidInput).
    void validate() const;
};

struct KMeansResult {
    std::vector<std::int32_t> labels; ///< cluster of each row
    torch::Tensor centers;            ///< [K, D] f32
    double inertia = 0;               ///< sum of squared distances to the own centre
    std::int64_t iterations = 0;      ///< of the winning run
};

/// k-means as scikit-learn 1.2 computes it: greedy k-means++ (2 + ln K trials a centre; Arthur and Vassilvitskii 2007),
/// Lloyd's algorithm on centred rows, an empty cluster takes the row farthest from its centre. Numbers of its own
/// random streams, so labels equal scikit-learn's only where the clusters are clear. Equal seed, equal labels; clusters
/// are numbered by their smallest row.
///   rows [N, D] of any floating type, N >= K; finite
/// Checkpoints between iterations. Throws Error: InvalidInput (fewer rows than clusters, NaN or infinity), BadShape.
KMeansResult kmeans(const torch::Tensor& rows, const KMeansOptions& options, RunContext& context);

/// Lloyd's algorithm from given centres [K, D]: deterministic, the nearest centre with the lower number wins a tie,
/// clusters keep their numbers. Follows scikit-learn to the label. Throws as kmeans().
KMeansResult lloyd(
    const torch::Tensor& rows, const torch::Tensor& centers, const KMeansOptions& options, RunContext& context);

/// Cluster of each row for given centres, the nearest with the lower number at a tie.
std::vector<std::int32_t> assign(const torch::Tensor& rows, const torch::Tensor& centers);

} // namespace winnow::cluster
