#include "core/check/token_limit.h"

#include "core/base/error.h"
#include "core/text/bpe.h"
#include "tests/unit/check/test_pictures.h"

#include <gtest/gtest.h>

namespace winnow::check {
namespace {

    /// Without merges every letter is a token: lengths can be counted by eye.
    class ClipLimit : public testing::Test {
    protected:
        ClipLimit()
        {
            std::filesystem::create_directories(folder / "clip");
            text::writeClipVocabulary(folder / "clip", {});
        }
        static Pair answering(const std::string& answer)
        {
            Pair pair;
            pair.response = answer;
            return pair;
        }
        Folder folder;
    };

    TEST_F(ClipLimit, CountsSentencesWithTheirMarks)
    {
        const text::ClipTokenizer tokenizer(folder / "clip");
        const ClipTokenLimit limit(tokenizer, 10); // eight letters
        EXPECT_EQ(limit.overrun(answering("abcd efgh")), std::nullopt);
        EXPECT_EQ(limit.overrun(answering("abcd efgh. abcd efgh")), std::nullopt);
        EXPECT_EQ(limit.overrun(answering("ab. abcd efghi")), "a sentence has 11 tokens, CLIP reads 10");
        EXPECT_EQ(limit.overrun(answering("äöü")), std::nullopt); // two bytes each
        EXPECT_EQ(limit.overrun(answering("äöüäö")), "a sentence has 12 tokens, CLIP reads 10");
        EXPECT_THROW(ClipTokenLimit(tokenizer, 2), Error);
    }

    TEST_F(ClipLimit, WhatIsSurelyWithin)
    {
        EXPECT_TRUE(isSurelyWithin("abcd", 5));
        EXPECT_FALSE(isSurelyWithin("abcde", 5));
        EXPECT_FALSE(isSurelyWithin("ä", 5));
    }

} // namespace
} // namespace winnow::check
