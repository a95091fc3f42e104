#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/bpe.h"
#include "core/text/cleaning.h"
#include "core/text/html_entities.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>
#include <unistd.h>

namespace fs = std::filesystem;

namespace winnow::text {

namespace {

    using Ids = std::vector<std::int64_t>;
    using Merges = std::vector<std::pair<std::string, std::string>>;

    /// A fresh folder for one test.
    class BpeTest : public ::testing::Test {
    protected:
        void SetUp() override
        {
            const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
            m_folder = fs::temp_directory_path() / ("winnow_bpe_" + std::to_string(::getpid()) + "_" + info->name());
            fs::create_directories(m_folder);
        }
        void TearDown() override { fs::remove_all(m_folder); }

        void write(const std::string& name, const std::string& content) const
        {
            file::writeAtomically(m_folder / name, content);
        }
        ErrorCode codeOfLoading() const
        {
            try {
                const ClipTokenizer tokenizer(m_folder);
            } catch (const Error& e) {
                return e.code();
            }
            return ErrorCode::Internal;
        }

        fs::path m_folder;
    };

    // "a red car" needs a, red</w> (r+e, re+d</w>) and single bytes.
    const Merges kMerges{{"r", "e"}, {"re", "d</w>"}, {"c", "a"}};

} // namespace

TEST_F(BpeTest, JoinsPairsInTheOrderOfTheirRank)
{
    writeClipVocabulary(m_folder, kMerges);
    const ClipTokenizer tokenizer(m_folder);
    EXPECT_EQ(tokenizer.vocabularySize(), 512 + 3 + 2);
    // "!" is byte 33 and id 0; at the end of a word 256 is added.
    EXPECT_EQ(tokenizer.encode("Red car"), (Ids{513, 514, 256 + 'r' - '!'}));
}

TEST_F(BpeTest, DecodeGivesTheTextBackWithABlankAfterEachWord)
{
    writeClipVocabulary(m_folder, kMerges);
    const ClipTokenizer tokenizer(m_folder);
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("a red café 5 é")), "a red café 5 é ");
    EXPECT_EQ(tokenizer.decode(tokenizer.encodeForModel("red")), "red ");
}

TEST_F(BpeTest, LongTextsEndWithTheEndToken)
{
    writeClipVocabulary(m_folder, kMerges);
    const ClipTokenizer tokenizer(m_folder);
    const auto ids = tokenizer.encodePadded(std::string(300, 'x'), 77);
    ASSERT_EQ(ids.size(), 77u);
    EXPECT_EQ(ids.front(), tokenizer.beginToken());
    EXPECT_EQ(ids.back(), tokenizer.endToken());
}

TEST_F(BpeTest, ShortTextsArePaddedWithZeros)
{
    writeClipVocabulary(m_folder, kMerges);
    const ClipTokenizer tokenizer(m_folder);
    EXPECT_EQ(tokenizer.encodePadded("", 4), (Ids{tokenizer.beginToken(), tokenizer.endToken(), 0, 0}));
}

