#include "core/check/text_faults.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace winnow::check {
namespace {

    Pair single(const std::string& question, const std::string& answer)
    {
        Pair pair;
        pair.id.value = "1";
        pair.instruction = question;
        pair.response = answer;
        return pair;
    }

    Pair conversation(std::vector<Turn> turns)
    {
        Pair pair;
        pair.id.value = "1";
        pair.turns = std::move(turns);
        return pair;
    }

    std::vector<Kind> kindsOf(const Pair& pair)
    {
        std::vector<Kind> out;
        for (const auto& fault : textFaults(pair))
            out.push_back(fault.kind);
        return out;
    }

    using Kinds = std::vector<Kind>;

    TEST(TextFaults, NothingIsWrongWithAPlainPair)
    {
        EXPECT_EQ(kindsOf(single("What is it?", "A dog runs over the grass.")), Kinds{});
        EXPECT_EQ(kindsOf(single("这是什么？", "一只狗在草地上跑。")), Kinds{});
        EXPECT_EQ(
            kindsOf(single("Which sum?", "3 < 4 and 5 > 2, R&D; AT&T, \"<image>\" <3 Müller’s naïve café")), Kinds{});
    }

    TEST(TextFaults, EmptyAnswersAndQuestions)
    {
        EXPECT_EQ(kindsOf(single("What is it?", "")), Kinds{Kind::EmptyAnswer});
        EXPECT_EQ(kindsOf(single("What is it?", " \n\t")), Kinds{Kind::EmptyAnswer});
        EXPECT_EQ(kindsOf(single(" ", "A dog runs over there.")), Kinds{Kind::EmptyInstruction});
        const auto faults = textFaults(conversation({{Role::User, "What is it, please?"},
            {Role::Assistant, "A dog, I think."}, {Role::User, "Which one?"}, {Role::Assistant, " "}}));
        ASSERT_EQ(faults.size(), 1u);
        EXPECT_EQ(faults[0].kind, Kind::EmptyAnswer);
        EXPECT_EQ(faults[0].words, "turn 4, an answer, is empty");
        EXPECT_EQ(kindsOf(conversation({{Role::User, "What is it?"}})), (Kinds{Kind::EmptyAnswer, Kind::RoleOrder}));
    }

    TEST(TextFaults, BrokenCharactersAreShownWithWhatStandsAroundThem)
    {
        EXPECT_EQ(brokenCharacters("a caf\xEF\xBF\xBD here"), "U+FFFD in \"a caf\xEF\xBF\xBD here\"");
        EXPECT_EQ(brokenCharacters("caf\xC3\x83\xC2\xA9"), "wrongly decoded letters in \"caf\xC3\x83\xC2\xA9\"");
        EXPECT_EQ(brokenCharacters("it\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2s"),
            "wrongly decoded letters in \"it\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2s\"");
        EXPECT_EQ(brokenCharacters(std::string("a\x1b[2J")), "U+001B in \"a\xE2\x90\xA3[2J\"");
        EXPECT_EQ(brokenCharacters("two\nlines\tand a tab\r\n"), std::nullopt);
        EXPECT_EQ(brokenCharacters("NÃO, à la carte, 25 °C, “quoted”"), std::nullopt);
    }

    TEST(TextFaults, HtmlRemains)
    {
        EXPECT_EQ(htmlRemains("one<br>two"), "<br>");
        EXPECT_EQ(htmlRemains("see <a href=\"x\">this</a>"), "<a href=\"x\">");
        EXPECT_EQ(htmlRemains("bread &amp; butter"), "&amp;");
        EXPECT_EQ(htmlRemains("it&#39;s"), "&#39;");
        EXPECT_EQ(htmlRemains("</P >"), "</P >");
        for (const char* plain : {"a < b > c", "<image>", "<ImageHere>", "AT&T; &nothing; & so on", "i <3 you", "<",
                 "&;", "<a", "x<y, <b-side>"})
            EXPECT_EQ(htmlRemains(plain), std::nullopt) << plain;
    }

