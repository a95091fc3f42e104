#include "core/cluster/spectral.h"

#include "core/base/error.h"
#include "core/cluster/quality.h"
#include "core/tensor/safetensors_io.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace winnow::cluster {
namespace {

    constexpr double kPi = 3.14159265358979323846;

    SpectralResult spectral(const torch::Tensor& rows, const SpectralOptions& options)
    {
        NullContext context;
        return spectral(rows, options, context);
    }

    EigenPairs solve(const Affinity& affinity, const EigenOptions& options)
    {
        NullContext context;
        return smallestEigenpairs(affinity, options, context);
    }

    /// The graph of the neighbours on a circle of n points: each with the next one on both sides.
    Affinity circle(std::int64_t n)
    {
        Affinity out;
        out.count = n;
        out.starts.push_back(0);
        for (std::int64_t i = 0; i < n; ++i) {
            std::vector<std::int32_t> own{
                static_cast<std::int32_t>((i + 1) % n), static_cast<std::int32_t>((i + n - 1) % n)};
            std::sort(own.begin(), own.end());
            out.columns.insert(out.columns.end(), own.begin(), own.end());
            out.weights.insert(out.weights.end(), 2, 1.0);
            out.starts.push_back(static_cast<std::int64_t>(out.columns.size()));
        }
        return out;
    }

    /// Several of them side by side, without a link.
    Affinity circles(std::int64_t count, std::int64_t n)
    {
        Affinity out;
        out.starts.push_back(0);
        for (std::int64_t c = 0; c < count; ++c) {
            const auto one = circle(n);
            for (const auto column : one.columns)
                out.columns.push_back(static_cast<std::int32_t>(column + c * n));
            out.weights.insert(out.weights.end(), one.weights.begin(), one.weights.end());
            for (std::int64_t i = 1; i <= n; ++i)
                out.starts.push_back(one.starts[static_cast<std::size_t>(i)] + 2 * n * c);
        }
        out.count = count * n;
        return out;
    }

    /// `places` heaps of `each` points, in D dimensions, so far apart that no neighbour lies in another.
    torch::Tensor heaps(std::int64_t places, std::int64_t each, std::int64_t width)
    {
        torch::manual_seed(3);
        const auto centers = 50 * torch::eye(places, width).repeat_interleave(each, 0);
        return centers + 0.1 * torch::randn({places * each, width});
    }

    std::vector<std::int32_t> heapLabels(std::int64_t places, std::int64_t each)
    {
        std::vector<std::int32_t> out;
        for (std::int64_t i = 0; i < places * each; ++i)
            out.push_back(static_cast<std::int32_t>(i / each));
        return out;
    }

    /// Largest residual of L v = λ v, with the Laplacian written out.
    double residual(const Affinity& affinity, const EigenPairs& pairs)
    {
        auto w = affinity.toDense();
        w.fill_diagonal_(0);
        const auto root = w.sum(1).sqrt();
        const auto laplacian = torch::eye(affinity.count, torch::kDouble) - w / root.unsqueeze(1) / root.unsqueeze(0);
        return (laplacian.matmul(pairs.vectors) - pairs.vectors * pairs.values).abs().max().item<double>();
    }

    double offUnit(const EigenPairs& pairs)
    {
        const auto products = pairs.vectors.t().matmul(pairs.vectors);
        return (products - torch::eye(products.size(0), torch::kDouble)).abs().max().item<double>();
    }

    // The circle's Laplacian has 1 − cos(2 π j / n), each but the first twice: closed form, and equal eigenvalues that
    // one Krylov space does not hold.
    TEST(Eigenpairs, OfACircleAreAllFoundTwice)
    {
        constexpr std::int64_t n = 700;
        const auto affinity = circle(n);
        const auto pairs = solve(affinity, {.count = 7, .denseRows = 0});
        for (int e = 0; e < 7; ++e)
            EXPECT_NEAR(pairs.values[e].item<double>(), 1 - std::cos(2 * kPi * ((e + 1) / 2) / n), 1e-10) << e;
        EXPECT_EQ(pairs.components, 1);
        EXPECT_LT(residual(affinity, pairs), 1e-8);
        EXPECT_LT(offUnit(pairs), 1e-6);
    }

    TEST(Eigenpairs, OfEqualPartsAreAllFound)
    {
        const auto affinity = circles(3, 200);
        const auto pairs = solve(affinity, {.count = 9, .denseRows = 0});
        const double second = 1 - std::cos(2 * kPi / 200);
        EXPECT_EQ(pairs.components, 3);
        for (int e = 0; e < 9; ++e)
            EXPECT_NEAR(pairs.values[e].item<double>(), e < 3 ? 0 : second, 1e-10) << e;
        EXPECT_LT(residual(affinity, pairs), 1e-8);
        EXPECT_LT(offUnit(pairs), 1e-6);
    }

