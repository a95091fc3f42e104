#include "core/demo/pretraining.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/demo/conversation.h"
#include "core/demo/language.h"
#include "core/demo/measures.h"
#include "core/demo/reward.h"
#include "core/demo/stages.h"
#include "core/demo/vocabulary.h"
#include "tests/support/stopping_context.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace winnow::demo {
namespace {

    class Pretraining : public testing::Test {
    protected:
        void SetUp() override
        {
            m_folder = std::filesystem::temp_directory_path()
                / (std::string("winnow-pretraining-") + testing::UnitTest::GetInstance()->current_test_info()->name()
                    + std::to_string(getpid()));
            std::filesystem::remove_all(m_folder);
        }
        void TearDown() override { std::filesystem::remove_all(m_folder); }

        std::filesystem::path m_folder;
        NullContext m_context;
    };

    /// A line through points, fitted by runSteps.
    torch::Tensor fitLine(const std::filesystem::path& folder, RunContext& context)
    {
        models::Linear line(1, 1);
        models::initialise(*line, 3, 0.5);
        StageOptions options;
        options.name = "line";
        options.steps = 230;
        options.peakRate = 0.05;
        options.warmupSteps = 5;
        options.checkpoints = folder;
        runSteps(
            options, namedParameters(*line),
            [&](std::int64_t, Random& random) {
                const auto x = torch::tensor({float(random.uniform()), float(random.uniform())}).view({2, 1});
                return torch::mse_loss(line(x), 2 * x + 1);
            },
            context);
        return torch::cat({line->weight.detach().flatten(), line->bias.detach()});
    }

    TEST_F(Pretraining, AStoppedLoopGoesOnToTheSameBits)
    {
        const auto whole = fitLine(m_folder / "whole", m_context);
        StoppingContext stop(150);
        EXPECT_THROW(fitLine(m_folder / "halves", stop), Cancelled);
        EXPECT_TRUE(torch::equal(whole, fitLine(m_folder / "halves", m_context)));
        EXPECT_NEAR(whole[0].item<double>(), 2, 0.3);
    }

    TEST_F(Pretraining, EveryPassOfTheRowsTakesEachOnce)
    {
        RowOrder order(1, "rows", 12, 4);
        std::set<std::int64_t> seen;
        for (int step = 0; step < 3; ++step)
            for (const auto row : order.at(step))
                seen.insert(row);
        EXPECT_EQ(seen.size(), 12U);
        EXPECT_EQ(order.at(5), RowOrder(1, "rows", 12, 4).at(5));
    }

    TEST_F(Pretraining, UnknownStagesAreRefused)
    {
        TrainDemoOptions options;
        options.outDir = m_folder;
        options.stages = {"hearing"};
        EXPECT_THROW(trainDemo(options, m_context), Error);
    }

