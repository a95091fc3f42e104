#include "tests/support/places.h"
#include "tests/unit/score/score_fixtures.h"

#include "core/base/error.h"
#include "core/score/reward_score.h"
#include "core/text/sentencepiece.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

namespace winnow::score {
namespace {

    /// The golden pipeline's tiny model, whose numbers golden_check holds against the reference.
    class RewardScore : public testing::Test {
    protected:
        static std::filesystem::path folder()
        {
            return std::filesystem::path(sourceDir()) / "tests" / "golden" / "data" / "deberta" / "pipeline";
        }
        RewardScorer scorer(RewardScoreOptions options = {}) { return {m_model, m_tokenizer, options}; }
        double scoreOf(const ScoreItem& item, RewardScoreOptions options = {})
        {
            return scorer(options).score({item}).scores.at(0);
        }
        double logitOf(const std::string& question, const std::string& answer)
        {
            return scorer().logits({{question, answer}}).at(0);
        }
        static ScoreItem item(std::vector<std::string> responses, std::vector<std::string> instructions)
        {
            return {7, "seven", {}, std::move(responses), std::move(instructions)};
        }

        models::DebertaClassifier m_model = models::loadDeberta(folder());
        text::SentencePieceTokenizer m_tokenizer{folder()};
        const std::string m_standIn{kRewardQuestion};
    };

    constexpr RewardScoreOptions kPublished{.mode = Mode::Published};

    std::string manyWords(int count)
    {
        std::string out;
        for (int i = 0; i < count; ++i)
            out += i % 2 ? "a dark woman " : "the colourful lamp ";
        return out;
    }

    std::vector<ScoreItem> manyItems()
    {
        std::vector<ScoreItem> items;
        for (int i = 0; i < 30; ++i)
            items.push_back({PairRow(i), std::to_string(i), {}, {manyWords(1 + (i * 7) % 11)}, {""}});
        return items;
    }

} // namespace

TEST_F(RewardScore, CorrectedAsksThePairsOwnInstruction)
{
    const auto own = item({"A lamp."}, {"What is in the picture?"});
    EXPECT_DOUBLE_EQ(scoreOf(own), logitOf("What is in the picture?", "A lamp."));
    EXPECT_NE(scoreOf(own), logitOf(m_standIn, "A lamp."));
}

TEST_F(RewardScore, AMissingInstructionHasTheStandIn)
{
    const double want = logitOf(m_standIn, "A lamp.");
    EXPECT_DOUBLE_EQ(scoreOf(item({"A lamp."}, {""})), want);
    EXPECT_DOUBLE_EQ(scoreOf(item({"A lamp."}, {" \n"})), want);
    EXPECT_DOUBLE_EQ(scoreOf(item({"A lamp."}, {})), want);
}

TEST_F(RewardScore, PublishedAlwaysAsksTheConstantQuestionAndRounds)
{
    const double score = scoreOf(item({"A lamp.", "Never read."}, {"What is in the picture?"}), kPublished);
    EXPECT_NEAR(score, logitOf(m_standIn, "A lamp."), 0.5e-4 + 1e-6);
    EXPECT_NEAR(score * 10'000, std::round(score * 10'000), 1e-6);
}

TEST_F(RewardScore, TurnsGiveTheMeanOfTheirAnswers)
{
    const double first = logitOf("What is it?", "A lamp."), second = logitOf("Where?", "It sits on a woman.");
    const auto turns = item({"A lamp.", " ", "It sits on a woman."}, {"What is it?", "And?", "Where?"});
    EXPECT_NEAR(scoreOf(turns), (first + second) / 2, 1e-5);
}

