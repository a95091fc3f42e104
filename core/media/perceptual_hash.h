#pragma once

#include "core/base/run_context.h"
#include "core/media/image.h"

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace winnow::media {

/// What is kept of a picture so that it is found again after it was resized, compressed anew or slightly retouched.
struct PictureHash {
    std::uint64_t bits = 0; ///< structure in grey; 0 for a flat picture
    std::array<std::uint8_t, 12>
        colours{};       ///< mean red, green, blue of the upper left, upper right, lower left and lower
                         ///< right quarter: tells a red ball from a blue one, which grey does not
    bool isFlat = false; ///< hardly any structure (grey deviates by less than one of 255 steps): the bits say nothing
    auto operator<=>(const PictureHash&) const = default;
};

/// The picture's 64-bit DCT hash: grey (Rec. 601), averaged over areas to 32 x 32, two-dimensional DCT-II, of its
/// coefficients rows and columns 1 … 8 (0 is the mean); a bit is 1 where the coefficient lies above the median of the
/// 64, row by row, the first one the highest bit. The sides' ratio does not count.
/// Thread: any. Throws Error(InvalidInput): an empty picture.
/// Source: pHash, Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, whose 7 x 7 mean
/// filter is the averaging here.
PictureHash hashPicture(const Image& image);

/// The same of a file, turned upright, a JPEG decoded at a fraction of its size (96 pixels a side are enough). Throws
/// as decodeImage(). Cost: about a quarter of a full decoding.
PictureHash hashPictureFile(const std::filesystem::path& file);

/// SHA-256 of size and pixels, 64 hexadecimal digits: equal for pictures that are equal pixel for pixel, in whatever
/// file format. (Of a file's bytes: file::sha256OfFile.)
std::string pixelSha256(const Image& image);

/// How many of the 64 bits differ.
inline int hammingDistance(std::uint64_t first, std::uint64_t second) { return std::popcount(first ^ second); }

/// Largest difference of two quarters' mean colours, 0 … 255.
int colourDifference(const PictureHash& first, const PictureHash& second);

struct NearPictureOptions {
    int maxDistance = 6; ///< up to so many of the 64 bits may differ in near duplicates, 0 … kSearchedDistance
    int maxColourDifference = 32; ///< and no quarter's mean red, green or blue by more than this
    /// Throws Error(InvalidInput).
    void validate() const;
};

/// A nearest neighbour is looked for up to this distance; what lies farther is no neighbour at all.
inline constexpr int kSearchedDistance = 11;

struct NearPictures {
    std::vector<std::uint32_t>
        groups; ///< beside the hashes: 0, 1, … by their first members; a picture alone has its own
    std::vector<std::uint8_t> distances; ///< to the nearest other one of like colours; kSearchedDistance + 1 = none
};

/// Finds near duplicates among the hashes. Groups are joined link by link: when a is near b and b near c, all three are
/// one group. Flat pictures are near when their colours agree in 32 steps; their distance is then 0.
/// Cost: multi-index search (Norouzi, Punjani and Fleet, CVPR 2012) over four tables of 16 bits, about a microsecond a
/// picture at 100,000; 60 bytes a picture. A picture is compared with 50,000 others at most, which only sets with that
/// many equal blocks of bits reach. Checkpoints every few thousand pictures. Throws Error(InvalidInput).
NearPictures findNearPictures(
    std::span<const PictureHash> hashes, const NearPictureOptions& options, RunContext& context);

} // namespace winnow::media
