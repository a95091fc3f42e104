#include "core/evaluate/statistics.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

namespace winnow::evaluate {
namespace {

    TEST(WilsonInterval, MatchesPublishedExamples)
    {
        // Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        const auto check = [](std::int64_t right, std::int64_t all, double low, double high) {
            const auto interval = wilsonInterval(right, all);
            EXPECT_NEAR(interval.low, low, 5e-5) << right << "/" << all;
            EXPECT_NEAR(interval.high, high, 5e-5) << right << "/" << all;
        };
        check(81, 263, 0.2553, 0.3662);
        check(15, 148, 0.0624, 0.1605);
        check(0, 20, 0.0000, 0.1611);
        check(1, 29, 0.0061, 0.1718);
    }

    TEST(WilsonInterval, KnowsNothingWithoutTrials)
    {
        EXPECT_EQ(wilsonInterval(0, 0).low, 0);
        EXPECT_EQ(wilsonInterval(0, 0).high, 1);
        EXPECT_EQ(wilsonInterval(7, 7).high, 1);
    }

    TEST(McNemarExact, MatchesTheBinomial)
    {
        EXPECT_NEAR(mcnemarExact(0, 5), 0.0625, 1e-12);         // 2 / 2^5
        EXPECT_NEAR(mcnemarExact(2, 10), 0.03857421875, 1e-12); // 2 (1 + 12 + 66) / 2^12
        EXPECT_NEAR(mcnemarExact(10, 2), 0.03857421875, 1e-12);
        EXPECT_DOUBLE_EQ(mcnemarExact(3, 3), 1);
        EXPECT_DOUBLE_EQ(mcnemarExact(0, 0), 1);
    }

    TEST(McNemarExact, StandsLargeCounts)
    {
        // Normal approximation with continuity correction: (200 - 1) / sqrt(3000) = 3.633 → p = 2.80e-4.
        EXPECT_NEAR(mcnemarExact(1400, 1600), 2.8e-4, 2e-5);
    }

    Outcomes alternating(std::int64_t images, bool together)
    {
        Outcomes out;
        for (std::int64_t image = 0; image < images; ++image)
            for (int question = 0; question < 2; ++question) {
                out.isCorrect.push_back(together ? image % 2 : question);
                out.image.push_back(image);
            }
        return out;
    }

    TEST(ClusterBootstrap, HasTheWidthOfIndependentPictures)
    {
        // 400 pictures, both questions of each right or wrong together: standard error 0.5 / sqrt(400) = 0.025.
        const auto result = clusterBootstrap(alternating(400, true));
        EXPECT_DOUBLE_EQ(result.value, 0.5);
        EXPECT_NEAR(result.interval.low, 0.5 - 1.96 * 0.025, 0.004);
        EXPECT_NEAR(result.interval.high, 0.5 + 1.96 * 0.025, 0.004);
    }

    TEST(ClusterBootstrap, PicturesThatAreAllAlikeLeaveNoDoubt)
    {
        const auto result = clusterBootstrap(alternating(400, false));
        EXPECT_DOUBLE_EQ(result.interval.low, 0.5);
        EXPECT_DOUBLE_EQ(result.interval.high, 0.5);
    }

    TEST(ClusterBootstrap, EqualSeedsGiveEqualIntervals)
    {
        const auto outcomes = alternating(50, true);
        const auto a = clusterBootstrap(outcomes, {.seed = 4}), b = clusterBootstrap(outcomes, {.seed = 4});
        EXPECT_EQ(a.interval.low, b.interval.low);
        EXPECT_EQ(a.interval.high, b.interval.high);
        const auto few = clusterBootstrap(outcomes, {.resamples = 7, .seed = 4}),
                   other = clusterBootstrap(outcomes, {.resamples = 7, .seed = 5});
        EXPECT_NE(few.interval.low, other.interval.low);
    }

    TEST(ClusterBootstrap, RefusesNothingAndNonsense)
    {
        EXPECT_THROW(clusterBootstrap({}), Error);
        EXPECT_THROW(clusterBootstrap({{1, 0}, {0}}), Error);
        EXPECT_THROW(clusterBootstrap({{1}, {0}}, {.resamples = 0}), Error);
    }

    TEST(CompareRuns, CountsWhatOnlyOneRunKnew)
    {
        const Outcomes first{{1, 1, 0, 0, 1}, {0, 0, 1, 1, 2}}, second{{1, 0, 1, 1, 1}, {0, 0, 1, 1, 2}};
        const auto result = compareRuns(first, second);
        EXPECT_EQ(result.onlyFirst, 1);
        EXPECT_EQ(result.onlySecond, 2);
        EXPECT_DOUBLE_EQ(result.difference, 0.2);
        EXPECT_DOUBLE_EQ(result.mcnemarP, 1); // 2 (1 + 3) / 8
        EXPECT_LE(result.interval.low, 0.2);
        EXPECT_GE(result.interval.high, 0.2);
    }

    TEST(CompareRuns, EqualRunsDoNotDiffer)
    {
        const auto outcomes = alternating(30, true);
        const auto result = compareRuns(outcomes, outcomes);
        EXPECT_EQ(result.difference, 0);
        EXPECT_EQ(result.interval.low, 0);
        EXPECT_EQ(result.interval.high, 0);
        EXPECT_EQ(result.mcnemarP, 1);
        EXPECT_EQ(result.permutationP, 1);
    }

    TEST(CompareRuns, PermutationSwapsWholePictures)
    {
        // Five pictures, second run better on every question of each: all signs equal in 2 of 32 arrangements.
        Outcomes first, second;
        for (std::int64_t i = 0; i < 10; ++i) {
            first.isCorrect.push_back(0);
            second.isCorrect.push_back(1);
            first.image.push_back(i / 2);
            second.image.push_back(i / 2);
        }
        const auto result = compareRuns(first, second);
        EXPECT_NEAR(result.permutationP, 2.0 / 32, 0.01);
        EXPECT_NEAR(result.mcnemarP, 2.0 / 1024, 1e-12); // which takes the ten questions as independent
    }

    TEST(CompareRuns, RefusesOtherQuestions) { EXPECT_THROW(compareRuns({{1}, {0}}, {{1}, {1}}), Error); }

} // namespace
} // namespace winnow::evaluate
