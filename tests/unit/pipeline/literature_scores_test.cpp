// The training-free scores of the literature on a small project of the embedded world, with its models.
#include "core/pipeline/project_job.h"
#include "core/pipeline/score_job.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "tests/support/stopping_context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <unistd.h>

namespace winnow::pipeline {
namespace {

    namespace fs = std::filesystem;

    constexpr std::int64_t kLiteraturePairs = 300; // two chunks
    const std::vector<std::string> kAll{
        "perplexity", "ifd", "vlm-loss", "vlm-gain", "el2n", "grand", "prism", "semdedup", "kcenter"};

    class LiteratureScores : public testing::Test {
    protected:
        static void SetUpTestSuite()
        {
            base = fs::temp_directory_path() / ("winnow-literature-" + std::to_string(::getpid()));
            fs::remove_all(base);
            NullContext quiet;
            makeDemo({.folder = base / "made", .pairs = kLiteraturePairs, .seed = 11}, quiet);
        }
        static void TearDownTestSuite() { fs::remove_all(base); }
        void SetUp() override
        {
            folder = base / testing::UnitTest::GetInstance()->current_test_info()->name();
            fs::copy(base / "made", folder, fs::copy_options::recursive);
        }

        JobResult score(const std::vector<std::string>& metrics, RunContext& context)
        {
            Workspace workspace(folder);
            ScoreOptions options;
            options.metrics = metrics;
            return runScore(workspace, options, context);
        }
        JobResult score(const std::vector<std::string>& metrics)
        {
            NullContext quiet;
            return score(metrics, quiet);
        }
        std::vector<double> column(const std::string& name)
        {
            auto project = store::Project::open(folder);
            return *store::MetricStore(project).load(name).values;
        }

        static inline fs::path base;
        fs::path folder;
    };

    TEST_F(LiteratureScores, EveryOneHasAValueForEveryPairAndTheyAgree)
    {
        const auto result = score(kAll);
        EXPECT_FALSE(result.hasProblems) << result.sentence;
        for (const char* name : {"perplexity", "ifd", "llm-loss", "llm-loss.alone", "vlm-loss", "vlm-loss.blind",
                 "vlm-gain", "el2n", "grand", "prism", "semdedup", "kcenter", "kcenter.radius"}) {
            const auto values = column(name);
            ASSERT_EQ(values.size(), std::size_t(kLiteraturePairs)) << name;
            EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) << name;
            EXPECT_GT(std::set<double>(values.begin(), values.end()).size(), 20u) << name;
            EXPECT_FALSE(describeMetric(name).source.empty()) << name;
        }
        const auto loss = column("llm-loss"), alone = column("llm-loss.alone"), ifd = column("ifd"),
                   perplexity = column("perplexity"), seen = column("vlm-loss"), blind = column("vlm-loss.blind"),
                   gain = column("vlm-gain"), el2n = column("el2n");
        auto ranks = column("kcenter");
        for (std::size_t i = 0; i < std::size_t(kLiteraturePairs); ++i) {
            EXPECT_DOUBLE_EQ(perplexity[i], std::exp(loss[i]));
            EXPECT_DOUBLE_EQ(ifd[i], loss[i] / alone[i]);
            EXPECT_DOUBLE_EQ(gain[i], blind[i] - seen[i]);
            EXPECT_LE(el2n[i], std::sqrt(2.0));
        }
        std::sort(ranks.begin(), ranks.end());
        for (std::size_t i = 0; i < ranks.size(); ++i)
            EXPECT_EQ(ranks[i], static_cast<double>(i + 1));
    }

    TEST_F(LiteratureScores, ASecondTimeNothingIsLeftToDo)
    {
        const std::vector<std::string> metrics{"perplexity", "vlm-loss", "semdedup", "kcenter"};
        score(metrics);
        const auto again = score(metrics);
        for (const auto& [name, report] : again.details.items()) {
            EXPECT_EQ(report.at("scored"), 0) << name;
            EXPECT_EQ(report.at("already"), kLiteraturePairs) << name;
        }
    }

    TEST_F(LiteratureScores, StoppedAnywhereTheyEndWithTheSameBits)
    {
        const std::vector<std::string> metrics{"perplexity", "grand"};
        score(metrics);
        std::vector<std::vector<double>> whole;
        for (const auto& name : metrics)
            whole.push_back(column(name));
        fs::remove_all(folder);
        fs::copy(base / "made", folder, fs::copy_options::recursive);
        for (int stopAt = 0; stopAt < 20; ++stopAt) {
            StoppingContext context(1);
            try {
                score(metrics, context);
                EXPECT_GT(stopAt, 3) << "it never stopped";
                break;
            } catch (const Cancelled&) {
            }
        }
        for (std::size_t i = 0; i < metrics.size(); ++i)
            EXPECT_EQ(column(metrics[i]), whole[i]) << metrics[i];
    }

    TEST_F(LiteratureScores, APairWithoutPictureIsMissingWhereThePictureCounts)
    {
        fs::path picture;
        {
            auto project = store::Project::open(folder);
            picture = store::PairStore(project).load(PairRow(5)).image;
        }
        fs::rename(picture, picture.string() + ".away");
        const auto result = score({"perplexity", "el2n", "kcenter", "prism"});
        EXPECT_TRUE(result.hasProblems);
        EXPECT_EQ(result.details.at("el2n").at("failed"), 1);
        EXPECT_FALSE(std::isnan(column("perplexity")[5]));
        EXPECT_TRUE(std::isnan(column("el2n")[5]));
        EXPECT_TRUE(std::isnan(column("kcenter")[5]));
        EXPECT_TRUE(std::isnan(column("prism")[5]));
        EXPECT_FALSE(std::isnan(column("kcenter")[6]));
        fs::rename(picture.string() + ".away", picture); // it is back: its number comes, the others stay
        score({"el2n"});
        EXPECT_FALSE(std::isnan(column("el2n")[5]));
    }

    TEST_F(LiteratureScores, PicturesAreEncodedOnce)
    {
        score({"vlm-loss"});
        auto project = store::Project::open(folder);
        const auto kept = store::FeatureStore(project).load("vlm-tokens");
        EXPECT_EQ(kept->rowCount(), kLiteraturePairs);
        EXPECT_TRUE(kept->isValid(0));
        const auto when = fs::last_write_time(folder / "vectors" / "vlm-tokens.safetensors");
        score({"el2n", "prism"});
        EXPECT_EQ(fs::last_write_time(folder / "vectors" / "vlm-tokens.safetensors"), when);
    }

} // namespace
} // namespace winnow::pipeline
