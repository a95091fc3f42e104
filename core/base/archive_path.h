#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace winnow::file {

/// A path into a tar archive: `shards/0.tar/a/1.jpg` is the member `a/1.jpg` of the file `shards/0.tar`.
struct ArchivePath {
    std::filesystem::path archive;
    std::string member;
};

/// The archive and the member where a part of the path before its last ends in ".tar" and is a regular file; nothing
/// otherwise. Whether the archive has that member is not looked at. Cost: none for paths without such a part.
std::optional<ArchivePath> findArchive(const std::filesystem::path& path);

} // namespace winnow::file
