#include "core/media/perceptual_hash.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/media/transform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace winnow::media {
namespace {

    /// Soft blobs of light on a gradient, in colour: structure at low frequencies, as photographs have.
    Image madePicture(std::uint64_t seed, int width = 240, int height = 180)
    {
        Random random(seed, "picture");
        struct Blob {
            double x, y, size, strength[3];
        };
        std::vector<Blob> blobs(8);
        for (auto& blob : blobs) {
            blob = {random.uniform(), random.uniform(), random.uniform(0.05, 0.3), {}};
            for (auto& channel : blob.strength)
                channel = random.uniform(-120, 120);
        }
        Image out{width, height, {}};
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                for (int channel = 0; channel < 3; ++channel) {
                    double value = 128;
                    for (const auto& blob : blobs) {
                        const double dx = (x + 0.5) / width - blob.x, dy = (y + 0.5) / height - blob.y;
                        value += blob.strength[channel] * std::exp(-(dx * dx + dy * dy) / (blob.size * blob.size));
                    }
                    out.rgb.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
                }
        return out;
    }

    Image flatPicture(std::uint8_t red, std::uint8_t green, std::uint8_t blue)
    {
        Image out{40, 30, {}};
        for (int i = 0; i < 40 * 30; ++i)
            out.rgb.insert(out.rgb.end(), {red, green, blue});
        return out;
    }

    Image throughJpeg(const Image& image, int quality)
    {
        const auto bytes = encodeJpeg(image, quality);
        return decodeImage(std::as_bytes(std::span(bytes.data(), bytes.size())), "a made picture");
    }

