#pragma once

#include "core/base/random.h"
#include "core/media/image.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace winnow::check {

/// 128 x 128 pixels of 8 x 8 blocks in random colours: no two seeds look alike.
inline media::Image blocks(std::uint64_t seed)
{
    Random random(seed, "blocks");
    media::Image image{128, 128, std::vector<std::uint8_t>(std::size_t(3) * 128 * 128)};
    std::uint8_t colours[64][3];
    for (auto& colour : colours)
        for (auto& part : colour)
            part = static_cast<std::uint8_t>(random.below(256));
    for (int y = 0; y < 128; ++y)
        for (int x = 0; x < 128; ++x)
            for (int c = 0; c < 3; ++c)
                image.rgb[static_cast<std::size_t>(3 * (128 * y + x) + c)] = colours[8 * (y / 16) + x / 16][c];
    return image;
}

inline void writeFile(const std::filesystem::path& path, const std::string& bytes)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

/// The start of a PNG file that claims this size.
inline std::string pngClaiming(std::uint32_t width, std::uint32_t height)
{
    const auto number = [](std::uint32_t value) {
        std::string out;
        for (int shift = 24; shift >= 0; shift -= 8)
            out += static_cast<char>(value >> shift & 255);
        return out;
    };
    return std::string("\x89PNG\r\n\x1a\n", 8) + number(13) + "IHDR" + number(width) + number(height)
        + std::string("\x08\x02\0\0\0", 5) + number(0) + number(0) + "IEND" + number(0);
}

/// A folder of its own, gone after the test.
class Folder {
public:
    Folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "winnow-check-XXXXXX").string();
        m_path = ::mkdtemp(pattern.data());
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return m_path / name; }

private:
    std::filesystem::path m_path;
};

} // namespace winnow::check
