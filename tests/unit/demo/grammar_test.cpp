#include "core/demo/grammar.h"

#include "core/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace winnow::demo {
namespace {

    Scene exampleScene()
    {
        Scene scene;
        scene.ground = Ground::Beach;
        scene.weather = Weather::Rain;
        scene.light = Light::Night;
        scene.groups = {{Kind::Ball, Colour::Orange, 1, Place::Left}, {Kind::Box, Colour::Blue, 3, Place::Right}};
        return scene;
    }

    TEST(Grammar, CaptionNamesEveryGroupAndNothingElse)
    {
        Random random(1, "captions");
        for (int i = 0; i < 200; ++i) {
            const Scene scene = drawScene(random);
            const auto kinds = mentionedKinds(writeCaption(scene, random));
            EXPECT_EQ(kinds.size(), scene.groups.size());
            for (const Kind kind : kinds)
                EXPECT_NE(scene.find(kind), nullptr);
        }
    }

    TEST(Grammar, ArticlesAndPluralsAgree)
    {
        Random random(2, "articles");
        for (int i = 0; i < 100; ++i) {
            const std::string caption = writeCaption(exampleScene(), random);
            EXPECT_EQ(caption.find("a orange"), std::string::npos) << caption;
            EXPECT_TRUE(caption.find("three blue boxes") != std::string::npos
                || caption.find("three blue crates") != std::string::npos
                || caption.find("Three blue") != std::string::npos)
                << caption;
        }
    }

    TEST(Grammar, WordingVaries)
    {
        Random random(3, "wording");
        std::set<std::string> captions;
        for (int i = 0; i < 50; ++i)
            captions.insert(writeCaption(exampleScene(), random));
        EXPECT_GT(captions.size(), 30U);
    }

    TEST(Faults, AreDrawnAtTheirRates)
    {
        Random random(4, "rates");
        const FaultRates rates;
        std::map<Fault, int> counts;
        for (int i = 0; i < 20000; ++i)
            ++counts[drawFault(rates, random)];
        for (int fault = 1; fault < kFaultCount; ++fault)
            EXPECT_NEAR(counts[static_cast<Fault>(fault)] / 20000.0, rates.rate[std::size_t(fault)], 0.01);
        EXPECT_NEAR(counts[Fault::None] / 20000.0, 0.6, 0.015);
    }

    TEST(Faults, NoneAreDrawnWhereRatesAreZero)
    {
        Random random(5, "zero");
        for (int i = 0; i < 100; ++i)
            EXPECT_EQ(drawFault(FaultRates::none(), random), Fault::None);
    }

    TEST(Faults, HallucinatedNamesExactlyOneAbsentKind)
    {
        Random random(6, "hallucinated");
        for (int i = 0; i < 100; ++i) {
            const Scene scene = drawScene(random);
            const auto kinds = mentionedKinds(writeFaulty(scene, Fault::Hallucinated, random));
            const auto absent = std::count_if(kinds.begin(), kinds.end(), [&](Kind kind) { return !scene.find(kind); });
            EXPECT_EQ(absent, 1);
        }
    }

    TEST(Faults, TruncatedEndsWithoutFullStopAndRepetitiveSaysASentenceThreeTimes)
    {
        Random random(7, "truncated");
        const Scene scene = exampleScene();
        EXPECT_NE(writeFaulty(scene, Fault::Truncated, random).back(), '.');
        std::map<std::string, int> sentences;
        for (const auto& sentence : text::split(writeFaulty(scene, Fault::Repetitive, random), '.'))
            ++sentences[std::string(text::trimmed(sentence))];
        int most = 0;
        for (const auto& [sentence, count] : sentences)
            most = std::max(most, count);
        EXPECT_GE(most, 3);
    }

    TEST(Faults, OffTopicSentencesOfTestsAreNeverInTraining)
    {
        Random random(8, "off-topic");
        std::set<std::string> training;
        for (int i = 0; i < 400; ++i)
            for (const auto& sentence : text::split(writeFaulty(exampleScene(), Fault::OffTopic, random), '.'))
                training.insert(std::string(text::trimmed(sentence)));
        for (int i = 0; i < 50; ++i) {
            const auto sentences =
                text::split(writeFaulty(exampleScene(), Fault::OffTopic, random, OffTopic::ForTests), '.');
            EXPECT_FALSE(training.contains(std::string(text::trimmed(sentences[sentences.size() - 2]))));
        }
    }

    TEST(Questions, ExistenceIsAnsweredByTheScene)
    {
        Random random(9, "existence");
        for (int i = 0; i < 200; ++i) {
            const Scene scene = drawScene(random);
            const bool isYes = i % 2 == 0;
            const Question question = writeYesNo(scene, Topic::Existence, isYes, random);
            const auto kinds = mentionedKinds(question.text);
            ASSERT_EQ(kinds.size(), 1U) << question.text;
            EXPECT_EQ(scene.find(kinds[0]) != nullptr, isYes) << question.text;
            EXPECT_EQ(question.answer, isYes ? "Yes" : "No");
        }
    }

    TEST(Questions, ColourIsAskedWithTheRightOrAWrongWord)
    {
        Random random(10, "colour");
        for (int i = 0; i < 200; ++i) {
            const Scene scene = drawScene(random);
            const bool isYes = i % 2 == 0;
            const Question question = writeYesNo(scene, Topic::Colour, isYes, random);
            const Group* group = scene.find(mentionedKinds(question.text).at(0));
            ASSERT_NE(group, nullptr);
            EXPECT_EQ(question.text.find(text::join(" ", wordOf(group->colour), "?")) != std::string::npos, isYes)
                << question.text;
        }
    }

    TEST(Questions, OpenOnesAreAnsweredByTheScene)
    {
        Random random(11, "open");
        const Scene scene = exampleScene();
        for (int i = 0; i < 20; ++i) {
            const Question colour = writeOpen(scene, Open::Colour, random);
            EXPECT_EQ(colour.answer, mentionedKinds(colour.text).at(0) == Kind::Ball ? "Orange" : "Blue");
            const Question count = writeOpen(scene, Open::Count, random);
            EXPECT_EQ(count.answer, mentionedKinds(count.text).at(0) == Kind::Ball ? "One" : "Three");
        }
    }

} // namespace
} // namespace winnow::demo
