#include "core/cluster/kmeans.h"

#include "core/base/error.h"
#include "core/cluster/quality.h"
#include "core/tensor/safetensors_io.h"
#include "tests/support/places.h"

#include <ATen/Parallel.h>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <limits>
#include <set>

namespace winnow::cluster {
namespace {

    /// Three tight heaps of 20 points far apart, heap by heap.
    torch::Tensor threeHeaps()
    {
        torch::manual_seed(1);
        const auto places =
            torch::tensor({{0.0f, 0.0f}, {10.0f, 0.0f}, {0.0f, 10.0f}}).repeat_interleave(20, 0); // [60, 2]
        return places + 0.1 * torch::randn({60, 2});
    }

    KMeansResult run(const torch::Tensor& rows, KMeansOptions options)
    {
        NullContext context;
        return kmeans(rows, options, context);
    }

    TEST(KMeans, FindsHeapsAndNumbersThemByTheirFirstRow)
    {
        const auto result = run(threeHeaps(), {.clusters = 3});
        for (std::size_t i = 0; i < 60; ++i)
            EXPECT_EQ(result.labels[i], static_cast<std::int32_t>(i / 20));
        EXPECT_NEAR(result.centers[1][0].item<double>(), 10, 0.1);
        EXPECT_LT(result.inertia, 3);
    }

    TEST(KMeans, SameSeedSameLabels)
    {
        torch::manual_seed(2);
        const auto rows = torch::randn({300, 5});
        const auto first = run(rows, {.clusters = 7, .seed = 3}), second = run(rows, {.clusters = 7, .seed = 3});
        EXPECT_EQ(first.labels, second.labels);
        EXPECT_EQ(first.inertia, second.inertia);
        EXPECT_TRUE(torch::equal(first.centers, second.centers));
    }

    TEST(KMeans, EveryClusterHasARowEvenWithFewDifferentRows)
    {
        const auto rows = torch::arange(6, torch::kFloat).view({6, 1});
        const auto result = run(rows, {.clusters = 6});
        EXPECT_EQ(std::set<std::int32_t>(result.labels.begin(), result.labels.end()).size(), 6u);
        EXPECT_NEAR(result.inertia, 0, 1e-9);
    }

    TEST(KMeans, StandsRowsThatAreAllEqual)
    {
        const auto result = run(torch::ones({10, 3}), {.clusters = 4});
        EXPECT_EQ(result.labels.size(), 10u);
        EXPECT_NEAR(result.inertia, 0, 1e-9);
    }

    TEST(KMeans, RefusesWhatItCannotCluster)
    {
        EXPECT_THROW(run(torch::ones({3, 2}), {.clusters = 4}), Error);
        EXPECT_THROW(run(torch::ones({3}), {.clusters = 2}), Error);
        EXPECT_THROW(run(torch::ones({3, 2}), {.clusters = 0}), Error);
        EXPECT_THROW(run(torch::ones({0, 2}), {.clusters = 1}), Error);
        EXPECT_THROW(run(torch::full({5, 2}, std::numeric_limits<float>::quiet_NaN()), {.clusters = 2}), Error);
        // Their squares are past single precision: no centre would be nearest.
        for (const int clusters : {1, 2})
            EXPECT_THROW(run(torch::full({5, 2}, 1e20F), {.clusters = clusters}), Error);
    }

    TEST(KMeans, StopsWhenAskedTo)
    {
        class Stop final : public RunContext {
            void checkpoint() override { throw Cancelled(); }
            void progress(std::string_view, std::int64_t, std::int64_t) override { }
            void metric(std::string_view, double, double) override { }
            void log(LogLevel, std::string_view) override { }
        } context;
        EXPECT_THROW(kmeans(threeHeaps(), {.clusters = 3}, context), Cancelled);
    }

    TEST(KMeans, ClustersCcSbuAlignInWellUnderASecondPerRestart)
    {
        torch::manual_seed(4);
        const auto rows = torch::randn({3439, 512});
        const auto start = std::chrono::steady_clock::now();
        run(rows, {.clusters = 10, .restarts = 1});
        EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 3.0);
    }

    TEST(KMeans, TheCosineKnowsDirectionsAloneAndLeavesZerosInPeace)
    {
        torch::manual_seed(5);
        const auto directions = torch::eye(3).repeat_interleave(20, 0) + 0.05 * torch::randn({60, 3});
        const auto rows = torch::cat({directions * (0.1 + 50 * torch::rand({60, 1})), torch::zeros({1, 3})});
        const auto result = run(rows, {.clusters = 3, .metric = Metric::Cosine});
        for (std::size_t i = 0; i < 60; ++i)
            EXPECT_EQ(result.labels[i], static_cast<std::int32_t>(i / 20));
        EXPECT_TRUE(torch::allclose(result.centers.norm(2, 1), torch::ones({3}), 1e-5, 1e-5));
        // 2 x the sum of 1 − cosine, written out; the row of zeros is at distance 1 of a centre of length 1.
        double sum = 1;
        for (std::int64_t i = 0; i < 60; ++i)
            sum += 2 * (1 - torch::cosine_similarity(rows[i], result.centers[i / 20], 0).item<double>());
        EXPECT_NEAR(result.inertia, sum, 1e-4);
    }

