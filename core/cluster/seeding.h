#pragma once

#include "core/base/random.h"
#include "core/base/run_context.h"
#include "core/cluster/points.h"

#include <torch/types.h>

#include <cstdint>

namespace winnow::cluster {

/// First centres by greedy k-means++ (Arthur and Vassilvitskii 2007): a row is drawn with probability in proportion to
/// its squared distance to the centres so far, 2 + ln K of them for each centre, and the one that lowers the sum of
/// these most is taken.
///
/// From 20 K rows on, and 16,384 at least, a sample of so many rows stands for all. For 128 centres and more,
/// candidates are drawn for eight centres at once, so that one pass over the rows measures them all; a candidate whose
/// distance has shrunk since is refused in proportion, which leaves the probabilities those of k-means++ (rejection
/// sampling, Cohen-Addad et al. 2020). Returns [K, D] f32, rows of `points`. Checkpoints between passes.
torch::Tensor drawCenters(const Points& points, std::int64_t clusters, Random& random, RunContext& context);

} // namespace winnow::cluster
