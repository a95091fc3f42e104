#include "core/base/error.h"
#include "core/tensor/compat.h"
#include "core/tensor/device.h"
#include "core/tensor/linalg.h"
#include "core/tensor/parallel.h"
#include "core/tensor/safetensors_io.h"
#include "core/tensor/shape.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace winnow::tensor {

namespace {

    template <typename Action> std::string complaint(const Action& action)
    {
        try {
            action();
        } catch (const Error& e) {
            return e.message();
        }
        return {};
    }

} // namespace

TEST(Shape, MisfitNamesBothShapes)
{
    EXPECT_NO_THROW(expectShape(torch::zeros({2, 3}), {kAny, 3}, "x"));
    EXPECT_EQ(complaint([] { expectShape(torch::zeros({2, 3}), {kAny, 4}, "x"); }), "x is [2, 3], expected [any, 4]");
    EXPECT_EQ(complaint([] { expectShape(torch::zeros({2}), {2, 1}, "x"); }), "x is [2], expected [2, 1]");
    EXPECT_EQ(complaint([] { expectShape({}, {2}, "x"); }), "x is absent, expected [2]");
}

TEST(Shape, TypeMisfitNamesBothTypes)
{
    EXPECT_EQ(
        complaint([] { expectType(torch::zeros({2}), torch::kLong, "ids"); }), "ids has the type Float, expected Long");
}

TEST(Device, NamesAreRead)
{
    EXPECT_TRUE(parseDevice("cpu").is_cpu());
    EXPECT_EQ(availableDevices().front(), "cpu");
    for (const char* name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "CPU", "cuda:99999999999"})
        EXPECT_THROW(parseDevice(name), Error) << name;
    EXPECT_NE(complaint([] { parseDevice("cuda:99"); }).find("cuda:99 is not there"), std::string::npos);
}

TEST(Device, MemoryOfTheMachineIsKnown)
{
    const auto info = findMemoryInfo(torch::kCPU);
    ASSERT_TRUE(info.has_value());
    EXPECT_GT(info->availableBytes, 0u);
    EXPECT_LE(info->availableBytes, info->totalBytes);
}

TEST(Device, SameSeedGivesSameNumbers)
{
    manualSeed(3);
    const auto first = torch::randn({5});
    manualSeed(3);
    EXPECT_TRUE(torch::equal(first, torch::randn({5})));
}

TEST(Compat, FusedAttentionFollowsTheFormula)
{
    manualSeed(1);
    const auto q = torch::randn({2, 3, 4, 8}), k = torch::randn({2, 3, 5, 8}), v = torch::randn({2, 3, 5, 8});
    const auto mask = torch::randn({2, 3, 4, 5});
    const auto want = (torch::matmul(q, k.transpose(2, 3)) / std::sqrt(8.0) + mask).softmax(-1).matmul(v);
    EXPECT_LT((compat::scaledDotProduct(q, k, v, mask) - want).abs().max().item<float>(), 1e-5f);
}

TEST(Compat, AutocastEndsWithItsScope)
{
    const auto a = torch::ones({2, 2});
    {
        const compat::Autocast autocast(torch::kCPU, torch::kBFloat16);
        EXPECT_EQ(torch::matmul(a, a).scalar_type(), torch::kBFloat16);
    }
    EXPECT_EQ(torch::matmul(a, a).scalar_type(), torch::kFloat);
    const compat::Autocast nothing(torch::kCPU, std::nullopt);
    EXPECT_EQ(torch::matmul(a, a).scalar_type(), torch::kFloat);
}

TEST(Pca, AxesOfAKnownCloud)
{
    // Points on the line (1, 2) t with a little spread along (2, -1).
    const auto rows = torch::tensor({{1.0, 2.0}, {-1.0, -2.0}, {0.2, -0.1}, {-0.2, 0.1}}, torch::kDouble) + 5;
    const auto pca = computePca(rows, 2);
    EXPECT_NEAR(pca.components[0][0].item<double>(), 1 / std::sqrt(5.0), 1e-12);
    EXPECT_NEAR(pca.components[0][1].item<double>(), 2 / std::sqrt(5.0), 1e-12);
    EXPECT_NEAR(pca.variance[0].item<double>(), 10.0 / 3, 1e-12);
    EXPECT_NEAR(pca.variance[1].item<double>(), 0.1 / 3, 1e-12);
    EXPECT_NEAR(pca.varianceRatio.sum().item<double>(), 1, 1e-12);
    EXPECT_NEAR(pca.transform(rows)[0][0].item<double>(), std::sqrt(5.0), 1e-12);
    EXPECT_NEAR(pca.mean[0].item<double>(), 5, 1e-12);
}

TEST(Pca, BothWaysAgree)
{
    manualSeed(2);
    const auto rows = torch::randn({8000, 600}) * torch::linspace(3, 0.1, 600); // large enough for the covariance
    const auto pca = computePca(rows, 3);
    const auto centered = rows.to(torch::kDouble) - pca.mean;
    const auto covariance = centered.t().matmul(centered) / 7999.0;
    for (int i = 0; i < 3; ++i) {
        const auto axis = pca.components[i];
        EXPECT_NEAR(axis.norm().item<double>(), 1, 1e-10);
        EXPECT_LT((covariance.matmul(axis) - pca.variance[i] * axis).abs().max().item<double>(), 1e-8);
    }
}