    TEST(KMeans, ManyCentersFromASampleAreAsGoodAsOneByOne)
    {
        // 200 heaps, 20,000 rows: candidates are drawn for eight centres at once, from a sample.
        torch::manual_seed(6);
        const auto places = 20 * torch::randn({200, 8}).repeat_interleave(100, 0); // [20000, 8]
        const auto rows = places + 0.1 * torch::randn({20'000, 8});
        const auto result = run(rows, {.clusters = 200, .restarts = 1});
        const double ideal = 20'000 * 8 * 0.01;
        EXPECT_LT(result.inertia, 60 * ideal); // a heap without a centre costs thousands
        EXPECT_EQ(std::set<std::int32_t>(result.labels.begin(), result.labels.end()).size(), 200u);
        EXPECT_EQ(run(rows, {.clusters = 200, .restarts = 1}).labels, result.labels);
    }

    TEST(KMeans, FewDifferentRowsStandManyCenters)
    {
        const auto result = run(torch::arange(3, torch::kFloat).view({3, 1}).repeat({100, 1}), {.clusters = 150});
        EXPECT_EQ(result.labels.size(), 300u);
        EXPECT_NEAR(result.inertia, 0, 1e-9);
    }

    TEST(KMeans, SavesRestartsWhereThereIsMuchToDo)
    {
        torch::manual_seed(7);
        EXPECT_EQ(run(torch::randn({100, 4}), {.clusters = 3}).restarts, 10);
        EXPECT_EQ(run(torch::randn({2000, 5120}), {.clusters = 300, .maxIterations = 1}).restarts, 1);
        EXPECT_EQ(run(torch::randn({100, 4}), {.clusters = 3, .restarts = 4}).restarts, 4);
    }

    // Centres closer to each other than single precision can tell, far from the origin: the labels are still those of
    // exact arithmetic, whatever the number of threads.
    TEST(Assign, MeasuresAgainWhatSinglePrecisionCannotTell)
    {
        torch::manual_seed(8);
        const auto rows = torch::randn({300, 40}) + 1000;
        const auto centers = rows.slice(0, 0, 50) + 1e-2 * torch::randn({50, 40});
        const auto exact = torch::cdist(rows.to(torch::kDouble), centers.to(torch::kDouble), 2, 2).argmin(1);
        const int threads = at::get_num_threads();
        for (const int count : {1, 2}) {
            at::set_num_threads(count);
            const auto labels = assign(rows, centers);
            for (std::int64_t i = 0; i < 300; ++i)
                EXPECT_EQ(labels[static_cast<std::size_t>(i)], exact[i].item<std::int64_t>()) << i;
        }
        at::set_num_threads(threads);
    }

    TEST(Lloyd, AnEmptyClusterTakesTheFarthestRow)
    {
        NullContext context;
        // The third centre is nobody's nearest: it moves to row 2, the one farthest from its centre.
        const auto rows = torch::tensor({{0.0f}, {1.0f}, {5.0f}, {10.0f}});
        const auto result = lloyd(rows, torch::tensor({{0.5f}, {9.0f}, {100.0f}}), {}, context);
        EXPECT_EQ(result.labels, (std::vector<std::int32_t>{0, 0, 2, 1}));
    }

    TEST(Lloyd, TiesGoToTheLowerNumber)
    {
        EXPECT_EQ(assign(torch::tensor({{0.0f}}), torch::tensor({{1.0f}, {-1.0f}})), (std::vector<std::int32_t>{0}));
    }

    class ClusteringGolden : public testing::TestWithParam<const char*> { };

    TEST_P(ClusteringGolden, LloydFollowsScikitLearn)
    {
        const auto file = std::filesystem::path(goldenDir()) / "clustering/golden.safetensors";
        const auto golden = tensor::loadSafetensors(file);
        const std::string name = GetParam();
        NullContext context;
        const auto result = lloyd(golden.at(name + ".X"), golden.at(name + ".lloyd.init"), {}, context);
        const auto want = golden.at(name + ".lloyd.labels");
        for (std::int64_t i = 0; i < want.size(0); ++i)
            EXPECT_EQ(result.labels[static_cast<std::size_t>(i)], want[i].item<std::int64_t>()) << i;
        const double inertia = golden.at(name + ".lloyd.inertia")[0].item<double>();
        EXPECT_NEAR(result.inertia, inertia, 1e-4 * inertia);
        EXPECT_EQ(result.iterations, golden.at(name + ".lloyd.n_iter")[0].item<std::int64_t>());
        const double best = golden.at(name + ".kmeans.best_inertia_200_restarts")[0].item<double>();
        EXPECT_LE(kmeans(golden.at(name + ".X"), {.clusters = 6}, context).inertia, best * 1.02);
    }

    INSTANTIATE_TEST_SUITE_P(Mixtures, ClusteringGolden, testing::Values("easy", "medium", "hard"));

} // namespace
} // namespace winnow::cluster
