#include "core/query/finding_lookup.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace winnow::query {
namespace {

    using Rows = std::vector<PairRow>;

    class FindingTerm : public testing::Test {
    protected:
        FindingTerm()
        {
            columns.pairCount = 5;
            source.columns = &columns;
            finding = [](std::string_view kind) {
                return kind == "empty-answer" ? std::optional(Rows{1, 3, 9}) : std::nullopt;
            };
        }
        EvaluateResult run(const char* text)
        {
            auto parsed = parse(text);
            EXPECT_TRUE(parsed.ok) << parsed.error.message;
            return evaluate(parsed.query, source, finding);
        }
        Columns columns;
        Source source;
        FindingLookup finding;
    };

    TEST_F(FindingTerm, GivesTheRowsOfTheLastCheck)
    {
        EXPECT_EQ(run("finding = \"empty-answer\"").rows, (Rows{1, 3})); // a row that is no more is left out
        EXPECT_EQ(run("finding != \"empty-answer\"").rows, (Rows{0, 2, 4}));
        EXPECT_EQ(run("not Finding = empty-answer").rows, (Rows{0, 2, 4}));
        EXPECT_TRUE(parse("finding = \"empty-answer\"").query.needsText());
    }

    TEST_F(FindingTerm, RefusesWhatWasNotFound)
    {
        const auto result = run("finding = \"nonsense\"");
        EXPECT_FALSE(result.ok);
        EXPECT_EQ(result.error.position, 10u);
        EXPECT_NE(result.error.message.find("check it first"), std::string::npos);
        finding = {};
        EXPECT_FALSE(run("finding = \"empty-answer\"").ok);
        EXPECT_FALSE(parse("finding").ok);
        EXPECT_FALSE(parse("finding > 3").ok);
        EXPECT_FALSE(parse("finding =").ok);
    }

    TEST_F(FindingTerm, IsCompletedAsAWord)
    {
        const auto completion = complete("find", 4, columns);
        EXPECT_NE(std::find(completion.candidates.begin(), completion.candidates.end(), "finding"),
            completion.candidates.end());
    }

} // namespace
} // namespace winnow::query
