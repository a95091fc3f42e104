#include "core/cluster/quality.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

namespace winnow::cluster {
namespace {

    using Labels = std::vector<std::int32_t>;

    TEST(AdjustedRandIndex, MatchesHandComputedValues)
    {
        EXPECT_DOUBLE_EQ(adjustedRandIndex(Labels{0, 0, 1, 1}, Labels{1, 1, 0, 0}), 1);
        // Pairs of rows together in both 1, in the first 2, in the second 1, of 6 in all:
        // (1 - 2/6) / (1.5 - 2/6) = 0.571428…
        EXPECT_NEAR(adjustedRandIndex(Labels{0, 0, 1, 1}, Labels{0, 0, 1, 2}), 0.5714285714285714, 1e-12);
        EXPECT_DOUBLE_EQ(adjustedRandIndex(Labels{0, 0, 1, 1}, Labels{0, 1, 0, 1}), -0.5);
        EXPECT_DOUBLE_EQ(adjustedRandIndex(Labels{0, 0, 0}, Labels{5, 5, 5}), 1);
        EXPECT_DOUBLE_EQ(adjustedRandIndex(Labels{}, Labels{}), 1);
        EXPECT_THROW(adjustedRandIndex(Labels{0}, Labels{0, 1}), Error);
    }

    TEST(ClusterSizes, LeaveOutRowsWithoutCluster)
    {
        EXPECT_EQ(clusterSizes(Labels{0, 2, 2, -1}, 4), (std::vector<std::int64_t>{1, 0, 2, 0}));
        EXPECT_THROW(clusterSizes(Labels{4}, 4), Error);
    }

    TEST(Silhouette, MatchesAHandComputedValue)
    {
        // Points 0, 1 | 10, 11: for 0 a = 1, b = 10.5; for 1 a = 1, b = 9.5; mean of 9.5/10.5 and 8.5/9.5, twice.
        const auto rows = torch::tensor({{0.0f}, {1.0f}, {10.0f}, {11.0f}});
        EXPECT_NEAR(silhouette(rows, Labels{0, 0, 1, 1}), (9.5 / 10.5 + 8.5 / 9.5) / 2, 1e-6);
        EXPECT_EQ(silhouette(rows, Labels{0, 0, 0, 0}), 0);
        EXPECT_LT(silhouette(rows, Labels{0, 1, 0, 1}), 0);
        EXPECT_THROW(silhouette(rows, Labels{0}), Error);
    }

} // namespace
} // namespace winnow::cluster
