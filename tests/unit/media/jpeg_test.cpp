#include "core/media/jpeg.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <gtest/gtest.h>

namespace winnow::media {
namespace {

    /// Soft colours with noise: every block has something in it.
    Image scene(int width, int height, Random& random)
    {
        Image out{width, height, {}};
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                for (int c = 0; c < 3; ++c)
                    out.rgb.push_back(static_cast<std::uint8_t>(
                        (x * (c + 1) + y * (3 - c)) % 200 + static_cast<int>(random.below(56))));
        return out;
    }

    cv::Mat toBgr(const Image& image)
    {
        const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.rgb.data()));
        cv::Mat bgr;
        cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
        return bgr;
    }

    std::span<const std::byte> asBytes(const std::string& text)
    {
        return std::as_bytes(std::span(text.data(), text.size()));
    }

    TEST(Jpeg, PixelsAndBytesAreThoseOfOpenCv)
    {
        Random random(1, "jpeg");
        for (const auto& [width, height] : {std::pair{1, 1}, {7, 5}, {16, 16}, {33, 50}, {200, 131}})
            for (const int quality : {40, 88, 100}) {
                const auto image = scene(width, height, random);
                std::vector<unsigned char> theirs;
                cv::imencode(".jpg", toBgr(image), theirs, {cv::IMWRITE_JPEG_QUALITY, quality});
                const auto ours = encodeJpegAt(image, quality);
                ASSERT_EQ(ours, std::string(theirs.begin(), theirs.end())) << width << " x " << height;
                const int modes[] = {cv::IMREAD_COLOR, cv::IMREAD_REDUCED_COLOR_2, cv::IMREAD_REDUCED_COLOR_4,
                    cv::IMREAD_REDUCED_COLOR_8};
                for (int i = 0; i < 4; ++i) {
                    const auto got = decodeJpeg(asBytes(ours), {width, height}, 1 << i);
                    ASSERT_TRUE(got);
                    const auto bgr = cv::imdecode(theirs, modes[i] | cv::IMREAD_IGNORE_ORIENTATION);
                    ASSERT_EQ(std::pair(got->width, got->height), std::pair(bgr.cols, bgr.rows));
                    EXPECT_EQ(cv::norm(toBgr(*got), bgr, cv::NORM_INF), 0) << width << " x " << height << " at " << i;
                }
            }
    }

    TEST(Jpeg, GreyPicturesBecomeColours)
    {
        std::vector<unsigned char> grey;
        cv::imencode(".jpg", cv::Mat(20, 30, CV_8UC1, cv::Scalar(100)), grey);
        const auto got = decodeJpeg(std::as_bytes(std::span(grey)), {30, 20}, 1);
        ASSERT_TRUE(got);
        EXPECT_EQ(got->width, 30);
        EXPECT_EQ(got->rgb[0], got->rgb[2]);
        EXPECT_NEAR(got->rgb[0], 100, 2);
    }

    TEST(Jpeg, WhatItCannotReadIsLeftToOthers)
    {
        Random random(2, "jpeg");
        const auto whole = encodeJpegAt(scene(64, 64, random), 80);
        EXPECT_FALSE(decodeJpeg(asBytes("no picture"), {64, 64}, 1));
        EXPECT_FALSE(decodeJpeg(asBytes(whole.substr(0, whole.size() / 2)), {64, 64}, 1));
        EXPECT_FALSE(decodeJpeg({}, {64, 64}, 1));
        EXPECT_FALSE(decodeJpeg(asBytes(whole), {64, 65}, 1));
        EXPECT_TRUE(decodeJpeg(asBytes(whole), {64, 64}, 1));
        EXPECT_THROW(encodeJpegAt(Image(), 80), Error);
    }

} // namespace
} // namespace winnow::media
