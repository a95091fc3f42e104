#include "core/media/perceptual_hash.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cstdlib>

namespace winnow::media {

namespace {

    constexpr int kSide = 32;       ///< of the grey picture that is transformed
    constexpr int kFrequencies = 8; ///< kept a direction, the constant one left out
    constexpr int kHashedSide = 96; ///< three times kSide: averaging has something to average
    constexpr double kFlatDeviation = 1;

    cv::Mat wrapped(const Image& image)
    {
        return {image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data())};
    }

    /// [32, 32] f64, 0 … 255
    cv::Mat greySquare(const cv::Mat& rgb)
    {
        cv::Mat grey, wide, square;
        cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
        grey.convertTo(wide, CV_64F);
        cv::resize(wide, square, {kSide, kSide}, 0, 0, cv::INTER_AREA);
        return square;
    }

    std::uint64_t structureBits(const cv::Mat& square)
    {
        cv::Mat frequencies;
        cv::dct(square, frequencies);
        std::array<double, kFrequencies * kFrequencies> kept{};
        for (int y = 0; y < kFrequencies; ++y)
            for (int x = 0; x < kFrequencies; ++x)
                kept[static_cast<std::size_t>(y * kFrequencies + x)] = frequencies.at<double>(y + 1, x + 1);
        auto sorted = kept;
        std::sort(sorted.begin(), sorted.end());
        const double median = (sorted[sorted.size() / 2 - 1] + sorted[sorted.size() / 2]) / 2;
        std::uint64_t bits = 0;
        for (const double value : kept)
            bits = bits << 1 | (value > median ? 1 : 0);
        return bits;
    }

    /// A side of one pixel has both halves in it.
    std::array<std::uint8_t, 12> quarterColours(const cv::Mat& rgb)
    {
        std::array<std::uint8_t, 12> out{};
        std::size_t at = 0;
        for (int quarter = 0; quarter < 4; ++quarter) {
            const int width = std::max(1, rgb.cols / 2), height = std::max(1, rgb.rows / 2);
            const int left = quarter % 2 == 0 ? 0 : rgb.cols - width, top = quarter < 2 ? 0 : rgb.rows - height;
            const auto mean = cv::mean(rgb(cv::Rect(left, top, width, height)));
            for (int channel = 0; channel < 3; ++channel)
                out[at++] = cv::saturate_cast<std::uint8_t>(mean[channel]);
        }
        return out;
    }

} // namespace

PictureHash hashPicture(const Image& image)
{
    require(image.width > 0 && image.height > 0 && image.rgb.size() == std::size_t(3) * image.width * image.height,
        ErrorCode::InvalidInput, "an empty picture has no hash");
    const auto rgb = wrapped(image);
    PictureHash out;
    out.colours = quarterColours(rgb);
    const auto square = greySquare(rgb);
    cv::Scalar mean, deviation;
    cv::meanStdDev(square, mean, deviation);
    out.isFlat = deviation[0] < kFlatDeviation;
    if (!out.isFlat)
        out.bits = structureBits(square);
    return out;
}

PictureHash hashPictureFile(const std::filesystem::path& file)
{
    return hashPicture(decodeThumbnail(file, kHashedSide));
}

std::string pixelSha256(const Image& image)
{
    file::Sha256 sha;
    sha.add(text::join(image.width, "x", image.height, ":"));
    sha.add(std::as_bytes(std::span(image.rgb)));
    return sha.hexDigest();
}

int colourDifference(const PictureHash& first, const PictureHash& second)
{
    int largest = 0;
    for (std::size_t i = 0; i < first.colours.size(); ++i)
        largest = std::max(largest, std::abs(int(first.colours[i]) - int(second.colours[i])));
    return largest;
}

} // namespace winnow::media
