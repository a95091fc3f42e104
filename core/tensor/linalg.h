#pragma once

#include <torch/types.h>

#include <cstdint>

namespace winnow::tensor {

/// Principal components of N rows (scikit-learn's PCA, full solver, no whitening), in float64 on the CPU.
struct Pca {
    torch::Tensor mean;           ///< [D]
    torch::Tensor components;     ///< [E, D], unit rows, largest variance first
    torch::Tensor variance;       ///< [E], with N - 1 below
    torch::Tensor varianceRatio;  ///< [E], share of all variance
    torch::Tensor singularValues; ///< [E]

    /// rows [M, D] -> [M, E] float64
    torch::Tensor transform(const torch::Tensor& rows) const;
};

/// A component's sign is free; this is how it is fixed.
enum class PcaSign {
    LargestEntry, ///< the component's entry of largest size is positive: independent of the order of rows
    LargestRow,   ///< the row that lies farthest along the component lies on its positive side (scikit-learn 1.2's
                  ///< svd_flip)
};

/// rows [N, D] of any floating type; components <= min(N, D). Throws Error: BadShape, InvalidInput (too many
/// components, NaN or infinity).
Pca computePca(const torch::Tensor& rows, std::int64_t components, PcaSign sign = PcaSign::LargestEntry);

/// Each subset's rows in components of its own: subsets [S, N, D] -> [S, N, E] f32, signs as scikit-learn's
/// (LargestRow). What the published selector was trained on (METHOD 4.5): the bases differ, so column e of one subset
/// and of another do not mean the same. Throws as computePca().
torch::Tensor reduceSubsets(const torch::Tensor& subsets, std::int64_t components);

/// Each row divided by its length; rows of zeros stay zero. [.., D] -> [.., D]
torch::Tensor unitRows(const torch::Tensor& rows);

/// a [N, D], b [M, D] -> [N, M] cosines.
torch::Tensor cosine(const torch::Tensor& a, const torch::Tensor& b);

/// a [N, D], b [M, D] -> [N, M] squared Euclidean distances, never negative.
torch::Tensor squaredDistances(const torch::Tensor& a, const torch::Tensor& b);

} // namespace winnow::tensor
