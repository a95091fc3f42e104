#pragma once

#include "core/base/run_context.h"

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace winnow::score {

/// How much a picture repeats the others: the mean over all other rows of the correlation with them, after the set's
/// mean vector is taken off every row. −1 … 1, low = the set has little like it. PRISM keeps the lowest.
///   vectors [N, D] finite → N values; a row without any spread correlates 0 with all; a lone row gets 0
/// Correlation is Pearson's over the D numbers of two rows; the sum over all others is one product with the sum of the
/// unit rows, O(N D). Source: PRISM (arXiv 2502.12119), METHOD 12.
std::vector<double> prismScores(const torch::Tensor& vectors);

/// How near a row is to one that SemDeDup prefers to it: inside each cluster rows are ordered from the farthest from
/// the cluster's centroid (by cosine; "keep hard") to the nearest, ties by row, and the value is the largest cosine to
/// any row before it, 0 for the first and where all are negative. Keeping `value <= 1 − ε` is the rule of the paper's
/// code for that ε, for every ε at once.
///   vectors [N, D]; clusters: one number a row → N values, 0 … 1
/// A row is compared with all rows before it, also with those that the rule itself drops, as in the published code
/// (facebookresearch/SemDeDup, semdedup.py); comparing with kept rows alone would drop at most as many. Checkpoints
/// between blocks. Source: SemDeDup (arXiv 2303.09540). Throws Error(InvalidInput): other counts.
std::vector<double> semdedupScores(
    const torch::Tensor& vectors, std::span<const std::int32_t> clusters, RunContext& context);

struct KCenterOptions {
    std::uint64_t seed = 0;
    std::int64_t maxPicks = 20'000; ///< after so many, the rest is ranked by distance to what is picked, far ones first
};

struct KCenterOrder {
    std::vector<std::int64_t> ranks; ///< 1 = picked first
    std::vector<double> radii; ///< after this pick every row lies within this Euclidean distance of a picked one; 0 for
                               ///< the last
};

/// The order in which greedy k-center picks rows: a first one drawn by the seed, then always the row farthest from all
/// picked so far, the lower row at a tie. The smallest radius that any k centres could reach is at least half of that
/// of the first k ranks. O(N D) a pick. Behind maxPicks ranks follow the distances of then, and radii are upper bounds.
/// Source: Gonzalez, Theoretical Computer Science 38, 1985; as core-set selection Sener and Savarese, ICLR 2018 (arXiv
/// 1708.00489). Checkpoints between picks. Throws Error(InvalidInput).
KCenterOrder kCenterOrder(const torch::Tensor& vectors, const KCenterOptions& options, RunContext& context);

} // namespace winnow::score