    TEST(PerceptualHash, SurvivesCompressionAndResizingAndTellsPicturesApart)
    {
        int nearest = 64;
        std::vector<PictureHash> hashes;
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            const auto picture = madePicture(seed);
            const auto hash = hashPicture(picture);
            EXPECT_FALSE(hash.isFlat);
            EXPECT_EQ(std::popcount(hash.bits), 32); // half lies above the median
            for (const auto& copy : {throughJpeg(picture, 50), resizeBicubic(picture, 120, 90),
                     resizeBicubic(picture, 500, 300), throughJpeg(resizeBicubic(picture, 160, 120), 75)}) {
                EXPECT_LE(hammingDistance(hash.bits, hashPicture(copy).bits), 6) << seed;
                EXPECT_LE(colourDifference(hash, hashPicture(copy)), 4) << seed;
            }
            for (const auto& other : hashes)
                nearest = std::min(nearest, hammingDistance(hash.bits, other.bits));
            hashes.push_back(hash);
        }
        EXPECT_GT(nearest, 10);
    }

    TEST(PerceptualHash, ColourAloneTellsPicturesApart)
    {
        const auto picture = madePicture(3);
        Image swapped = picture;
        for (std::size_t i = 0; i < swapped.rgb.size(); i += 3)
            std::swap(swapped.rgb[i], swapped.rgb[i + 2]);
        EXPECT_GT(colourDifference(hashPicture(picture), hashPicture(swapped)), 32);
    }

    TEST(PerceptualHash, FlatAndTinyPicturesAreSaidToBeSuch)
    {
        const auto flat = hashPicture(flatPicture(200, 30, 30));
        EXPECT_TRUE(flat.isFlat);
        EXPECT_EQ(flat.bits, 0u);
        EXPECT_EQ(flat.colours[0], 200);
        EXPECT_EQ(flat.colours[11], 30);
        EXPECT_TRUE(hashPicture({1, 1, {1, 2, 3}}).isFlat);
        EXPECT_THROW(hashPicture(Image()), Error);
    }

    TEST(PerceptualHash, PixelDigestsKnowSizeAndEveryPixel)
    {
        Image picture = flatPicture(1, 2, 3);
        const auto digest = pixelSha256(picture);
        EXPECT_EQ(digest.size(), 64u);
        std::swap(picture.width, picture.height);
        EXPECT_NE(pixelSha256(picture), digest);
        std::swap(picture.width, picture.height);
        EXPECT_EQ(pixelSha256(picture), digest);
        ++picture.rgb.back();
        EXPECT_NE(pixelSha256(picture), digest);
    }

    /// Random hashes and changed copies of some.
    std::vector<PictureHash> madeHashes(std::size_t count, std::uint64_t seed)
    {
        Random random(seed, "hashes");
        std::vector<PictureHash> out;
        while (out.size() < count) {
            PictureHash hash;
            hash.bits = random.next();
            if (!out.empty() && random.chance(0.5)) {
                hash = out[random.below(out.size())];
                for (auto changes = random.below(14); changes > 0; --changes)
                    hash.bits ^= std::uint64_t(1) << random.below(64);
                if (random.chance(0.1))
                    hash.colours[random.below(12)] += 40;
            }
            out.push_back(hash);
        }
        return out;
    }

    TEST(NearPictures, AgreeWithComparingEveryPair)
    {
        NullContext context;
        for (const int maxDistance : {0, 3, 6, 11}) {
            const auto hashes = madeHashes(1500, static_cast<std::uint64_t>(maxDistance));
            const auto found = findNearPictures(hashes, {.maxDistance = maxDistance}, context);
            std::vector<std::uint32_t> group(hashes.size());
            for (std::uint32_t i = 0; i < group.size(); ++i)
                group[i] = i;
            for (std::size_t a = 0; a < hashes.size(); ++a) {
                int nearest = kSearchedDistance + 1;
                for (std::size_t b = 0; b < hashes.size(); ++b) {
                    if (a == b || colourDifference(hashes[a], hashes[b]) > 32)
                        continue;
                    const int distance = hammingDistance(hashes[a].bits, hashes[b].bits);
                    nearest = std::min(nearest, distance);
                    if (distance <= maxDistance && group[a] != group[b])
                        std::replace(
                            group.begin(), group.end(), std::max(group[a], group[b]), std::min(group[a], group[b]));
                }
                EXPECT_EQ(found.distances[a], nearest) << a;
            }
            std::map<std::uint32_t, std::uint32_t> numberOf;
            for (std::size_t a = 0; a < hashes.size(); ++a) {
                const auto number = numberOf.try_emplace(group[a], std::uint32_t(numberOf.size())).first->second;
                EXPECT_EQ(found.groups[a], number) << a;
            }
        }
    }

    TEST(NearPictures, FlatPicturesGoByTheirColours)
    {
        std::vector<PictureHash> hashes;
        for (const auto& picture :
            {flatPicture(255, 0, 0), flatPicture(0, 0, 255), flatPicture(254, 1, 1), madePicture(1)})
            hashes.push_back(hashPicture(picture));
        NullContext context;
        const auto found = findNearPictures(hashes, {}, context);
        EXPECT_EQ(found.groups, (std::vector<std::uint32_t>{0, 1, 0, 2}));
        EXPECT_EQ(found.distances, (std::vector<std::uint8_t>{0, 12, 0, 12}));
    }

    TEST(NearPictures, ManyCopiesOfOnePictureStayFast)
    {
        std::vector<PictureHash> hashes(200'000, hashPicture(madePicture(1)));
        NullContext context;
        const auto found = findNearPictures(hashes, {}, context);
        EXPECT_EQ(found.groups.back(), 0u);
        EXPECT_EQ(found.distances.front(), 0);
        EXPECT_EQ(found.distances.back(), 0);
    }

    TEST(NearPictures, StandsNoneAndRefusesImpossibleOptions)
    {
        NullContext context;
        EXPECT_TRUE(findNearPictures({}, {}, context).groups.empty());
        EXPECT_THROW(findNearPictures({}, {.maxDistance = 12}, context), Error);
        EXPECT_THROW(findNearPictures({}, {.maxColourDifference = -1}, context), Error);
    }

} // namespace
} // namespace winnow::media
