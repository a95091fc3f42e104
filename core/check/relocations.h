#pragma once

#include "core/base/run_context.h"
#include "core/domain/finding.h"

#include <cstdint>
#include <filesystem>
#include <set>
#include <vector>

namespace winnow::check {

struct RelocationOptions {
    std::vector<std::filesystem::path> folders; ///< where to look; absent ones and `/` are passed over
    /// Folders with pictures that are there: no proposal moves one of these, relinking would lose them.
    std::set<std::filesystem::path> presentFolders = {};
    std::int64_t maxEntries = 200'000; ///< files and folders looked at, all together
    int maxDepth = 6;                  ///< below each folder
    std::size_t maxNames = 2'000;      ///< missing files whose names are looked for
    std::size_t maxProposals = 5;
};

/// Folders in which files lie that are named like the missing ones: the lowest folder that holds all of these, its
/// counterpart, and how many would be found there. Symbolic links are not followed. One checkpoint a thousand entries.
std::vector<Relocation> findRelocations(
    const std::vector<std::filesystem::path>& missing, const RelocationOptions& options, RunContext& context);

} // namespace winnow::check
