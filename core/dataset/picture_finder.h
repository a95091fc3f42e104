#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace winnow::dataset {

/// Tells of many pictures whether they are there. A folder that is asked about often is listed once (half a second for
/// a million names) instead of being asked for each name; a folder that is not there answers for all its names. Holds
/// what it has seen: make one for each pass. Thread: one at a time.
class PictureFinder {
public:
    /// `root` is where relative paths start.
    explicit PictureFinder(std::filesystem::path root);

    /// True where the path leads to a regular file (through links too). Never throws for what lies on the disk: a
    /// folder that cannot be read holds nothing.
    bool isThere(const std::string& path);

private:
    struct Folder {
        bool isAbsent = false;
        bool isListed = false;
        std::size_t asked = 0;
        std::unordered_set<std::string> files;
    };
    Folder& folderOf(const std::string& folder);
    void list(Folder& folder, const std::string& path) const;
    std::filesystem::path resolved(const std::string& path) const;

    const std::filesystem::path m_root;
    std::unordered_map<std::string, Folder> m_folders; ///< by their path as the pictures write it
};

} // namespace winnow::dataset
