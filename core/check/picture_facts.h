#pragma once

#include "core/check/repeats.h"
#include "core/media/perceptual_hash.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace winnow::check {

enum class PictureState { Readable, Missing, Unreadable, TooLarge };

/// What a look at a picture file found.
struct PictureFacts {
    PictureState state = PictureState::Missing;
    std::string problem; ///< one sentence; empty when it is readable
    int width = 0;       ///< of a readable one
    int height = 0;
    Digest digest;           ///< of the file's bytes
    media::PictureHash look; ///< of what it shows, EXIF turn applied
    bool isLasting = true; ///< holds as long as the file is unchanged; false where the system would not let it be read
    bool operator==(const PictureFacts&) const = default;

    bool isReadable() const { return state == PictureState::Readable; }
};

/// Reads the header, then decodes the whole picture: what this calls readable, training can read. An empty path is a
/// missing picture. Never throws on what lies there. Cost: one decoding.
PictureFacts inspectPicture(const std::filesystem::path& path);

/// Pictures that show nearly the same: structure and colours agree (media::NearPictureOptions). Flat pictures are like
/// nothing.
bool isLike(const media::PictureHash& first, const media::PictureHash& second);

/// What tells a file from a later state of it: path, size and time of change; empty where there is none.
std::string stampOf(const std::filesystem::path& path);

/// One line for a cache.
std::string toLine(const PictureFacts& facts);
/// The same again; nothing for a line of another version or a damaged one.
std::optional<PictureFacts> factsFromLine(std::string_view line);

} // namespace winnow::check
