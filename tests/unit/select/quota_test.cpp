#include "core/select/quota.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <numeric>

namespace winnow::select {
namespace {

    using Counts = std::vector<std::int64_t>;

    const Counts kSpectralSizes{1234, 300, 286, 325, 85, 59, 13, 177, 80, 880}; // METHOD 8

    std::vector<QuotaBounds> boundsOf(const Counts& sizes, std::int64_t minimum = 1)
    {
        std::vector<QuotaBounds> out;
        for (const auto size : sizes)
            out.push_back({size, std::min(size, minimum)});
        return out;
    }

    std::int64_t sumOf(const Counts& counts) { return std::accumulate(counts.begin(), counts.end(), std::int64_t(0)); }

    TEST(PublishedQuotas, AreThoseOfThePaper)
    {
        EXPECT_EQ(publishedQuotas(kSpectralSizes, 200), (Counts{73, 17, 16, 19, 5, 3, 1, 10, 4, 52}));
    }

    TEST(PublishedQuotas, KeepTheFactor204WhateverTheClusters)
    {
        // 204 · 344 / 3439 = 20.4, 204 · 343 / 3439 = 20.3: ten times 20, not 200 by luck.
        const Counts sizes{344, 344, 344, 344, 344, 344, 344, 344, 344, 343};
        EXPECT_EQ(sumOf(publishedQuotas(sizes, 200)), 200);
        const Counts uneven{341, 333, 353, 343, 348, 360, 337, 344, 344, 336}; // golden/selector: 198 before the cut
        EXPECT_EQ(sumOf(publishedQuotas(uneven, 200)), 198);
    }

    TEST(PublishedQuotas, ElsewhereTakeTheSmallestFactorThatReachesTheBudget)
    {
        // 10 pairs, budget 4: floor(4·7/10) + floor(4·3/10) = 2 + 1 = 3; factor 5: 3 + 1 = 4.
        EXPECT_EQ(publishedQuotas({7, 3}, 4), (Counts{3, 1}));
        EXPECT_EQ(publishedQuotas({7, 0, 3}, 4), (Counts{3, 0, 1}));
        EXPECT_EQ(publishedQuotas({2, 1}, 9), (Counts{2, 1}));
        EXPECT_EQ(publishedQuotas({}, 9), Counts{});
    }

    TEST(LargestRemainder, GivesTheBudgetExactly)
    {
        // Shares of 200: 71.77 17.45 16.63 18.90 4.94 3.43 0.76 10.29 4.65 51.18; the six largest fractions round up.
        EXPECT_EQ(largestRemainder(boundsOf(kSpectralSizes), 200), (Counts{72, 17, 17, 19, 5, 3, 1, 10, 5, 51}));
    }

    TEST(LargestRemainder, GivesSmallClustersTheirMinimumAtTheCostOfTheOthers)
    {
        EXPECT_EQ(largestRemainder(boundsOf({1000, 1000, 1}), 11), (Counts{5, 5, 1}));
        EXPECT_EQ(largestRemainder({{10, 6}, {90, 1}}, 10), (Counts{6, 4}));
    }

    TEST(LargestRemainder, NeverGivesMoreThanThereIs)
    {
        EXPECT_EQ(largestRemainder(boundsOf({2, 3}), 100), (Counts{2, 3}));
        EXPECT_EQ(largestRemainder(boundsOf({0, 0}), 5), (Counts{0, 0}));
        EXPECT_EQ(largestRemainder({}, 5), Counts{});
    }

    TEST(LargestRemainder, EqualRemaindersGoToTheLowerNumber)
    {
        EXPECT_EQ(largestRemainder(boundsOf({1, 1, 1}, 0), 2), (Counts{1, 1, 0}));
    }

    TEST(LargestRemainder, RefusesMinimumsAboveTheBudget)
    {
        EXPECT_THROW(largestRemainder({{5, 3}, {5, 3}}, 5), Error);
    }

} // namespace
} // namespace winnow::select