    TEST(Eigenpairs, BothWaysAgreeOnACloud)
    {
        torch::manual_seed(4);
        NullContext context;
        const auto affinity = neighborAffinity(torch::randn({900, 5}), 10, context);
        const auto lanczos = solve(affinity, {.count = 12, .denseRows = 0});
        const auto dense = solve(affinity, {.count = 12, .denseRows = 1000});
        EXPECT_LT((lanczos.values - dense.values).abs().max().item<double>(), 1e-10);
        EXPECT_LT((lanczos.vectors - dense.vectors).abs().max().item<double>(), 1e-5);
        EXPECT_LT(residual(affinity, lanczos), 1e-8);
        EXPECT_LT(residual(affinity, dense), 1e-10);
    }

    TEST(Eigenpairs, MorePartsThanWantedGiveThoseOfMostRows)
    {
        NullContext context;
        const auto rows = torch::cat({heaps(1, 12, 4), heaps(2, 30, 4) + 500});
        const auto affinity = neighborAffinity(rows, 5, context);
        const auto pairs = solve(affinity, {.count = 2});
        EXPECT_EQ(pairs.components, 3);
        EXPECT_EQ(pairs.vectors.slice(0, 0, 12).abs().max().item<double>(), 0); // the smallest part has no place
        EXPECT_GT(pairs.vectors.slice(0, 12).abs().max().item<double>(), 0.1);
    }

    TEST(Eigenpairs, ThatDoNotComeAreSaidToBeMissing)
    {
        try {
            solve(circle(20'000), {.count = 20, .maxRestarts = 1});
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::Diverged);
        }
        EXPECT_THROW(solve(circle(10), {.count = 11}), Error);
        EXPECT_THROW(solve(circle(10), {.count = 0}), Error);
        EXPECT_THROW(solve(circle(10), {.count = 1, .maxRestarts = 0}), Error);
        try {
            solve(circle(4100), {.count = 1100});
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::TooLarge);
        }
        EXPECT_EQ(solve(circle(10), {.count = 10}).values.size(0), 10);
    }

    TEST(Spectral, FindsHeapsOfADisconnectedGraph)
    {
        for (const std::int64_t each : {40, 200}) { // all at once, and by Lanczos
            const auto result = spectral(heaps(5, each, 8), {.clusters = 5});
            EXPECT_EQ(result.components, 5);
            EXPECT_EQ(result.labels, heapLabels(5, each));
            EXPECT_LT(result.eigenvalues.abs().max().item<double>(), 1e-12);
        }
    }

    TEST(Spectral, TellsRingsApartThatKMeansCannot)
    {
        torch::manual_seed(6);
        const auto angle = torch::rand({800}) * 2 * kPi;
        const auto radius = torch::cat({torch::ones({400}), torch::full({400}, 3.0)});
        const auto rows = torch::stack({radius * angle.cos(), radius * angle.sin()}, 1) + 0.05 * torch::randn({800, 2});
        const auto truth = heapLabels(2, 400);
        EXPECT_EQ(adjustedRandIndex(spectral(rows, {.clusters = 2}).labels, truth), 1);
        SpectralOptions gaussian{.clusters = 2, .graph = SpectralOptions::Graph::Gaussian, .gamma = 10};
        EXPECT_EQ(adjustedRandIndex(spectral(rows, gaussian).labels, truth), 1);
    }

    TEST(Spectral, SameSeedSameLabels)
    {
        torch::manual_seed(7);
        const auto rows = torch::randn({700, 6});
        const SpectralOptions options{.clusters = 6, .seed = 3};
        const auto first = spectral(rows, options), second = spectral(rows, options);
        EXPECT_EQ(first.labels, second.labels);
        EXPECT_TRUE(torch::equal(first.eigenvalues, second.eigenvalues));
        EXPECT_EQ(first.inertia, second.inertia);
    }

    TEST(Spectral, StandsDoublesAndRowsThatAreAllEqual)
    {
        const auto same = spectral(torch::ones({60, 4}), {.clusters = 3});
        EXPECT_EQ(same.labels.size(), 60u);
        EXPECT_GE(*std::min_element(same.labels.begin(), same.labels.end()), 0);
        EXPECT_LT(*std::max_element(same.labels.begin(), same.labels.end()), 3);
        const auto doubles =
            spectral(heaps(2, 30, 4).repeat({3, 1}), {.clusters = 2}); // heap a, heap b, three times over
        for (std::size_t i = 0; i < doubles.labels.size(); ++i)
            EXPECT_EQ(doubles.labels[i], static_cast<std::int32_t>(i % 60 / 30)) << i;
    }

    TEST(Spectral, OneClusterHoldsAll)
    {
        const auto result = spectral(heaps(2, 20, 3), {.clusters = 1});
        EXPECT_EQ(std::set<std::int32_t>(result.labels.begin(), result.labels.end()), std::set<std::int32_t>{0});
        SpectralOptions gaussian{.clusters = 1, .graph = SpectralOptions::Graph::Gaussian};
        EXPECT_EQ(spectral(torch::zeros({1, 3}), gaussian).labels, std::vector<std::int32_t>{0});
    }

