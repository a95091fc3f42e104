#include "core/score/coverage_score.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace winnow::score {
namespace {

    using Rows = std::vector<std::vector<double>>;

    Rows randomRows(std::size_t count, std::size_t width, std::uint64_t seed)
    {
        Random random(seed, "coverage-test");
        Rows rows(count, std::vector<double>(width));
        for (auto& row : rows)
            for (auto& value : row)
                value = random.uniform(-1, 2);
        return rows;
    }

    torch::Tensor toTensor(const Rows& rows)
    {
        auto out = torch::empty(
            {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(rows.front().size())}, torch::kDouble);
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::copy(rows[i].begin(), rows[i].end(), out[static_cast<std::int64_t>(i)].data_ptr<double>());
        return out;
    }

    double cosine(const std::vector<double>& a, const std::vector<double>& b)
    {
        double ab = 0, aa = 0, bb = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / std::sqrt(aa * bb);
    }

    double distance(const std::vector<double>& a, const std::vector<double>& b)
    {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return std::sqrt(sum);
    }

    /// Every pair of rows for itself.
    std::vector<double> prismByPairs(Rows rows)
    {
        const auto width = rows.front().size();
        for (std::size_t d = 0; d < width; ++d) {
            double mean = 0;
            for (const auto& row : rows)
                mean += row[d] / static_cast<double>(rows.size());
            for (auto& row : rows)
                row[d] -= mean;
        }
        for (auto& row : rows) {
            double mean = 0;
            for (const auto value : row)
                mean += value / static_cast<double>(width);
            for (auto& value : row)
                value -= mean;
        }
        std::vector<double> out;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            double sum = 0;
            for (std::size_t j = 0; j < rows.size(); ++j)
                sum += i == j ? 0 : cosine(rows[i], rows[j]);
            out.push_back(sum / static_cast<double>(rows.size() - 1));
        }
        return out;
    }

    TEST(PrismScore, IsTheMeanCorrelationWithAllOthers)
    {
        const auto rows = randomRows(60, 7, 1);
        const auto got = prismScores(toTensor(rows)), want = prismByPairs(rows);
        ASSERT_EQ(got.size(), want.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            EXPECT_NEAR(got[i], want[i], 1e-12) << i;
    }

    TEST(PrismScore, TakesTheCommonDirectionOff)
    {
        auto rows = randomRows(40, 6, 2);
        const auto plain = prismScores(toTensor(rows));
        for (auto& row : rows)
            for (std::size_t d = 0; d < row.size(); ++d)
                row[d] += 100.0 * static_cast<double>(d); // without re-centring all would be copies of each other
        const auto shifted = prismScores(toTensor(rows));
        for (std::size_t i = 0; i < plain.size(); ++i)
            EXPECT_NEAR(shifted[i], plain[i], 1e-9);
    }

    TEST(PrismScore, ACopiedRowRepeatsMoreThanALoneOne)
    {
        auto rows = randomRows(30, 16, 3);
        for (std::size_t i = 1; i < 10; ++i)
            rows[i] = rows[0];
        const auto scores = prismScores(toTensor(rows));
        EXPECT_GT(scores[0], *std::max_element(scores.begin() + 10, scores.end()));
    }

    TEST(PrismScore, FewOrFlatRowsGiveNought)
    {
        EXPECT_TRUE(prismScores(torch::empty({0, 3})).empty());
        EXPECT_EQ(prismScores(torch::ones({1, 3})), std::vector<double>{0});
        EXPECT_EQ(prismScores(torch::ones({3, 3})), (std::vector<double>{0, 0, 0}));
    }

    TEST(SemdedupScore, IsTheLargestCosineToAHarderRowOfTheCluster)
    {
        const auto rows = randomRows(90, 3, 4);
        std::vector<std::int32_t> clusters;
        for (std::size_t i = 0; i < rows.size(); ++i)
            clusters.push_back(static_cast<std::int32_t>(i % 3));
        NullContext quiet;
        const auto got = semdedupScores(toTensor(rows), clusters, quiet);
        for (std::int32_t cluster = 0; cluster < 3; ++cluster) {
            std::vector<double> centre(3, 0);
            for (std::size_t i = 0; i < rows.size(); ++i)
                for (std::size_t d = 0; d < 3 && clusters[i] == cluster; ++d)
                    centre[d] += rows[i][d] / distance(rows[i], {0, 0, 0});
            for (std::size_t i = 0; i < rows.size(); ++i) {
                if (clusters[i] != cluster)
                    continue;
                double want = 0;
                for (std::size_t j = 0; j < rows.size(); ++j)
                    if (clusters[j] == cluster && cosine(rows[j], centre) < cosine(rows[i], centre))
                        want = std::max(want, cosine(rows[i], rows[j]));
                EXPECT_NEAR(got[i], want, 1e-6) << i;
            }
        }
    }

    TEST(SemdedupScore, AThresholdKeepsOneOfEachGroupOfCopies)
    {
        auto rows = randomRows(12, 24, 5);
        for (std::size_t i = 4; i < 12; ++i)
            rows[i] = rows[i % 4];
        const std::vector<std::int32_t> clusters(rows.size(), 0);
        NullContext quiet;
        const auto scores = semdedupScores(toTensor(rows), clusters, quiet);
        std::set<std::size_t> kept;
        for (std::size_t i = 0; i < scores.size(); ++i)
            if (scores[i] <= 0.999) {
                EXPECT_TRUE(kept.insert(i % 4).second) << "two copies are kept";
            }
        EXPECT_EQ(kept.size(), 4u);
    }

    TEST(SemdedupScore, RefusesOtherCounts)
    {
        NullContext quiet;
        EXPECT_THROW(semdedupScores(torch::ones({3, 2}), std::vector<std::int32_t>{0, 0}, quiet), Error);
    }

    TEST(KCenterOrder, AlwaysPicksTheFarthestRow)
    {
        const auto rows = randomRows(50, 4, 6);
        NullContext quiet;
        const auto order = kCenterOrder(toTensor(rows), {}, quiet);
        std::vector<std::size_t> picked(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            picked.at(static_cast<std::size_t>(order.ranks[i] - 1)) = i;
        const auto gap = [&](std::size_t row, std::size_t count) {
            double best = 1e30;
            for (std::size_t j = 0; j < count; ++j)
                best = std::min(best, distance(rows[row], rows[picked[j]]));
            return best;
        };
        for (std::size_t count = 1; count < rows.size(); ++count) {
            double farthest = 0;
            for (std::size_t row = 0; row < rows.size(); ++row)
                farthest = std::max(farthest, gap(row, count));
            EXPECT_NEAR(gap(picked[count], count), farthest, 1e-5);
            EXPECT_NEAR(order.radii[picked[count - 1]], farthest, 1e-5) << "covering radius of " << count;
        }
        EXPECT_EQ(order.radii[picked.back()], 0);
    }

    TEST(KCenterOrder, ItsRadiusIsAtMostTwiceTheBest)
    {
        const auto rows = randomRows(12, 2, 7);
        NullContext quiet;
        const auto order = kCenterOrder(toTensor(rows), {}, quiet);
        double best = 1e30; // of any three centres
        for (std::size_t a = 0; a < rows.size(); ++a)
            for (std::size_t b = a + 1; b < rows.size(); ++b)
                for (std::size_t c = b + 1; c < rows.size(); ++c) {
                    double radius = 0;
                    for (const auto& row : rows)
                        radius = std::max(
                            radius, std::min({distance(row, rows[a]), distance(row, rows[b]), distance(row, rows[c])}));
                    best = std::min(best, radius);
                }
        const auto third =
            static_cast<std::size_t>(std::find(order.ranks.begin(), order.ranks.end(), 3) - order.ranks.begin());
        EXPECT_GE(order.radii[third], best - 1e-6);
        EXPECT_LE(order.radii[third], 2 * best + 1e-6);
    }

    TEST(KCenterOrder, EqualSeedsGiveEqualOrdersAndCopiesComeLast)
    {
        auto rows = randomRows(20, 5, 8);
        for (std::size_t i = 10; i < 20; ++i)
            rows[i] = rows[i - 10];
        NullContext quiet;
        const auto first = kCenterOrder(toTensor(rows), {.seed = 3}, quiet);
        EXPECT_EQ(first.ranks, kCenterOrder(toTensor(rows), {.seed = 3}, quiet).ranks);
        EXPECT_NE(first.ranks, kCenterOrder(toTensor(rows), {.seed = 4}, quiet).ranks);
        std::set<std::size_t> early;
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (first.ranks[i] <= 10)
                early.insert(i % 10);
        EXPECT_EQ(early.size(), 10u) << "each of the ten different rows is picked before any copy";
    }

    TEST(KCenterOrder, BehindTheLimitFarRowsComeFirst)
    {
        const auto rows = randomRows(30, 3, 9);
        NullContext quiet;
        const auto whole = kCenterOrder(toTensor(rows), {}, quiet);
        const auto cut = kCenterOrder(toTensor(rows), {.maxPicks = 5}, quiet);
        std::set<std::int64_t> ranks;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ranks.insert(cut.ranks[i]);
            if (whole.ranks[i] <= 6) { // the sixth is the farthest from the first five either way
                EXPECT_EQ(cut.ranks[i], whole.ranks[i]);
            }
        }
        EXPECT_EQ(ranks.size(), rows.size());
        EXPECT_EQ(*ranks.rbegin(), 30);
        EXPECT_THROW(kCenterOrder(toTensor(rows), {.maxPicks = 0}, quiet), Error);
    }

    TEST(KCenterOrder, StopsBetweenPicks)
    {
        StoppingContext stopping(1);
        EXPECT_THROW(kCenterOrder(toTensor(randomRows(200, 3, 10)), {}, stopping), Cancelled);
    }

} // namespace
} // namespace winnow::score
