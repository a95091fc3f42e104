#include "core/evaluate/answer.h"

#include <gtest/gtest.h>

namespace winnow::evaluate {
namespace {

    TEST(ParseYesNo, FollowsTheOfficialTool)
    {
        EXPECT_EQ(parseYesNo("yes"), YesNo::Yes);
        EXPECT_EQ(parseYesNo("No"), YesNo::No);
        EXPECT_EQ(parseYesNo("Yes, there is."), YesNo::Yes);
        EXPECT_EQ(parseYesNo("No."), YesNo::No);
        EXPECT_EQ(parseYesNo("Not at all"), YesNo::No); // "no" in the first four characters
        EXPECT_EQ(parseYesNo("I know"), YesNo::Other);  // "i kn"
        EXPECT_EQ(parseYesNo(" yes"), YesNo::Yes);
        EXPECT_EQ(parseYesNo("  yes"), YesNo::Other); // nothing is trimmed
        EXPECT_EQ(parseYesNo("The answer is yes"), YesNo::Other);
        EXPECT_EQ(parseYesNo(""), YesNo::Other);
        EXPECT_EQ(parseYesNo("nyes"), YesNo::Yes); // yes is looked for first
    }

    TEST(ParseYesNo, CountsCharactersNotBytes)
    {
        EXPECT_EQ(
            parseYesNo("\xE2\x80\x9Cyes\xE2\x80\x9D"), YesNo::Yes); // a curly quote is one character of three bytes
        EXPECT_EQ(parseYesNo("\xFF\xFF\xFFno"), YesNo::Other);
    }

    TEST(YesNo, HasNames)
    {
        EXPECT_EQ(toString(YesNo::Yes), "yes");
        EXPECT_EQ(toString(YesNo::Other), "other");
    }

} // namespace
} // namespace winnow::evaluate
