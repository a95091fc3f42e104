#pragma once

#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <filesystem>
#include <vector>

namespace winnow::pipeline {

struct RelinkMove {
    std::filesystem::path from; ///< the folder the pictures were in
    std::filesystem::path to;   ///< the folder they are in now
};

struct RelinkOptions {
    std::vector<RelinkMove> moves; ///< made one after another; all are looked at before the first is made
    enum class Effect { Make, OnlyCount } effect = Effect::Make;
};

/// Tells where pictures have moved. One recipe line a move. details: moves, each with from, to, pairs, found.
/// Throws Error: NotFound (no picture lies under `from`, or none of them under `to`: nothing is changed then).
JobResult runRelink(Workspace& workspace, const RelinkOptions& options, RunContext& context);

/// Where pictures start, how many are missing, and which moves would find them: files of the same names in the folders
/// given, or else near the project and near where the pictures were. details: roots, suggestions, each with from, to,
/// matches (of the missing pictures that were looked for).
JobResult findMissingPictures(
    Workspace& workspace, const std::vector<std::filesystem::path>& places, RunContext& context);

} // namespace winnow::pipeline
