#pragma once

#include "core/base/run_context.h"
#include "core/cluster/points.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::cluster {

struct KMeansOptions {
    std::int64_t clusters = 10;
    Metric metric = Metric::Euclidean;
    /// n_init: the run with the lowest inertia wins, the earlier one at equal inertia. 0 = 10, fewer where rows x
    /// centres x width exceeds 3e8, one from 3e9 on (scikit-learn runs once after k-means++ too since 1.4).
    std::int64_t restarts = 0;
    std::int64_t maxIterations = 300; ///< of Lloyd's algorithm, a restart
    double tolerance =
        1e-4; ///< x mean variance of the features: squared movement of all centres at which a restart ends
    std::uint64_t seed = 0;

    /// Throws Error(InvalidInput).
    void validate() const;
};

struct KMeansResult {
    std::vector<std::int32_t> labels; ///< cluster of each row
    torch::Tensor centers;            ///< [K, D] f32; of unit length for the cosine
    double inertia = 0; ///< sum of squared distances to the own centre; for the cosine 2 x the sum of 1 − cosine
    std::int64_t iterations = 0; ///< of the winning run
    std::int64_t restarts = 1;   ///< that were made
};

/// k-means as scikit-learn 1.2 computes it: greedy k-means++ (drawCenters()), Lloyd's algorithm on centred rows, an
/// empty cluster takes the row farthest from its centre. Numbers of its own random streams, so labels equal
/// scikit-learn's only where the clusters are clear. Equal seed, equal labels; clusters are numbered by their smallest
/// row. With the cosine: rows and centres of unit length.
///   rows [N, D] of any floating type, N >= K; finite
/// Memory: the rows twice and 8 MB. Checkpoints within iterations. Throws Error: InvalidInput (fewer rows than
/// clusters, NaN or infinity), BadShape.
KMeansResult kmeans(const torch::Tensor& rows, const KMeansOptions& options, RunContext& context);

/// Lloyd's algorithm from given centres [K, D]: deterministic, the nearest centre with the lower number wins a tie,
/// clusters keep their numbers. Follows scikit-learn to the label. Throws as kmeans().
KMeansResult lloyd(
    const torch::Tensor& rows, const torch::Tensor& centers, const KMeansOptions& options, RunContext& context);

/// Clusters in the order of their smallest row.
void numberByFirstRow(KMeansResult& result);

/// Cluster of each row for given centres, the nearest with the lower number at a tie.
std::vector<std::int32_t> assign(const torch::Tensor& rows, const torch::Tensor& centers);

} // namespace winnow::cluster
