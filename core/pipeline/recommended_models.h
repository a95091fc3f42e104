#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// Weights that serve a role well and that Winnow reads. Sizes and licences are as known when this was written: the hub
/// has the last word, and says it before anything is fetched.
struct RecommendedModel {
    std::string role;
    std::string repository;       ///< on the hub; empty = there is no one place to fetch it from, see `note`
    std::string name;             ///< short, for the command line
    std::int64_t bytes = 0;       ///< to fetch, about
    std::int64_t memoryBytes = 0; ///< to score with, about: weights in 32 bits and what is computed with them
    std::string licence;          ///< about
    std::string purpose;          ///< what it makes possible
    std::string note;             ///< what else to know; may be empty
};

/// Role by role, the lightest first.
const std::vector<RecommendedModel>& recommendedModels();
/// By short name or repository, whatever the case of letters.
std::optional<RecommendedModel> findRecommendedModel(std::string_view nameOrRepository);

} // namespace winnow::pipeline
