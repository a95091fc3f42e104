#include "core/text/text_statistics.h"

#include "core/base/text.h"
#include "core/text/non_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace winnow::text {
namespace {

    TextStatistics measured(std::string_view line) { return TextMeter().measure(line); }

    std::size_t markedIn(std::string_view line)
    {
        const auto marks = markNonText(toCodePoints(line));
        return static_cast<std::size_t>(std::count(marks.begin(), marks.end(), char(1)));
    }

    TEST(TextStatistics, SentencesFollowTheScriptsOwnMarks)
    {
        EXPECT_EQ(measured("A dog runs. It is fast!").sentences, 2);
        EXPECT_EQ(measured("A dog runs").sentences, 1);
        EXPECT_EQ(measured("A child in a pink dress is climbing up a set of stairs .").sentences, 1);
        EXPECT_EQ(measured("The price is 3.50 dollars, e.g. for tea.").sentences, 1);
        EXPECT_EQ(measured("Dr. Smith waves. Mr. Jones does not.").sentences, 2);
        EXPECT_EQ(measured("Is it? Yes... No?!").sentences, 3);
        EXPECT_EQ(measured("\u4E00\u53EA\u72D7\u3002\u5B83\u5728\u8DD1\u3002\u5F88\u5FEB\uFF01").sentences, 3);
        EXPECT_EQ(measured("One line\nanother line").sentences, 2);
        EXPECT_EQ(measured(" ... !? ").sentences, 0);
        EXPECT_EQ(measured("").sentences, 0);
    }

    TEST(TextStatistics, WordsOfScriptsWithoutBlanksAreCharacters)
    {
        EXPECT_EQ(comparableWords("A red ball, a RED ball!").size(), 6u);
        EXPECT_EQ(comparableWords("\u4E00\u53EA dog\u72D7").size(), 4u);
        EXPECT_TRUE(comparableWords(" \n").empty());
    }

    TEST(TextStatistics, DistinctSharesByHand)
    {
        const auto found = measured("a b a b c"); // a b c of 5; ab ba ab bc: 3 of 4
        EXPECT_DOUBLE_EQ(found.distinct1, 3.0 / 5);
        EXPECT_DOUBLE_EQ(found.distinct2, 3.0 / 4);
        EXPECT_DOUBLE_EQ(measured("Dog!").distinct1, 1);
        EXPECT_DOUBLE_EQ(measured("Dog!").distinct2, 1);
        EXPECT_DOUBLE_EQ(measured("dog dog").distinct2, 1);
    }

    TEST(TextStatistics, RepetitionIsTheShareOfWordsInRunsSaidTwice)
    {
        EXPECT_DOUBLE_EQ(measured("a b c d e x a b c d e y").repetition, 10.0 / 12);
        EXPECT_DOUBLE_EQ(measured("a b c d x a b c d y").repetition, 0); // runs of four alone
        EXPECT_DOUBLE_EQ(measured("It rains hard today now. It rains, HARD today: now").repetition, 1);
        EXPECT_DOUBLE_EQ(measured("It rains. It rains. It rains. It rains.").repetition, 1); // overlapping runs count
        EXPECT_DOUBLE_EQ(measured("no no no no no").repetition, 0);                          // one run
    }

    TEST(TextStatistics, SharesAreOfVisibleCharacters)
    {
        EXPECT_DOUBLE_EQ(measured("ab, c.").punctuation, 2.0 / 5);
        EXPECT_DOUBLE_EQ(measured("a \xF0\x9F\x98\x80").nonText, 1.0 / 2);
        EXPECT_DOUBLE_EQ(measured("a \xF0\x9F\x98\x80").punctuation, 0); // no character counts twice
        EXPECT_EQ(measured(" \n ").characters, 3);
        EXPECT_EQ(measured(" \n ").punctuation, 0);
        EXPECT_EQ(measured("caf\u00E9").characters, 4);
    }

    TEST(NonText, FindsAddressesTagsCodeAndBrokenCharacters)
    {
        EXPECT_EQ(markedIn("see https://a.org/b?c=d, ok"), 19u);
        EXPECT_EQ(markedIn("(www.a.org)"), 9u);
        EXPECT_EQ(markedIn("WWW.A.ORG"), 9u);
        EXPECT_EQ(markedIn("swww.a.org"), 0u); // inside a word
        EXPECT_EQ(markedIn("<b>bold</b> <br/>"), 12u);
        EXPECT_EQ(markedIn("<img src=\"a.jpg\">"), 17u);
        EXPECT_EQ(markedIn("<!-- note -->"), 13u);
        EXPECT_EQ(markedIn("1 < 2 and 3 > 2"), 0u);
        EXPECT_EQ(markedIn("a <b and c"), 0u);
        EXPECT_EQ(markedIn("&amp; &#39; &nbsp"), 10u);
        EXPECT_EQ(markedIn("call `f(x)` now"), 6u);
        EXPECT_EQ(markedIn("it's 5` long\n and `"), 0u);
        EXPECT_EQ(markedIn("```\nint x;\n```"), 14u);
        EXPECT_EQ(markedIn("```\nnever closed"), 16u);
        EXPECT_EQ(markedIn(std::string("a\0b\x1B\tc\n", 7)), 2u);
        EXPECT_EQ(markedIn("bad \xFF byte"), 1u);
        EXPECT_EQ(markedIn("\xEF\xBF\xBD \xEE\x80\x80"), 2u); // U+FFFD, private use
        EXPECT_EQ(
            markedIn("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD \xE2\x9D\xA4\xEF\xB8\x8F"), 4u); // with skin tone, with VS16
        EXPECT_EQ(markedIn("\u00A9 2024 \u2014 50 \u20AC"), 0u);
        EXPECT_EQ(markedIn(""), 0u);
    }

} // namespace
} // namespace winnow::text
