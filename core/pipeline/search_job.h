#pragma once

#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace winnow::pipeline {

/// A search by meaning: the pairs whose vectors lie nearest to a typed text.
struct SearchOptions {
    std::string text;
    /// "text" (a sentence encoder), "clip-image" or "clip-text" (CLIP's text tower); empty: "text" where the project
    /// has it, else "clip-image". Computed first when it is not there.
    std::string space;
    std::int64_t limit = 20; ///< nearest pairs in the result
    std::string column;      ///< not empty: the similarity of every pair becomes this metric
    std::string device = "cpu";
    std::map<std::string, std::filesystem::path> models; ///< role -> folder; else the model that made the vectors

    /// Throws Error(InvalidInput): no text, or more than 10,000 characters; no limit.
    void validate() const;
};

/// The name that the window gives to a search's metric.
inline constexpr const char* kSimilarColumn = "similar";

/// Ranks every pair that has a vector by the cosine between it and the text, -1 to 1, six decimals; equal ones by their
/// row. A column of an earlier search is replaced, one of another kind is not. details: text, space, compared, missing,
/// column, hits (id, similarity), nearest first. Throws Error: InvalidInput, NotFound (no model), Unsupported (another
/// space), Conflict (vectors of another model, or a column that no search made).
JobResult runSearch(Workspace& workspace, const SearchOptions& options, RunContext& context);

} // namespace winnow::pipeline
