#pragma once

#include "core/tensor/weight_map.h"

#include <filesystem>
#include <optional>
#include <string_view>

namespace winnow::models {

/// The one file of the folder whose name contains `part` and ends in .pth (the first by name when there are several):
/// published files are found under the names their users gave them ("blip2_pretrained_flant5xxl.pth",
/// "pretrained_minigpt4_7b.pth").
std::optional<std::filesystem::path> findOriginalFile(const std::filesystem::path& folder, std::string_view part);

/// What an original BLIP-2 file carries beside queries, norm and Q-Former: text branch, heads, projections to other
/// models.
const tensor::NameMap& blip2Names();

/// What an original EVA file carries beyond `depth` blocks: blocks past it, a final norm, a head; positions of another
/// grid are resized.
tensor::NameMap evaVitNames(int64_t depth, const tensor::WeightFile& file, const std::string& prefix);

} // namespace winnow::models
