#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::cluster {

/// What "near" means.
enum class Metric {
    Euclidean, ///< squared distance; the centre of a cluster is its mean
    Cosine,    ///< 1 − cosine: rows and centres of unit length (spherical k-means, Dhillon and Modha 2001)
};

/// Rows as k-means works on them: around their mean (Euclidean) or of unit length (cosine).
struct Points {
    torch::Tensor rows;         ///< [N, D] f32, contiguous, on the CPU
    torch::Tensor mean;         ///< [D] f32, to be added to centres again; zeros for the cosine
    std::vector<float> lengths; ///< [N] of the rows here
    std::int64_t count = 0;     ///< N
    std::int64_t width = 0;     ///< D
    Metric metric = Metric::Euclidean;

    const float* row(std::int64_t i) const { return rows.data_ptr<float>() + i * width; }
};

/// rows [N, D] of any floating type. A row of zeros has no direction: it stays zero for the cosine, as far from every
/// centre. Throws Error: BadShape, InvalidInput (NaN or infinity).
Points makePoints(const torch::Tensor& rows, Metric metric);

/// Throws Error(InvalidInput) for NaN or infinity. Needs little memory beside the tensor [N, ...].
void requireFinite(const torch::Tensor& rows);

/// Lengths of contiguous f32 rows [N, D].
std::vector<float> rowLengths(const torch::Tensor& rows);

/// Squared Euclidean distance, summed in double precision.
double squaredDistance(const float* a, const float* b, std::int64_t width);

/// Centres [K, D] of any floating type, each brought to unit length; a centre of zeros keeps its place in `before`.
torch::Tensor unitCenters(const torch::Tensor& centers, const torch::Tensor& before);

} // namespace winnow::cluster
