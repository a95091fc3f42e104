#include "core/query/query.h"

#include "core/domain/selection.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::query {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::IsEmpty;
    using Rows = std::vector<PairRow>;

    MetricColumn makeMetric(const std::string& name, std::vector<double> values)
    {
        MetricColumn column;
        column.info.name = name;
        column.values = std::make_shared<const std::vector<double>>(std::move(values));
        return column;
    }

    class QueryTest : public testing::Test {
    protected:
        QueryTest()
        {
            columns.pairCount = 6;
            columns.metrics = {makeMetric("clip", {10, 20, 30, 40, 50, kMissing}),
                makeMetric("words", {1, 2, 3, 4, 5, 6}), makeMetric("clip.published", {-1, -2, 0, 2.5, 1e3, 7}),
                makeMetric("my metric", {1, 0, 0, 0, 0, 0})};
            ClusterColumn first;
            first.info.name = "k";
            first.info.clusterNames = {"boats", "Two Dogs", "2"};
            first.assignment =
                std::make_shared<const std::vector<std::int32_t>>(std::vector<std::int32_t>{0, 0, 1, 1, 2, kNoCluster});
            ClusterColumn second;
            second.info.name = "other";
            second.info.clusterNames = {"x"};
            second.assignment =
                std::make_shared<const std::vector<std::int32_t>>(std::vector<std::int32_t>{kNoCluster, 0, 0, 0, 0, 0});
            columns.clusterings = {first, second};
            columns.overrides = bytes({0, 1, 2, 3, 4, 0});
            columns.stars = bytes({0, 1, 2, 3, 4, 5});
            columns.imageMissing = bytes({0, 0, 0, 0, 0, 1});
            source.columns = &columns;
            source.chosen = bytes({1, 1, 0, 0, 0, 0});
            source.text = [](std::string_view needle) { return needle == "dog" ? Rows{1, 4} : Rows{}; };
            source.id = [](std::string_view id) { return id == "2" ? Rows{2} : Rows{}; };
        }
        static std::shared_ptr<const std::vector<std::uint8_t>> bytes(std::vector<std::uint8_t> values)
        {
            return std::make_shared<const std::vector<std::uint8_t>>(std::move(values));
        }
        Rows rows(std::string_view text)
        {
            const auto parsed = parse(text);
            EXPECT_TRUE(parsed.ok) << text << ": " << parsed.error.message;
            const auto result = evaluate(parsed.query, source);
            EXPECT_TRUE(result.ok) << text << ": " << result.error.message;
            return result.rows;
        }
        SyntaxError failure(std::string_view text)
        {
            const auto parsed = parse(text);
            if (!parsed.ok)
                return parsed.error;
            const auto result = evaluate(parsed.query, source);
            EXPECT_FALSE(result.ok) << text;
            return result.error;
        }
        Columns columns;
        Source source;
    };

    TEST_F(QueryTest, ComparesMetricsAndMissingMatchesNoComparison)
    {
        EXPECT_THAT(rows("clip > 20"), ElementsAre(2, 3, 4));
        EXPECT_THAT(rows("clip >= 20"), ElementsAre(1, 2, 3, 4));
        EXPECT_THAT(rows("clip<20"), ElementsAre(0));
        EXPECT_THAT(rows("Clip <= 2e1"), ElementsAre(0, 1));
        EXPECT_THAT(rows("clip = 30"), ElementsAre(2));
        EXPECT_THAT(rows("clip != 30"), ElementsAre(0, 1, 3, 4));
        EXPECT_THAT(rows("clip.published < -1.5"), ElementsAre(1));
        EXPECT_THAT(rows("clip.published>-.5 clip.published < .5"), ElementsAre(2));
        EXPECT_THAT(rows("`my metric` = 1"), ElementsAre(0));
    }

    TEST_F(QueryTest, RangesIncludeBothEnds)
    {
        EXPECT_THAT(rows("words in 2..4"), ElementsAre(1, 2, 3));
        EXPECT_THAT(rows("words in 1.5..2.5"), ElementsAre(1));
        EXPECT_THAT(rows("clip.published in -2 .. -1"), ElementsAre(0, 1));
        EXPECT_THAT(rows("words in 4..2"), IsEmpty());
        EXPECT_THAT(rows("cluster in 0..1"), ElementsAre(0, 1, 2, 3));
        EXPECT_THAT(rows("stars in 4..5"), ElementsAre(4, 5));
    }

    TEST_F(QueryTest, PercentilesAreTakenOverPresentValues)
    {
        EXPECT_THAT(rows("clip > p50"), ElementsAre(3, 4)); // the median of 10 … 50 is 30
        EXPECT_THAT(rows("clip >= p100"), ElementsAre(4));
        EXPECT_THAT(rows("clip <= P0"), ElementsAre(0));
        EXPECT_THAT(rows("clip < p37.5"), ElementsAre(0, 1)); // 25, between the second and the third
        EXPECT_THAT(rows("clip in p25..p75"), ElementsAre(1, 2, 3));
    }

    TEST_F(QueryTest, ClustersByNumberAndName)
    {
        EXPECT_THAT(rows("cluster = 1"), ElementsAre(2, 3));
        EXPECT_THAT(rows("cluster != 1"), ElementsAre(0, 1, 4));
        EXPECT_THAT(rows("cluster < 1"), ElementsAre(0, 1));
        EXPECT_THAT(rows("cluster(k) = \"two dogs\""), ElementsAre(2, 3));
        EXPECT_THAT(rows("cluster = boats"), ElementsAre(0, 1));
        EXPECT_THAT(rows("cluster = \"2\""), ElementsAre(4));
        EXPECT_THAT(rows("cluster(other) = 0"), ElementsAre(1, 2, 3, 4, 5));
    }

    TEST_F(QueryTest, DecisionsStarsPicturesIdsAndTexts)
    {
        EXPECT_THAT(rows("verdict = pinned"), ElementsAre(1));
        EXPECT_THAT(rows("verdict = Banned"), ElementsAre(2));
        EXPECT_THAT(rows("verdict = locked"), ElementsAre(3, 4));
        EXPECT_THAT(rows("verdict = none"), ElementsAre(0, 5));
        EXPECT_THAT(rows("verdict != none"), ElementsAre(1, 2, 3, 4));
        EXPECT_THAT(rows("verdict = chosen"), ElementsAre(0, 1));
        EXPECT_THAT(rows("chosen"), ElementsAre(0, 1));
        EXPECT_THAT(rows("stars >= 3"), ElementsAre(3, 4, 5));
        EXPECT_THAT(rows("image = missing"), ElementsAre(5));
        EXPECT_THAT(rows("image != missing"), ElementsAre(0, 1, 2, 3, 4));
        EXPECT_THAT(rows("id = \"2\""), ElementsAre(2));
        EXPECT_THAT(rows("id = 2"), ElementsAre(2));
        EXPECT_THAT(rows("id != 2"), ElementsAre(0, 1, 3, 4, 5));
        EXPECT_THAT(rows("missing(clip)"), ElementsAre(5));
        EXPECT_THAT(rows("has(clip)"), ElementsAre(0, 1, 2, 3, 4));
        EXPECT_THAT(rows("\"dog\""), ElementsAre(1, 4));
    }

    TEST_F(QueryTest, ConnectionsBindAndBeforeOr)
    {
        EXPECT_THAT(rows("words = 1 or words = 2 and clip > 100"), ElementsAre(0));
        EXPECT_THAT(rows("(words = 1 or words = 2) and clip > 15"), ElementsAre(1));
        EXPECT_THAT(rows("words > 2 clip < 45 not cluster = 2"), ElementsAre(2, 3));
        EXPECT_THAT(rows("not not words > 5"), ElementsAre(5));
        EXPECT_THAT(rows("NOT (chosen OR \"dog\")"), ElementsAre(2, 3, 5));
        EXPECT_THAT(rows("clip > 28 AND words < 60 and cluster = 2 and \"dog\""), ElementsAre(4));
        EXPECT_THAT(rows(""), ElementsAre(0, 1, 2, 3, 4, 5));
        EXPECT_THAT(rows(" \t"), ElementsAre(0, 1, 2, 3, 4, 5));
    }

    TEST_F(QueryTest, EmptyProjectMatchesNothing)
    {
        columns.pairCount = 0;
        EXPECT_THAT(rows("clip > 3"), IsEmpty());
        EXPECT_THAT(rows("clip > p50 or chosen or stars = 0 or cluster = 1"), IsEmpty());
        EXPECT_THAT(rows(""), IsEmpty());
    }

    TEST_F(QueryTest, ColumnsShorterThanTheProjectAreMissingAtTheEnd)
    {
        columns.pairCount = 8;
        EXPECT_THAT(rows("words > 4"), ElementsAre(4, 5));
        EXPECT_THAT(rows("missing(words)"), ElementsAre(6, 7));
        EXPECT_THAT(rows("verdict = none and words > 5"), ElementsAre(5));
        EXPECT_THAT(rows("stars = 0"), ElementsAre(0, 6, 7));
    }

    TEST_F(QueryTest, ErrorsSayWhereInBytes)
    {
        const std::vector<std::tuple<std::string, std::size_t, std::string>> cases = {
            {"clop > 3", 0, "did you mean clip?"},
            {"words > 1 and wrods < 3", 14, "did you mean words?"},
            {"\"多\" clop > 3", 6, "no metric clop"},
            {"clip >", 6, "a number or a percentile"},
            {"clip > dog", 7, "a number"},
            {"clip > p101", 7, "a number"},
            {"dog", 0, "put it in double quotes"},
            {"clip > 3 and", 12, "missing at the end"},
            {"(clip > 3", 0, "not closed"},
            {"clip > 3)", 8, "closes nothing"},
            {"\"open", 0, "does not end"},
            {"clip > 3 ; drop", 9, "means nothing"},
            {"clip > 12abc", 7, "not a number"},
            {"words in 2", 10, "two dots"},
            {"words in 2..", 12, "a number"},
            {"verdict = pined", 10, "did you mean pinned?"},
            {"verdict > pinned", 8, "only = and !="},
            {"image = found", 8, "only missing"},
            {"cluster = bots", 10, "did you mean boats?"},
            {"cluster(kk) = 1", 8, "no clustering kk"},
            {"stars >= p50", 9, "a number"},
            {"has()", 4, "name of a metric"},
            {"and clip > 3", 0, "before and"},
            {"3 < clip", 0, "a name must stand before"},
            {"clip > 3 or or clip < 2", 12, "before or"},
            {"clip > 1e999 and \xff", 17, "UTF-8"},
        };
        for (const auto& [text, position, message] : cases) {
            const auto error = failure(text);
            EXPECT_EQ(error.position, position) << text << ": " << error.message;
            EXPECT_THAT(error.message, HasSubstr(message)) << text;
            EXPECT_GE(error.length, 1u);
        }
    }

    TEST_F(QueryTest, HostileTextsEndInASentence)
    {
        for (const auto& text : {std::string(5000, '('), std::string(70000, 'a'), std::string(19999, '"'),
                 std::string("\0", 1), std::string(4000, '-')})
            EXPECT_FALSE(failure(text).message.empty());
        std::string nots;
        for (int i = 0; i < 5000; ++i)
            nots += "not ";
        EXPECT_THAT(failure(nots + "chosen").message, HasSubstr("nested"));
        std::string many = "words > 1";
        for (int i = 0; i < 3000; ++i)
            many += " and words > 1";
        EXPECT_EQ(rows(many).size(), 5u);
    }

    TEST_F(QueryTest, RandomBytesNeverThrow)
    {
        const std::string pieces[] = {"clip", "(", ")", "\"", "`", " and ", " or ", "not ", ">", "=", "p9", "..", "3",
            "-", "cluster", "in ", "\xff", "多", "stars", "id", "verdict", "image"};
        std::uint32_t state = 1;
        for (int round = 0; round < 20000; ++round) {
            std::string text;
            for (int i = 0; i < 8; ++i) {
                state = state * 1664525 + 1013904223;
                text += pieces[(state >> 16) % std::size(pieces)];
            }
            const auto parsed = parse(text);
            if (parsed.ok)
                evaluate(parsed.query, source);
            else
                EXPECT_LE(parsed.error.position, text.size()) << text;
            complete(text, state % (text.size() + 1), columns);
        }
    }

    TEST_F(QueryTest, KnowsWhetherItAsksTheStore)
    {
        EXPECT_TRUE(parse("clip > 3 and not (\"dog\")").query.needsText());
        EXPECT_TRUE(parse("id = 3").query.needsText());
        EXPECT_FALSE(parse("clip > 3").query.needsText());
        EXPECT_TRUE(parse("").query.matchesEverything());
        EXPECT_FALSE(parse("chosen").query.matchesEverything());
        EXPECT_EQ(parse("chosen ").query.text(), "chosen ");
        source.text = nullptr;
        EXPECT_THAT(failure("\"dog\"").message, HasSubstr("looked up"));
    }

    TEST_F(QueryTest, CompletesNamesWordsAndClusters)
    {
        const auto at = [&](std::string_view text) { return complete(text, text.size(), columns); };
        EXPECT_THAT(at("cl").candidates, ElementsAre("clip", "clip.published", "cluster"));
        EXPECT_EQ(at("words > 1 and cl").replaceFrom, 14u);
        EXPECT_THAT(at("my").candidates, ElementsAre("`my metric`"));
        EXPECT_THAT(at("verdict = p").candidates, ElementsAre("pinned"));
        EXPECT_THAT(at("cluster = ").candidates, ElementsAre("\"boats\"", "\"Two Dogs\"", "2"));
        EXPECT_THAT(at("cluster(k) = b").candidates, ElementsAre("\"boats\""));
        EXPECT_THAT(at("cluster(other) = \"").candidates, ElementsAre("\"x\""));
        EXPECT_THAT(at("cluster(o").candidates, ElementsAre("other"));
        EXPECT_THAT(at("has(wo").candidates, ElementsAre("words"));
        EXPECT_THAT(at("image = ").candidates, ElementsAre("missing"));
        EXPECT_THAT(at("clip > p9").candidates, ElementsAre("p90"));
        EXPECT_THAT(at("wrods").candidates, ElementsAre("words"));
        EXPECT_THAT(at("chosen a").candidates, ElementsAre("and"));
        EXPECT_THAT(at("clip i").candidates, ElementsAre("in"));
        EXPECT_EQ(complete("clip > 3", 2, columns).candidates.front(), "clip");
        EXPECT_THAT(at("zzzz").candidates, IsEmpty());
        EXPECT_FALSE(at("").candidates.empty());
    }

    TEST_F(QueryTest, SortPutsMissingLastAndBreaksTiesByRow)
    {
        const auto column = makeMetric("m", {3, kMissing, -1, 3, 0.0, -0.0, 1e300, -1e300});
        const Rows all = {7, 6, 5, 4, 3, 2, 1, 0};
        EXPECT_THAT(sortedBy(all, column, false), ElementsAre(7, 2, 4, 5, 0, 3, 6, 1));
        EXPECT_THAT(sortedBy(all, column, true), ElementsAre(6, 0, 3, 4, 5, 2, 7, 1));
        EXPECT_THAT(sortedBy({}, column, true), IsEmpty());
        EXPECT_THAT(sortedBy({9, 0}, column, false), ElementsAre(0, 9));
    }

    TEST_F(QueryTest, SortAgreesWithAPlainStableSort)
    {
        std::vector<double> values;
        std::uint64_t state = 7;
        for (int i = 0; i < 20000; ++i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            const auto noise = static_cast<double>(static_cast<std::int64_t>(state) >> 20);
            values.push_back(i % 17 == 0 ? kMissing : i % 3 == 0 ? std::floor(noise / 1e12) : 25 + noise * 1e-16);
        }
        const auto column = makeMetric("m", values);
        Rows expected(values.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            expected[i] = static_cast<PairRow>(i);
        const auto all = expected;
        std::stable_sort(expected.begin(), expected.end(), [&](PairRow a, PairRow b) {
            return values[b] != values[b] ? values[a] == values[a] : values[a] < values[b];
        });
        EXPECT_EQ(sortedBy(all, column, false), expected);
    }

} // namespace
} // namespace winnow::query
