#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace winnow::dataset {

/// Tells of many pictures whether they are there. A folder that is asked about often is listed once (half a second for
/// a million names) instead of being asked for each name; a folder that is not there answers for all its names. Holds
/// what it has seen: make one for each pass. Thread: one at a time.
class PictureFinder {
public:
    /// `root` is where relative paths start.
    explicit PictureFinder(std::filesystem::path root);
    PictureFinder(const PictureFinder&) = delete;
    PictureFinder& operator=(const PictureFinder&) = delete;

    /// True where the path leads to a regular file (through links too). Never throws for what lies on the disk: a
    /// folder that cannot be read holds nothing.
    bool isThere(const std::string& path);

private:
    /// Finds a name without a copy of it.
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
    };
    struct Folder {
        bool isAbsent = false;
        bool isListed = false;
        std::size_t asked = 0;
        std::unordered_set<std::string, Hash, std::equal_to<>> files;
    };
    Folder& folderOf(std::string_view folder);
    void list(Folder& folder, const std::string& path) const;
    std::filesystem::path resolved(const std::string& path) const;

    const std::filesystem::path m_root;
    std::unordered_map<std::string, Folder> m_folders;      ///< by their path as the pictures write it
    std::pair<const std::string, Folder>* m_last = nullptr; ///< of them: pictures of a folder follow one another
};

} // namespace winnow::dataset
