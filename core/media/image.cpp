#include "core/media/image.h"

#include "core/base/archive_path.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/media/image_header.h"
#include "core/media/jpeg.h"
#include "core/media/picture_file.h"
#include "core/media/transform.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <utility>

namespace winnow::media {

namespace {

    constexpr std::uint64_t kMaxFileBytes = std::uint64_t(1) << 30;

    std::span<const std::byte> asBytes(const std::string& content)
    {
        return std::as_bytes(std::span(content.data(), content.size()));
    }

    void checkSize(const ImageHeader& header, std::string_view what, const DecodeOptions& options)
    {
        const auto [width, height] = header.size;
        const auto pixels = static_cast<std::int64_t>(width) * height;
        require(width <= options.maxSide && height <= options.maxSide && pixels <= options.maxPixels,
            ErrorCode::TooLarge, [&] {
                return text::join("cannot read picture ", what, ": it is ", width, " x ", height, ", the limit is ",
                    options.maxPixels / 1'000'000, " million pixels and ", options.maxSide, " a side");
            });
    }

    /// OpenCV's decoder; `reduction` is 1, 2, 4 or 8.
    cv::Mat decodeBgr(std::span<const std::byte> bytes, std::string_view what, const ImageHeader& header, int reduction)
    {
        const int mode = reduction == 8 ? cv::IMREAD_REDUCED_COLOR_8
            : reduction == 4            ? cv::IMREAD_REDUCED_COLOR_4
            : reduction == 2            ? cv::IMREAD_REDUCED_COLOR_2
                                        : cv::IMREAD_COLOR;
        cv::Mat bgr;
        try {
            const cv::Mat wrapped(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
            bgr = cv::imdecode(wrapped, mode | cv::IMREAD_IGNORE_ORIENTATION);
        } catch (const cv::Exception& e) {
            throw Error(ErrorCode::BadFile, text::join("cannot read picture ", what, ": ", e.err));
        }
        require(!bgr.empty() && bgr.type() == CV_8UC3, ErrorCode::BadFile, [&] {
            return text::join("cannot read picture ", what, ": its ", toString(header.format), " data are damaged");
        });
        return bgr;
    }

    Image toImage(const cv::Mat& bgr)
    {
        Image image{bgr.cols, bgr.rows, {}};
        image.rgb.resize(std::size_t(3) * bgr.cols * bgr.rows);
        cv::Mat rgb(bgr.rows, bgr.cols, CV_8UC3, image.rgb.data());
        cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
        return image;
    }

    /// `reduction` is 1, 2, 4 or 8; pictures that are no JPEG take 1.
    Image decode(std::span<const std::byte> bytes, std::string_view what, const ImageHeader& header, int reduction)
    {
        if (header.format == ImageFormat::Jpeg)
            if (auto image = decodeJpeg(bytes, header.size, reduction))
                return std::move(*image);
        return toImage(decodeBgr(bytes, what, header, reduction));
    }

    /// The picture as a viewer shows it, given EXIF orientation 1 … 8 (5 … 8 swap the sides).
    Image turned(Image image, int orientation)
    {
        if (orientation <= 1)
            return image;
        cv::Mat from(image.height, image.width, CV_8UC3, image.rgb.data());
        const bool swaps = orientation >= 5;
        Image out{swaps ? image.height : image.width, swaps ? image.width : image.height, {}};
        out.rgb.resize(image.rgb.size());
        cv::Mat to(out.height, out.width, CV_8UC3, out.rgb.data());
        switch (orientation) {
        case 2:
            cv::flip(from, to, 1);
            break;
        case 3:
            cv::rotate(from, to, cv::ROTATE_180);
            break;
        case 4:
            cv::flip(from, to, 0);
            break;
        case 5:
            cv::transpose(from, to);
            break;
        case 6:
            cv::rotate(from, to, cv::ROTATE_90_CLOCKWISE);
            break;
        case 7:
            cv::rotate(from, from, cv::ROTATE_180);
            cv::transpose(from, to);
            break;
        default:
            cv::rotate(from, to, cv::ROTATE_90_COUNTERCLOCKWISE);
            break;
        }
        return out;
    }

    struct Opened {
        std::string content;
        ImageHeader header;
    };

    Opened openPicture(const std::filesystem::path& path, const DecodeOptions& options)
    {
        Opened out;
        if (!file::findArchive(path)) {
            // The header decides before the whole file is read.
            const file::MemoryMap map(path);
            out.header = parseHeader(HeaderBytes(map.bytes()), path.string());
            checkSize(out.header, path.string(), options);
        }
        out.content = readPicture(path, kMaxFileBytes);
        out.header = parseHeader(HeaderBytes(asBytes(out.content)), path.string());
        checkSize(out.header, path.string(), options);
        checkComplete(HeaderBytes(asBytes(out.content)), out.header, path.string());
        return out;
    }

    void requireWhole(const Image& image)
    {
        require(image.width > 0 && image.height > 0 && image.rgb.size() == std::size_t(3) * image.width * image.height,
            ErrorCode::InvalidInput, "cannot encode an empty picture");
    }

} // namespace

ImageHeader readImageHeader(const std::filesystem::path& path)
{
    if (file::findArchive(path))
        return parseHeader(HeaderBytes(asBytes(readPicture(path, kMaxFileBytes))), path.string());
    const file::MemoryMap map(path);
    return parseHeader(HeaderBytes(map.bytes()), path.string());
}

ImageSize readImageSize(const std::filesystem::path& path) { return readImageHeader(path).size; }

Image decodeImage(const std::filesystem::path& path, const DecodeOptions& options)
{
    const Opened opened = openPicture(path, options);
    Image image = decode(asBytes(opened.content), path.string(), opened.header, 1);
    return options.applyExif ? turned(std::move(image), opened.header.orientation) : image;
}

Image decodeImage(std::span<const std::byte> bytes, std::string_view what, const DecodeOptions& options)
{
    const HeaderBytes raw(bytes);
    require(bytes.size() <= kMaxFileBytes, ErrorCode::TooLarge,
        text::join("cannot read picture ", what, ": it has over 1 GB"));
    const ImageHeader header = parseHeader(raw, what);
    checkSize(header, what, options);
    checkComplete(raw, header, what);
    Image image = decode(bytes, what, header, 1);
    return options.applyExif ? turned(std::move(image), header.orientation) : image;
}

/// The longer side becomes `side`, or less down to `least` where a JPEG decoded at a fraction of its size has that.
static Image decodeShrunk(const std::filesystem::path& path, int side, int least)
{
    require(side >= 1, ErrorCode::InvalidInput, text::join("a thumbnail of side ", side, " is impossible"));
    const Opened opened = openPicture(path, {});
    const int longer = std::max(opened.header.size.width, opened.header.size.height);
    int reduction = 1;
    while (opened.header.format == ImageFormat::Jpeg && reduction < 8 && longer / (2 * reduction) >= least)
        reduction *= 2;
    Image image = decode(asBytes(opened.content), path.string(), opened.header, reduction);
    const int longerNow = std::max(image.width, image.height);
    if (longerNow > side) {
        const auto scaled = [&](int length) {
            return std::max(1, static_cast<int>(static_cast<double>(length) * side / longerNow + 0.5));
        };
        image = resizeBicubic(image, scaled(image.width), scaled(image.height));
    }
    return turned(std::move(image), opened.header.orientation);
}

Image decodeThumbnail(const std::filesystem::path& path, int side) { return decodeShrunk(path, side, side); }

Image decodePreview(const std::filesystem::path& path, int side) { return decodeShrunk(path, side, side - side / 16); }

std::string encodeJpeg(const Image& image, int quality)
{
    require(quality >= 1 && quality <= 100, ErrorCode::InvalidInput,
        text::join("JPEG quality ", quality, " is not 1 to 100"));
    requireWhole(image);
    return encodeJpegAt(image, quality);
}

std::string encodePng(const Image& image)
{
    requireWhole(image);
    const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data()));
    std::vector<unsigned char> bytes;
    try {
        cv::Mat bgr;
        cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
        cv::imencode(".png", bgr, bytes, {cv::IMWRITE_PNG_COMPRESSION, 6});
    } catch (const cv::Exception& e) {
        throw Error(ErrorCode::InvalidInput,
            text::join("cannot encode a picture of ", image.width, " x ", image.height, " as PNG: ", e.err));
    }
    return std::string(bytes.begin(), bytes.end());
}

} // namespace winnow::media
