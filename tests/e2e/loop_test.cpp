// The whole loop on the embedded project, by the command line, with the embedded models.
#include "tests/e2e/program.h"
#include "tests/support/places.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::e2e {
namespace {

    using testing::HasSubstr;

    bool hasEmbeddedModels()
    {
        const std::filesystem::path folder = sourceDir() + "/resources/demo";
        if (!std::filesystem::exists(folder))
            return false;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
            if (entry.path().extension() == ".safetensors")
                return true;
        return false;
    }

    class Loop : public testing::Test {
    protected:
        void SetUp() override
        {
            if (!hasEmbeddedModels())
                GTEST_SKIP() << "resources/demo holds no trained models: make them with winnow demo train";
            expectDone({"demo", "d", "--pairs", "80", "--seed", "3"});
        }
        Ran expectDone(const std::vector<std::string>& arguments)
        {
            auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 0) << testing::PrintToString(arguments) << "\n" << ran.err;
            return ran;
        }
        std::string weightsOf(const std::string& run)
        {
            const auto info = expectDone({"info", "d", "--json"}).json();
            for (const auto& item : info.at("runs"))
                if (item.at("name") == run)
                    return item.at("weights_sha256");
            return {};
        }
        Program program;
    };

    TEST_F(Loop, RunsFromPicturesToAComparisonWithIntervals)
    {
        const auto made = expectDone({"info", "d", "--json"}).json();
        EXPECT_EQ(made.at("pairs"), 80);
        EXPECT_EQ(made.at("missing_images"), 0);
        expectDone({"score", "d", "--metrics", "clip,length"});
        expectDone({"score", "d", "--metrics", "clip", "--mode", "published"});
        expectDone({"cluster", "d", "--name", "k", "--k", "4", "--seed", "1"});
        const auto listed = expectDone({"list", "d", "--where", "has(clip) and has(length)", "--json"}).out;
        EXPECT_EQ(std::count(listed.begin(), listed.end(), '\n'), 80);
        expectDone(
            {"select", "d", "--name", "chosen", "--budget", "20", "--weights", "clip=1,length=0.2", "--clusters", "k"});
        expectDone({"select", "d", "--name", "control", "--budget", "25%", "--random", "--seed", "5"});
        expectDone({"finetune", "d", "--name", "a", "--selection", "chosen", "--steps", "4"});
        expectDone({"finetune", "d", "--name", "b", "--selection", "control", "--steps", "4"});
        EXPECT_NE(weightsOf("a"), "");
        EXPECT_NE(weightsOf("a"), weightsOf("b"));
        expectDone({"evaluate", "d", "--run", "a"});
        expectDone({"evaluate", "d", "--run", "b"});
        const auto report = expectDone({"compare", "d", "a", "b", "--json"}).out;
        for (const char* name : {"value", "ci_low", "ci_high", "difference", "p_value"})
            EXPECT_THAT(report, HasSubstr(std::string("\"") + name + "\""));
        expectDone({"verify", "d"});
    }

    TEST_F(Loop, StoppedFinetuneGoesOnToTheSameWeights)
    {
        const std::vector<std::string> rest = {"--selection", "all", "--steps", "60", "--seed", "7"};
        const auto finetune = [&](const std::string& name) {
            std::vector<std::string> arguments = {"finetune", "d", "--name", name};
            arguments.insert(arguments.end(), rest.begin(), rest.end());
            return arguments;
        };
        expectDone(finetune("whole"));
        for (const int signal : {SIGINT, SIGKILL}) {
            const auto name = std::string(signal == SIGINT ? "stopped" : "killed");
            const pid_t child = program.start(finetune(name));
            program.waitForProgress("Fine-tuning");
            ::usleep(400000); // some steps in
            ::kill(child, signal);
            const auto ran = program.finish(child);
            EXPECT_EQ(ran.code, signal == SIGINT ? 130 : -1) << ran.err;
            expectDone({"finetune", "d", "--name", name});
            EXPECT_EQ(weightsOf(name), weightsOf("whole"));
        }
    }

} // namespace
} // namespace winnow::e2e
