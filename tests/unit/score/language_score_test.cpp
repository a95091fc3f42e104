#include "core/score/language_score.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/safetensors_io.h"
#include "core/text/tokenizer.h"
#include "tests/support/places.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numbers>

namespace winnow::score {
namespace {

    namespace fs = std::filesystem;

    /// One token a letter: a = 3, b = 4, … ; everything else is left out.
    class Letters final : public text::Tokenizer {
    public:
        std::vector<std::int64_t> encode(std::string_view line) const override
        {
            std::vector<std::int64_t> ids;
            for (const char c : line)
                if (c >= 'a' && c <= 'e')
                    ids.push_back(3 + c - 'a');
            return ids;
        }
        std::string decode(std::span<const std::int64_t>) const override { return {}; }
        std::int64_t vocabularySize() const override { return 8; }
        std::int64_t beginToken() const override { return 1; }
        std::int64_t endToken() const override { return 2; }
        std::int64_t padToken() const override { return 0; }
    };

    /// A LLaMA whose next token depends on the current one alone: one-hot embeddings, attention and MLP at 0, so that
    /// the head's column of a token holds the logits behind it. All logits are 0 but those set here.
    models::Llama makeBigrams(const std::vector<std::array<std::int64_t, 2>>& likely, double logit)
    {
        models::LlamaConfig config;
        config.vocabulary = config.hidden = 8;
        config.inner = 4;
        config.layers = 1;
        config.heads = config.kvHeads = 2;
        config.headWidth = 4;
        config.positions = 12;
        config.normEps = 1e-12;
        models::Llama model(config);
        torch::NoGradGuard noGrad;
        for (auto& parameter : model->parameters())
            parameter.zero_();
        model->model->embed_tokens->weight.copy_(torch::eye(8));
        model->model->norm->weight.fill_(1 / std::sqrt(8.0)); // of a one-hot row the norm makes √8
        for (const auto& [from, to] : likely)
            model->lm_head->weight.index_put_({to, from}, logit);
        model->eval();
        return model;
    }

    ScoreItem pairOf(PairRow row, std::vector<std::string> instructions, std::vector<std::string> responses)
    {
        return {row, text::join("pair ", row), {}, std::move(responses), std::move(instructions)};
    }

    /// Loss where the token is the likely one, and where another is; all others are equally unlikely.
    const double kLogit = std::log(7.0);      // the likely one of eight has probability 7 / 14 = 1/2
    const double kLikely = std::numbers::ln2; // -ln 1/2
    const double kUnlikely = std::log(14.0);  // -ln 1/14
    const double kAny = std::log(8.0);        // behind a token without preference
    const std::vector<std::array<std::int64_t, 2>> kBigrams{{3, 4}, {4, 5}}; // a → b → c

    LanguageScoreOptions plain()
    {
        LanguageScoreOptions options;
        options.promptTemplate = "{}";
        options.emptyInstruction = "a";
        return options;
    }

    TEST(LanguageScore, FollowsABigramModelByHand)
    {
        const Letters letters;
        LanguageScorer scorer(makeBigrams(kBigrams, kLogit), letters, plain());
        const auto chunk = scorer.score({pairOf(7, {"a"}, {"bc"})});
        ASSERT_EQ(chunk.rows, std::vector<PairRow>{7});
        const double loss = kLikely;               // b behind a, c behind b
        const double alone = (kAny + kLikely) / 2; // b behind the begin token, c behind b
        EXPECT_NEAR(chunk.scores[0], loss, 1e-6);
        EXPECT_NEAR(chunk.further[0][0], 2, 1e-5); // perplexity of a fair coin
        EXPECT_NEAR(chunk.further[1][0], alone, 1e-6);
        EXPECT_NEAR(chunk.further[2][0], loss / alone, 1e-6);
    }

