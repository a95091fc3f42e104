#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::store {

class Project;

/// What a check of a project found, one sentence each.
struct Verification {
    std::vector<std::string> problems; ///< something is damaged or contradicts itself
    std::vector<std::string> notes; ///< nothing is wrong, but there is something to know: files that nothing refers to
};

/// Told before each check: which, its number, how many there are. May throw to stop.
using VerifyProgress = std::function<void(std::string_view check, std::int64_t done, std::int64_t total)>;

/// Every check there is on a project: SQLite's own, references, row numbers, texts, columns with their counts, the
/// whole chain of decisions back to the beginning, hashes of selections, vectors and selectors, folders of runs, the
/// text index, symbolic links, orphans of all kinds, in the trash too. At most some hundred sentences. Never throws for
/// what it finds. Cost: reads all of the project once.
Verification verifyProject(Project& project, const VerifyProgress& progress = {});

/// Every pair that can still be read, one JSON object a line with `id`, `image`, `instruction`, `response` or
/// `conversations`, `metrics`, `verdict`, `stars`: for projects that are damaged.
struct RescueReport {
    std::int64_t savedPairs = 0;
    std::int64_t lostPairs = 0;           ///< whose row is known and whose text cannot be read
    std::vector<std::string> lostColumns; ///< metrics of which at least a part cannot be read
};
/// Throws Error: Io, DiskFull, Conflict (the file is there already), BadFile (not even the list of pairs can be read).
RescueReport rescuePairs(Project& project, const std::filesystem::path& out);

} // namespace winnow::store
