#include "core/media/image_header.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace winnow::media {

namespace {

    constexpr const char* kPng = ".png";
    constexpr const char* kJpeg = ".jpg";
    constexpr UndecodedKind kAnimatedWebP{"an animated WebP", kPng};

    [[noreturn]] void failBad(std::string_view what, std::string_view why)
    {
        throw Error(ErrorCode::BadFile, text::join("cannot read picture ", what, ": ", why));
    }

    [[noreturn]] void failUnsupported(std::string_view what, const UndecodedKind& kind)
    {
        throw Error(ErrorCode::Unsupported,
            text::join("cannot read picture ", what, ": it is ", kind.name,
                ", which this build does not decode; convert it to ", kind.betterEnding == kPng ? "PNG" : "JPEG",
                " first, for example with ImageMagick: convert IN OUT", kind.betterEnding));
    }

    constexpr std::uint32_t kStartOfScan = 0xDA;
    constexpr std::uint32_t kEndOfImage = 0xD9;
    constexpr std::uint32_t kExifSegment = 0xE1;

    bool isFrameMarker(std::uint32_t marker)
    {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }
    bool isBareMarker(std::uint32_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8); }

    /// EXIF 2.3: tag 0x0112 of the first directory; 1 where it is absent or out of range.
    int exifOrientation(const HeaderBytes& bytes, std::size_t tiff, std::size_t end)
    {
        const bool little = bytes.startsWith(tiff, "II");
        const auto u16 = [&](std::size_t at) { return little ? bytes.u16le(at) : bytes.u16be(at); };
        const auto u32 = [&](std::size_t at) { return little ? bytes.u32le(at) : bytes.u32be(at); };
        const std::size_t directory = tiff + u32(tiff + 4);
        if (directory < tiff || directory + 2 > end)
            return 1;
        const std::size_t count = u16(directory);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t entry = directory + 2 + 12 * i;
            if (entry + 12 > end)
                return 1;
            const int value = static_cast<int>(u16(entry + 8));
            if (u16(entry) == 0x0112)
                return value >= 1 && value <= 8 ? value : 1;
        }
        return 1;
    }

    /// A marker at or after `at`: its code and where its payload begins and ends (ITU-T T.81 B.1).
    struct Segment {
        std::uint32_t marker = 0;
        std::size_t begin = 0;
        std::size_t end = 0; ///< equal to begin for markers without payload
    };

    /// False past the end of the file.
    bool readSegment(const HeaderBytes& bytes, std::size_t at, Segment& out)
    {
        at = bytes.findFF(at);
        while (at < bytes.size() && bytes.u8(at) == 0xFF)
            ++at;
        if (at >= bytes.size())
            return false;
        out.marker = bytes.u8(at);
        out.begin = out.end = at + 1;
        if (isBareMarker(out.marker) || out.marker == kEndOfImage || out.marker == 0)
            return true;
        if (!bytes.has(at + 1, 2) || bytes.u16be(at + 1) < 2)
            return false;
        out.end = at + 1 + bytes.u16be(at + 1);
        out.begin = at + 3;
        return out.end <= bytes.size();
    }

    ImageHeader parseJpeg(const HeaderBytes& bytes, std::string_view what)
    {
        ImageHeader header{ImageFormat::Jpeg, {}, 1};
        Segment segment;
        for (std::size_t at = 2; readSegment(bytes, at, segment); at = segment.end) {
            if (segment.marker == kExifSegment && bytes.startsWith(segment.begin, std::string_view("Exif\0\0", 6)))
                header.orientation = exifOrientation(bytes, segment.begin + 6, segment.end);
            if (isFrameMarker(segment.marker)) {
                header.size = {
                    static_cast<int>(bytes.u16be(segment.begin + 3)), static_cast<int>(bytes.u16be(segment.begin + 1))};
                return header;
            }
            if (segment.marker == kStartOfScan || segment.marker == kEndOfImage)
                break;
        }
        failBad(what, "the JPEG file ends before its size is given");
    }

    ImageHeader parsePng(const HeaderBytes& bytes, std::string_view what)
    {
        if (!bytes.has(16, 17) || !bytes.startsWith(12, "IHDR"))
            failBad(what, "the PNG file has no complete header");
        if (bytes.u32be(16) > 0x7FFFFFFF || bytes.u32be(20) > 0x7FFFFFFF)
            failBad(what, "the PNG header gives an impossible size");
        return {ImageFormat::Png, {static_cast<int>(bytes.u32be(16)), static_cast<int>(bytes.u32be(20))}, 1};
    }

    ImageHeader parseWebP(const HeaderBytes& bytes, std::string_view what)
    {
        ImageHeader header{ImageFormat::WebP, {}, 1};
        if (!bytes.has(0, 30))
            failBad(what, "the WebP file has no complete header");
        if (bytes.startsWith(12, "VP8X")) {
            if (bytes.u8(20) & 0x02)
                failUnsupported(what, kAnimatedWebP);
            header.size = {static_cast<int>(bytes.u24le(24) + 1), static_cast<int>(bytes.u24le(27) + 1)};
        } else if (bytes.startsWith(12, "VP8L") && bytes.u8(20) == 0x2F) {
            const auto bits = bytes.u32le(21);
            header.size = {static_cast<int>((bits & 0x3FFF) + 1), static_cast<int>((bits >> 14 & 0x3FFF) + 1)};
        } else if (bytes.startsWith(12, "VP8 ") && bytes.startsWith(23, "\x9D\x01\x2A")) {
            header.size = {static_cast<int>(bytes.u16le(26) & 0x3FFF), static_cast<int>(bytes.u16le(28) & 0x3FFF)};
        } else {
            failBad(what, "the WebP file has an unknown first chunk");
        }
        return header;
    }

    ImageHeader parseBmp(const HeaderBytes& bytes, std::string_view what)
    {
        const auto headerSize = bytes.u32le(14);
        if (!bytes.has(0, 26) || (headerSize != 12 && headerSize < 40))
            failBad(what, "the BMP file has no complete header");
        if (headerSize == 12)
            return {ImageFormat::Bmp, {static_cast<int>(bytes.u16le(18)), static_cast<int>(bytes.u16le(20))}, 1};
        const auto width = static_cast<std::int32_t>(bytes.u32le(18));
        const auto height = static_cast<std::int32_t>(bytes.u32le(22));
        if (width < 0 || height == INT32_MIN)
            failBad(what, "the BMP header gives an impossible size");
        return {ImageFormat::Bmp, {width, std::abs(height)}, 1};
    }

    [[noreturn]] void failUnknown(const HeaderBytes& bytes, std::string_view what)
    {
        if (bytes.size() == 0)
            failBad(what, "the file is empty");
        if (const auto kind = findUndecodedKind(bytes))
            failUnsupported(what, *kind);
        failBad(what, "it is not a JPEG, PNG, WebP or BMP file");
    }

    bool isJpegComplete(const HeaderBytes& bytes)
    {
        Segment segment;
        bool inScan = false;
        for (std::size_t at = 2; readSegment(bytes, at, segment); at = segment.end) {
            if (segment.marker == kEndOfImage)
                return inScan;
            inScan = inScan || segment.marker == kStartOfScan;
        }
        return false;
    }

    bool isPngComplete(const HeaderBytes& bytes)
    {
        for (std::size_t at = 8; bytes.has(at, 12); at += std::size_t(12) + bytes.u32be(at))
            if (bytes.startsWith(at + 4, "IEND"))
                return true;
        return false;
    }

    bool isBmpComplete(const HeaderBytes& bytes, const ImageSize& size)
    {
        const bool isOld = bytes.u32le(14) == 12;
        const std::uint64_t bits = isOld ? bytes.u16le(24) : bytes.u16le(28);
        const auto compression = isOld ? 0 : bytes.u32le(30);
        if (compression != 0 && compression != 3)
            return true; // run-length data have no size of their own; the decoder finds their end
        const auto stride = (bits * static_cast<std::uint64_t>(size.width) + 31) / 32 * 4;
        return bytes.u32le(10) + stride * static_cast<std::uint64_t>(size.height) <= bytes.size();
    }

} // namespace