    TEST(Spectral, AsManyClustersAsRows)
    {
        torch::manual_seed(8);
        const auto result = spectral(torch::randn({12, 3}), {.clusters = 12, .neighbors = 4});
        EXPECT_EQ(std::set<std::int32_t>(result.labels.begin(), result.labels.end()).size(), 12u);
    }

    TEST(Spectral, TheCosineLinksDirections)
    {
        torch::manual_seed(9);
        const auto directions = torch::eye(3).repeat_interleave(40, 0) + 0.05 * torch::randn({120, 3});
        const auto rows = directions * (0.5 + 100 * torch::rand({120, 1}));
        EXPECT_EQ(spectral(rows, {.clusters = 3, .metric = Metric::Cosine}).labels, heapLabels(3, 40));
    }

    TEST(Landmarks, TellRingsApartThatKMeansCannot)
    {
        torch::manual_seed(6);
        const auto angle = torch::rand({800}) * 2 * kPi;
        const auto radius = torch::cat({torch::ones({400}), torch::full({400}, 3.0)});
        const auto rows = torch::stack({radius * angle.cos(), radius * angle.sin()}, 1) + 0.05 * torch::randn({800, 2});
        const auto result = spectral(rows, {.clusters = 2, .landmarks = 100});
        EXPECT_EQ(adjustedRandIndex(result.labels, heapLabels(2, 400)), 1);
        EXPECT_EQ(result.landmarks, 100);
        EXPECT_EQ(spectral(rows, {.clusters = 2, .landmarks = 100}).labels, result.labels);
    }

    TEST(Landmarks, StandInByThemselvesAboveSoManyRows)
    {
        const auto rows = heaps(4, 100, 8);
        EXPECT_EQ(spectral(rows, {.clusters = 4, .exactRows = 400}).landmarks, 0);
        const auto result = spectral(rows, {.clusters = 4, .exactRows = 399});
        EXPECT_EQ(result.landmarks, 100); // a quarter of the rows
        EXPECT_EQ(result.labels, heapLabels(4, 100));
        EXPECT_EQ(result.components, 4);
        EXPECT_LT(result.eigenvalues.abs().max().item<double>(), 1e-9);
        EXPECT_EQ(landmarksFor(100'000, 10), 1000);
        EXPECT_EQ(landmarksFor(100'000, 300), 3000);
        EXPECT_EQ(landmarksFor(100'000, 2000), 4000);
    }

    TEST(Landmarks, ImpossibleDemandsAreRefused)
    {
        EXPECT_THROW(spectral(torch::randn({50, 3}), {.clusters = 5, .landmarks = 4}), Error);
        EXPECT_THROW(spectral(torch::randn({50, 3}), {.clusters = 5, .landmarks = 51}), Error);
        EXPECT_THROW(spectral(torch::full({50, 3}, std::nan("")), {.clusters = 5, .landmarks = 10}), Error);
        try {
            spectral(torch::zeros({9000, 2}), {.clusters = 2001, .exactRows = 100});
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::TooLarge);
        }
        EXPECT_EQ(spectral(torch::ones({60, 4}), {.clusters = 3, .landmarks = 20}).labels.size(), 60u);
    }

    class SpectralGolden : public testing::TestWithParam<std::tuple<const char*, std::int64_t, std::int64_t, double>> {
    };

    // Landmarks, a quarter of the rows, against the labels of scikit-learn's exact clustering.
    TEST_P(SpectralGolden, LandmarksAgreeWithTheExactClustering)
    {
        const auto file = std::filesystem::path(goldenDir()) / "clustering/golden.safetensors";
        const auto golden = tensor::loadSafetensors(file);
        const auto& [name, clusters, landmarks, least] = GetParam();
        const auto result =
            spectral(golden.at(std::string(name) + ".X"), {.clusters = clusters, .landmarks = landmarks});
        const auto labels = golden.at(std::string(name) + ".spectral_nn.labels").to(torch::kInt32).contiguous();
        const std::vector<std::int32_t> want(
            labels.data_ptr<std::int32_t>(), labels.data_ptr<std::int32_t>() + labels.numel());
        EXPECT_GE(adjustedRandIndex(result.labels, want), least);
    }

    INSTANTIATE_TEST_SUITE_P(
        Landmarks, SpectralGolden, testing::Values(std::tuple("medium", 6, 60, 0.97), std::tuple("rings", 2, 50, 1.0)));

    TEST(Spectral, ImpossibleDemandsAreRefused)
    {
        const auto rows = torch::randn({8, 2});
        EXPECT_THROW(spectral(rows, {.clusters = 9, .neighbors = 3}), Error);
        EXPECT_THROW(spectral(rows, {.clusters = 0, .neighbors = 3}), Error);
        EXPECT_THROW(spectral(rows, {.clusters = 2, .neighbors = 10}), Error); // more than there are
        EXPECT_THROW(spectral(rows, {.clusters = 2, .neighbors = 1}), Error);
        EXPECT_THROW(spectral(torch::full({20, 2}, std::nan("")), {.clusters = 2}), Error);
        EXPECT_THROW(spectral(torch::zeros({20}), {.clusters = 2}), Error);
    }

} // namespace
} // namespace winnow::cluster
