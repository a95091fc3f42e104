#include "core/demo/demo_project.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/evaluate/task.h"
#include "core/media/image.h"
#include "tests/support/stopping_context.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <unistd.h>

namespace winnow::demo {
namespace {

    class DemoProject : public testing::Test {
    protected:
        void SetUp() override
        {
            m_folder = std::filesystem::temp_directory_path()
                / (std::string("winnow-demo-") + testing::UnitTest::GetInstance()->current_test_info()->name()
                    + std::to_string(getpid()));
            std::filesystem::remove_all(m_folder);
        }
        void TearDown() override { std::filesystem::remove_all(m_folder); }

        DemoData make(std::int64_t pairs, RunContext& context)
        {
            DemoDataOptions options;
            options.pairs = pairs;
            options.imagesPerTopic = 3;
            return makeDemoData(m_folder, options, context);
        }

        std::filesystem::path m_folder;
        NullContext m_context;
    };

    TEST_F(DemoProject, HasExactlyThePairsAskedForAndEveryPicture)
    {
        const DemoData data = make(17, m_context);
        ASSERT_EQ(data.pairs.size(), 17U);
        for (const Pair& pair : data.pairs) {
            const auto size = media::readImageSize(data.imageRoot / pair.images.at(0));
            EXPECT_EQ(size, (media::ImageSize{kPictureSize, kPictureSize}));
            EXPECT_FALSE(pair.response.empty());
            EXPECT_FALSE(pair.instruction.empty());
        }
        EXPECT_EQ(data.pairs.front().id.value, "1");
    }

    TEST_F(DemoProject, BenchmarkIsReadAsMme)
    {
        const DemoData data = make(1, m_context);
        const auto questions = evaluate::loadQuestions(data.benchmarkFolder, "mme");
        EXPECT_EQ(std::int64_t(questions.questions.size()), data.questionCount);
        EXPECT_EQ(data.questionCount, 2 * 3 * kTopicCount);
        EXPECT_TRUE(questions.bad.empty());
        std::map<std::int64_t, std::map<std::string, int>> answers;
        for (const auto& question : questions.questions)
            ++answers[question.imageNumber][question.answer];
        for (const auto& [image, counts] : answers)
            EXPECT_EQ(counts, (std::map<std::string, int>{{"no", 1}, {"yes", 1}}));
    }

    TEST_F(DemoProject, StoppedHalfwayItGoesOnToTheSameEnd)
    {
        StoppingContext stopping(6);
        EXPECT_THROW(make(12, stopping), Cancelled);
        const DemoData data = make(12, m_context);
        const auto again = planPairs({.pairs = 12});
        ASSERT_EQ(data.pairs.size(), again.size());
        for (std::size_t i = 0; i < again.size(); ++i) {
            EXPECT_EQ(data.pairs[i].response, again[i].response);
            EXPECT_EQ(media::decodeImage(data.imageRoot / data.pairs[i].images[0]), storedPictureOf(again[i].scene));
        }
    }

    TEST_F(DemoProject, MorePairsBeginWithTheSameOnes)
    {
        const auto few = planPairs({.pairs = 5}), many = planPairs({.pairs = 9});
        for (std::size_t i = 0; i < few.size(); ++i)
            EXPECT_EQ(few[i].response, many[i].response);
    }

    TEST_F(DemoProject, NothingInTheFolderTellsTheFaults)
    {
        make(40, m_context);
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_folder)) {
            if (!entry.is_regular_file() || entry.path().extension() == ".jpg")
                continue;
            for (const char* word : {"mismatched", "truncated", "repetitive", "hallucinated", "off-topic"})
                EXPECT_EQ(file::readAll(entry.path()).find(word), std::string::npos) << entry.path();
        }
    }

    TEST_F(DemoProject, RefusesNumbersOutOfRange)
    {
        EXPECT_THROW(make(0, m_context), Error);
        DemoDataOptions options;
        options.faults.rate[1] = 2;
        EXPECT_THROW(planPairs(options), Error);
    }

} // namespace
} // namespace winnow::demo
