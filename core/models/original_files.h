#pragma once

#include "core/tensor/weight_map.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::models {

/// The one file of the folder whose name contains `part` and ends in .pth (the first by name when there are several):
/// published files are found under the names their users gave them ("blip2_pretrained_flant5xxl.pth",
/// "pretrained_minigpt4_7b.pth").
std::optional<std::filesystem::path> findOriginalFile(const std::filesystem::path& folder, std::string_view part);

/// Patterns of what an original EVA file carries beyond `depth` blocks: the blocks past it, a final norm, a head.
/// `prefix` is where the tower's names start in the file, `shown` what of it stays in the names that a NameMap sees.
std::vector<std::string> surplusOfEva(
    int64_t depth, const tensor::WeightFile& file, const std::string& prefix, const std::string& shown = {});

/// Patterns of what an original BLIP-2 file carries beside queries, norm and Q-Former: text branch, heads, projections
/// to other language models. `prefix` as above ("model.").
std::vector<std::string> surplusOfBlip2(const tensor::WeightFile& file, const std::string& prefix);

/// A map that ignores these patterns and otherwise keeps names.
tensor::NameMap ignoring(const std::vector<std::string>& patterns, std::vector<tensor::NameMap::Fold> folds = {});

/// Resizes a stored position grid to that of the model's `name` (see resizePositions()).
tensor::NameMap::Fold positionFold(const std::string& name);

} // namespace winnow::models
