#pragma once

#include "core/base/run_context.h"
#include "core/cluster/affinity.h"
#include "core/cluster/points.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::cluster {

struct EigenOptions {
    std::int64_t count = 10;         ///< how many of the smallest eigenvalues, at most one a row
    std::uint64_t seed = 0;          ///< of the first vector; the eigenspaces do not depend on it
    std::int64_t denseRows = 512;    ///< up to so many rows all eigenvectors are computed at once by libtorch
    std::int64_t maxRestarts = 3000; ///< of the Lanczos method, for more rows

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// The smallest eigenvalues of the normalised Laplacian of an affinity without its self-loops,
/// I − D^-1/2 W D^-1/2, and their vectors.
struct EigenPairs {
    torch::Tensor values;        ///< [E] f64, ascending, 0 … 2
    torch::Tensor vectors;       ///< [N, E] f64, columns of unit length, the largest entry of each positive
    std::int64_t components = 0; ///< connected parts of at least two rows; each has the eigenvalue 0 once
};

/// Exact for disconnected graphs: the parts are found first, and their indicator vectors span the eigenvalue 0. Where
/// there are more parts than vectors wanted the parts of most rows are taken. A row without any neighbour has the
/// eigenvalue 1 and no place in the first vectors (as in scikit-learn). Residuals of 1e-10; what a first pass of the
/// Lanczos method misses of equal eigenvalues, a later one finds (decision 0008). Checkpoints between products. Throws
/// Error: InvalidInput (count), TooLarge (more than a quarter of the eigenvectors of more than 4,000 rows), Diverged.
EigenPairs smallestEigenpairs(const Affinity& affinity, const EigenOptions& options, RunContext& context);

struct SpectralOptions {
    enum class Graph { Neighbors, Gaussian };

    std::int64_t clusters = 10;
    Metric metric = Metric::Euclidean; ///< cosine: rows of unit length, so that neighbours are those of largest cosine
    Graph graph = Graph::Neighbors;
    std::int64_t neighbors = 10; ///< of the neighbour graph, the row itself counted
    double gamma = 1;            ///< of the Gaussian affinity
    std::int64_t restarts = 0;   ///< of the k-means on the embedding, 0 as in KMeansOptions
    std::uint64_t seed = 0;
    std::int64_t exactRows = 20'000; ///< above it a neighbour graph is replaced by landmarks
    std::int64_t landmarks = 0;      ///< at any number of rows so many; 0 = above exactRows, landmarksFor() of them

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// Where spectral clustering puts the rows before k-means: the `clusters` smallest eigenvectors, each row divided by
/// the root of its degree; all by one common factor, so that the columns' mean variance is 1 and single precision
/// serves small and large sets alike.
struct SpectralEmbedding {
    torch::Tensor rows;          ///< [N, K] f64; f32 by landmarks
    torch::Tensor eigenvalues;   ///< [K] f64, ascending
    std::int64_t components = 0; ///< as in EigenPairs; by landmarks: parts of their graph
    std::int64_t landmarks = 0;  ///< that stood for the rows; 0 = every row for itself
};

/// Ten a cluster, from 1,000 to 4,000, at most a quarter of the rows, but as many as clusters.
std::int64_t landmarksFor(std::int64_t rows, std::int64_t clusters);

/// Throws as spectral().
SpectralEmbedding spectralEmbedding(const torch::Tensor& rows, const SpectralOptions& options, RunContext& context);

struct SpectralResult {
    std::vector<std::int32_t> labels; ///< cluster of each row, clusters numbered by their smallest row
    torch::Tensor eigenvalues;        ///< [K] f64
    std::int64_t components = 0;
    std::int64_t landmarks = 0; ///< as in SpectralEmbedding
    double inertia = 0;         ///< of the k-means on the embedding
};

/// Spectral clustering as scikit-learn 1.2.1's SpectralClustering computes it (Shi and Malik 2000; von Luxburg 2007),
/// affinity "nearest_neighbors" or "rbf", labels by k-means; eigenspaces complete where the reference leaves them to
/// chance. Above `exactRows` rows by landmarks (embedByLandmarks(), decision 0021). rows [N, D]. Equal seed, equal
/// labels. Throws Error: BadShape, InvalidInput (K > N, neighbours > N, NaN or infinity), TooLarge (more than 2,000
/// clusters by landmarks), and as smallestEigenpairs().
SpectralResult spectral(const torch::Tensor& rows, const SpectralOptions& options, RunContext& context);

} // namespace winnow::cluster
