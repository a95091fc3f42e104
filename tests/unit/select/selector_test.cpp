#include "core/select/selector.h"

#include "core/base/error.h"
#include "core/select/selector_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace winnow::select {
namespace {

    using testing::HasSubstr;

    FittedSelector makeAttention(Mode mode, std::uint64_t seed = 1)
    {
        FittedSelector out;
        out.kind = SelectorKind::Attention;
        out.mode = mode;
        out.attention = AttentionNet(AttentionShape{});
        initialise(*out.attention, seed);
        return out;
    }

    torch::Tensor someRows(std::int64_t count)
    {
        return torch::sin(torch::arange(count * 16, torch::kFloat) * 0.7).view({count, 16});
    }

    tensor::NamedTensors asMap(const FittedSelector& selector)
    {
        tensor::NamedTensors out;
        for (const auto& [name, value] : selector.tensors())
            out[name] = value;
        return out;
    }

    class SelectorModel : public testing::Test {
    protected:
        SelectorModel()
            : file(std::filesystem::temp_directory_path() / ("winnow-selector-" + std::to_string(::getpid()) + ".pth"))
        {
        }
        ~SelectorModel() override { std::filesystem::remove(file); }
        std::filesystem::path file;
        NullContext context;
    };

    TEST_F(SelectorModel, HasTheParametersAndNamesOfThePaper)
    {
        const auto selector = makeAttention(Mode::Published);
        EXPECT_EQ(selector.parameterCount(), 2737); // METHOD 7
        const auto tensors = selector.tensors();
        EXPECT_EQ(tensors.front().first, "multihead_attns.0.in_proj_weight");
        EXPECT_EQ(tensors.back().first, "linear.bias");
        EXPECT_EQ(tensors.size(), 14u);
    }

    TEST_F(SelectorModel, PublishedAttentionDependsOnThePoolAndCorrectedDoesNot)
    {
        const auto rows = someRows(12);
        const auto published = makeAttention(Mode::Published), corrected = makeAttention(Mode::Corrected);
        const auto first = [&](const FittedSelector& selector, std::int64_t count) {
            return selector.score(rows.narrow(0, 0, count), context)[0].item<double>();
        };
        EXPECT_NE(first(published, 12), first(published, 6));
        EXPECT_NEAR(first(corrected, 12), first(corrected, 1), 1e-6);
        EXPECT_NEAR(first(published, 1), first(corrected, 12), 1e-6); // a pool of one is a pair alone
    }

    TEST_F(SelectorModel, QueriesInPiecesGiveTheScoresOfOnePass)
    {
        const auto selector = makeAttention(Mode::Published);
        const auto rows = someRows(1300); // more than two pieces
        const auto whole = selector.attention->forward(rows.unsqueeze(1), context).view({-1}).detach(); // one pass
        const auto pieces = selector.score(rows, context);
        EXPECT_LT((whole.to(torch::kDouble) - pieces).abs().max().item<double>(), 1e-5);
    }

    TEST_F(SelectorModel, ASequenceOverTheLimitIsRefusedWithASentence)
    {
        const auto selector = makeAttention(Mode::Published);
        try {
            selector.score(torch::zeros({kMaxSequence + 1, 16}), context);
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::TooLarge);
            EXPECT_THAT(e.message(), HasSubstr("50001 pairs are over the limit of 50000"));
        }
        EXPECT_THROW(selector.score(torch::zeros({3, 15}), context), Error);
    }

    TEST_F(SelectorModel, CheckpointIsReadBackAsItWasWritten)
    {
        const auto selector = makeAttention(Mode::Published, 7);
        saveAttentionCheckpoint(selector, file);
        const auto again = loadAttentionCheckpoint(file, 4);
        EXPECT_TRUE(torch::equal(again.score(someRows(5), context), selector.score(someRows(5), context)));
        EXPECT_THROW(loadAttentionCheckpoint(file, 3), Error); // 16 is not a multiple of 3
        std::ofstream(file) << "not a checkpoint";
        EXPECT_THROW(loadAttentionCheckpoint(file, 4), Error);
        FittedSelector linear;
        EXPECT_THROW(saveAttentionCheckpoint(linear, file), Error);
    }

    TEST_F(SelectorModel, EveryKindComesBackFromSettingsAndTensors)
    {
        auto attention = makeAttention(Mode::Corrected, 3);
        attention.inputMean.assign(16, 0.25);
        attention.inputDeviation.assign(16, 2);
        attention.labelMean = 30;
        attention.labelScale = 0.5;
        FittedSelector mlp;
        mlp.kind = SelectorKind::Mlp;
        mlp.mlp = MlpNet(MlpShape{16, {5}});
        initialise(*mlp.mlp, 2);
        FittedSelector linear;
        linear.linear = {std::vector<double>(16, 0.5), -1, 10};
        for (const auto* selector : {&attention, &mlp, &linear}) {
            const auto again =
                FittedSelector::restore(selector->kind, selector->mode, selector->settings(), asMap(*selector));
            EXPECT_TRUE(torch::equal(again.score(someRows(4), context), selector->score(someRows(4), context)));
            auto less = asMap(*selector);
            less.erase(less.begin());
            EXPECT_THROW(FittedSelector::restore(selector->kind, selector->mode, selector->settings(), less), Error);
            auto more = asMap(*selector);
            more["odd"] = torch::zeros({1});
            EXPECT_THROW(FittedSelector::restore(selector->kind, selector->mode, selector->settings(), more), Error);
        }
    }

    TEST_F(SelectorModel, LinearScoreIsTheSumOnItsScales)
    {
        FittedSelector selector;
        selector.linear = {{2, -1}, 0.5, 0};
        selector.inputMean = {1, 10};
        selector.inputDeviation = {2, 5};
        selector.labelMean = 30;
        selector.labelScale = 3;
        // 30 + 3 · (2 · (5 - 1) / 2 - (0 - 10) / 5 + 0.5) = 30 + 3 · 6.5
        EXPECT_DOUBLE_EQ(selector.score(torch::tensor({{5.0, 0.0}}), context)[0].item<double>(), 49.5);
    }

} // namespace
} // namespace winnow::select