TEST_F(BpeTest, AVeryLongWordTakesNoQuadraticTime)
{
    writeClipVocabulary(m_folder, {{"a", "a"}, {"aa", "aa"}, {"aaaa", "aaaa"}});
    const ClipTokenizer tokenizer(m_folder);
    const auto ids = tokenizer.encode(std::string(800'001, 'a'));
    EXPECT_EQ(ids.size(), 100'001u);
}

TEST_F(BpeTest, SeveralThreadsAgree)
{
    writeClipVocabulary(m_folder, kMerges);
    const ClipTokenizer tokenizer(m_folder);
    std::vector<Ids> results(4);
    {
        std::vector<std::jthread> threads;
        for (auto& result : results)
            threads.emplace_back([&] {
                for (int i = 0; i < 200; ++i)
                    result = tokenizer.encode("red car number " + std::to_string(i) + " is red");
            });
    }
    for (const auto& result : results)
        EXPECT_EQ(result, results.front());
}

TEST_F(BpeTest, LearnedMergesStartWithTheMostFrequentPair)
{
    const auto merges = learnClipMerges({"red red red", "rod"}, 10);
    ASSERT_EQ(merges.size(), 2u); // what stands once is not joined
    EXPECT_EQ(merges[0], (std::pair<std::string, std::string>{"e", "d</w>"}));
    EXPECT_EQ(merges[1], (std::pair<std::string, std::string>{"r", "ed</w>"}));
    writeClipVocabulary(m_folder, merges);
    EXPECT_EQ(ClipTokenizer(m_folder).encode("red").size(), 1u);
}

TEST_F(BpeTest, WriterRefusesAMergeOfUnknownSymbols)
{
    EXPECT_THROW(writeClipVocabulary(m_folder, {{"re", "d"}}), Error);
    EXPECT_THROW(writeClipVocabulary(m_folder, {{"r", "e"}, {"r", "e"}}), Error);
}

TEST_F(BpeTest, FolderWithoutVocabularyIsNotFound) { EXPECT_EQ(codeOfLoading(), ErrorCode::NotFound); }

TEST_F(BpeTest, BrokenVocabulariesGiveOneSentence)
{
    writeClipVocabulary(m_folder, kMerges);
    const std::string good = file::readAll(m_folder / "vocab.json");
    for (const std::string bad :
        {"", "[]", "nonsense", "{\"a\": 1}", "{\"a\": -1}", "{\"a\": \"b\"}", "{\"a\": 1e30}"}) {
        write("vocab.json", bad);
        EXPECT_EQ(codeOfLoading(), ErrorCode::BadFile) << bad;
    }
    write("vocab.json", good);
    for (const std::string bad : {"#version: 0.2\na b c\n", "#version: 0.2\nonly\n", "x nothere\n"}) {
        write("merges.txt", bad);
        EXPECT_EQ(codeOfLoading(), ErrorCode::BadFile) << bad;
    }
}

TEST_F(BpeTest, PackedVocabularyMustBeGzip)
{
    write("bpe_simple_vocab_16e6.txt.gz", "this is not packed");
    EXPECT_EQ(codeOfLoading(), ErrorCode::BadFile);
    write("bpe_simple_vocab_16e6.txt.gz", "");
    EXPECT_EQ(codeOfLoading(), ErrorCode::BadFile);
}

TEST(Cleaning, TypographyIsMended)
{
    EXPECT_EQ(cleanForClip("“Curly” ‘quotes’ don’t"), "\"curly\" 'quotes' don't");
    EXPECT_EQ(cleanForClip("ﬁne Ｆｕｌｌ"), "fine full");
    EXPECT_EQ(cleanForClip("e\xCC\x81"), "é");
    EXPECT_EQ(cleanForClip("a\x07 b\x1b[31mred"), "a bred");
}

TEST(Cleaning, MisreadUtf8IsRepairedWhereTheWholeLineIsSuch)
{
    EXPECT_EQ(cleanForClip("âœ” cafÃ©"), "✔ café");
    EXPECT_EQ(cleanForClip("café Ã©"), "café ã©"); // not all of it
    EXPECT_EQ(cleanForClip("中 Ã©"), "中 ã©");
}

TEST(Cleaning, WhiteSpaceCollapses)
{
    EXPECT_EQ(cleanForClip("  a \n\t b\xC2\xA0\xE2\x80\x83"
                           "c  "),
        "a b c");
    EXPECT_EQ(cleanForClip("  A  b\n\nC "), "a b c");
    EXPECT_EQ(cleanForClip("   "), "");
}

TEST(Cleaning, InvalidUtf8BecomesTheReplacementCharacter)
{
    EXPECT_EQ(cleanForClip("a\xFF"
                           "b"),
        "a\xEF\xBF\xBD"
        "b");
}

TEST(HtmlEntities, NamesAndNumbersAreRead)
{
    EXPECT_EQ(unescapeHtml("&lt;b&gt; &amp;amp; &#39;&#x41;&eacute;"), "<b> &amp; 'Aé");
    EXPECT_EQ(unescapeHtml("&notit; &copy2024 &NotEqualTilde;"), "¬it; ©2024 ≂̸");
    EXPECT_EQ(unescapeHtml("&#128; &#0; &#xD800; &#x110000; &#99999999999999999999;"),
        "€ \xEF\xBF\xBD \xEF\xBF\xBD "
        "\xEF\xBF\xBD \xEF\xBF\xBD");
}

TEST(HtmlEntities, WhatIsNoReferenceStays)
{
    EXPECT_EQ(unescapeHtml("a & b &; &#; &#x; &unknownname; &"), "a & b &; &#; &#x; &unknownname; &");
}

} // namespace winnow::text
