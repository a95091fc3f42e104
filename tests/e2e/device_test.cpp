// The jobs on a CUDA device beside the same jobs on the CPU: metrics, features, a fine-tune and its answers agree.
// WINNOW_TEST_DEVICE names another device than cuda:0; "cpu" tests the test.
#include "core/base/text.h"
#include "tests/e2e/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace winnow::e2e {
namespace {

    namespace fs = std::filesystem;

    const std::vector<std::string> kModelMetrics{"clip", "reward", "perplexity", "ifd", "llm-loss", "llm-loss.alone",
        "vlm-loss", "vlm-loss.blind", "vlm-gain", "el2n", "grand", "duplicate.clip"};

    class Device : public testing::Test {
    protected:
        void SetUp() override
        {
            const char* const asked = std::getenv("WINNOW_TEST_DEVICE");
            device = asked ? asked : "cuda:0";
            must({"demo", "cpu", "--pairs", "240", "--seed", "5", "--questions", "120"});
            fs::copy(program / "cpu", program / "device", fs::copy_options::recursive);
            const auto tried = program.run({"score", "device", "--metrics", "clip", "--device", device});
            if (tried.err.find("is not there") != std::string::npos)
                GTEST_SKIP() << "needs a CUDA device: " << tried.err;
            ASSERT_EQ(tried.code, 0) << tried.err;
        }
        Json must(std::vector<std::string> arguments)
        {
            arguments.push_back("--json");
            const auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 0) << arguments.front() << ": " << ran.err;
            return ran.code == 0 ? ran.json() : Json();
        }
        /// The same command in both projects; {project: what it printed}.
        std::map<std::string, Json> both(const std::string& command, const std::vector<std::string>& arguments)
        {
            std::map<std::string, Json> out;
            for (const auto& [project, where] :
                std::map<std::string, std::string>{{"cpu", "cpu"}, {"device", device}}) {
                std::vector<std::string> all{command, project, "--device", where};
                all.insert(all.end(), arguments.begin(), arguments.end());
                out[project] = must(all);
            }
            return out;
        }
        std::map<std::string, Json> metricsOf(const std::string& project)
        {
            const auto ran = program.run({"list", project, "--json"});
            EXPECT_EQ(ran.code, 0) << ran.err;
            std::map<std::string, Json> out;
            std::istringstream lines(ran.out);
            for (std::string line; std::getline(lines, line);) {
                const auto pair = json::parse(line, "a line");
                out[pair.at("id").get<std::string>()] = pair.at("metrics");
            }
            return out;
        }

        Program program;
        std::string device;
    };

    TEST_F(Device, MetricsFeaturesRunsAndAnswersAgreeWithTheCpu)
    {
        both("score", {"--metrics", text::joined(kModelMetrics, ",")});
        const auto here = metricsOf("cpu"), there = metricsOf("device");
        ASSERT_EQ(here.size(), 240u);
        ASSERT_EQ(there.size(), here.size());
        for (const auto& name : kModelMetrics) {
            double worst = 0, scale = 0;
            std::size_t count = 0;
            for (const auto& [id, values] : here) {
                if (!values.contains(name))
                    continue;
                ASSERT_TRUE(there.at(id).contains(name)) << name << " of " << id;
                const auto want = values.at(name).get<double>();
                worst = std::max(worst, std::abs(there.at(id).at(name).get<double>() - want));
                scale = std::max(scale, std::abs(want));
                ++count;
            }
            std::printf(
                "%-16s %zu values, largest difference %.1e, largest value %.3g\n", name.c_str(), count, worst, scale);
            EXPECT_GT(count, 0u) << name;
            EXPECT_LE(worst, 1e-3 * scale) << name;
        }

        both("features", {"--spaces", "clip-image,clip-text,llm-text"});
        for (const char* const project : {"cpu", "device"})
            must({"select", project, "--name", "some", "--budget", "60", "--random", "--seed", "1"});
        auto tuned = both("finetune", {"--name", "tuned", "--selection", "some"});
        EXPECT_NEAR(tuned["cpu"].at("loss").get<double>(), tuned["device"].at("loss").get<double>(), 2e-3);
        for (const std::string run : {"base", "tuned"}) {
            auto told = both("evaluate", {"--run", run});
            const auto score = [&](const std::string& project) {
                return told[project].at("yes-no").at("value").get<double>();
            };
            std::printf(
                "%s: %.2f %% on the cpu, %.2f %% on %s\n", run.c_str(), score("cpu"), score("device"), device.c_str());
            EXPECT_NEAR(score("cpu"), score("device"), 2.5); // three answers of 120 may fall the other way by rounding
        }
    }

} // namespace
} // namespace winnow::e2e