    TEST(LanguageScore, TheInstructionMattersNotWhereItTellsNothing)
    {
        const Letters letters;
        LanguageScorer scorer(makeBigrams(kBigrams, kLogit), letters, plain());
        const auto chunk = scorer.score({pairOf(0, {"d"}, {"bc"}), pairOf(1, {"a"}, {"db"})});
        EXPECT_NEAR(chunk.further[2][0], 1, 1e-6);
        // d is unlikely behind a, but no more likely at the beginning than anything: the instruction misleads.
        EXPECT_NEAR(chunk.scores[1], (kUnlikely + kAny) / 2, 1e-6);
        EXPECT_NEAR(chunk.further[2][1], (kUnlikely + kAny) / (2 * kAny), 1e-6);
    }

    TEST(LanguageScore, AllResponsesOfAConversationCountAndQuestionsDoNot)
    {
        const Letters letters;
        auto options = plain();
        options.endMark = "e";
        LanguageScorer scorer(makeBigrams(kBigrams, kLogit), letters, options);
        const auto item = pairOf(0, {"a", "a"}, {"bc", "b"});
        const auto sequence = scorer.sequenceOf(item);
        EXPECT_EQ(sequence.sample.answer, (std::vector<std::int64_t>{4, 5, 7, 3, 4})); // b c, e a, b
        EXPECT_EQ(sequence.isAnswer, (std::vector<char>{1, 1, 0, 0, 1}));
        const auto chunk = scorer.score({item});
        EXPECT_NEAR(chunk.scores[0], kLikely, 1e-6);
        EXPECT_NEAR(chunk.further[1][0], (2 * kAny + kLikely) / 3, 1e-6);
    }

    TEST(LanguageScore, ATemplateThatOpensWithTheEndMarkSaysItOnce)
    {
        const Letters letters;
        auto options = plain();
        options.endMark = "e";
        options.promptTemplate = "e{}";
        const LanguageScorer scorer(makeBigrams(kBigrams, kLogit), letters, options);
        EXPECT_EQ(scorer.sequenceOf(pairOf(0, {"a", "a"}, {"b", "b"})).sample.answer,
            (std::vector<std::int64_t>{4, 7, 3, 4}));
    }

    TEST(LanguageScore, AnEmptyInstructionIsReplaced)
    {
        const Letters letters;
        LanguageScorer scorer(makeBigrams(kBigrams, kLogit), letters, plain());
        EXPECT_NEAR(scorer.score({pairOf(0, {" "}, {"b"})}).scores[0], kLikely, 1e-6);
    }

    TEST(LanguageScore, LongTextsAreCutForBothLossesAndCounted)
    {
        const Letters letters;
        LanguageScorer scorer(makeBigrams(kBigrams, kLogit), letters, plain()); // context 12
        const auto cut = scorer.score({pairOf(0, {"a"}, {"bcdddddddddddddddddd"})});
        EXPECT_EQ(scorer.cutCount(), 1);
        // begin and a leave ten tokens: b c, then eight that mean nothing: one behind c, seven behind d
        EXPECT_NEAR(cut.scores[0], (2 * kLikely + 8 * kAny) / 10, 1e-6);
        EXPECT_NEAR(cut.further[1][0], (kLikely + 9 * kAny) / 10, 1e-6);
        const auto full = scorer.score({pairOf(0, {"aaaaaaaaaaaaaa"}, {"b"})});
        ASSERT_EQ(full.failures.size(), 1u);
        EXPECT_NE(full.failures[0].reason.find("12 tokens"), std::string::npos);
    }

    TEST(LanguageScore, PassesDoNotMatterAndBadPairsAreRecorded)
    {
        const Letters letters;
        std::vector<ScoreItem> items;
        for (PairRow row = 0; row < 9; ++row)
            items.push_back(pairOf(row, {std::string(row % 4, 'a')}, {"b" + std::string(row % 3, 'c')}));
        items.push_back(pairOf(9, {"a"}, {" "}));
        auto small = plain();
        small.tokensPerPass = 1;
        LanguageScorer one(makeBigrams(kBigrams, kLogit), letters, small);
        LanguageScorer many(makeBigrams(kBigrams, kLogit), letters, plain());
        const auto a = one.score(items), b = many.score(items);
        EXPECT_EQ(a.rows, b.rows);
        ASSERT_EQ(a.rows.size(), 9u);
        for (std::size_t i = 0; i < a.rows.size(); ++i)
            EXPECT_NEAR(a.further[2][i], b.further[2][i], 1e-6);
        ASSERT_EQ(b.failures.size(), 1u);
        EXPECT_EQ(b.failures[0].id, "pair 9");
    }

