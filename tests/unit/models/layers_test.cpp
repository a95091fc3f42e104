#include "core/base/error.h"
#include "core/models/layers.h"

#include <gtest/gtest.h>

#include <torch/nn/modules/container/modulelist.h>

#include <utility>

namespace winnow::models {
namespace {

    torch::Tensor randomTensor(c10::IntArrayRef sizes)
    {
        torch::manual_seed(3);
        return torch::randn(sizes);
    }

} // namespace

TEST(Layers, PatchProjectionIsAStridedConvolution)
{
    const torch::NoGradGuard noGrad;
    PatchProjection projection(3, 5, 4, LinearImpl::Bias::Yes);
    initialise(*projection, 1, 0.5);
    const auto x = randomTensor({2, 3, 8, 8});
    const auto want = torch::conv2d(x, projection->weight, projection->bias, 4).flatten(2).transpose(1, 2); // [2, 4, 5]
    EXPECT_TRUE(torch::allclose(projection(x), want, 1e-4, 1e-5));
}

TEST(Layers, QuickGeluIsTheSameWithAndWithoutGradient)
{
    const auto x = randomTensor({7});
    const auto want = x * torch::sigmoid(1.702 * x);
    EXPECT_TRUE(torch::allclose(activate(x.clone().requires_grad_(true), Activation::QuickGelu), want, 1e-5, 1e-6));
    const torch::NoGradGuard noGrad;
    EXPECT_TRUE(torch::allclose(activate(x.clone(), Activation::QuickGelu), want, 1e-5, 1e-6));
}

TEST(Layers, RmsNormWithAFixedGainHasTheGradientOfTheRecordedOperators)
{
    RmsNorm norm(19, 1e-5);
    initialise(*norm, 1);
    const auto x = randomTensor({3, 41, 19}), gain = torch::randn({19}), pull = torch::randn({3, 41, 19});
    norm->weight.set_data(gain);
    const auto results = [&](bool isFrozen) {
        norm->weight.requires_grad_(!isFrozen);
        const auto leaf = x.clone().requires_grad_(true);
        const auto out = norm(leaf);
        (out * pull).sum().backward();
        return std::pair(out.detach(), leaf.grad());
    };
    const auto fixed = results(true), recorded = results(false);
    EXPECT_TRUE(torch::allclose(fixed.first, recorded.first, 1e-5, 1e-6));
    EXPECT_TRUE(torch::allclose(fixed.second, recorded.second, 1e-4, 1e-5));
}

TEST(Layers, GateIsSiluTimesTheOtherHalf)
{
    const auto joint = randomTensor({5, 14}), pull = torch::randn({5, 7});
    const auto leaf = joint.clone().requires_grad_(true), other = joint.clone().requires_grad_(true);
    const auto got = openGate(leaf);
    (got * pull).sum().backward();
    const auto want = torch::silu(other.narrow(1, 0, 7)) * other.narrow(1, 7, 7);
    (want * pull).sum().backward();
    EXPECT_TRUE(torch::allclose(got, want));
    EXPECT_TRUE(torch::allclose(leaf.grad(), other.grad(), 1e-5, 1e-6));
    const torch::NoGradGuard noGrad;
    EXPECT_TRUE(torch::allclose(openGate(joint.clone()), want));
}

TEST(Layers, GroupedHeadsShareKeys)
{
    const auto q = randomTensor({2, 6, 3, 4}), k = torch::randn({2, 2, 5, 4}), v = torch::randn({2, 2, 5, 4});
    const auto mask = causalMask(3, 2, torch::kFloat);
    const auto got = attend(q, k, v, mask, 0.5);
    const auto wide = attend(q, k.repeat_interleave(3, 1), v.repeat_interleave(3, 1), mask, 0.5);
    EXPECT_TRUE(torch::allclose(got, wide, 1e-4, 1e-6));
}

TEST(Layers, CausalMaskLooksBackOnly)
{
    const auto mask = causalMask(2, 1, torch::kFloat).view({2, 3});
    EXPECT_EQ(mask[0][1].item<float>(), 0);
    EXPECT_LT(mask[0][2].item<float>(), -1e30f);
    EXPECT_EQ(mask[1][2].item<float>(), 0);
}

TEST(Layers, FullyMaskedRowsStayFinite)
{
    const auto q = randomTensor({1, 1, 2, 4});
    const auto mask = additiveMask(torch::zeros({1, 1, 2, 2}, torch::kBool), torch::kFloat);
    EXPECT_TRUE(torch::isfinite(attend(q, q, q, mask, 1)).all().item<bool>());
}

TEST(Layers, PackedRowsGiveTheSameOutputsAndKeepNames)
{
    const torch::NoGradGuard noGrad;
    Linear a(4, 3), b(4, 2);
    initialise(*a, 1, 0.5);
    initialise(*b, 2, 0.5);
    setTrainable(*a, false);
    setTrainable(*b, false);
    const auto x = randomTensor({2, 5, 4});
    const auto first = a(x), second = b(x);
    packRows({a, b});
    EXPECT_TRUE(a->weight.is_alias_of(b->weight));
    EXPECT_TRUE(a->named_parameters()["weight"].is_alias_of(a->weight));
    const auto outputs = applyTogether({a, b}, x);
    EXPECT_TRUE(torch::allclose(outputs[0], first, 1e-5, 1e-6));
    EXPECT_TRUE(torch::allclose(outputs[1], second, 1e-5, 1e-6));
}

TEST(Layers, PackedLayersStillLearn)
{
    Linear a(4, 3), b(4, 2);
    initialise(*a, 1, 0.5);
    initialise(*b, 2, 0.5);
    packRows({a, b});
    const auto outputs = applyTogether({a, b}, randomTensor({5, 4}));
    (outputs[0].sum() + outputs[1].sum()).backward();
    EXPECT_TRUE(a->weight.grad().defined());
    EXPECT_TRUE(b->bias.grad().defined());
}

TEST(Layers, InitialiseRepeatsItselfBySeed)
{
    Linear a(4, 3), b(4, 3), c(4, 3);
    initialise(*a, 1);
    initialise(*b, 1);
    initialise(*c, 2);
    EXPECT_TRUE(a->weight.equal(b->weight));
    EXPECT_FALSE(a->weight.equal(c->weight));
    EXPECT_EQ(a->bias.abs().sum().item<float>(), 0);
}

TEST(Layers, RotationDependsOnDistanceAlone)
{
    const auto q = randomTensor({1, 1, 1, 8}), k = torch::randn({1, 1, 1, 8});
    const auto score = [&](int64_t at, int64_t from) {
        const RopeTable first(torch::tensor({at}), 8, 10000), second(torch::tensor({from}), 8, 10000);
        return (first.apply(q) * second.apply(k)).sum().item<float>();
    };
    EXPECT_NEAR(score(3, 1), score(12, 10), 1e-4);
    EXPECT_GT(std::abs(score(3, 1) - score(3, 2)), 1e-4);
}

TEST(Layers, RotationPassesGradientsToTheBitAsRecordedOperatorsDo)
{
    const RopeTable rope(torch::arange(7), 8, 10000);
    const auto x = randomTensor({2, 3, 7, 8}), upstream = torch::randn({2, 3, 7, 8});
    const auto plain = [&](const torch::Tensor& in) { // the formula, with the table read out by turning units
        const auto one = torch::ones({1, 1, 7, 8}),
                   first = torch::cat({one.narrow(-1, 0, 4), 0 * one.narrow(-1, 0, 4)}, -1);
        const torch::NoGradGuard noGrad;
        const auto turned = rope.apply(first); // [cos, sin]
        const auto cosine = turned.narrow(-1, 0, 4), sine = turned.narrow(-1, 4, 4);
        const torch::AutoGradMode grad(true);
        const auto swapped = torch::cat({in.narrow(-1, 4, 4), in.narrow(-1, 0, 4)}, -1);
        return in * torch::cat({cosine, cosine}, -1) + swapped * torch::cat({-sine, sine}, -1);
    };
    const auto a = x.clone().requires_grad_(), b = x.clone().requires_grad_();
    const auto got = rope.apply(a), want = plain(b);
    EXPECT_TRUE(got.equal(want));
    got.backward(upstream);
    want.backward(upstream);
    EXPECT_TRUE(a.grad().equal(b.grad()));
}

TEST(Layers, UnknownActivationIsNamed)
{
    try {
        activationNamed("mish", "the config");
        FAIL();
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), ErrorCode::Unsupported);
        EXPECT_NE(e.message().find("mish"), std::string::npos);
    }
}

} // namespace winnow::models