/// What scikit-learn 1.2.1 gives: PCA(1).fit_transform([[0, 0], [1, 2], [2, 4], [3, 6], [-9, -18]]), whose farthest row
/// is the last one.
TEST(Pca, SignFollowsTheFarthestRowAsInScikitLearn)
{
    const auto rows = torch::tensor({{0.0, 0.0}, {1.0, 2.0}, {2.0, 4.0}, {3.0, 6.0}, {-9.0, -18.0}});
    const auto byRow = computePca(rows, 1, PcaSign::LargestRow).transform(rows);     // [5, 1]
    const auto byEntry = computePca(rows, 1, PcaSign::LargestEntry).transform(rows); // [5, 1]
    const auto want = torch::tensor({-1.34164079, -3.57770876, -5.81377674, -8.04984472, 18.78297101}, torch::kDouble);
    EXPECT_TRUE(torch::allclose(byRow.flatten(), want, 0, 1e-7)) << byRow;
    EXPECT_TRUE(torch::allclose(byEntry.flatten(), -want, 0, 1e-7)) << byEntry;
}

TEST(Pca, EachSubsetIsReducedInItsOwnBasis)
{
    torch::manual_seed(5);
    const auto subsets = torch::randn({3, 12, 7});
    const auto reduced = reduceSubsets(subsets, 2);
    EXPECT_EQ(reduced.sizes(), (std::vector<std::int64_t>{3, 12, 2}));
    EXPECT_EQ(reduced.scalar_type(), torch::kFloat);
    const auto alone = computePca(subsets[1], 2, PcaSign::LargestRow).transform(subsets[1]).to(torch::kFloat);
    EXPECT_TRUE(torch::equal(reduced[1], alone));
    const auto farthest = reduced.gather(1, std::get<1>(reduced.abs().max(1, true))); // [3, 1, 2]
    EXPECT_GT(farthest.min().item<double>(), 0);
    EXPECT_THROW(reduceSubsets(subsets, 8), Error);
    EXPECT_THROW(reduceSubsets(torch::zeros({0, 5, 3}), 2), Error);
    EXPECT_THROW(reduceSubsets(torch::zeros({5, 3}), 2), Error);
}

TEST(Pca, ImpossibleDemandsAreRefused)
{
    EXPECT_THROW(computePca(torch::zeros({1, 3}), 1), Error);
    EXPECT_THROW(computePca(torch::zeros({3, 2}), 3), Error);
    EXPECT_THROW(computePca(torch::zeros({3, 2}), 0), Error);
    EXPECT_THROW(computePca(torch::full({3, 2}, NAN), 1), Error);
    EXPECT_THROW(computePca(torch::zeros({3}), 1), Error);
    EXPECT_EQ(computePca(torch::ones({3, 2}), 1).varianceRatio.item<double>(), 0);
}

TEST(Linalg, CosineOfZeroRowsIsZero)
{
    const auto a = torch::tensor({{3.f, 4.f}, {0.f, 0.f}}), b = torch::tensor({{4.f, 3.f}});
    const auto out = cosine(a, b);
    EXPECT_FLOAT_EQ(out[0][0].item<float>(), 0.96f);
    EXPECT_EQ(out[1][0].item<float>(), 0.f);
}

TEST(Linalg, UnitRowsCanBeTrained)
{
    auto x = torch::tensor({{3.f, 4.f}}, torch::requires_grad());
    unitRows(x)[0][0].backward();
    EXPECT_NEAR(x.grad()[0][0].item<float>(), 0.128f, 1e-6f); // (1 - 0.36) / 5
}

TEST(Linalg, DistancesAreNeverNegative)
{
    const auto a = torch::tensor({{1.f, 2.f}, {1e4f, 1e4f}});
    const auto out = squaredDistances(a, a);
    EXPECT_GE(out.min().item<float>(), 0.f);
    EXPECT_FLOAT_EQ(squaredDistances(torch::tensor({{0.f, 0.f}}), torch::tensor({{3.f, 4.f}})).item<float>(), 25.f);
}

TEST(SafetensorsIo, EqualContentGivesEqualBytes)
{
    const auto folder = std::filesystem::temp_directory_path();
    const auto one = folder / "winnow_one.safetensors", two = folder / "winnow_two.safetensors";
    const auto x = torch::arange(6).view({2, 3});
    saveSafetensors(one, {{"x", x.t()}});
    saveSafetensors(two, {{"x", x.t().contiguous()}});
    EXPECT_TRUE(torch::equal(loadSafetensors(one).at("x"), x.t()));
    EXPECT_EQ(std::filesystem::file_size(one), std::filesystem::file_size(two));
    EXPECT_THROW(saveSafetensors(one, {{"z", torch::zeros({2}, torch::kComplexFloat)}}), Error);
    std::filesystem::remove(one);
    std::filesystem::remove(two);
}

TEST(ParallelFor, DoesEachOnceOnThreadsOfItsOwn)
{
    std::vector<std::atomic<int>> done(1'000);
    std::mutex lock;
    std::set<std::thread::id> threads;
    parallelFor(1'000, 100, [&](std::int64_t begin, std::int64_t end) {
        EXPECT_LE(begin, end);
        for (auto i = begin; i < end; ++i)
            ++done[static_cast<std::size_t>(i)];
        const std::lock_guard guard(lock);
        threads.insert(std::this_thread::get_id());
    });
    for (const auto& count : done)
        EXPECT_EQ(count, 1);
    if (torch::get_num_threads() > 1) {
        EXPECT_GT(threads.size(), 1u); // without OpenMP's flag all of it would run here
    }
    parallelFor(0, 1, [](std::int64_t, std::int64_t) { FAIL(); });
}

TEST(ParallelFor, AnErrorComesBack)
{
    EXPECT_EQ(complaint([] {
        parallelFor(1'000, 1, [](std::int64_t begin, std::int64_t) {
            if (begin > 0 || torch::get_num_threads() == 1)
                throw Error(ErrorCode::Internal, "broken off");
        });
    }),
        "broken off");
}

} // namespace winnow::tensor