bool HeaderBytes::startsWith(std::size_t at, std::string_view text) const
{
    return has(at, text.size()) && std::memcmp(m_bytes.data() + at, text.data(), text.size()) == 0;
}

std::size_t HeaderBytes::findFF(std::size_t at) const
{
    if (at >= size())
        return size();
    const void* const found = std::memchr(m_bytes.data() + at, 0xFF, size() - at);
    return found == nullptr ? size() : static_cast<std::size_t>(static_cast<const std::byte*>(found) - m_bytes.data());
}

std::optional<UndecodedKind> findUndecodedKind(const HeaderBytes& bytes)
{
    if (bytes.startsWith(0, "GIF87a") || bytes.startsWith(0, "GIF89a"))
        return UndecodedKind{"a GIF", kPng};
    if (bytes.startsWith(4, "ftypavif") || bytes.startsWith(4, "ftypavis"))
        return UndecodedKind{"an AVIF", kJpeg};
    if (bytes.startsWith(4, "ftyphei") || bytes.startsWith(4, "ftypmif1"))
        return UndecodedKind{"a HEIC", kJpeg};
    if (bytes.startsWith(0, std::string_view("II*\0", 4)) || bytes.startsWith(0, std::string_view("MM\0*", 4)))
        return UndecodedKind{"a TIFF", kPng};
    if (bytes.startsWith(0, "RIFF") && bytes.startsWith(8, "WEBPVP8X") && (bytes.u8(20) & 0x02) != 0)
        return kAnimatedWebP;
    return std::nullopt;
}

std::string_view toString(ImageFormat format)
{
    static constexpr std::string_view kNames[] = {"JPEG", "PNG", "WebP", "BMP"};
    return kNames[static_cast<std::size_t>(format)];
}

ImageHeader parseHeader(const HeaderBytes& bytes, std::string_view what)
{
    const auto parse = [&]() -> ImageHeader {
        if (bytes.startsWith(0, "\xFF\xD8\xFF"))
            return parseJpeg(bytes, what);
        if (bytes.startsWith(0, "\x89PNG\r\n\x1A\n"))
            return parsePng(bytes, what);
        if (bytes.startsWith(0, "RIFF") && bytes.startsWith(8, "WEBP"))
            return parseWebP(bytes, what);
        if (bytes.startsWith(0, "BM"))
            return parseBmp(bytes, what);
        failUnknown(bytes, what);
    };
    const ImageHeader header = parse();
    if (header.size.width < 1 || header.size.height < 1)
        failBad(what, text::join("its size is ", header.size.width, " x ", header.size.height));
    return header;
}

void checkComplete(const HeaderBytes& bytes, const ImageHeader& header, std::string_view what)
{
    const auto isComplete = [&] {
        switch (header.format) {
        case ImageFormat::Jpeg:
            return isJpegComplete(bytes);
        case ImageFormat::Png:
            return isPngComplete(bytes);
        case ImageFormat::WebP:
            return bytes.u32le(4) + std::uint64_t(8) <= bytes.size();
        case ImageFormat::Bmp:
            return isBmpComplete(bytes, header.size);
        }
        return false;
    };
    if (!isComplete())
        failBad(what, text::join("the ", toString(header.format), " file is truncated after ", bytes.size(), " bytes"));
}

} // namespace winnow::media
