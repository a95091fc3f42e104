#pragma once

#include "core/store/pair_store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace winnow::store {

/// Where the pictures of an import start, and how many of its pairs had none when last looked for.
struct ImageRootReport {
    std::filesystem::path path;
    std::int64_t pairs = 0;
    std::int64_t missing = 0;
};
std::vector<ImageRootReport> imageRootReports(Project& project);
/// Pairs whose picture was missing when last looked for, at most `limit` of them.
std::vector<StoredPair> missingPictures(Project& project, std::size_t limit);

/// What moving the start of picture paths does.
struct RelinkReport {
    std::int64_t pairs = 0;        ///< whose first picture lies under the old folder, or was moved by a broken-off call
    std::int64_t found = 0;        ///< of these, whose picture is under the new one
    std::vector<std::string> lost; ///< some of those that are not, at the new place
};
/// Told now and then while pictures are looked for; may throw to stop.
using RelinkProgress = std::function<void(std::int64_t done, std::int64_t total)>;
/// What relinkPictures would do; changes nothing.
RelinkReport previewRelink(Project& project, const std::filesystem::path& from, const std::filesystem::path& to,
    const RelinkProgress& progress = {});
/// PairStore::relink with progress; called again after an interruption it goes on.
std::int64_t relinkPictures(Project& project, const std::filesystem::path& from, const std::filesystem::path& to,
    const RelinkProgress& progress = {});

} // namespace winnow::store
