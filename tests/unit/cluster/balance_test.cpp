#include "core/cluster/balance.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/cluster/balanced_flow.h"
#include "core/cluster/quality.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

namespace winnow::cluster {
namespace {

    using Labels = std::vector<std::int32_t>;
    using Members = std::vector<std::vector<std::int64_t>>;

    Labels assignBalanced(const torch::Tensor& costs)
    {
        NullContext context;
        return cluster::assignBalanced(costs, context);
    }

    double costOf(const torch::Tensor& costs, const Labels& labels)
    {
        double sum = 0;
        for (std::size_t i = 0; i < labels.size(); ++i)
            sum += costs[static_cast<std::int64_t>(i)][labels[i]].item<double>();
        return sum;
    }

    void expectBalanced(const Labels& labels, std::int64_t clusters)
    {
        const auto sizes = clusterSizes(labels, clusters);
        EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), std::int64_t(0)), std::int64_t(labels.size()));
        const auto [least, most] = std::minmax_element(sizes.begin(), sizes.end());
        EXPECT_LE(*most - *least, 1);
    }

    /// work(labels) for every labelling of N rows whose cluster sizes differ by one at most.
    void eachBalanced(std::int64_t N, std::int64_t K, const std::function<void(const Labels&)>& work)
    {
        Labels labels(static_cast<std::size_t>(N), 0);
        const std::int64_t floor = N / K, extras = N % K;
        std::vector<std::int64_t> sizes(static_cast<std::size_t>(K), 0);
        const std::function<void(std::size_t)> place = [&](std::size_t row) {
            if (row == labels.size()) {
                if (std::count(sizes.begin(), sizes.end(), floor) == K - extras)
                    work(labels);
                return;
            }
            for (std::int32_t k = 0; k < K; ++k) {
                auto& size = sizes[static_cast<std::size_t>(k)];
                if (size == floor + (extras > 0 ? 1 : 0))
                    continue;
                ++size;
                labels[row] = k;
                place(row + 1);
                --size;
            }
        };
        place(0);
    }

    TEST(Equalise, MovesFirstMembersInOrderAndCutsTheRest)
    {
        // 11 members in 3 clusters: three each. The first gives 0 and 1 to the second, 2 to the third; the third is
        // full then.
        const auto out = equalise({{0, 1, 2, 3, 4, 5, 6, 7}, {8}, {9, 10}});
        EXPECT_EQ(out.members, (Members{{3, 4, 5}, {8, 0, 1}, {9, 10, 2}}));
        EXPECT_EQ(out.size, 3);
        EXPECT_EQ(out.moved, 3);
        EXPECT_EQ(out.dropped, 2);
    }

    TEST(Equalise, LeavesEqualClustersAndFillsEmptyOnes)
    {
        EXPECT_EQ(equalise({{4, 2}, {1, 3}}).members, (Members{{4, 2}, {1, 3}}));
        EXPECT_EQ(equalise({{}, {5, 6, 7, 8}}).members, (Members{{5, 6}, {7, 8}}));
        EXPECT_EQ(equalise({{1}}).members, (Members{{1}}));
        EXPECT_THROW(equalise({{1}, {}}), Error);
        EXPECT_THROW(equalise({}), Error);
    }

    /// The published files: cluster name → ids as text, in the order of their first ids.
    Members publishedClusters(const std::filesystem::path& path)
    {
        const auto file = json::load(path, 1 << 24);
        std::map<std::int64_t, std::vector<std::int64_t>> byFirst;
        for (const auto& [name, ids] : file.items()) {
            std::vector<std::int64_t> numbers;
            for (const auto& id : ids)
                numbers.push_back(std::stoll(id.get<std::string>()));
            byFirst[numbers.front()] = numbers;
        }
        Members out;
        for (auto& [first, numbers] : byFirst)
            out.push_back(std::move(numbers));
        return out;
    }

    TEST(Equalise, GivesThePublishedThirtyTimes114)
    {
        const std::filesystem::path folder = std::filesystem::path(sharedDir()) / "data/instructiongpt4";
        if (!std::filesystem::exists(folder / "kmeans_clusters.json"))
            GTEST_SKIP() << "the published cluster files are not here";
        const auto out = equalise(publishedClusters(folder / "kmeans_clusters.json"));
        EXPECT_EQ(out.members.size(), 30u);
        EXPECT_EQ(out.size, 114);
        EXPECT_EQ(out.moved, 364);
        EXPECT_EQ(out.dropped, 19);
        auto got = out.members, want = publishedClusters(folder / "kmeans_clusters_equalised.json");
        std::sort(got.begin(), got.end());
        std::sort(want.begin(), want.end());
        EXPECT_EQ(got, want);
    }

    TEST(BalancedAssignment, IsTheCheapestOfAll)
    {
        double worst = 0;
        for (std::int64_t N = 3; N <= 8; ++N)
            for (std::int64_t K = 1; K <= 3; ++K)
                for (int trial = 0; trial < 6; ++trial) {
                    torch::manual_seed(1000 * N + 100 * K + trial);
                    auto costs = torch::rand({N, K}, torch::kDouble);
                    if (trial % 2 == 1)
                        costs = (costs * 4).floor(); // many ties
                    if (trial == 4)
                        costs.select(1, 0) *= 0.01; // everyone wants the first
                    double best = 1e300;
                    eachBalanced(N, K, [&](const Labels& labels) { best = std::min(best, costOf(costs, labels)); });
                    const auto got = assignBalanced(costs);
                    expectBalanced(got, K);
                    worst = std::max(worst, costOf(costs, got) - best);
                }
        EXPECT_LT(worst, 1e-9); // no gap
    }

    TEST(BalancedAssignment, IsNoWorseThanAnySwapOnALargeCase)
    {
        torch::manual_seed(11);
        const auto rows = torch::randn({1003, 4}, torch::kDouble);
        const auto costs = torch::cdist(rows, torch::randn({7, 4}, torch::kDouble)).square();
        const auto labels = assignBalanced(costs);
        expectBalanced(labels, 7);
        double best = 0;
        for (std::size_t i = 0; i < labels.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) {
                const auto* const a = costs.data_ptr<double>() + i * 7;
                const auto* const b = costs.data_ptr<double>() + j * 7;
                best = std::min(best, a[labels[j]] + b[labels[i]] - a[labels[i]] - b[labels[j]]);
            }
        EXPECT_GE(best, -1e-9);
        EXPECT_EQ(labels, assignBalanced(costs));
    }

    TEST(BalancedAssignment, ImpossibleDemandsAreRefused)
    {
        EXPECT_THROW(assignBalanced(torch::zeros({2, 3})), Error);
        EXPECT_THROW(assignBalanced(torch::zeros({3})), Error);
        EXPECT_THROW(assignBalanced(torch::full({3, 2}, std::nan(""))), Error);
        try {
            assignBalanced(torch::zeros({1, 1}).expand({60'000'000, 1}));
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::TooLarge);
        }
        EXPECT_EQ(assignBalanced(torch::zeros({1, 1})), Labels{0});
    }

    double inertiaOf(const torch::Tensor& rows, const Labels& labels, std::int64_t K)
    {
        double sum = 0;
        for (std::int32_t k = 0; k < K; ++k) {
            std::vector<std::int64_t> own;
            for (std::size_t i = 0; i < labels.size(); ++i)
                if (labels[i] == k)
                    own.push_back(static_cast<std::int64_t>(i));
            const auto part = rows.index_select(0, torch::tensor(own, torch::kInt64)).to(torch::kDouble);
            sum += (part - part.mean(0)).square().sum().item<double>();
        }
        return sum;
    }

    // With exchanges and twenty starts: the best of all balanced partitions, on twenty small clouds.
    TEST(BalancedKMeans, FindsTheBestPartitionOfSmallClouds)
    {
        NullContext context;
        for (int trial = 0; trial < 20; ++trial) {
            torch::manual_seed(trial);
            const auto rows = torch::randn({9, 2});
            double best = 1e300;
            eachBalanced(9, 3, [&](const Labels& labels) {
                if (labels[0] == 0) // names of clusters do not matter
                    best = std::min(best, inertiaOf(rows, labels, 3));
            });
            const auto got = balancedKMeans(rows, {.clusters = 3}, context);
            expectBalanced(got.labels, 3);
            EXPECT_NEAR(got.inertia, inertiaOf(rows, got.labels, 3), 1e-6);
            EXPECT_LE(got.inertia, best * (1 + 1e-6)) << trial;
        }
    }

    TEST(BalancedKMeans, LeavesNoExchangeOfTwoRowsThatPays)
    {
        NullContext context;
        torch::manual_seed(21);
        const auto rows = torch::randn({62, 3});
        const auto got = balancedKMeans(rows, {.clusters = 4, .restarts = 1}, context);
        expectBalanced(got.labels, 4);
        double best = got.inertia;
        for (std::size_t i = 0; i < got.labels.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) {
                auto changed = got.labels;
                std::swap(changed[i], changed[j]);
                best = std::min(best, inertiaOf(rows, changed, 4));
            }
        EXPECT_GE(best, got.inertia * (1 - 1e-6));
    }

    TEST(BalancedKMeans, KnowsTheCosine)
    {
        NullContext context;
        torch::manual_seed(22);
        // Four directions, lengths from 1 to 100: only directions tell them apart.
        const auto directions = torch::eye(4).repeat_interleave(10, 0) + 0.05 * torch::randn({40, 4});
        const auto rows = directions * (1 + 99 * torch::rand({40, 1}));
        const auto got = balancedKMeans(rows, {.clusters = 4, .metric = Metric::Cosine}, context);
        for (std::size_t i = 0; i < 40; ++i)
            EXPECT_EQ(got.labels[i], static_cast<std::int32_t>(i / 10));
        EXPECT_TRUE(torch::allclose(got.centers.norm(2, 1), torch::ones({4}), 1e-5, 1e-5));
    }

    TEST(BalancedAssignment, PricesOfAnotherProblemChangeNothing)
    {
        torch::manual_seed(23);
        NullContext context;
        const auto costs = torch::rand({50, 6}, torch::kDouble).contiguous();
        const auto plain = assignBalanced(costs);
        for (const double scale : {0.1, 1.0, 30.0}) {
            const auto guess = torch::randn({6}, torch::kDouble) * scale;
            BalancedFlow flow(costs.data_ptr<double>(), 50, {guess.data_ptr<double>(), guess.data_ptr<double>() + 6});
            flow.solve(context);
            expectBalanced(flow.labels(), 6);
            EXPECT_NEAR(costOf(costs, flow.labels()), costOf(costs, plain), 1e-9) << scale;
        }
    }

    TEST(BalancedKMeans, KeepsEveryRowNumbersByFirstRowAndRepeats)
    {
        torch::manual_seed(12);
        NullContext context;
        const auto rows = torch::randn({200, 5}) + 30;
        const auto first = balancedKMeans(rows, {.clusters = 7, .seed = 2}, context);
        const auto second = balancedKMeans(rows, {.clusters = 7, .seed = 2}, context);
        EXPECT_EQ(first.labels, second.labels);
        expectBalanced(first.labels, 7);
        EXPECT_EQ(first.labels[0], 0);
        const auto own = rows.index_select(
            0, torch::tensor(first.labels, torch::kInt32).to(torch::kInt64).eq(1).nonzero().flatten());
        EXPECT_TRUE(torch::allclose(own.mean(0), first.centers[1], 1e-4, 1e-4));
    }

    TEST(BalancedKMeans, StandsHostileSizes)
    {
        NullContext context;
        expectBalanced(balancedKMeans(torch::ones({10, 3}), {.clusters = 4}, context).labels, 4);
        EXPECT_EQ(balancedKMeans(torch::ones({1, 3}), {.clusters = 1}, context).labels, Labels{0});
        expectBalanced(balancedKMeans(torch::randn({6, 2}), {.clusters = 6}, context).labels, 6);
        EXPECT_THROW(balancedKMeans(torch::randn({3, 2}), {.clusters = 4}, context), Error);
        EXPECT_THROW(balancedKMeans(torch::full({5, 2}, std::nan("")), {.clusters = 2}, context), Error);
    }

} // namespace
} // namespace winnow::cluster
