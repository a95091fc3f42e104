#include "core/media/transform.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/safetensors.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>

namespace winnow::media {
namespace {

    const std::filesystem::path kGolden = std::filesystem::path(sharedDir()) / "golden" / "image";

    Image randomImage(int width, int height)
    {
        Random random(7, "picture");
        Image image{width, height, {}};
        for (int i = 0; i < 3 * width * height; ++i)
            image.rgb.push_back(static_cast<std::uint8_t>(random.below(256)));
        return image;
    }

    /// A second formulation, per output pixel and in double weights: the rounding of the 22-bit weights moves a value
    /// by at most one.
    Image plainResize(const Image& image, int width, int height)
    {
        const auto pass = [](const Image& from, int to) { // along x; the result is transposed
            const double scale = double(from.width) / to, wide = std::max(1.0, scale);
            Image out{from.height, to, std::vector<std::uint8_t>(std::size_t(3) * from.height * to)};
            for (int x = 0; x < to; ++x) {
                const double centre = (x + 0.5) * scale;
                const int first = std::max(0, int(centre - 2 * wide + 0.5)),
                          last = std::min(from.width, int(centre + 2 * wide + 0.5));
                for (int y = 0; y < from.height; ++y) {
                    double sums[3] = {}, total = 0;
                    for (int i = first; i < last; ++i) {
                        const double t = std::abs((i - centre + 0.5) / wide);
                        const double w = t < 1 ? 1.5 * t * t * t - 2.5 * t * t + 1
                            : t < 2            ? -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2
                                               : 0;
                        total += w;
                        for (int c = 0; c < 3; ++c)
                            sums[c] += w * from.row(y)[3 * i + c];
                    }
                    for (int c = 0; c < 3; ++c)
                        out.rgb[std::size_t(3) * (std::size_t(x) * from.height + y) + c] =
                            std::uint8_t(std::clamp(std::floor(sums[c] / total + 0.5), 0.0, 255.0));
                }
            }
            return out;
        };
        return pass(pass(image, width), height);
    }

    int worstDifference(const Image& a, const Image& b)
    {
        EXPECT_EQ(a.width, b.width);
        EXPECT_EQ(a.height, b.height);
        int worst = a.rgb.size() == b.rgb.size() ? 0 : 256;
        for (std::size_t i = 0; i < std::min(a.rgb.size(), b.rgb.size()); ++i)
            worst = std::max(worst, std::abs(int(a.rgb[i]) - int(b.rgb[i])));
        return worst;
    }

    TEST(ResizeBicubic, AgreesWithAPlainFormulation)
    {
        for (const auto& [width, height, toWidth, toHeight] : {std::array{37, 53, 16, 16}, {500, 375, 298, 224},
                 {20, 20, 33, 7}, {1, 9, 5, 5}, {9, 1, 3, 4}, {64, 64, 1, 1}}) {
            const Image image = randomImage(width, height);
            EXPECT_LE(
                worstDifference(resizeBicubic(image, toWidth, toHeight), plainResize(image, toWidth, toHeight)), 1)
                << width << " x " << height << " to " << toWidth << " x " << toHeight;
        }
    }

    TEST(ResizeBicubic, KeepsAFlatPictureAndItsOwnSize)
    {
        const Image flat{31, 17, std::vector<std::uint8_t>(3 * 31 * 17, 200)};
        for (const auto value : resizeBicubic(flat, 8, 40).rgb)
            ASSERT_EQ(value, 200);
        const Image image = randomImage(12, 9);
        EXPECT_EQ(resizeBicubic(image, 12, 9), image);
    }

    TEST(ResizeBicubic, RefusesEmptyPicturesAndSizes)
    {
        EXPECT_THROW(resizeBicubic({}, 4, 4), Error);
        EXPECT_THROW(resizeBicubic(randomImage(4, 4), 0, 4), Error);
        EXPECT_THROW(resizeBicubic(Image{4, 4, {1, 2, 3}}, 2, 2), Error);
    }

