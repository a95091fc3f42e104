#pragma once

#include "core/base/run_context.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::cluster {

/// The nearest rows of every row.
struct Neighbors {
    torch::Tensor rows;    ///< [N, n] i64, nearest first; the row itself comes first, equal distances by lower row
    torch::Tensor squares; ///< [N, n] f64 squared Euclidean distances, 0 for the row itself
};

/// Exact, by blocks: memory for the result and a few thousand rows beside the given ones. rows [N, D]; 1 <= count <= N,
/// the row itself counted. Cost: N² D multiplications. Checkpoints between blocks. Throws Error: BadShape, InvalidInput
/// (count, NaN or infinity).
Neighbors nearestNeighbors(const torch::Tensor& rows, std::int64_t count, RunContext& context);

/// A symmetric matrix of weights 0 … 1 between N rows, without its zeros: row i has columns[starts[i] … starts[i + 1]),
/// ascending.
struct Affinity {
    std::int64_t count = 0;           ///< N
    std::vector<std::int64_t> starts; ///< N + 1
    std::vector<std::int32_t> columns;
    std::vector<double> weights;

    torch::Tensor toDense() const; ///< [N, N] f64
};

/// Weight 1 where two rows are among each other's nearest, 0.5 where only one of them is, 1 for the row itself:
/// scikit-learn's affinity "nearest_neighbors". Throws as nearestNeighbors().
Affinity neighborAffinity(const torch::Tensor& rows, std::int64_t count, RunContext& context);

/// exp(−gamma · squared distance) between all rows. Throws Error: BadShape, InvalidInput (gamma, NaN or infinity),
/// TooLarge (more than 8,000 rows: it grows with N²).
Affinity gaussianAffinity(const torch::Tensor& rows, double gamma, RunContext& context);

} // namespace winnow::cluster
