#include "core/demo/report.h"

#include "core/base/error.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

namespace winnow::demo {
namespace {

    const std::filesystem::path kShipped = std::filesystem::path(sourceDir()) / "resources" / "demo";

    const Figure& figureNamed(const DemoReport& report, const std::string& name)
    {
        const auto found = std::find_if(
            report.figures.begin(), report.figures.end(), [&](const Figure& figure) { return figure.name == name; });
        if (found == report.figures.end())
            throw Error(ErrorCode::NotFound, "the report has no figure " + name);
        return *found;
    }

    /// A small report of the shipped weights; its bars allow for the few questions.
    class ShippedModels : public testing::Test {
    protected:
        static void SetUpTestSuite()
        {
            NullContext context;
            ReportDemoOptions options;
            options.models = kShipped;
            options.retrievalScenes = 80;
            options.rewardScenes = 120;
            options.questionScenes = 16;
            options.captionScenes = 10;
            s_report = std::make_unique<DemoReport>(reportDemo(options, context));
        }
        static void TearDownTestSuite() { s_report.reset(); }

        static inline std::unique_ptr<DemoReport> s_report;
    };

    TEST_F(ShippedModels, ClipTellsFaultyCaptionsFromClean)
    {
        EXPECT_GE(figureNamed(*s_report, "clip.auc_mismatched").value, 0.93);
        EXPECT_GE(figureNamed(*s_report, "clip.auc_hallucinated").value, 0.85);
        EXPECT_GE(figureNamed(*s_report, "clip.r_at_10").value, 90);
    }

    TEST_F(ShippedModels, RewardTellsTextsThatAreFaultyInThemselves)
    {
        EXPECT_GE(figureNamed(*s_report, "reward.auc_truncated").value, 0.95);
        EXPECT_GE(figureNamed(*s_report, "reward.auc_repetitive").value, 0.90);
        EXPECT_GE(figureNamed(*s_report, "reward.auc_off_topic").value, 0.90);
    }

    TEST_F(ShippedModels, RewardCannotSeeThatACaptionBelongsToAnotherPicture)
    {
        EXPECT_NEAR(figureNamed(*s_report, "reward.auc_mismatched").value, 0.5, 0.1);
    }

    TEST_F(ShippedModels, SeeWhatTheyAreAskedAbout)
    {
        EXPECT_GE(figureNamed(*s_report, "yes_no.before_stage_1").value, 82);
        EXPECT_GE(figureNamed(*s_report, "yes_no.after_stage_2").value, 77);
        EXPECT_GE(figureNamed(*s_report, "object_f1.after_stage_2").value, 80);
    }

    TEST_F(ShippedModels, AnswerByChanceWhenBlind)
    {
        for (const char* when : {"before_stage_1", "after_stage_1", "after_stage_2"})
            EXPECT_NEAR(figureNamed(*s_report, std::string("yes_no.") + when + ".blind").value, 50, 15);
    }

    TEST_F(ShippedModels, StageTwoChangesSomeAnswers)
    {
        EXPECT_NE(
            figureNamed(*s_report, "yes_no.after_stage_1").value, figureNamed(*s_report, "yes_no.after_stage_2").value);
    }

    TEST(ShippedFiles, TakeAtMost24Megabytes)
    {
        std::uintmax_t bytes = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(kShipped))
            bytes += entry.is_regular_file() ? entry.file_size() : 0;
        EXPECT_GT(bytes, 1'000'000U);
        EXPECT_LE(bytes, 24'000'000U);
    }

    TEST(Report, MissingModelsAreNamed)
    {
        NullContext context;
        ReportDemoOptions options;
        options.models = kShipped / "absent";
        EXPECT_THROW(reportDemo(options, context), Error);
    }

} // namespace
} // namespace winnow::demo
