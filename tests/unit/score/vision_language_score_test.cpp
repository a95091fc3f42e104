#include "core/score/vision_language_score.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/score/gradient_score.h"
#include "core/tensor/safetensors_io.h"
#include "tests/support/places.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

namespace winnow::score {
namespace {

    namespace fs = std::filesystem;
    using Measure = VisionLanguageMeasure;

    const fs::path kGolden = fs::path(goldenDir()) / "minigpt4/latest";

    std::vector<char> allAnswer(std::size_t count) { return std::vector<char>(count, 1); }

    /// The reference's two samples with its weights.
    class GoldenPairs : public testing::Test {
    protected:
        void SetUp() override
        {
            golden = tensor::loadSafetensors(kGolden / "golden.safetensors");
            texts = json::load(kGolden / "text.json");
            model = models::loadMiniGpt4(kGolden);
            torch::NoGradGuard noGrad;
            features = model->imageFeatures(golden.at("image"));
        }

        AnswerSequence sequenceOf(std::size_t i) const
        {
            AnswerSequence out;
            out.sample.prompt = texts["segment_ids"][i].get<models::PromptSegments>();
            out.sample.answer = texts["answer_ids"][i].get<std::vector<std::int64_t>>();
            out.isAnswer = allAnswer(out.sample.answer.size());
            return out;
        }
        std::vector<ScoreItem> items(std::size_t copies = 1) const
        {
            std::vector<ScoreItem> out;
            for (std::size_t i = 0; i < 2 * copies; ++i)
                out.push_back({static_cast<PairRow>(i), std::to_string(i), "picture", {"text"}, {""}});
            return out;
        }
        VisionLanguageScorer scorer(Measure measure, std::int64_t tokensPerPass = 2048)
        {
            return {model, [this](const ScoreItem& item) { return sequenceOf(item.row % 2); },
                [this](const std::vector<ScoreItem>& wanted) {
                    PictureFeatures out{{}, std::vector<std::string>(wanted.size())};
                    std::vector<torch::Tensor> rows;
                    for (std::size_t i = 0; i < wanted.size(); ++i) {
                        rows.push_back(features[static_cast<std::int64_t>(wanted[i].row % 2)]);
                        if (wanted[i].image.empty())
                            out.failures[i] = "the pair has no picture";
                    }
                    out.features = torch::stack(rows);
                    return out;
                },
                {.measure = measure, .tokensPerPass = tokensPerPass}};
        }

        tensor::NamedTensors golden;
        Json texts;
        models::MiniGpt4 model = nullptr;
        torch::Tensor features;
    };

    TEST_F(GoldenPairs, LossIsTheReferencesPerAnswerToken)
    {
        // The reference's mean counts ignored positions as 0; their number is taken out again.
        const auto positions = static_cast<double>(golden.at("targets").size(1) - 1);
        const auto chunk = scorer(Measure::Loss).score(items());
        ASSERT_EQ(chunk.scores.size(), 2u);
        for (std::size_t i = 0; i < 2; ++i) {
            const double mean =
                golden.at("loss_reduction_none_mean_over_positions")[static_cast<std::int64_t>(i)].item<double>();
            const double want = mean * positions / static_cast<double>(sequenceOf(i).answerCount());
            EXPECT_NEAR(chunk.scores[i], want, 1e-3 * want) << i;
        }
    }

    TEST_F(GoldenPairs, MatchingComparesWithThePromptThatHasNoPictureInIt)
    {
        const auto chunk = scorer(Measure::Matching).score(items());
        EXPECT_EQ(chunk.scores, scorer(Measure::Loss).score(items()).scores);
        torch::NoGradGuard noGrad;
        for (std::size_t i = 0; i < 2; ++i) {
            const auto sequence = sequenceOf(i);
            std::vector<std::int64_t> ids{1};
            for (const auto& piece : sequence.sample.prompt)
                ids.insert(ids.end(), piece.begin(), piece.end());
            const auto promptLength = static_cast<std::int64_t>(ids.size());
            ids.insert(ids.end(), sequence.sample.answer.begin(), sequence.sample.answer.end());
            const auto line = torch::tensor(ids).unsqueeze(0);
            auto labels = line.clone();
            labels.narrow(1, 0, promptLength).fill_(-100);
            const double want = model->llama_model->loss(model->llama_model->embed(line), {}, labels).item<double>();
            EXPECT_NEAR(chunk.further[0][i], want, 1e-4 * want) << i;
            EXPECT_DOUBLE_EQ(chunk.further[1][i], chunk.further[0][i] - chunk.scores[i]);
        }
    }

    TEST_F(GoldenPairs, El2nFollowsFromTheReferencesLogits)
    {
        const auto chunk = scorer(Measure::El2n).score(items());
        for (std::int64_t i = 0; i < 2; ++i) {
            double sum = 0, count = 0;
            for (std::int64_t t = 1; t < golden.at("targets").size(1); ++t) {
                const auto token = golden.at("targets")[i][t].item<std::int64_t>();
                if (token == -100)
                    continue;
                auto error = golden.at("logits")[i][t - 1].to(torch::kDouble).softmax(0);
                error[token] -= 1;
                sum += std::sqrt(error.square().sum().item<double>());
                ++count;
            }
            EXPECT_NEAR(chunk.scores[static_cast<std::size_t>(i)], sum / count, 1e-4);
        }
    }

