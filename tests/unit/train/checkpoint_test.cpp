#include "core/train/checkpoint.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/random.h"

#include <gtest/gtest.h>

namespace winnow::train {
namespace {

    class CheckpointFiles : public testing::Test {
    protected:
        void SetUp() override
        {
            folder = std::filesystem::temp_directory_path()
                / ("winnow-checkpoint-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
            std::filesystem::remove_all(folder);
        }
        void TearDown() override { std::filesystem::remove_all(folder); }

        static Checkpoint make(std::int64_t step)
        {
            Checkpoint out;
            out.step = step;
            out.optimizerSteps = step;
            out.tuned = {
                {"llama_proj.weight", torch::full({2, 3}, double(step))}, {"llama_proj.bias", torch::ones({2})}};
            out.moments = {{"llama_proj.weight.exp_avg", torch::full({2, 3}, 0.5)}};
            out.promptStream = Random(1, "a").state();
            out.recipe = Json{{"steps", 10}};
            out.dataFingerprint = "abc";
            out.lastLoss = 0.1 + 0.2;
            return out;
        }
        void save(std::int64_t step) const { saveCheckpoint(checkpointPath(folder, step), make(step)); }

        std::filesystem::path folder;
    };

    TEST_F(CheckpointFiles, GiveBackEverythingExactly)
    {
        save(7);
        const auto got = loadCheckpoint(checkpointPath(folder, 7));
        EXPECT_EQ(got.step, 7);
        EXPECT_EQ(got.optimizerSteps, 7);
        EXPECT_EQ(got.promptStream, make(7).promptStream);
        EXPECT_EQ(got.dataFingerprint, "abc");
        EXPECT_EQ(got.lastLoss, 0.1 + 0.2);
        EXPECT_EQ(json::dump(got.recipe), R"({"steps":10})");
        ASSERT_EQ(got.tuned.size(), 2u);
        ASSERT_EQ(got.moments.size(), 1u);
        EXPECT_EQ(got.moments[0].name, "llama_proj.weight.exp_avg");
        EXPECT_EQ(weightsSha256(got.tuned), weightsSha256(make(7).tuned));
    }

    TEST_F(CheckpointFiles, LatestReadableOneIsFound)
    {
        save(20);
        save(40);
        EXPECT_EQ(findLatestCheckpoint(folder)->step, 40);
        const auto path = checkpointPath(folder, 40);
        std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
        EXPECT_EQ(findLatestCheckpoint(folder)->step, 20);
        file::writeAtomically(path, "");
        EXPECT_EQ(findLatestCheckpoint(folder)->step, 20);
    }

    TEST_F(CheckpointFiles, ABrokenFileIsNamed)
    {
        save(20);
        const auto path = checkpointPath(folder, 20);
        std::filesystem::resize_file(path, 40);
        try {
            loadCheckpoint(path);
            FAIL() << "a cut file was read";
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::BadFile);
            EXPECT_NE(e.message().find("step-00000020"), std::string::npos);
        }
    }

    TEST_F(CheckpointFiles, NoneIsFoundInAnAbsentFolder)
    {
        EXPECT_FALSE(findLatestCheckpoint(folder / "none").has_value());
    }

    TEST_F(CheckpointFiles, OldOnesArePruned)
    {
        for (const auto step : {20, 40, 60})
            save(step);
        pruneCheckpoints(folder, 2);
        const auto left = listCheckpoints(folder);
        ASSERT_EQ(left.size(), 2u);
        EXPECT_EQ(left[0], checkpointPath(folder, 60));
        EXPECT_EQ(left[1], checkpointPath(folder, 40));
    }

    TEST_F(CheckpointFiles, HashFollowsValuesAndNames)
    {
        const auto a = make(1).tuned;
        auto b = a;
        std::swap(b[0], b[1]);
        EXPECT_EQ(weightsSha256(a), weightsSha256(b));
        b[0].tensor = b[0].tensor + 1e-7;
        EXPECT_NE(weightsSha256(a), weightsSha256(b));
    }

} // namespace
} // namespace winnow::train