    TEST_F(Pretraining, AStageWhoseInputIsMissingNamesTheOneThatWritesIt)
    {
        TrainDemoOptions options;
        options.outDir = m_folder;
        options.stages = {"clip"};
        try {
            trainDemo(options, m_context);
            FAIL() << "no error";
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::NotFound);
            EXPECT_NE(e.message().find("the stage vision has to run first"), std::string::npos);
        }
    }

    TEST_F(Pretraining, EqualSeedsGiveEqualBytes)
    {
        const auto train = [&](const char* name) {
            TrainDemoOptions options;
            options.outDir = m_folder / name;
            options.stages = {"vision"};
            options.share = 0.002;
            trainDemo(options, m_context);
            return file::sha256OfFile(options.outDir / "training" / "vision.safetensors");
        };
        EXPECT_EQ(train("one"), train("two"));
    }

    TEST_F(Pretraining, TheRewardStageGivesEqualBytesAndResumesToThem)
    {
        const auto train = [&](const char* name, RunContext& context) {
            TrainDemoOptions options;
            options.outDir = m_folder / name;
            options.stages = {"reward"};
            options.share = 0.003;
            trainDemo(options, context);
            return file::sha256OfFile(options.outDir / "reward" / "model.safetensors")
                + file::sha256OfFile(options.outDir / "reward" / "spm.model");
        };
        const auto whole = train("one", m_context);
        StoppingContext stop(2);
        EXPECT_THROW(train("two", stop), Cancelled);
        EXPECT_EQ(train("two", m_context), whole);
    }

    TEST_F(Pretraining, OffTopicWordsOfTestsAreUnknownInTraining)
    {
        const auto tokenizer = makeRewardTokenizer(m_folder);
        Random random(2, "off-topic");
        std::string training, tests;
        for (const Scene& scene : drawScenes(2, "off-topic", 60)) {
            training += writeFaulty(scene, Fault::OffTopic, random, OffTopic::ForTraining);
            tests += writeFaulty(scene, Fault::OffTopic, random, OffTopic::ForTests);
        }
        for (const char* word : {"minister", "lawyer", "rejected", "insurance", "contract"}) {
            EXPECT_NE(tests.find(word), std::string::npos) << word;
            EXPECT_EQ(training.find(word), std::string::npos) << word;
            EXPECT_GT(tokenizer->encode(word).size(), 1U) << word; // spelled, not known
        }
    }

    TEST_F(Pretraining, TheRewardTokenizerHasTheLayoutOfDeberta)
    {
        const auto tokenizer = makeRewardTokenizer(m_folder);
        EXPECT_EQ(tokenizer->padToken(), 0);
        EXPECT_EQ(tokenizer->beginToken(), 1);
        EXPECT_EQ(tokenizer->endToken(), 2);
        EXPECT_EQ(tokenizer->unknownToken(), 3);
        for (const char* word : {"There", "umbrellas", "purple", "three", "meadow"})
            EXPECT_EQ(tokenizer->encode(word).size(), 1U) << word;
        EXPECT_EQ(tokenizer->decode(tokenizer->encode("Zebras \xE7\x9C\x8B!")), "Zebras \xE7\x9C\x8B!");
        Random random(1, "nonsense");
        for (int i = 0; i < 20; ++i)
            EXPECT_GT(tokenizer->encode(writeNonsense(random)).size(), 8U);
    }

    TEST_F(Pretraining, EveryWordOfTheGrammarIsOneToken)
    {
        const auto tokenizer = makeLanguageTokenizer(m_folder / "llm");
        const auto clip = makeClipTokenizer(m_folder / "clip");
        for (const char* word : {"There", "umbrella", "purple", "three", "meadow"}) {
            EXPECT_EQ(tokenizer->encode(word).size(), 1U) << word;
            EXPECT_EQ(clip->encode(word).size(), 1U) << word;
        }
        EXPECT_EQ(tokenizer->decode(tokenizer->encode("Zebras \xE7\x9C\x8B!")), "Zebras \xE7\x9C\x8B!");
        EXPECT_EQ(clip->endToken(), clip->vocabularySize() - 1);
    }

    TEST_F(Pretraining, PackedTurnsSeeThePrefixAndThemselvesAlone)
    {
        const auto tokenizer = makeLanguageTokenizer(m_folder);
        const SlotWords words(*tokenizer);
        const ConversationWriter writer(*tokenizer, words);
        const auto scenes = drawScenes(1, "packed", 2);
        Random random(1, "packed");
        const PackedBatch batch = writer.write({&scenes[0], &scenes[1]}, 2, random);
        const auto T = batch.ids.size(1);
        const auto seen = batch.mask.eq(0).squeeze(1); // [B, T, T]
        const auto prefix = batch.slotStart + kSlotCount;
        EXPECT_TRUE(seen[0][prefix][0].item<bool>());
        EXPECT_FALSE(seen[0][0][prefix].item<bool>());
        // The first token of every turn sees the prefix and itself, whatever stands before it in the row.
        for (std::int64_t t = prefix; t < T; ++t) {
            if (batch.positions[0][t].item<std::int64_t>() == prefix) {
                EXPECT_EQ(seen[0][t].sum().item<std::int64_t>(), prefix + 1);
            }
        }
    }

    TEST_F(Pretraining, DescriptionsAreJudgedByTheirNounsAndRepeats)
    {
        Scene scene;
        scene.groups = {{Kind::Ball, Colour::Red, 2, Place::Left}, {Kind::Tree, Colour::Green, 1, Place::Right}};
        ObjectCount count;
        count.add("There are two red balls and a house.", scene);
        EXPECT_DOUBLE_EQ(count.f1(), 50);
        EXPECT_TRUE(repeatsFourWords("it is raining now and it is raining now"));
        EXPECT_FALSE(repeatsFourWords("it is raining and it is cold"));
    }

    TEST_F(Pretraining, AreaUnderTheCurveIsTheShareOfPairsInOrder)
    {
        EXPECT_DOUBLE_EQ(areaUnderCurve({3, 2}, {1, 2}).value, 3.5 / 4);
        EXPECT_DOUBLE_EQ(areaUnderCurve({5}, {1, 2}).value, 1);
        EXPECT_DOUBLE_EQ(shareOf(3, 4).value, 75);
    }

} // namespace
} // namespace winnow::demo
