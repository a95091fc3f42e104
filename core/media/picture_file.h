#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace winnow::media {

/// Where the bytes of a picture come from is decided here and nowhere else: a file of its own, or a member of a tar
/// archive under the path `photos.tar/a/1.jpg`. An archive's members are looked up in an index that is made once for an
/// archive of unchanged size and time and kept in memory, 16 bytes a member. Thread: any.

/// The whole picture file, undecoded. Throws Error: NotFound, TooLarge, Io, BadFile (a damaged archive).
std::string readPicture(const std::filesystem::path& path, std::uint64_t maxBytes = std::uint64_t(1) << 30);

/// SHA-256 of those bytes, 64 hexadecimal digits. Throws as readPicture().
std::string sha256OfPicture(const std::filesystem::path& path);

/// Size and time of change of the file, for an archive's member those of the archive: what a cache is keyed by.
struct PictureStamp {
    std::int64_t sizeBytes = 0;
    std::int64_t changedNs = 0;
    bool operator==(const PictureStamp&) const = default;
};
/// Nothing where there is no such file.
std::optional<PictureStamp> findPictureStamp(const std::filesystem::path& path);

/// How a picture looks before it is taken in.
struct PictureCheck {
    bool isThere = false;
    std::string refusal; ///< as refusalOf() says it of the file's first bytes
};
/// Cost: opens the file and reads its first bytes; a member of an archive is only looked up.
PictureCheck checkPicture(const std::filesystem::path& path);

/// Why a picture of this content is not taken ("is a GIF, which this build does not decode; convert it first: convert
/// 'a.gif' 'a.png'"), or empty. `head` is its first 32 bytes or more, `name` is for the command.
std::string refusalOf(std::string_view head, const std::string& name);

} // namespace winnow::media
