#include "core/score/judge_prompt.h"

#include "core/base/json.h"
#include "core/dataset/text_reader.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

namespace winnow::score {
namespace {

    using testing::HasSubstr;
    using testing::Not;

    TEST(ParseRating, FindsTheFirstNumberOfTheFirstLine)
    {
        const std::vector<std::pair<std::string, int>> cases{{"92", 92}, {"92\n\nGood.", 92}, {"0", 0}, {"100", 100},
            {"Score: 92", 92}, {"Score: 95/100", 95}, {"95 / 100\n", 95}, {"**87**", 87}, {"\n\n  88\nx", 88},
            {"Score (0-100): 85", 85}, {"On a scale of 0 to 100: 77", 77}, {"78 out of 100", 78}, {"92.", 92},
            {"In 2023 I would say 64", 64}, {"10", 10}, {"007", 7}};
        for (const auto& [answer, rating] : cases)
            EXPECT_EQ(parseRating(answer), rating) << answer;
    }

    TEST(ParseRating, MissesWhatIsNoRating)
    {
        for (const auto* answer : {"", "\n\n", "Great!", "Great!\n95", "101", "8/10", "4 / 5", "-5",
                 "123456789012345678901", "ninety", "1000"})
            EXPECT_EQ(parseRating(answer), std::nullopt) << answer;
    }

    TEST(PublishedRating, ReadsTwoCharacters)
    {
        const std::vector<std::pair<std::string, int>> cases{{"92\nGood", 92}, {"100", 100}, {"10", 100},
            {"Score: 92", 60}, {"", 60}, {"9", 9}, {"9\n", 9}, {" 9", 9}, {"8/10", 60},
            {"\xE4\xB9\x9D\xE5\x8D\x81", 60}, {"05", 5}};
        for (const auto& [answer, rating] : cases)
            EXPECT_EQ(parsePublishedRating(answer), rating) << answer;
    }

    ScoreItem item(std::vector<std::string> instructions, std::vector<std::string> responses)
    {
        ScoreItem out;
        out.instructions = std::move(instructions);
        out.responses = std::move(responses);
        return out;
    }

    TEST(JudgeQuestion, PublishedUsesTheFixedInstruction)
    {
        const auto pair = item({"What colour is the car?"}, {"It is red."});
        const auto published = judgeQuestion(pair, JudgePrompt::Text, Mode::Published);
        EXPECT_THAT(
            published, testing::EndsWith("\n\nInstruction: Describe this image in detail.\nCaption: It is red."));
        EXPECT_THAT(published, HasSubstr("0 and 100"));
        EXPECT_THAT(published, HasSubstr("first line"));
        EXPECT_THAT(published, HasSubstr("You will not see the picture"));
        const auto corrected = judgeQuestion(pair, JudgePrompt::Text, Mode::Corrected);
        EXPECT_THAT(corrected, testing::EndsWith("\n\nInstruction: What colour is the car?\nCaption: It is red."));
    }

    TEST(JudgeQuestion, APairWithoutInstructionIsAskedTheSameInBothModes)
    {
        const auto pair = item({""}, {"A dog."});
        EXPECT_EQ(judgeQuestion(pair, JudgePrompt::Text, Mode::Published),
            judgeQuestion(pair, JudgePrompt::Text, Mode::Corrected));
    }

    TEST(JudgeQuestion, ShowsAllTurnsNumbered)
    {
        const auto pair = item({"What is it?", "Which colour?"}, {"A car.", "Red."});
        EXPECT_THAT(judgeQuestion(pair, JudgePrompt::Image, Mode::Corrected),
            testing::EndsWith(
                "\n\nInstruction 1: What is it?\nCaption 1: A car.\n\nInstruction 2: Which colour?\nCaption 2: Red."));
    }

    TEST(JudgeQuestion, TheImagePromptIsAnotherOne)
    {
        const auto pair = item({""}, {"A dog."});
        const auto question = judgeQuestion(pair, JudgePrompt::Image, Mode::Corrected);
        EXPECT_THAT(question, Not(HasSubstr("not see the picture")));
        EXPECT_THAT(question, HasSubstr("Look at the picture"));
    }

    /// METHOD 4.4: the published numbers follow "first integer of the first line", not the published code.
    TEST(ParseRating, FollowsThePublishedFile)
    {
        const std::filesystem::path folder = sharedDir() + "/data/instructiongpt4";
        if (!std::filesystem::exists(folder / "gpt4_score_new.json"))
            GTEST_SKIP() << "the published files are not beside this checkout";
        const auto load = [&](const char* name) {
            dataset::TextReader reader(folder / name, dataset::Encoding::Gb18030);
            std::string text;
            while (reader.read(text)) { }
            return json::parse(text, name).at("annotations");
        };
        const auto answers = load("gpt4_score_new.json");
        std::map<std::string, int> published;
        for (const auto& entry : load("gpt_final_score.json"))
            published[entry.at("image_id")] = entry.at("gpt_score");
        ASSERT_EQ(answers.size(), 3439u);
        int differing = 0, byTheCode = 0;
        for (const auto& entry : answers) {
            const auto answer = entry.at("gpt_score").get<std::string>();
            const int expected = published.at(entry.at("image_id"));
            differing += parseRating(answer) != expected;
            byTheCode += parsePublishedRating(answer) != expected;
        }
        EXPECT_EQ(differing, 0);
        EXPECT_EQ(byTheCode, 6); // METHOD 4.4: five "Score: NN" and one "10"
    }

} // namespace
} // namespace winnow::score