    TEST(ImageTransform, CropCornerRoundsHalvesToEven)
    {
        const auto clip = clipTransform(32);
        EXPECT_EQ(clip.plan({105, 96}), (CropPlan{{35, 32}, 2, 0})); // 1.5 → 2
        EXPECT_EQ(clip.plan({96, 111}), (CropPlan{{32, 37}, 0, 2})); // 2.5 → 2
        EXPECT_EQ(clip.plan({32, 32}), (CropPlan{{32, 32}, 0, 0}));
        EXPECT_EQ(squareTransform(48).plan({10, 400}), (CropPlan{{48, 48}, 0, 0}));
    }

    TEST(ImageTransform, CroppedResizeEqualsTheCropOfTheWholeResize)
    {
        const Image image = randomImage(143, 61);
        const auto transform = clipTransform(24);
        const auto plan = transform.plan({143, 61});
        const Image whole = resizeBicubic(image, plan.resized.width, plan.resized.height);
        const Image part = transform.apply(image);
        for (int y = 0; y < 24; ++y)
            ASSERT_EQ(std::memcmp(part.row(y), whole.row(y + plan.top) + 3 * plan.left, 3 * 24), 0) << "row " << y;
        EXPECT_EQ(transform.apply(image), part); // from the kept tables
    }

    TEST(ImageTransform, NormalisesWithClipsMeanAndDeviation)
    {
        Image image{2, 2, std::vector<std::uint8_t>(12, 0)};
        image.rgb[3] = 255; // red of the second pixel
        const auto pixels = squareTransform(2).pixels(image);
        ASSERT_EQ(pixels.size(), 12u);
        EXPECT_NEAR(pixels[0], -1.7922626, 1e-6);
        EXPECT_NEAR(pixels[1], 1.9303361, 1e-6);
        EXPECT_NEAR(pixels[4], -1.7520971, 1e-6);
        EXPECT_NEAR(pixels[8], -1.4802198, 1e-6);
    }

    TEST(ImageTransform, RefusesImpossibleSizesAndElongatedPictures)
    {
        EXPECT_THROW(clipTransform(0), Error);
        EXPECT_THROW(squareTransform(5000), Error);
        EXPECT_THROW(clipTransform(224).apply(Image{1, 1000, std::vector<std::uint8_t>(3000)}), Error);
        EXPECT_THROW(clipTransform(8).apply({}), Error);
    }

    TEST(ImageTransform, FollowsPillowOnTheGoldenPictures)
    {
        if (!std::filesystem::exists(kGolden))
            GTEST_SKIP() << "the golden pictures are not beside the project";
        const safetensors::Reader golden(kGolden / "golden.safetensors");
        int compared = 0;
        for (const Json& entry : json::load(kGolden / "images.json")) {
            const auto file = entry.at("file").get<std::string>();
            const auto stem = std::filesystem::path(file).stem().string();
            const auto* decoded = golden.find(stem + ".decoded_rgb");
            ASSERT_NE(decoded, nullptr) << stem;
            const auto bytes = golden.bytes(*decoded);
            Image image{int(decoded->shape[1]), int(decoded->shape[0]), {}};
            image.rgb.assign(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                reinterpret_cast<const std::uint8_t*>(bytes.data()) + bytes.size());
            for (const auto& [pipeline, unused] : entry.at("pipelines").items()) {
                const int size = std::stoi(pipeline.substr(pipeline.find('_') + 1));
                const auto transform = pipeline.starts_with("clip") ? clipTransform(size) : squareTransform(size);
                const auto want = golden.bytes(*golden.find(stem + "." + pipeline + ".uint8"));
                const Image got = transform.apply(image);
                ASSERT_EQ(got.rgb.size(), want.size());
                EXPECT_EQ(std::memcmp(got.rgb.data(), want.data(), want.size()), 0) << stem << " " << pipeline;
                ++compared;
            }
        }
        EXPECT_GE(compared, 12);
    }

    TEST(ImageTransform, ManyThreadsShareOne)
    {
        const auto transform = clipTransform(16);
        const Image image = randomImage(50, 40);
        const Image want = transform.apply(image);
        std::vector<Image> got(4);
        {
            std::vector<std::jthread> threads;
            for (auto& slot : got)
                threads.emplace_back([&] { slot = transform.apply(image); });
        }
        for (const auto& one : got)
            EXPECT_EQ(one, want);
    }

} // namespace
} // namespace winnow::media
