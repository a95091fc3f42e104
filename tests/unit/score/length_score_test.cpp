#include "core/score/length_score.h"

#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace winnow::score {
namespace {

    ScoreItem textItem(PairRow row, std::vector<std::string> responses)
    {
        return {row, std::to_string(row), {}, std::move(responses)};
    }

    TEST(LengthScore, CountsCharactersNotBytes)
    {
        EXPECT_EQ(countCharacters(textItem(0, {"caf\xC3\xA9", "x"})), 5);
        EXPECT_EQ(countWords(textItem(0, {" a  dog\n runs ", "", "far"})), 4);
        EXPECT_EQ(countCharacters(textItem(0, {})), 0);
    }

    TEST(LengthScore, PublishedDividesByTheLongestOfCcSbuAlign)
    {
        EXPECT_DOUBLE_EQ(lengthScore(1009, kPublishedLongest), 10);
        MemoryItems items({textItem(3, {std::string(500, 'x')})}, 2);
        MemorySink sink;
        NullContext context;
        runLengthScore(items, Mode::Published, sink, context);
        EXPECT_DOUBLE_EQ(sink.scores.at(3), 5000.0 / 1009);
    }

    TEST(LengthScore, CorrectedDividesByTheLongestOfTheSet)
    {
        MemoryItems items({textItem(0, {"abcd"}), textItem(1, {"ab"}), textItem(2, {""})}, 2);
        MemorySink sink;
        NullContext context;
        const auto report = runLengthScore(items, Mode::Corrected, sink, context);
        EXPECT_DOUBLE_EQ(sink.scores.at(0), 10);
        EXPECT_DOUBLE_EQ(sink.scores.at(1), 5);
        EXPECT_DOUBLE_EQ(sink.scores.at(2), 0);
        EXPECT_EQ(report.scoredCount, 3);
    }

    TEST(LengthScore, StandsASetWithoutText)
    {
        MemoryItems items({textItem(0, {""})}, 2);
        MemorySink sink;
        NullContext context;
        runLengthScore(items, Mode::Corrected, sink, context);
        EXPECT_EQ(sink.scores.at(0), 0);
    }

    TEST(LengthScore, AgreesWithEveryPublishedScore)
    {
        const auto file = std::filesystem::path(sharedDir()) / "data/instructiongpt4/full_score_data.json";
        if (!std::filesystem::exists(file))
            GTEST_SKIP() << "needs ../shared/data/instructiongpt4/full_score_data.json";
        const auto rows = json::load(file);
        std::size_t count = 0;
        for (const auto& row : rows["annotations"]) {
            const auto caption = row["caption"].get<std::string>();
            const double score = lengthScore(countCharacters(textItem(0, {caption})), kPublishedLongest);
            EXPECT_NEAR(score, row["length_score"].get<double>(), 1e-12) << row["image_id"];
            ++count;
        }
        EXPECT_EQ(count, 3439u);
    }

    TEST(RunChunks, ResumesAtChunksAndReportsProgress)
    {
        MemoryItems items({textItem(0, {"a"}), textItem(1, {"bb"}), textItem(2, {"ccc"})}, 1);
        MemorySink sink;
        StoppingContext stopping(2);
        EXPECT_THROW(runWordCount(items, sink, stopping), Cancelled);
        EXPECT_EQ(sink.scores.size(), 2u);
        StoppingContext context(100);
        const auto report = runWordCount(items, sink, context);
        EXPECT_EQ(report.passedChunks, 2);
        EXPECT_EQ(report.itemCount, 1);
        EXPECT_EQ(sink.scores.size(), 3u);
        EXPECT_EQ(context.done, 3);
        EXPECT_EQ(context.total, 3);
    }

} // namespace
} // namespace winnow::score
