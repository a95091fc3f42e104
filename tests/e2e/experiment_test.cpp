// Labels and experiments on a small embedded project, stopped halfway and repeated from their recipe.
#include "tests/e2e/program.h"
#include "tests/support/places.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::e2e {
namespace {

    using testing::HasSubstr;
    using Arguments = std::vector<std::string>;

    class Experiment : public testing::Test {
    protected:
        void SetUp() override
        {
            if (!std::filesystem::exists(sourceDir() + "/resources/demo/vlm"))
                GTEST_SKIP() << "resources/demo holds no trained models: make them with winnow demo train";
            makeProject("d");
        }
        void makeProject(const std::string& name)
        {
            expectDone({"demo", name, "--pairs", "60", "--seed", "3", "--questions", "20"});
            expectDone({"score", name, "--metrics", "clip,length"});
            expectDone({"cluster", name, "--name", "k", "--k", "3", "--seed", "1"});
        }
        Ran expectDone(const Arguments& arguments)
        {
            auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 0) << testing::PrintToString(arguments) << "\n" << ran.err;
            return ran;
        }
        /// Starts a command, kills it once it has begun its second fine-tune, and lets it go on to its end.
        Json killedAndFinished(const Arguments& arguments)
        {
            const pid_t child = program.start(arguments);
            program.waitForProgress("1 of ");
            ::kill(child, SIGKILL);
            EXPECT_EQ(program.finish(child).code, -1);
            return expectDone(arguments).json();
        }
        /// What a second run must find again: everything but times, and the commands, which name folders.
        static Json withoutTimes(Json report)
        {
            for (const char* part : {"timing", "commands", "seconds", "forecast"})
                report.erase(part);
            return report;
        }
        std::size_t runCount() { return expectDone({"info", "d", "--json"}).json().at("runs").size(); }
        Program program;
    };

    Arguments experimentOn(const std::string& project, const std::string& name = "e")
    {
        return {"experiment", project, "--name", name, "--weights", "clip=1", "--clusters", "k", "--budget", "15",
            "--seeds", "2", "--random-draws", "2", "--steps", "3", "--lr", "0.01", "--json"};
    }

    TEST_F(Experiment, LabelsEveryClusterAndGoesOnAfterAKill)
    {
        const Arguments label = {"label", "d", "--clusters", "k", "--benchmarks", "yes-no", "--steps", "3", "--lr",
            "0.01", "--repeats", "2", "--json"};
        const auto forecast = expectDone({"label", "d", "--clusters", "k", "--benchmarks", "yes-no", "--steps", "3",
            "--lr", "0.01", "--forecast", "--json"});
        EXPECT_EQ(forecast.json().at("fine_tunes"), 6);
        EXPECT_GT(forecast.json().at("seconds").get<double>(), 0);
        const auto labels = killedAndFinished(label);
        ASSERT_EQ(labels.at("labels").size(), 3u);
        std::int64_t pairs = 0;
        for (const auto& one : labels.at("labels")) {
            pairs += one.at("pairs").get<std::int64_t>();
            ASSERT_EQ(one.at("repeats").size(), 2u);
            const auto first = one["repeats"][0].get<double>(), second = one["repeats"][1].get<double>();
            EXPECT_NEAR(one.at("value").get<double>(), (first + second) / 2, 1e-9);
            EXPECT_NEAR(one.at("standard_error").get<double>(), std::abs(first - second) / 2, 1e-9);
        }
        EXPECT_EQ(pairs, 60);
        EXPECT_EQ(runCount(), 0u); // a batch does not flood the list
        EXPECT_EQ(withoutTimes(expectDone(label).json()), withoutTimes(labels));
        expectDone({"demo", "other", "--pairs", "60", "--seed", "3", "--questions", "20"});
        expectDone({"replay", "d", "other"});
        const auto info = expectDone({"info", "other", "--json"}).json();
        EXPECT_EQ(info.at("labels").at(0).at("labels"), labels.at("labels"));
        expectDone({"verify", "d"});
    }

    TEST_F(Experiment, KilledAndReplayedItFindsTheSameNumbers)
    {
        const auto report = killedAndFinished(experimentOn("d"));
        EXPECT_EQ(
            report.at("arms").size(), 4u); // chosen, random, full, length; the top by CLIP has quotas: the chosen ones
        EXPECT_EQ(report.at("comparisons").size(), 3u);
        for (const auto& comparison : report.at("comparisons")) {
            EXPECT_LE(comparison.at("ci_low").get<double>(), comparison.at("difference").get<double>());
            EXPECT_GE(comparison.at("p_holm").get<double>(), comparison.at("p_value").get<double>());
        }
        EXPECT_THAT(report.at("sentence").get<std::string>(), HasSubstr("a hint, not a finding"));
        EXPECT_EQ(expectDone(experimentOn("d")).json(), report); // done: nothing is computed again

        expectDone({"demo", "other", "--pairs", "60", "--seed", "3", "--questions", "20"});
        expectDone({"replay", "d", "other"});
        const auto second = expectDone({"experiment", "other", "--name", "e", "--show", "--json"}).json();
        EXPECT_EQ(withoutTimes(second), withoutTimes(report));

        const auto other = experimentOn("d");
        auto changed = other;
        *std::find(changed.begin(), changed.end(), "15") = "16";
        EXPECT_EQ(program.run(changed).code, 1); // another experiment under the same name
    }

    TEST_F(Experiment, ReportHoldsTablesAndFigures)
    {
        auto arguments = experimentOn("d", "<b>");
        arguments.insert(arguments.end(), {"--html", (program / "e.html").string()});
        expectDone(arguments);
        const auto page = program.read("e.html");
        EXPECT_THAT(page, HasSubstr("<svg"));
        EXPECT_THAT(page, HasSubstr("&lt;b&gt;"));
        EXPECT_THAT(page, testing::Not(HasSubstr("<b> ")));
        expectDone({"report", "d", (program / "all.html").string()});
        EXPECT_THAT(program.read("all.html"), HasSubstr("Experiment &lt;b&gt;"));
        EXPECT_EQ(program.run({"report", "d", (program / "all.txt").string()}).code, 1);
        const bool hasStudio = std::filesystem::exists(programDir() + "/winnow-studio");
        const auto pdf = program.run({"report", "d", (program / "all.pdf").string()});
        EXPECT_EQ(pdf.code, hasStudio ? 0 : 1) << pdf.err;
        if (hasStudio)
            EXPECT_TRUE(program.read("all.pdf").starts_with("%PDF"));
        else
            EXPECT_THAT(pdf.err, HasSubstr("winnow-studio"));
    }

    TEST_F(Experiment, AblationOfSizesComparesEachSizeWithRandomDraws)
    {
        const auto report = expectDone({"experiment", "d", "--ablation", "sizes", "--sizes", "10,20,100", "--weights",
                                           "clip=1", "--seeds", "1", "--random-draws", "1", "--steps", "2", "--json"})
                                .json();
        EXPECT_EQ(report.at("arms").size(), 5u); // 10 and 20 chosen and at random, and all; 100 are not there
        EXPECT_EQ(report.at("comparisons").size(), 2u);
        EXPECT_THAT(report.at("notes").dump(), HasSubstr("no arm of 100"));
    }

    TEST_F(Experiment, KeptFeaturesMayBeDamagedOrGone)
    {
        const auto weightsOf = [&](const std::string& run) {
            return expectDone({"finetune", "d", "--name", run, "--selection", "all", "--steps", "6", "--json"})
                .json()
                .at("weights_sha256");
        };
        const auto first = weightsOf("a");
        std::filesystem::path kept;
        for (const auto& entry : std::filesystem::directory_iterator(program / "d/cache"))
            kept = entry.path();
        ASSERT_EQ(kept.extension(), ".features");
        const auto size = std::filesystem::file_size(kept);
        {
            std::fstream file(kept, std::ios::in | std::ios::out | std::ios::binary);
            for (std::uintmax_t at = 200; at < size; at += 5000) { // some numbers of every record or so
                file.seekp(static_cast<std::streamoff>(at));
                file.put('\x55');
            }
        }
        std::filesystem::resize_file(kept, size - 100); // as a kill leaves it
        EXPECT_EQ(weightsOf("b"), first);
        EXPECT_GT(std::filesystem::file_size(kept), size); // what was damaged was computed again and added
        std::filesystem::remove_all(program / "d/cache");
        EXPECT_EQ(weightsOf("c"), first);
        EXPECT_EQ(std::filesystem::file_size(kept), size);
    }

    TEST_F(Experiment, SaysWhatIsMissing)
    {
        EXPECT_EQ(program.run({"experiment", "d"}).code, 2);
        const auto metric = program.run({"experiment", "d", "--weights", "reward=1", "--seeds", "1", "--steps", "2"});
        EXPECT_EQ(metric.code, 1);
        EXPECT_THAT(metric.err, HasSubstr("reward"));
        const auto clusters = program.run({"label", "d", "--clusters", "none", "--benchmarks", "yes-no"});
        EXPECT_EQ(clusters.code, 1);
        EXPECT_THAT(clusters.err, HasSubstr("no clustering named none"));
        EXPECT_EQ(program.run({"label", "d", "--clusters", "k", "--benchmarks", "gqa"}).code, 1);
        EXPECT_EQ(program.run({"label", "d", "--clusters", "k"}).code, 2);
    }

} // namespace
} // namespace winnow::e2e