TEST_F(RewardScore, APairWithoutTextFailsOnlyWhereTheTextIsLookedAt)
{
    const std::vector<ScoreItem> items{item({""}, {"What?"}), item({}, {}), item({"A lamp."}, {})};
    const auto corrected = scorer().score(items);
    ASSERT_EQ(corrected.failures.size(), 2U);
    EXPECT_NE(corrected.failures[0].reason.find("no text"), std::string::npos);
    EXPECT_EQ(corrected.rows.size(), 1U);
    const auto published = scorer(kPublished).score(items);
    EXPECT_TRUE(published.failures.empty());
    EXPECT_NEAR(published.scores[0], logitOf(m_standIn, ""), 1e-4);
}

TEST_F(RewardScore, NeighboursAndTheirLengthsDoNotChangeAScore)
{
    const auto items = manyItems();
    const auto together = scorer().score(items);
    ASSERT_EQ(together.scores.size(), items.size());
    const auto few = scorer({.passTokens = 60}).score(items);
    for (std::size_t i = 0; i < items.size(); ++i) {
        EXPECT_NEAR(together.scores[i], scoreOf(items[i]), 1e-4) << i;
        EXPECT_NEAR(few.scores[i], together.scores[i], 1e-4) << i;
        EXPECT_EQ(together.rows[i], items[i].row);
    }
}

TEST_F(RewardScore, AnOverLongAnswerLosesItsEnd)
{
    const RewardScoreOptions options{.maxTokens = 40};
    const double one = scoreOf(item({manyWords(40)}, {""}), options);
    EXPECT_DOUBLE_EQ(one, scoreOf(item({manyWords(40) + "and then nobody reads this"}, {""}), options));
    EXPECT_NE(one, scoreOf(item({manyWords(1)}, {""}), options)); // the answer has room for a few words
    EXPECT_TRUE(std::isfinite(scoreOf(item({manyWords(5000)}, {""}))));
}

TEST_F(RewardScore, AnOverLongQuestionLeavesHalfOfTheRoomToTheAnswer)
{
    const RewardScoreOptions options{.maxTokens = 40};
    const auto score = [&](const std::string& answer) { return scoreOf(item({answer}, {manyWords(60)}), options); };
    EXPECT_NE(score("A lamp."), score("A woman."));
    EXPECT_DOUBLE_EQ(score("A lamp."), scoreOf(item({"A lamp."}, {manyWords(60) + "more"}), options));
    EXPECT_NE(score("A lamp. " + manyWords(2)), score("A lamp. " + manyWords(1)));
}

TEST_F(RewardScore, BytesThatAreNoTextAreScoredAsWell)
{
    EXPECT_TRUE(std::isfinite(scoreOf(item({std::string("\xFF\xC3\0 lamp", 8)}, {"\xF0\x9F"}))));
}

TEST_F(RewardScore, AStoppedRunGoesOnToTheSameNumbers)
{
    const MemoryItems items(manyItems(), 8);
    MemorySink whole, halves;
    NullContext context;
    auto one = scorer();
    const auto report = runRewardScore(items, one, whole, context);
    EXPECT_EQ(report.scoredCount, 30);
    for (int stopAt = 0; stopAt < 4; ++stopAt) {
        StoppingContext stopping(1);
        EXPECT_THROW(
            {
                runRewardScore(items, one, halves, stopping);
                throw Cancelled(); // the last round has one chunk left and ends by itself
            },
            Cancelled);
    }
    EXPECT_EQ(halves.scores, whole.scores);
}

TEST_F(RewardScore, OptionsOutOfRangeAreRefused)
{
    EXPECT_THROW(scorer({.passTokens = 0}), Error);
    EXPECT_THROW(scorer({.maxTokens = 3}), Error);
    EXPECT_THROW(scorer({.maxTokens = -1}), Error);
}

TEST_F(RewardScore, AModelThatIsNoRewardModelIsRefused)
{
    auto config = m_model->config();
    config.labels = 2;
    models::DebertaClassifier sorter(config);
    EXPECT_THROW(RewardScorer(sorter, m_tokenizer, {}), Error);
    config.labels = 1;
    config.vocabulary = 20;
    models::DebertaClassifier small(config);
    EXPECT_THROW(RewardScorer(small, m_tokenizer, {}), Error);
}

} // namespace winnow::score
