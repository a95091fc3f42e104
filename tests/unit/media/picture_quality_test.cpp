#include "core/media/picture_quality.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/media/transform.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>

namespace winnow::media {
namespace {

    /// Red 7 x + 3 y, green x y, blue x² / 16 + 5 y, each modulo 256: noise to the eye.
    Image noise(int width, int height)
    {
        Image out{width, height, {}};
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                for (const int value : {7 * x + 3 * y, x * y, x * x / 16 + 5 * y})
                    out.rgb.push_back(static_cast<std::uint8_t>(value % 256));
        return out;
    }

    /// Red grows to the right, green downwards, blue along the diagonal, each 0 … 255.
    Image gradient(int width, int height)
    {
        Image out{width, height, {}};
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                for (const int value :
                    {x * 255 / (width - 1), y * 255 / (height - 1), (x + y) * 255 / (width + height - 2)})
                    out.rgb.push_back(static_cast<std::uint8_t>(value));
        return out;
    }

    Image flat(int width, int height, std::uint8_t value)
    {
        return {width, height, std::vector<std::uint8_t>(std::size_t(3) * width * height, value)};
    }

    class PictureQualityOfFiles : public testing::Test {
    protected:
        PictureQualityOfFiles() { std::filesystem::create_directories(folder); }
        ~PictureQualityOfFiles() override { std::filesystem::remove_all(folder); }
        std::filesystem::path write(const std::string& name, const std::string& bytes) const
        {
            file::writeAtomically(folder / name, bytes);
            return folder / name;
        }
        const std::filesystem::path folder =
            std::filesystem::temp_directory_path() / ("winnow-quality-" + std::to_string(::getpid()));
    };

    // Expected numbers: NumPy 1.24 on the same pixels, grey = floor(0.299 R + 0.587 G + 0.114 B + 0.5), the Laplacian
    // by shifted sums over numpy.pad(mode="reflect"), var() and std() of the population, np.bincount for the histogram.
    TEST(PictureQuality, AgreesWithNumPyOnNoise)
    {
        const auto found = measureQuality(noise(61, 47));
        // OpenCV's grey is in fixed point: at a half it may round the other way, one step of 255 in a few places.
        EXPECT_NEAR(found.blur, 15425.66666, 2);
        EXPECT_NEAR(found.brightness, 121.0767353, 1e-3);
        EXPECT_NEAR(found.contrast, 52.70457548, 1e-3);
        EXPECT_NEAR(found.darkShare, 0.002441576561, 1e-9);
        EXPECT_NEAR(found.lightShare, 0.0003487966516, 1e-9);
        EXPECT_NEAR(found.entropy, 7.662790786, 1e-3);
        EXPECT_NEAR(found.uniform, 0.003487966516, 1e-9);
        EXPECT_NEAR(found.colorfulness, 136.4714137, 1e-6);
    }

    TEST(PictureQuality, AgreesWithNumPyOnAGradient)
    {
        const auto found = measureQuality(gradient(61, 47));
        EXPECT_NEAR(found.blur, 4.984982522, 1e-6);
        EXPECT_NEAR(found.brightness, 127.0502267, 1e-6);
        EXPECT_NEAR(found.contrast, 55.04688925, 1e-6);
        EXPECT_NEAR(found.darkShare, 0.002092779909, 1e-9);
        EXPECT_NEAR(found.lightShare, 0.001743983258, 1e-9);
        EXPECT_NEAR(found.entropy, 7.763866456, 1e-6);
        EXPECT_NEAR(found.uniform, 0.004185559819, 1e-9);
        EXPECT_NEAR(found.colorfulness, 106.3453106, 1e-6);
    }

    TEST(PictureQuality, FlatPicturesHaveNothingInThem)
    {
        for (const int value : {0, 128, 255}) {
            const auto found = measureQuality(flat(40, 30, static_cast<std::uint8_t>(value)));
            EXPECT_EQ(found.blur, 0);
            EXPECT_EQ(found.brightness, value);
            EXPECT_EQ(found.contrast, 0);
            EXPECT_EQ(found.darkShare, value == 0 ? 1 : 0);
            EXPECT_EQ(found.lightShare, value == 255 ? 1 : 0);
            EXPECT_EQ(found.entropy, 0);
            EXPECT_EQ(found.uniform, 1);
            EXPECT_EQ(found.colorfulness, 0);
        }
        EXPECT_EQ(measureQuality(flat(1, 1, 9)).brightness, 9);
        EXPECT_THROW(measureQuality(Image()), Error);
    }

    TEST(PictureQuality, BlurringLowersTheBlurMeasure)
    {
        const auto sharp = resizeBicubic(noise(60, 45), 240, 180);
        const auto blurred = resizeBicubic(resizeBicubic(sharp, 48, 36), 240, 180);
        EXPECT_LT(measureQuality(blurred).blur, 0.2 * measureQuality(sharp).blur);
    }

    TEST_F(PictureQualityOfFiles, ScaledDecodingChangesLittle)
    {
        // 2,400 pixels wide: the JPEG is decoded at half its size.
        const auto picture = resizeBicubic(noise(300, 200), 2400, 1600);
        const auto bytes = encodeJpeg(picture, 92);
        const auto found = measureQualityFile(write("large.jpg", bytes));
        const auto whole = measureQuality(
            resizeBicubic(decodeImage(std::as_bytes(std::span(bytes.data(), bytes.size())), "large"), 512, 341));
        EXPECT_NEAR(found.blur, whole.blur, 0.1 * whole.blur);
        EXPECT_NEAR(found.brightness, whole.brightness, 0.5);
        EXPECT_NEAR(found.contrast, whole.contrast, 0.5);
        EXPECT_NEAR(found.entropy, whole.entropy, 0.05);
        EXPECT_NEAR(found.colorfulness, whole.colorfulness, 1.5); // of 124
    }

    TEST_F(PictureQualityOfFiles, SmallPicturesAreMeasuredAsTheyAre)
    {
        const auto picture = noise(64, 48);
        EXPECT_EQ(measureQualityFile(write("small.png", encodePng(picture))).blur, measureQuality(picture).blur);
    }

    TEST_F(PictureQualityOfFiles, SizeIsThatOfTheHeader)
    {
        const auto bytes = encodePng(noise(64, 48));
        const auto size = measureSize(write("a.png", bytes));
        EXPECT_EQ(size.width, 64);
        EXPECT_EQ(size.height, 48);
        EXPECT_EQ(size.fileBytes, static_cast<std::int64_t>(bytes.size()));
        EXPECT_THROW(measureSize(folder / "none.png"), Error);
        EXPECT_THROW(measureSize(write("text.png", "no picture")), Error);
    }

    TEST_F(PictureQualityOfFiles, TurnedPhotographsHaveTheSidesOfTheirLook)
    {
        auto bytes = encodeJpeg(noise(64, 48));
        // An Exif segment with orientation 6 (turn right) behind the start of the file.
        const std::string exif("\xFF\xE1\x00\x22"
                               "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
            36);
        bytes.insert(2, exif);
        const auto size = measureSize(write("turned.jpg", bytes));
        EXPECT_EQ(size.width, 48);
        EXPECT_EQ(size.height, 64);
    }

} // namespace
} // namespace winnow::media
