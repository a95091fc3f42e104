#pragma once

#include "core/media/perceptual_hash.h"
#include "core/score/scorer.h"
#include "core/text/min_hash.h"

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace winnow::score {

/// A picture's hash as a vector: 64 numbers −1 or 1, one a bit, the highest first (all 0 for a flat picture), then the
/// grid's colours / 255. Squared Euclidean distance is 4 · Hamming distance plus that of the colours, so that the
/// vectors also serve as features that need no model.
inline constexpr std::int64_t kPictureHashDimension = 64 + 3 * media::kColourGrid * media::kColourGrid;
std::vector<float> toVector(const media::PictureHash& hash);
/// The hash that toVector() made it of. vector: [kPictureHashDimension].
media::PictureHash toPictureHash(std::span<const float> vector);

/// Hash vectors of every pair's first picture, as features; pairs without a readable picture are failures. Pictures are
/// decoded on OpenCV's threads, one shared by neighbouring pairs once. Checkpoints every 32 pictures.
ScoreReport runPictureHashes(const ItemSource& items, ScoreSink& sink, RunContext& context);

/// Which file shows each pair's first picture. Pairs of one picture (five captions of one photograph) do not repeat
/// each other's picture, so duplicates are counted in files.
struct PictureFiles {
    static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);
    std::vector<std::uint32_t> numbers; ///< by PairRow: 0, 1, … in order of first use; kNone = the pair has no picture
    std::vector<PairRow> firstRows;     ///< beside the files
};

/// One file under several names (symbolic and hard links) is one; a file that is not there is told by its path. Items
/// must be the rows 0, 1, … in order. Cost: asks the file system once a pair. Checkpoints.
PictureFiles numberPictureFiles(const ItemSource& items, RunContext& context);

/// Signatures of all responses of each pair together, in order of items. Checkpoints.
text::MinHashTable signResponses(const ItemSource& items, RunContext& context);

struct NearestCosineOptions {
    std::int64_t probes = 4; ///< clusters in which a row's neighbour is looked for, its own counted
};

/// Highest cosine of each row to any other row, −1 … 1; NaN for a lone row. Rows are compared with those in the
/// clusters whose mean directions lie nearest to them: exact for one cluster; else a nearest neighbour is missed where
/// it lies in a cluster farther off, which for near duplicates is rare.
///   vectors [N, D]; clusters: one number a row → N values
/// Cost: O(N · probes · N / clusters · D), blocks of 1,024 rows. Checkpoints between blocks. Throws
/// Error(InvalidInput): other counts.
std::vector<double> nearestCosines(const torch::Tensor& vectors, std::span<const std::int32_t> clusters,
    const NearestCosineOptions& options, RunContext& context);

} // namespace winnow::score
