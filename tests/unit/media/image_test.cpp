#include "core/media/image.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/safetensors.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <cstring>

namespace winnow::media {
namespace {

    const std::filesystem::path kShared = sharedDir();

    /// A folder of its own for each test, removed at the end.
    class DecodeImage : public testing::Test {
    protected:
        void SetUp() override
        {
            m_folder = std::filesystem::temp_directory_path() / ("winnow-image-test-" + std::to_string(::getpid()));
            std::filesystem::create_directories(m_folder);
        }
        void TearDown() override { std::filesystem::remove_all(m_folder); }

        std::filesystem::path write(const std::string& name, std::string_view bytes) const
        {
            file::writeAtomically(m_folder / name, bytes);
            return m_folder / name;
        }

        static std::string messageOf(const std::filesystem::path& path, ErrorCode code)
        {
            try {
                decodeImage(path);
            } catch (const Error& e) {
                EXPECT_EQ(e.code(), code) << e.what();
                return e.what();
            }
            ADD_FAILURE() << "no failure for " << path;
            return {};
        }

    private:
        std::filesystem::path m_folder;
    };

    /// Left third red, the rest blue, top row white: tells every turn apart.
    Image flag(int width, int height)
    {
        Image image{width, height, {}};
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                for (const int value :
                    {y == 0 || 3 * x < width ? 255 : 0, y == 0 ? 255 : 0, y == 0 || 3 * x >= width ? 255 : 0})
                    image.rgb.push_back(static_cast<std::uint8_t>(value));
        return image;
    }

    std::string big32(std::uint32_t value)
    {
        std::string out;
        for (int shift = 24; shift >= 0; shift -= 8)
            out += static_cast<char>(value >> shift & 0xFF);
        return out;
    }

    std::string pngHeader(std::uint32_t width, std::uint32_t height)
    {
        return "\x89PNG\r\n\x1A\n" + big32(13) + "IHDR" + big32(width) + big32(height)
            + std::string("\x08\x02\0\0\0\0\0\0\0", 9);
    }

