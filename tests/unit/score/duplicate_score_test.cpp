#include "core/score/duplicate_score.h"

#include "core/base/file.h"
#include "core/base/random.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numeric>

#include <unistd.h>

namespace winnow::score {
namespace {

    TEST(PictureHashVector, GoesBothWaysExactly)
    {
        Random random(1, "hashes");
        for (int i = 0; i < 50; ++i) {
            media::PictureHash hash;
            hash.isFlat = i % 5 == 0;
            hash.bits = hash.isFlat ? 0 : random.next();
            for (auto& colour : hash.colours)
                colour = static_cast<std::uint8_t>(random.below(256));
            const auto vector = toVector(hash);
            ASSERT_EQ(vector.size(), std::size_t(kPictureHashDimension));
            EXPECT_EQ(toPictureHash(vector), hash);
        }
    }

    TEST(PictureHashVector, SquaredDistanceIsFourTimesTheHammingDistance)
    {
        media::PictureHash first, second;
        first.bits = 0b1011;
        second.bits = 0b0110;
        const auto a = toVector(first), b = toVector(second);
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        EXPECT_DOUBLE_EQ(sum, 4 * 3);
    }

    TEST(PictureFiles, OneFileUnderSeveralNamesIsOne)
    {
        const auto folder = std::filesystem::temp_directory_path() / ("winnow-files-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder);
        file::writeAtomically(folder / "a", "same");
        file::writeAtomically(folder / "b", "same"); // a copy is another file
        std::filesystem::create_symlink(folder / "a", folder / "link");
        std::filesystem::create_hard_link(folder / "a", folder / "hard");
        std::vector<ScoreItem> all;
        for (const auto& name : {"a", "b", "link", "hard", "gone", "x/../gone", ""})
            all.push_back(
                {static_cast<PairRow>(all.size()), {}, *name == '\0' ? std::filesystem::path() : folder / name, {}});
        NullContext context;
        const auto files = numberPictureFiles(MemoryItems(all, 3), context);
        EXPECT_EQ(files.numbers, (std::vector<std::uint32_t>{0, 1, 0, 0, 2, 2, PictureFiles::kNone}));
        EXPECT_EQ(files.firstRows, (std::vector<PairRow>{0, 1, 4}));
        std::filesystem::remove_all(folder);
    }

    TEST(SignResponses, TakesAllResponsesOfAPairAsOneText)
    {
        NullContext context;
        const auto texts = signResponses(
            MemoryItems({{0, "0", {}, {"A dog.", "A cat."}}, {1, "1", {}, {"a dog a cat"}}, {2, "2", {}, {}}}, 2),
            context);
        EXPECT_TRUE(texts.isSame(0, 1));
        EXPECT_TRUE(texts.isEmpty(2));
    }

    std::vector<double> byComparingAll(const torch::Tensor& vectors)
    {
        const auto unit = vectors / vectors.norm(2, 1, true);
        auto cosines = torch::matmul(unit, unit.t());
        cosines.fill_diagonal_(-2);
        const auto best = cosines.amax(1).to(torch::kDouble).contiguous();
        return {best.data_ptr<double>(), best.data_ptr<double>() + best.numel()};
    }

    TEST(NearestCosines, OneClusterIsComparingEveryPair)
    {
        torch::manual_seed(1);
        const auto vectors = torch::randn({1500, 16}); // more than one block
        NullContext context;
        const auto found = nearestCosines(vectors, std::vector<std::int32_t>(1500, 0), {}, context);
        const auto expected = byComparingAll(vectors);
        for (std::size_t i = 0; i < found.size(); ++i)
            EXPECT_NEAR(found[i], expected[i], 1e-5) << i;
    }

    TEST(NearestCosines, ClustersFindNearDuplicatesOnTheirBordersToo)
    {
        torch::manual_seed(2);
        const auto half = torch::randn({1000, 16});
        const auto vectors = torch::cat({half, half + 0.05 * torch::randn({1000, 16})});
        // Clusters by the nearest of twenty rows: copies often fall into two of them.
        const auto labels = torch::matmul(vectors, half.slice(0, 0, 20).t()).argmax(1).to(torch::kInt).contiguous();
        const std::vector<std::int32_t> clusters(labels.data_ptr<int>(), labels.data_ptr<int>() + labels.numel());
        NullContext context;
        const auto found = nearestCosines(vectors, clusters, {}, context);
        const auto expected = byComparingAll(vectors);
        int missed = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_LE(found[i], expected[i] + 1e-5);
            missed += std::abs(found[i] - expected[i]) > 1e-4 ? 1 : 0;
        }
        EXPECT_LT(missed, 20);
    }

    TEST(NearestCosines, ALoneRowHasNoNeighbourAndStopsAreHeard)
    {
        NullContext context;
        EXPECT_TRUE(std::isnan(nearestCosines(torch::ones({1, 4}), std::vector<std::int32_t>{0}, {}, context)[0]));
        EXPECT_TRUE(nearestCosines(torch::ones({0, 4}), {}, {}, context).empty());
        EXPECT_THROW(nearestCosines(torch::ones({2, 4}), std::vector<std::int32_t>{0}, {}, context), Error);
        EXPECT_THROW(nearestCosines(torch::ones({1, 4}), std::vector<std::int32_t>{0}, {.probes = 0}, context), Error);
        StoppingContext stopping(0);
        EXPECT_THROW(nearestCosines(torch::ones({2, 4}), std::vector<std::int32_t>{0, 0}, {}, stopping), Cancelled);
    }

} // namespace
} // namespace winnow::score
