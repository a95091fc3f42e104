#include "core/score/text_statistics_score.h"

#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <set>

namespace winnow::score {
namespace {

    /// Keeps every column of a pass.
    class ColumnSink final : public ScoreSink {
    public:
        bool hasChunk(std::int64_t) const override { return false; }
        void write(const ScoredChunk& chunk) override
        {
            for (std::size_t i = 0; i < chunk.rows.size(); ++i) {
                auto& own = values[chunk.rows[i]];
                own = {chunk.scores[i]};
                for (const auto& column : chunk.further)
                    own.push_back(column[i]);
            }
        }
        std::map<PairRow, std::vector<double>> values;
    };

    TEST(TextMeasures, FillTheWantedColumnsInOrder)
    {
        MemoryItems items({{0, "0", {}, {"A dog runs. A dog runs.", "It rains."}, {"What is it?", "And now?"}},
                              {1, "1", {}, {""}, {""}}},
            1);
        ColumnSink sink;
        NullContext context;
        const std::vector<TextMeasure> wanted{TextMeasure::Sentences, TextMeasure::InstructionWords,
            TextMeasure::Characters, TextMeasure::Language, TextMeasure::Distinct1};
        const auto report = runTextMeasures(items, wanted, sink, context);
        EXPECT_EQ(report.scoredCount, 2);
        EXPECT_EQ(sink.values.at(0), (std::vector<double>{3, 5, 33, 1, 5.0 / 8}));
        EXPECT_EQ(sink.values.at(1), (std::vector<double>{0, 0, 0, 0, 0}));
    }

    TEST(TextMeasures, ResumeAtChunks)
    {
        MemoryItems items({{0, "0", {}, {"a"}}, {1, "1", {}, {"bb"}}, {2, "2", {}, {"ccc"}}}, 1);
        MemorySink sink;
        const std::vector<TextMeasure> wanted{TextMeasure::Characters};
        StoppingContext stopping(1);
        EXPECT_THROW(runTextMeasures(items, wanted, sink, stopping), Cancelled);
        StoppingContext context(100);
        const auto report = runTextMeasures(items, wanted, sink, context);
        EXPECT_EQ(report.passedChunks, 1);
        EXPECT_EQ(context.done, context.total);
        EXPECT_EQ(sink.scores, (std::map<PairRow, double>{{0, 1}, {1, 2}, {2, 3}}));
    }

    TEST(TextMeasures, NamesAreDifferent)
    {
        std::set<std::string_view> names;
        for (int i = 0; i < kTextMeasureCount; ++i)
            EXPECT_TRUE(names.insert(toString(static_cast<TextMeasure>(i))).second);
        EXPECT_EQ(toString(TextMeasure::InstructionWords), "instruction.words");
        EXPECT_EQ(toString(TextMeasure::English), "language.english");
    }

} // namespace
} // namespace winnow::score