    TEST(TextFaults, VeryShortAndVeryLongAnswers)
    {
        EXPECT_EQ(kindsOf(single("Is it?", "Yes.")), Kinds{Kind::ShortAnswer});
        EXPECT_EQ(kindsOf(single("Is it?", "是的")), Kinds{Kind::ShortAnswer});
        std::string words = "word";
        for (int i = 1; i < 500; ++i)
            words += " word";
        EXPECT_EQ(kindsOf(single("Is it?", words)), Kinds{});
        EXPECT_EQ(kindsOf(single("Is it?", words + " word")), Kinds{Kind::LongAnswer});
        EXPECT_THROW((TextLimits{5, 5}.validate()), Error);
    }

    TEST(TextFaults, WordsAreCountedInEveryScript)
    {
        EXPECT_EQ(countSpokenWords("a dog  runs"), 3);
        EXPECT_EQ(countSpokenWords("一只狗 runs"), 4);
        EXPECT_EQ(countSpokenWords("Ein Hündchen"), 2);
        EXPECT_EQ(countSpokenWords(""), 0);
    }

    TEST(TextFaults, TheSameWordsCompareEqualWhateverTheBlanks)
    {
        EXPECT_EQ(comparableText(single("What is it?", "A  dog\n")), comparableText(single(" What is it?", "A dog")));
        EXPECT_NE(comparableText(single("What", "is it")), comparableText(single("What is", "it")));
        EXPECT_EQ(comparableText(single(" ", "\n")), "");
    }

    /// Against a regular expression over the letters of the roles.
    TEST(TextFaults, RoleOrderOfRandomConversations)
    {
        Random random(7, "roles");
        const std::regex inOrder("(ua)+");
        int orderly = 0;
        for (int i = 0; i < 3000; ++i) {
            std::string letters;
            std::vector<Turn> turns;
            const auto count = 1 + random.below(6);
            for (std::uint64_t turn = 0; turn < count; ++turn) {
                const bool keepsOrder = random.chance(0.8);
                const bool isUser = keepsOrder ? turn % 2 == 0 : random.chance(0.5);
                letters += isUser ? 'u' : 'a';
                turns.push_back({isUser ? Role::User : Role::Assistant, "some words here"});
            }
            const bool isOrderly = std::regex_match(letters, inOrder);
            orderly += isOrderly ? 1 : 0;
            EXPECT_EQ(!roleFault(conversation(turns)).has_value(), isOrderly) << letters;
        }
        EXPECT_GT(orderly, 300);
        EXPECT_LT(orderly, 2700);
        EXPECT_EQ(roleFault(single("a", "b")), std::nullopt);
    }

    TEST(TextFaults, ParityOfRandomMarksAndPictures)
    {
        Random random(8, "parity");
        for (int i = 0; i < 2000; ++i) {
            Pair pair = single("look", "at this");
            const auto marks = random.below(4), pictures = random.below(4);
            for (std::uint64_t mark = 0; mark < marks; ++mark)
                (random.chance(0.5) ? pair.instruction : pair.response) +=
                    random.chance(0.5) ? "<image>" : " <image>\n";
            for (std::uint64_t picture = 0; picture < pictures; ++picture)
                pair.images.push_back(std::to_string(picture) + ".jpg");
            EXPECT_EQ(countImageMarks(pair), static_cast<std::int64_t>(marks));
            EXPECT_EQ(parityFault(pair, std::nullopt).has_value(), marks != 0 && marks != pictures);
            const auto inSource = static_cast<std::int64_t>(random.below(3));
            const auto all = inSource + static_cast<std::int64_t>(marks);
            EXPECT_EQ(parityFault(pair, inSource).has_value(), all != static_cast<std::int64_t>(pictures));
        }
        Pair pair = single("What is it?", "A dog.");
        pair.images = {"1.jpg"};
        EXPECT_EQ(parityFault(pair, 2), "2 marks <image> in the text, 1 picture");
    }

} // namespace
} // namespace winnow::check
