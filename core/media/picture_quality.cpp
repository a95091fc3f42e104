#include "core/media/picture_quality.h"

#include "core/base/archive_path.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/media/image_header.h"
#include "core/media/picture_file.h"
#include "core/media/transform.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace winnow::media {

namespace {

    using Histogram = std::array<std::int64_t, 256>;

    double varianceOf(const cv::Mat& values)
    {
        cv::Scalar mean, deviation;
        cv::meanStdDev(values, mean, deviation);
        return deviation[0] * deviation[0];
    }

    double blurOf(const cv::Mat& grey)
    {
        cv::Mat curvature;
        cv::Laplacian(grey, curvature, CV_64F, 1);
        return varianceOf(curvature);
    }

    Histogram histogramOf(const cv::Mat& grey)
    {
        Histogram out{};
        for (int y = 0; y < grey.rows; ++y)
            for (int x = 0; x < grey.cols; ++x)
                ++out[grey.at<std::uint8_t>(y, x)];
        return out;
    }

    void writeGreyMeasures(const Histogram& histogram, double pixels, PictureQuality& out)
    {
        double sum = 0, squares = 0, dark = 0, light = 0;
        for (int grey = 0; grey < 256; ++grey) {
            const auto count = static_cast<double>(histogram[static_cast<std::size_t>(grey)]);
            sum += count * grey;
            squares += count * grey * grey;
            dark += grey <= kDarkGrey ? count : 0;
            light += grey >= kLightGrey ? count : 0;
            if (count > 0)
                out.entropy -= count / pixels * std::log2(count / pixels);
        }
        out.entropy = std::max(0.0, out.entropy); // of one value alone it is −0
        out.brightness = sum / pixels;
        out.contrast = std::sqrt(std::max(0.0, squares / pixels - out.brightness * out.brightness));
        out.darkShare = dark / pixels;
        out.lightShare = light / pixels;
    }

    double uniformShare(const Image& image, double pixels)
    {
        std::vector<std::int64_t> counts(16 * 16 * 16, 0);
        for (std::size_t i = 0; i < image.rgb.size(); i += 3)
            ++counts[static_cast<std::size_t>(
                image.rgb[i] >> 4 << 8 | image.rgb[i + 1] >> 4 << 4 | image.rgb[i + 2] >> 4)];
        return static_cast<double>(*std::max_element(counts.begin(), counts.end())) / pixels;
    }

    /// sqrt(σ²(rg) + σ²(yb)) + 0.3 sqrt(μ²(rg) + μ²(yb)), rg = R − G, yb = (R + G) / 2 − B
    double colorfulnessOf(const Image& image, double pixels)
    {
        std::int64_t sums[2] = {}, squares[2] = {}; // of rg and of twice yb, exact in integers
        for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
            const int red = image.rgb[i], green = image.rgb[i + 1], blue = image.rgb[i + 2];
            const int opponents[2] = {red - green, red + green - 2 * blue};
            for (int k = 0; k < 2; ++k) {
                sums[k] += opponents[k];
                squares[k] += opponents[k] * opponents[k];
            }
        }
        const double means[2] = {static_cast<double>(sums[0]) / pixels, static_cast<double>(sums[1]) / pixels / 2};
        const double variances[2] = {static_cast<double>(squares[0]) / pixels - means[0] * means[0],
            static_cast<double>(squares[1]) / pixels / 4 - means[1] * means[1]};
        return std::sqrt(std::max(0.0, variances[0] + variances[1])) + 0.3 * std::hypot(means[0], means[1]);
    }

} // namespace

PictureQuality measureQuality(const Image& image)
{
    require(image.width > 0 && image.height > 0 && image.rgb.size() == std::size_t(3) * image.width * image.height,
        ErrorCode::InvalidInput, "an empty picture cannot be measured");
    const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data()));
    cv::Mat grey;
    cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
    const double pixels = static_cast<double>(image.width) * image.height;
    PictureQuality out;
    out.blur = blurOf(grey);
    writeGreyMeasures(histogramOf(grey), pixels, out);
    out.uniform = uniformShare(image, pixels);
    out.colorfulness = colorfulnessOf(image, pixels);
    return out;
}

PictureQuality measureQualityFile(const std::filesystem::path& file)
{
    // Decoded at twice the side at least, so that the last step and not the JPEG decoder decides about sharpness.
    auto image = decodeThumbnail(file, 2 * kQualitySide);
    const int longer = std::max(image.width, image.height);
    if (longer > kQualitySide) {
        const auto scaled = [&](int length) {
            return std::max(1, static_cast<int>(static_cast<double>(length) * kQualitySide / longer + 0.5));
        };
        image = resizeBicubic(image, scaled(image.width), scaled(image.height));
    }
    return measureQuality(image);
}

static PictureSize sizeOf(const ImageHeader& header, std::int64_t fileBytes)
{
    PictureSize out{header.size.width, header.size.height, fileBytes};
    if (header.orientation >= 5)
        std::swap(out.width, out.height);
    return out;
}

PictureSize measureSize(const std::filesystem::path& file)
{
    if (!std::filesystem::exists(file) && file::findArchive(file)) {
        const auto content = readPicture(file);
        return sizeOf(
            parseHeader(HeaderBytes(std::as_bytes(std::span(content))), file.string()), std::int64_t(content.size()));
    }
    std::error_code code;
    const auto bytes = std::filesystem::file_size(file, code);
    require(!code, ErrorCode::Io, text::join("cannot tell the size of ", file.string(), ": ", code.message()));
    return sizeOf(readImageHeader(file), static_cast<std::int64_t>(bytes));
}

} // namespace winnow::media
