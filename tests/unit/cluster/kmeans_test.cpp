#include "core/cluster/kmeans.h"

#include "core/base/error.h"
#include "core/cluster/quality.h"
#include "core/tensor/safetensors_io.h"

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
        const auto file = std::filesystem::path(WINNOW_SHARED_DIR) / "golden/clustering/golden.safetensors";
        if (!std::filesystem::exists(file))
            GTEST_SKIP() << "needs ../shared/golden/clustering";
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
