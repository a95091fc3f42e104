#include "core/train/optimizer.h"

#include "core/base/error.h"
#include "core/tensor/safetensors_io.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace winnow::train {
namespace {

    TEST(Optimizer, FollowsPyTorchsAdamW)
    {
        const auto file = std::filesystem::path(goldenDir()) / "optim/golden.safetensors";
        const auto golden = tensor::loadSafetensors(file);
        auto matrix = golden.at("adamw.p0.init").clone().requires_grad_(true);
        auto vector = golden.at("adamw.p1.init").clone().requires_grad_(true);
        Optimizer optimizer({{"m", matrix}, {"v", vector}}, {.weightDecay = 0.05});
        for (int step = 0; step < 8; ++step) {
            optimizer.setRate(golden.at("adamw.lr")[step].item<double>());
            matrix.mutable_grad() = golden.at("adamw.p0.grad" + std::to_string(step)).clone();
            vector.mutable_grad() = golden.at("adamw.p1.grad" + std::to_string(step)).clone();
            optimizer.step();
            EXPECT_TRUE(torch::allclose(matrix, golden.at("adamw.p0.after" + std::to_string(step)), 1e-6, 1e-6))
                << step;
            EXPECT_TRUE(torch::allclose(vector, golden.at("adamw.p1.after" + std::to_string(step)), 1e-6, 1e-6))
                << step;
        }
        const auto moments = optimizer.moments();
        ASSERT_EQ(moments.size(), 4u);
        EXPECT_EQ(moments[0].name, "m.exp_avg");
        EXPECT_TRUE(torch::allclose(moments[0].tensor, golden.at("adamw.p0.exp_avg"), 1e-6, 1e-6));
        EXPECT_TRUE(torch::allclose(moments[1].tensor, golden.at("adamw.p0.exp_avg_sq"), 1e-6, 1e-6));
    }

    void takeSteps(Optimizer& optimizer, int from, int to)
    {
        for (int step = from; step < to; ++step) {
            torch::manual_seed(step);
            for (const auto& [name, tensor] : optimizer.tuned())
                torch::Tensor(tensor).mutable_grad() = torch::randn(tensor.sizes());
            optimizer.setRate(0.01);
            optimizer.step();
        }
    }

    TEST(Optimizer, RestoredMomentsContinueBitForBit)
    {
        const auto start = torch::arange(6, torch::kFloat).view({2, 3});
        auto whole = start.clone().requires_grad_(true), resumed = start.clone().requires_grad_(true);
        Optimizer first({{"w", whole}});
        takeSteps(first, 0, 6);
        Optimizer before({{"w", resumed}});
        takeSteps(before, 0, 3);
        Optimizer after({{"w", resumed}});
        after.restore(before.moments(), before.stepsTaken());
        takeSteps(after, 3, 6);
        EXPECT_TRUE(torch::equal(whole, resumed));
    }

    TEST(Optimizer, RefusesMomentsOfAnotherShape)
    {
        auto tensor = torch::zeros({2, 2}).requires_grad_(true);
        Optimizer optimizer({{"w", tensor}});
        EXPECT_THROW(
            optimizer.restore({{"w.exp_avg", torch::zeros({3})}, {"w.exp_avg_sq", torch::zeros({2, 2})}}, 1), Error);
        EXPECT_THROW(optimizer.restore({}, 1), Error);
    }

} // namespace
} // namespace winnow::train
