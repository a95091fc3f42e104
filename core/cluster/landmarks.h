#pragma once

#include "core/base/run_context.h"

#include <torch/types.h>

#include <cstdint>

namespace winnow::cluster {

struct LandmarkOptions {
    std::int64_t columns = 10; ///< K, of the embedding
    std::int64_t count = 1000; ///< P landmarks, K <= P <= N
    std::int64_t nearest = 5;  ///< landmarks that a row is linked with
    std::uint64_t seed = 0;

    /// Throws Error(InvalidInput).
    void validate() const;
};

struct LandmarkEmbedding {
    torch::Tensor rows;          ///< [N, K] f32: left singular vectors of the graph of rows and landmarks
    torch::Tensor eigenvalues;   ///< [K] f64, ascending, 0 … 1: of its Laplacian
    std::int64_t components = 0; ///< connected parts of that graph
};

/// Where landmark-based spectral clustering puts the rows [N, D] (Chen and Cai, AAAI 2011): P landmarks (k-means
/// centres of a sample) stand for the rows; each row is linked with the nearest of them, by weights exp(−d² / 2h²) that
/// sum to 1, h the mean distance of such links; the eigenvectors of this graph come from a P x P matrix. Time grows
/// with N P D instead of N² D, memory with N K. Checkpoints between blocks. Throws Error: BadShape, InvalidInput.
LandmarkEmbedding embedByLandmarks(const torch::Tensor& rows, const LandmarkOptions& options, RunContext& context);

} // namespace winnow::cluster
