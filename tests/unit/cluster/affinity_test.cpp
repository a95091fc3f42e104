#include "core/cluster/affinity.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace winnow::cluster {
namespace {

    Neighbors find(const torch::Tensor& rows, std::int64_t count)
    {
        NullContext context;
        return nearestNeighbors(rows, count, context);
    }

    TEST(Neighbors, AreThoseOfAFullSortOverAllBlocks)
    {
        torch::manual_seed(1);
        const auto rows = torch::randn({5000, 6}) + 100; // several blocks both ways, far from the origin
        const auto found = find(rows, 4);
        const auto exact = torch::cdist(rows.slice(0, 0, 5000, 97).to(torch::kDouble), rows.to(torch::kDouble));
        const auto [distances, order] = exact.sort(1);
        EXPECT_TRUE(torch::equal(found.rows.slice(0, 0, 5000, 97), order.slice(1, 0, 4)));
        EXPECT_TRUE(torch::allclose(found.squares.slice(0, 0, 5000, 97).sqrt(), distances.slice(1, 0, 4), 1e-6, 1e-6));
    }

    TEST(Neighbors, ARowComesFirstAmongItsDoublesAndTiesGoByNumber)
    {
        const auto found = find(torch::zeros({5, 3}), 3);
        const auto want = torch::tensor({{0, 1, 2}, {1, 0, 2}, {2, 0, 1}, {3, 0, 1}, {4, 0, 1}}, torch::kInt64);
        EXPECT_TRUE(torch::equal(found.rows, want)) << found.rows;
        EXPECT_EQ(found.squares.abs().max().item<double>(), 0);
    }

    TEST(Neighbors, ImpossibleDemandsAreRefused)
    {
        EXPECT_THROW(find(torch::zeros({3, 2}), 4), Error);
        EXPECT_THROW(find(torch::zeros({3, 2}), 0), Error);
        EXPECT_THROW(find(torch::zeros({0, 2}), 1), Error);
        EXPECT_THROW(find(torch::zeros({3}), 1), Error);
        EXPECT_THROW(find(torch::full({3, 2}, std::nan("")), 1), Error);
        EXPECT_THROW(find(torch::full({3, 2}, std::numeric_limits<float>::infinity()), 1), Error);
        EXPECT_EQ(find(torch::zeros({1, 2}), 1).rows.item<std::int64_t>(), 0);
    }

    TEST(Neighbors, AStopIsHeardBetweenBlocks)
    {
        class Stopped final : public RunContext {
        public:
            void checkpoint() override
            {
                if (++count == 3)
                    throw Cancelled();
            }
            void progress(std::string_view, std::int64_t, std::int64_t) override { }
            void metric(std::string_view, double, double) override { }
            void log(LogLevel, std::string_view) override { }
            int count = 0;
        } context;
        EXPECT_THROW(nearestNeighbors(torch::randn({1000, 2}), 2, context), Cancelled);
    }

    TEST(Affinity, CountsHowOftenTwoRowsNameEachOther)
    {
        NullContext context;
        // On a line at 0, 1, 3: with two neighbours each, 0 ↔ 1, and 3 → 1 alone.
        const auto affinity = neighborAffinity(torch::tensor({{0.f}, {1.f}, {3.f}}), 2, context);
        const auto want = torch::tensor({{1.0, 1.0, 0.0}, {1.0, 1.0, 0.5}, {0.0, 0.5, 1.0}}, torch::kDouble);
        EXPECT_TRUE(torch::equal(affinity.toDense(), want)) << affinity.toDense();
        EXPECT_EQ(affinity.starts, (std::vector<std::int64_t>{0, 2, 5, 7}));
    }

    TEST(Affinity, GaussianFallsWithTheSquaredDistance)
    {
        NullContext context;
        const auto affinity = gaussianAffinity(torch::tensor({{0.f, 0.f}, {3.f, 4.f}, {100.f, 0.f}}), 0.1, context);
        const auto dense = affinity.toDense();
        EXPECT_EQ(dense[0][0].item<double>(), 1);
        EXPECT_NEAR(dense[0][1].item<double>(), std::exp(-2.5), 1e-12);
        EXPECT_EQ(dense[0][2].item<double>(), 0); // exp(−1000) is no number any more and takes no place
        EXPECT_EQ(affinity.columns.size(), 5u);
    }

    TEST(Affinity, GaussianRefusesWhatDoesNotFit)
    {
        NullContext context;
        EXPECT_THROW(gaussianAffinity(torch::zeros({2, 2}), 0, context), Error);
        EXPECT_THROW(gaussianAffinity(torch::zeros({2, 2}), std::nan(""), context), Error);
        try {
            gaussianAffinity(torch::zeros({8001, 1}), 1, context);
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::TooLarge);
        }
    }

} // namespace
} // namespace winnow::cluster
