#include "core/text/min_hash.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace winnow::text {
namespace {

    std::string wordsOf(const std::vector<int>& numbers)
    {
        std::string out;
        for (const int number : numbers)
            out += join("w", number, " ");
        return out;
    }

    /// Two texts of single words that share `common` of `common + 2 * own` words.
    std::pair<std::string, std::string> sharing(int common, int own, Random& random)
    {
        std::vector<int> numbers;
        for (const auto number : random.sample(1'000'000, std::size_t(common + 2 * own)))
            numbers.push_back(int(number));
        random.shuffle(numbers);
        std::vector<int> first(numbers.begin(), numbers.begin() + common + own);
        std::vector<int> second(numbers.begin(), numbers.begin() + common);
        second.insert(second.end(), numbers.begin() + common + own, numbers.end());
        return {wordsOf(first), wordsOf(second)};
    }

    std::string asUtf8(const std::u32string& line)
    {
        std::string out;
        for (const auto c : line)
            appendUtf8(out, c);
        return out;
    }

    TEST(ComparableText, CasePunctuationAndSpaceDoNotCount)
    {
        EXPECT_EQ(asUtf8(comparableText("  A dog, \n\"RUNS\"... fast!  ")), "a dog runs fast");
        EXPECT_EQ(asUtf8(comparableText("Stra\u00DFe \uFF21\uFF22 caf\u0065\u0301 \u72D7\u3002")),
            "strasse ab caf\u00E9 \u72D7");
        EXPECT_EQ(asUtf8(comparableText(" !? !")), "!?!");
        EXPECT_EQ(asUtf8(comparableText("\u3000 \t\n")), "");
    }

    TEST(MinHash, ExactSimilarityIsThatOfTheSets)
    {
        MinHashOptions words{.shingle = Shingle::Words, .shingleLength = 2};
        EXPECT_DOUBLE_EQ(jaccard("a b c d", "a b c e", words), 2.0 / 4); // ab bc cd | ab bc ce
        EXPECT_DOUBLE_EQ(jaccard("abcdefg", "abcdefh"), 2.0 / 4);        // abcde bcdef cdefg | … cdefh
        EXPECT_DOUBLE_EQ(jaccard("ab", "AB."), 1);
        EXPECT_DOUBLE_EQ(jaccard("ab", ""), 0);
        EXPECT_DOUBLE_EQ(jaccard("one", "one", {.shingle = Shingle::Words, .shingleLength = 3}), 1);
    }

    TEST(MinHash, EstimatesLieWhereTheirErrorSaysAroundTheExactSimilarity)
    {
        // 400 pairs each; the mean's standard error is sqrt(J (1 - J) / 128 / 400) <= 0.0023.
        Random random(7, "sets");
        for (const auto& [common, own] : {std::pair{10, 45}, {50, 25}, {80, 10}, {95, 3}}) {
            MinHashTable table({.shingle = Shingle::Words, .shingleLength = 1});
            const double exact = double(common) / (common + 2 * own);
            double sum = 0, squares = 0;
            constexpr int kPairs = 400;
            for (int i = 0; i < kPairs; ++i) {
                const auto [first, second] = sharing(common, own, random);
                table.add(first);
                table.add(second);
                const double estimate = table.similarity(table.size() - 2, table.size() - 1);
                sum += estimate;
                squares += (estimate - exact) * (estimate - exact);
            }
            const double expectedError = std::sqrt(exact * (1 - exact) / MinHashTable::kValues);
            EXPECT_NEAR(sum / kPairs, exact, 4 * expectedError / std::sqrt(kPairs)) << exact;
            EXPECT_NEAR(std::sqrt(squares / kPairs), expectedError, 0.2 * expectedError) << exact;
        }
    }

    TEST(MinHash, OnlyTheSameTextHasSimilarityOne)
    {
        MinHashTable table;
        for (const char* line : {"A dog runs.", "a dog runs", "aaaaaaaaaaaa", "aaaaaaaaa", " ", ""})
            table.add(line);
        EXPECT_EQ(table.similarity(0, 1), 1);
        EXPECT_TRUE(table.isSame(0, 1));
        EXPECT_DOUBLE_EQ(jaccard("aaaaaaaaaaaa", "aaaaaaaaa"), 1); // one set, two texts
        EXPECT_GT(table.similarity(2, 3), 0.99);
        EXPECT_LT(table.similarity(2, 3), 1);
        EXPECT_TRUE(table.isEmpty(4));
        EXPECT_FALSE(table.isSame(4, 5));
        EXPECT_EQ(table.similarity(4, 5), 0);
    }

