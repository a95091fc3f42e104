#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace winnow::dataset {

/// The tar archives of a folder, by name: a web dataset in shards. Throws Error(Io).
std::vector<std::filesystem::path> findShards(const std::filesystem::path& folder);

/// Key and ending of a member as web datasets have them: what stands before the first point of its file name, with its
/// folders, and what stands after it. The key is empty for a name without one and for hidden files.
struct MemberName {
    std::string_view key;
    std::string_view ending;
};
MemberName splitMember(std::string_view name);

} // namespace winnow::dataset
