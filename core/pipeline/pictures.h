#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// Decoded pixels for the window: 8-bit RGB rows without padding, or why there are none.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
    std::string problem; ///< empty when there are pixels
    bool isNull() const { return rgb.empty(); }
};

/// The picture, EXIF turn applied, shrunk so that neither side passes maxSide (0 = full size). Never throws; size and
/// content are checked before memory is taken. Any thread.
Picture loadPicture(const std::filesystem::path& file, int maxSide);

/// Thumbnails kept in `thumbs.sqlite` of a project (a cache: may be deleted at any time). Any thread.
class ThumbnailStore {
public:
    explicit ThumbnailStore(const std::filesystem::path& projectFolder);
    ~ThumbnailStore();
    /// At most `side` pixels a side; from the cache when file size and time are unchanged.
    Picture load(const std::filesystem::path& file, int side);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace winnow::pipeline