    /// A JPEG file with an EXIF segment that holds the orientation.
    std::string withOrientation(const std::string& jpeg, char orientation)
    {
        std::string tiff("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19);
        tiff += orientation;
        tiff += std::string(6, '\0');
        const std::string payload = std::string("Exif\0\0", 6) + tiff;
        std::string segment("\xFF\xE1\0", 3);
        segment += static_cast<char>(payload.size() + 2);
        return jpeg.substr(0, 2) + segment + payload + jpeg.substr(2);
    }

    TEST_F(DecodeImage, PngComesBackAsItWas)
    {
        const Image image = flag(7, 5);
        const auto path = write("a.png", encodePng(image));
        EXPECT_EQ(decodeImage(path), image);
        EXPECT_EQ(readImageSize(path), (ImageSize{7, 5}));
        EXPECT_EQ(readImageHeader(path).format, ImageFormat::Png);
    }

    TEST_F(DecodeImage, JpegComesBackNearly)
    {
        const Image flat{40, 30, std::vector<std::uint8_t>(3600, 120)};
        const auto path = write("a.jpg", encodeJpeg(flat, 95));
        const Image back = decodeImage(path);
        ASSERT_EQ(back.rgb.size(), flat.rgb.size());
        for (const auto value : back.rgb)
            ASSERT_NEAR(value, 120, 2);
    }

    TEST_F(DecodeImage, ExifTurnIsAppliedOnlyWhenAskedFor)
    {
        const auto path = write("a.jpg", withOrientation(encodeJpeg(flag(48, 32), 95), 6));
        EXPECT_EQ(readImageHeader(path).orientation, 6);
        EXPECT_EQ(decodeImage(path).width, 48);
        const Image turned = decodeImage(path, {.applyExif = true});
        EXPECT_EQ(turned.width, 32);
        EXPECT_EQ(turned.height, 48);
        // Clockwise by 90 degrees the red left third becomes the top third.
        EXPECT_GT(turned.row(5)[3 * 10], 200);
        EXPECT_LT(turned.row(40)[3 * 10], 60);
    }

    TEST_F(DecodeImage, EveryOrientationPutsTheWhiteRowInItsPlace)
    {
        struct Case {
            char orientation;
            int x, y; // a place on the white edge of the turned picture of 48 x 32 or 32 x 48
        };
        Image image = flag(48, 32);
        std::fill(image.rgb.begin(), image.rgb.end(), std::uint8_t(0));
        std::fill(image.rgb.begin(), image.rgb.begin() + 3 * 48 * 8, std::uint8_t(255)); // white band at the top
        for (const auto& [orientation, x, y] :
            {Case{1, 24, 2}, {2, 24, 2}, {3, 24, 29}, {4, 24, 29}, {5, 2, 24}, {6, 29, 24}, {7, 29, 24}, {8, 2, 24}}) {
            const auto path = write("a.jpg", withOrientation(encodeJpeg(image, 95), orientation));
            const Image turned = decodeImage(path, {.applyExif = true});
            EXPECT_GT(turned.row(y)[3 * x], 240) << int(orientation);
            EXPECT_LT(turned.row(turned.height / 2)[3 * (turned.width / 2)], 15) << int(orientation);
        }
    }

    TEST_F(DecodeImage, HugePicturesAreRefusedFromTheHeader)
    {
        EXPECT_NE(messageOf(write("a.png", pngHeader(60000, 60000)), ErrorCode::TooLarge).find("60000 x 60000"),
            std::string::npos);
        messageOf(write("b.png", pngHeader(2'000'000'000, 1)), ErrorCode::TooLarge);
        const auto small = write("c.png", encodePng(flag(20, 20)));
        EXPECT_THROW(decodeImage(small, {.maxPixels = 399}), Error);
        EXPECT_THROW(decodeImage(small, {.maxSide = 19}), Error);
        EXPECT_NO_THROW(decodeImage(small, {.maxPixels = 400, .maxSide = 20}));
    }

    TEST_F(DecodeImage, OtherFormatsAreNamedWithTheWayOut)
    {
        EXPECT_NE(
            messageOf(write("a.gif", "GIF89a\1\0\1\0"), ErrorCode::Unsupported).find("convert"), std::string::npos);
        EXPECT_NE(messageOf(write("a.avif", std::string("\0\0\0 ftypavif", 12)), ErrorCode::Unsupported).find("AVIF"),
            std::string::npos);
        messageOf(write("a.heic", std::string("\0\0\0 ftypheic", 12)), ErrorCode::Unsupported);
        messageOf(write("a.tif", std::string("II*\0....", 8)), ErrorCode::Unsupported);
        std::string animated("RIFF\x20\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x0F\0\0\x0F\0\0", 30);
        messageOf(write("a.webp", animated), ErrorCode::Unsupported);
    }

    TEST_F(DecodeImage, WhatIsNoPictureIsRefused)
    {
        EXPECT_NE(messageOf(write("a.jpg", ""), ErrorCode::BadFile).find("empty"), std::string::npos);
        messageOf(write("b.jpg", "<html>not found</html>"), ErrorCode::BadFile);
        messageOf(write("c.jpg", "\xFF\xD8\xFF"), ErrorCode::BadFile);
        messageOf(write("d.png", "\x89PNG\r\n\x1A\n"), ErrorCode::BadFile);
        messageOf(write("e.png", pngHeader(0, 5)), ErrorCode::BadFile);
        messageOf(write("f.bmp", "BM"), ErrorCode::BadFile);
        messageOf(write("g.webp", "RIFF....WEBP"), ErrorCode::BadFile);
        messageOf(std::filesystem::temp_directory_path() / "winnow-no-such-picture.jpg", ErrorCode::NotFound);
    }

    TEST_F(DecodeImage, EveryTruncationIsNoticed)
    {
        for (const std::string& whole : {encodeJpeg(flag(64, 48), 90), encodePng(flag(64, 48))})
            for (std::size_t size = 0; size + 2 < whole.size(); size += 13)
                EXPECT_THROW(decodeImage(write("cut", std::string_view(whole).substr(0, size))), Error) << size;
    }

    TEST_F(DecodeImage, FlippedBytesNeverCrash)
    {
        for (const std::string& whole : {encodeJpeg(flag(32, 24), 90), encodePng(flag(32, 24))}) {
            for (std::size_t at = 2; at < whole.size(); at += 3) {
                std::string broken = whole;
                broken[at] = static_cast<char>(broken[at] ^ 0x5A);
                try {
                    decodeImage(
                        std::as_bytes(std::span(broken.data(), broken.size())), "broken", {.maxPixels = 4'000'000});
                } catch (const Error&) {
                    continue;
                }
            }
        }
    }

    TEST_F(DecodeImage, ThumbnailsFitTheirSideAndAreNeverEnlarged)
    {
        const auto big = write("a.jpg", encodeJpeg(flag(640, 400), 90));
        const Image small = decodeThumbnail(big, 96);
        EXPECT_EQ(small.width, 96);
        EXPECT_EQ(small.height, 60);
        EXPECT_GT(small.row(30)[0], 200);          // red at the left
        EXPECT_GT(small.row(30)[3 * 90 + 2], 200); // blue at the right
        EXPECT_EQ(decodeThumbnail(write("b.png", encodePng(flag(10, 20))), 96).height, 20);
        EXPECT_EQ(decodeThumbnail(write("c.jpg", withOrientation(encodeJpeg(flag(640, 400), 90), 8)), 64).height, 64);
        EXPECT_THROW(decodeThumbnail(big, 0), Error);
        const auto photo = write("photo.jpg", encodeJpeg(flag(500, 375), 90));
        EXPECT_EQ(decodeThumbnail(photo, 256).width, 256);
        EXPECT_EQ(decodePreview(photo, 256).width, 250); // half of it
        EXPECT_EQ(decodePreview(photo, 270).width, 270); // half of it would be too small
        EXPECT_EQ(decodePreview(write("p.png", encodePng(flag(500, 375))), 256).width, 256);
    }

    TEST_F(DecodeImage, EncodersRefuseEmptyPicturesAndQualities)
    {
        EXPECT_THROW(encodeJpeg({}), Error);
        EXPECT_THROW(encodePng({}), Error);
        EXPECT_THROW(encodeJpeg(flag(4, 4), 0), Error);
    }

    TEST_F(DecodeImage, GoldenPicturesAgreeWithPillow)
    {
        if (!std::filesystem::exists(kShared / "golden/image"))
            GTEST_SKIP() << "the golden pictures are not beside the project";
        const safetensors::Reader golden(kShared / "golden/image/golden.safetensors");
        for (const Json& entry : json::load(kShared / "golden/image/images.json")) {
            const auto file = std::filesystem::path(entry.at("file").get<std::string>());
            const auto want = golden.bytes(*golden.find(file.stem().string() + ".decoded_rgb"));
            const Image got = decodeImage(kShared / "golden/image" / file);
            ASSERT_EQ(got.rgb.size(), want.size());
            // Exact, JPEG files too: OpenCV and Pillow both drive libjpeg-turbo here.
            EXPECT_EQ(std::memcmp(got.rgb.data(), want.data(), want.size()), 0) << file;
            EXPECT_EQ(readImageSize(kShared / "golden/image" / file), (ImageSize{got.width, got.height}));
        }
    }

    TEST_F(DecodeImage, RealWebPAndJpegFilesDecodeAtTheirHeaderSize)
    {
        int decoded = 0;
        for (const char* folder : {"data/gcompris-explore/images", "data/flickr8k-400/images"}) {
            if (!std::filesystem::exists(kShared / folder))
                GTEST_SKIP() << "the real pictures are not beside the project";
            int inFolder = 0;
            for (const auto& entry : std::filesystem::directory_iterator(kShared / folder)) {
                if (++inFolder > 12)
                    break;
                const Image image = decodeImage(entry.path());
                EXPECT_EQ(readImageSize(entry.path()), (ImageSize{image.width, image.height})) << entry.path();
                ++decoded;
            }
        }
        EXPECT_EQ(decoded, 24);
    }

} // namespace
} // namespace winnow::media
