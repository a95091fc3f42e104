#include "core/base/sentence.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

    TEST(Sentence, KeepsWhatAPersonCanRead)
    {
        EXPECT_EQ(asSentence("id 狗 stands in cluster a"), "id 狗 stands in cluster a");
        EXPECT_EQ(asSentence(""), "");
    }

    TEST(Sentence, SteersNoTerminalAndBreaksNoLine)
    {
        EXPECT_EQ(asSentence("a\x1b[2Jb\nc\x7f"), "a [2Jb c ");
        EXPECT_EQ(asSentence("caf\xE9"), "caf\xEF\xBF\xBD");
    }

    TEST(Sentence, IsCutWhereItIsAFile)
    {
        const auto cut = asSentence(std::string(1'000'000, 'x'));
        EXPECT_LE(cut.size(), 2000U);
        EXPECT_TRUE(cut.ends_with("…"));
        const auto wide = asSentence(std::string(3000, '\xE9'));
        EXPECT_LE(wide.size(), 2000U);
        EXPECT_TRUE(text::isValidUtf8(wide));
    }

    TEST(Sentence, IsWhatEveryErrorSays)
    {
        EXPECT_EQ(Error(ErrorCode::BadFile, "no pair \x1b[2J").message(), "no pair  [2J");
    }

} // namespace
} // namespace winnow