    TEST(LanguageScore, WithoutTheSecondPassThereAreTwoColumns)
    {
        const Letters letters;
        auto options = plain();
        options.wantAlone = false;
        LanguageScorer scorer(makeBigrams(kBigrams, kLogit), letters, options);
        EXPECT_EQ(scorer.score({pairOf(0, {"a"}, {"b"})}).further.size(), 1u);
    }

    TEST(LanguageScore, RefusesNonsense)
    {
        const Letters letters;
        auto options = plain();
        options.promptTemplate = "no place";
        EXPECT_THROW(LanguageScorer(makeBigrams({}, 0), letters, options), Error);
        options = plain();
        options.maxTokens = 1;
        EXPECT_THROW(LanguageScorer(makeBigrams({}, 0), letters, options), Error);
        options = plain();
        options.tokensPerPass = 0;
        EXPECT_THROW(LanguageScorer(makeBigrams({}, 0), letters, options), Error);
    }

    TEST(LanguageScore, StoppedAndResumedItIsTheSameBits)
    {
        const Letters letters;
        std::vector<ScoreItem> all;
        for (PairRow row = 0; row < 6; ++row)
            all.push_back(pairOf(row, {"a"}, {std::string(1 + row % 3, 'b')}));
        const MemoryItems items(all, 2);
        NullContext quiet;
        MemorySink whole, parts;
        LanguageScorer scorer(makeBigrams(kBigrams, kLogit), letters, plain());
        runLanguageScore(items, scorer, whole, quiet);
        StoppingContext stopping(1);
        EXPECT_THROW(runLanguageScore(items, scorer, parts, stopping), Cancelled);
        EXPECT_EQ(runLanguageScore(items, scorer, parts, quiet).passedChunks, 1);
        EXPECT_EQ(parts.scores, whole.scores);
    }

    TEST(AnswerLosses, FollowTheReferencesTokenLosses)
    {
        const auto folder = fs::path(sharedDir()) / "golden/llama/mha";
        if (!fs::exists(folder))
            GTEST_SKIP() << "needs ../shared/golden/llama/mha";
        const auto golden = tensor::loadSafetensors(folder / "golden.safetensors");
        auto model = models::loadLlama(folder);
        torch::NoGradGuard noGrad;
        const auto answers = answerLogits(
            model, {model->embed(golden.at("input_ids")), golden.at("attention_mask"), golden.at("labels")});
        const auto want = golden.at("token_loss"); // [B, T - 1]
        const auto places = golden.at("labels").narrow(1, 1, want.size(1)).ne(-100);
        EXPECT_TRUE(torch::allclose(answerLosses(answers), want.masked_select(places), 1e-3, 1e-4));
        const auto sums = sumOfRows(answerLosses(answers), answers.rows, want.size(0));
        EXPECT_TRUE(torch::allclose(sums, want.to(torch::kDouble).sum(1), 1e-3, 1e-4));
    }

    TEST(PassesByLength, HoldEverySampleOnceWithinTheLimit)
    {
        const std::vector<std::int64_t> lengths{5, 50, 7, 6, 300, 5};
        const auto passes = passesByLength(lengths, 24);
        EXPECT_EQ(passes, (std::vector<std::vector<std::size_t>>{{0, 5, 3}, {2}, {1}, {4}}));
        EXPECT_TRUE(passesByLength({}, 24).empty());
    }

} // namespace
} // namespace winnow::score