    TEST(MinHash, RefusesImpossibleOptions)
    {
        EXPECT_THROW(MinHashTable({.shingleLength = 0}), Error);
        EXPECT_THROW(jaccard("a", "b", {.shingleLength = 101}), Error);
        NullContext context;
        EXPECT_THROW(findNearTexts(MinHashTable(), {.minimum = 0.4}, context), Error);
        EXPECT_THROW(findNearTexts(MinHashTable(), {.minimum = 1.1}, context), Error);
    }

    TEST(NearTexts, GroupsAreThoseOfComparingEveryPair)
    {
        Random random(3, "texts");
        MinHashTable table({.shingle = Shingle::Words, .shingleLength = 1});
        for (int i = 0; i < 150; ++i) {
            const auto [first, second] = sharing(40 + int(random.below(60)), int(random.below(12)), random);
            table.add(first);
            table.add(second);
        }
        table.add("");
        NullContext context;
        const auto found = findNearTexts(table, {.minimum = 0.8}, context);
        for (std::size_t a = 0; a < table.size(); ++a) {
            double best = 0;
            for (std::size_t b = 0; b < table.size(); ++b)
                if (a != b)
                    best = std::max(best, table.similarity(a, b));
            if (best >= 0.8) { // one in ten thousand would be missed
                EXPECT_FLOAT_EQ(found.similarities[a], float(best));
                EXPECT_EQ(found.groups[a], found.groups[found.nearest[a]]);
            } else if (best < kLeastSimilarity) {
                EXPECT_EQ(found.similarities[a], 0);
            }
            for (std::size_t b = 0; b < a; ++b)
                EXPECT_TRUE(found.groups[a] != found.groups[b] || a / 2 == b / 2) << a; // only made pairs are alike
        }
        EXPECT_EQ(found.nearest.back(), table.size() - 1);
    }

    TEST(NearTexts, FindsMostOfWhatIsHalfAlikeAndAlmostAllOfWhatIsMoreAlike)
    {
        // 1 - (1 - J^5)^25: 0.55 at 0.5, 0.87 at 0.6, 0.985 at 0.7; of 500 pairs, within four standard errors.
        Random random(5, "recall");
        NullContext context;
        for (const auto& [common, own, expected] : {std::tuple{70, 15, 0.985}, {60, 20, 0.875}}) {
            MinHashTable table({.shingle = Shingle::Words, .shingleLength = 1});
            for (int i = 0; i < 500; ++i) {
                const auto [first, second] = sharing(common, own, random);
                table.add(first);
                table.add(second);
            }
            const auto found = findNearTexts(table, {}, context);
            int count = 0;
            for (std::size_t i = 0; i < table.size(); i += 2)
                count += found.nearest[i] == i + 1 ? 1 : 0;
            EXPECT_NEAR(count / 500.0, expected, 4 * std::sqrt(expected * (1 - expected) / 500) + 0.01) << common;
        }
    }

    TEST(NearTexts, ManyCopiesAndManyLikeTextsStayFast)
    {
        MinHashTable table;
        for (int i = 0; i < 20'000; ++i)
            table.add("the very same answer");
        for (int i = 0; i < 5'000; ++i)
            table.add(join("a template of some length that every one of these answers starts with, then number ", i));
        NullContext context;
        const auto found = findNearTexts(table, {}, context);
        EXPECT_EQ(std::count(found.groups.begin(), found.groups.end(), 0), 20'000);
        EXPECT_EQ(found.similarities[19'999], 1);
        EXPECT_EQ(found.nearest[19'999], 0u);
        const std::set<std::uint32_t> others(found.groups.begin() + 20'000, found.groups.end());
        EXPECT_EQ(others.size(), 1u);
        EXPECT_LT(found.similarities[20'000], 1);
    }

} // namespace
} // namespace winnow::text