    TEST_F(GoldenPairs, GrandIsTheNormOfEachPairsOwnGradient)
    {
        const auto chunk = scorer(Measure::Grand).score(items());
        for (std::size_t i = 0; i < 2; ++i) { // autograd on a batch of one
            model->zero_grad();
            const auto row = features[static_cast<std::int64_t>(i)].unsqueeze(0);
            const auto sequence = sequenceOf(i);
            model->loss(model->assemble(model->project(row), {sequence.sample}, {.padToken = 2})).backward();
            const double want = std::sqrt(model->llama_proj->weight.grad().square().sum().item<double>()
                + model->llama_proj->bias.grad().square().sum().item<double>());
            EXPECT_NEAR(chunk.scores[i], want, 1e-4 * want) << i;
        }
    }

    TEST_F(GoldenPairs, GradientNormsAreThoseOfTheReferencesGradients)
    {
        // Both samples' picture tokens as one input: the norm is that of the reference's gradient of the batch.
        const auto tokens = model->project(features).detach().requires_grad_(true);
        std::vector<models::PromptedAnswer> samples{sequenceOf(0).sample, sequenceOf(1).sample};
        model->loss(model->assemble(tokens, samples, {.padToken = 2})).backward();
        const auto got = linearGradientNorms(
            features.reshape({1, -1, features.size(2)}), tokens.grad().reshape({1, -1, tokens.size(2)}));
        const double want = std::sqrt(golden.at("grad.llama_proj.weight").square().sum().item<double>()
            + golden.at("grad.llama_proj.bias").square().sum().item<double>());
        EXPECT_NEAR(got.item<double>(), want, 1e-3 * want);
    }

    TEST_F(GoldenPairs, PassesDoNotMatter)
    {
        for (const auto measure : {Measure::Loss, Measure::El2n, Measure::Grand}) {
            const auto a = scorer(measure).score(items(3)), b = scorer(measure, 1).score(items(3));
            ASSERT_EQ(a.scores.size(), 6u);
            for (std::size_t i = 0; i < 6; ++i)
                EXPECT_NEAR(a.scores[i], b.scores[i], 1e-4 * b.scores[i]);
        }
    }

    TEST_F(GoldenPairs, ScoringLeavesTheModelAsItWas)
    {
        model->zero_grad();
        scorer(Measure::Grand).score(items());
        const auto& gradient = model->llama_proj->weight.grad();
        EXPECT_TRUE(!gradient.defined() || gradient.abs().sum().item<double>() == 0);
    }

    TEST_F(GoldenPairs, PairsWithoutPictureOrTextAreRecorded)
    {
        auto given = items(2);
        given[0].image.clear();
        given[1].responses = {"\n "};
        const auto chunk = scorer(Measure::Loss).score(given);
        EXPECT_EQ(chunk.rows, (std::vector<PairRow>{2, 3}));
        ASSERT_EQ(chunk.failures.size(), 2u);
        EXPECT_EQ(chunk.failures[0].reason, "the pair has no picture");
        EXPECT_EQ(chunk.failures[1].reason, "the response has no text");
    }

    TEST_F(GoldenPairs, StoppedAndResumedTheyAreTheSameBits)
    {
        const MemoryItems all(items(3), 2);
        NullContext quiet;
        MemorySink whole, parts;
        auto first = scorer(Measure::Grand);
        runVisionLanguageScore(all, first, whole, quiet);
        StoppingContext stopping(2);
        EXPECT_THROW(runVisionLanguageScore(all, first, parts, stopping), Cancelled);
        EXPECT_EQ(runVisionLanguageScore(all, first, parts, quiet).passedChunks, 2);
        EXPECT_EQ(parts.scores, whole.scores);
    }

    TEST(VisionLanguageOptions, RefuseNonsense)
    {
        EXPECT_THROW((VisionLanguageOptions{.tokensPerPass = 0}).validate(), Error);
    }

    TEST(ErrorNorms, AreThoseOfAHandfulOfNumbers)
    {
        const auto logits = torch::tensor({{0.0, 0.0}, {std::log(3.0), 0.0}}).to(torch::kFloat);
        const auto norms = errorNorms({logits, torch::tensor({0, 1}), torch::tensor({0, 1})});
        EXPECT_NEAR(norms[0].item<double>(), std::sqrt(0.5), 1e-6);                       // (1/2, 1/2) - (1, 0)
        EXPECT_NEAR(norms[1].item<double>(), std::sqrt(0.75 * 0.75 + 0.75 * 0.75), 1e-6); // (3/4, 1/4) - (0, 1)
    }

    TEST(LinearGradientNorms, AreThoseOfTheWholeMatrix)
    {
        const auto x = torch::tensor({1.0, 2.0, 0.0, 1.0}).view({1, 2, 2}); // rows (1, 2), (0, 1)
        const auto d = torch::tensor({1.0, 0.0, 2.0, 1.0}).view({1, 2, 2}); // rows (1, 0), (2, 1)
        // δᵀx = [[1, 4], [0, 1]], Σδ = (3, 1)
        EXPECT_NEAR(linearGradientNorms(x, d).item<double>(), std::sqrt(1 + 16 + 1 + 9 + 1), 1e-12);
    }

} // namespace
} // namespace winnow::score
