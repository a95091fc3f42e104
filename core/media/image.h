#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::media {

/// A picture in memory: rows from top to bottom, three bytes (red, green, blue) a pixel, no padding.
struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb; ///< 3 * width * height bytes

    bool empty() const { return rgb.empty(); }
    const std::uint8_t* row(int y) const { return rgb.data() + std::size_t(3) * width * y; }
    bool operator==(const Image&) const = default;
};

enum class ImageFormat { Jpeg, Png, WebP, Bmp };

/// "JPEG", "PNG", …
std::string_view toString(ImageFormat format);

struct ImageSize {
    int width = 0;
    int height = 0;
    bool operator==(const ImageSize&) const = default;
};

/// What the first bytes of a picture file say; nothing is decoded for it.
struct ImageHeader {
    ImageFormat format = ImageFormat::Jpeg;
    ImageSize size;      ///< as stored, before any EXIF turn
    int orientation = 1; ///< EXIF orientation 1 … 8 of a JPEG file; 1 = upright
};

struct DecodeOptions {
    bool applyExif = false; ///< turn the picture as its EXIF orientation says (the model pipelines do not)
    std::int64_t maxPixels = 100'000'000; ///< larger pictures are refused before they are decoded
    int maxSide = 65'500;                 ///< the same for one side
};

/// Size, format and orientation from the file's header. Cost: reads a few hundred bytes of most files, all marker
/// segments of a JPEG. Throws Error: NotFound, Io, BadFile (not a picture, broken header), Unsupported (GIF, AVIF,
/// HEIC, TIFF: says how to convert).
ImageHeader readImageHeader(const std::filesystem::path& path);

/// As readImageHeader(), the size alone.
ImageSize readImageSize(const std::filesystem::path& path);

/// The picture of a JPEG, PNG, WebP or BMP file. Alpha is dropped, palette and grey become RGB, 16 bits become 8,
/// colour profiles are ignored, as Pillow's convert("RGB") does. JPEG pixels agree with Pillow's (libjpeg-turbo,
/// accurate integer DCT, smooth upsampling). Thread: any. Throws Error: NotFound, Io, TooLarge (before decoding),
/// BadFile (not a picture, truncated, damaged), Unsupported.
Image decodeImage(const std::filesystem::path& path, const DecodeOptions& options = {});

/// The same from the bytes of a file; `what` names it in messages.
Image decodeImage(std::span<const std::byte> bytes, std::string_view what, const DecodeOptions& options = {});

/// The picture turned upright and shrunk so that its longer side is at most `side` (never enlarged); a JPEG is decoded
/// at a fraction of its size where that suffices. Throws as decodeImage().
Image decodeThumbnail(const std::filesystem::path& path, int side);

/// As decodeThumbnail(), but a JPEG may come up to a sixteenth smaller where a fraction of its size gives that: a
/// photograph of 500 pixels is decoded at half its size for a side of 256, in half the time. For looking at.
Image decodePreview(const std::filesystem::path& path, int side);

/// The bytes of a JPEG file, quality 1 … 100; 4:2:0 chroma. Equal pictures give equal bytes. Throws
/// Error(InvalidInput).
std::string encodeJpeg(const Image& image, int quality = 90);

/// The bytes of a PNG file. Throws Error(InvalidInput).
std::string encodePng(const Image& image);

} // namespace winnow::media
