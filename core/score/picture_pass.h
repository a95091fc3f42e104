#pragma once

#include "core/base/run_context.h"
#include "core/score/scorer.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace winnow::score {

/// The different pictures of some pairs, each to be looked at once.
struct DistinctPictures {
    std::vector<std::filesystem::path> files;
    std::vector<std::size_t> fileOf; ///< beside the items; kNone = the pair has no picture
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};
DistinctPictures distinctPictures(const std::vector<ScoreItem>& items);

/// Calls look(index into files) for every picture, several at once on OpenCV's threads, with a checkpoint every 32 of
/// them. → why a picture could not be looked at (what look threw, a winnow::Error), empty where it worked. `look` must
/// only write to a place of its own.
std::vector<std::string> lookAtPictures(
    const DistinctPictures& pictures, RunContext& context, const std::function<void(std::size_t file)>& look);

/// Why the item has no number: it has no picture, or the reason of its picture; empty where it worked.
std::string whyNoPicture(const DistinctPictures& pictures, const std::vector<std::string>& reasons, std::size_t item);

} // namespace winnow::score
