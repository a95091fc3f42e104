// kill -9 at random moments of scoring, training and evaluating: what was done stays, every job goes on, the end is the
// same.
#include "core/base/random.h"
#include "tests/e2e/program.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

namespace winnow::e2e {
namespace {

    bool hasEmbeddedModels() { return std::filesystem::exists(sourceDir() + "/resources/demo/vlm/model.safetensors"); }

    class Kill : public testing::Test {
    protected:
        void SetUp() override
        {
            if (!hasEmbeddedModels())
                GTEST_SKIP() << "resources/demo holds no trained models: make them with winnow demo train";
        }

        void expectDone(const std::vector<std::string>& arguments)
        {
            const auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 0) << testing::PrintToString(arguments) << "\n" << ran.err;
        }

        /// Runs the command, killing it after a random while, as often as asked for; then lets it end.
        int killThenFinish(const std::vector<std::string>& arguments, int kills, unsigned longestMs)
        {
            int killed = 0;
            for (int i = 0; i < kills; ++i) {
                const pid_t child = program.start(arguments);
                ::usleep(static_cast<unsigned>(random.below(longestMs)) * 1000);
                ::kill(child, SIGKILL);
                killed += program.finish(child).code == -1 ? 1 : 0;
                const auto info = program.run({"info", "d", "--json"});
                EXPECT_EQ(info.code, 0) << info.err;
                EXPECT_EQ(info.json().at("overrides").at("pinned"), 1) << "a confirmed decision is gone";
            }
            expectDone(arguments);
            return killed;
        }

        std::string listing() const { return program.run({"list", "d", "--json"}).out; }
        Json run(const std::string& name) const
        {
            const auto info = program.run({"info", "d", "--json"}).json();
            for (const auto& item : info.at("runs"))
                if (item.at("name") == name)
                    return item;
            return {};
        }

        Program program;
        Random random{20261123, "kill"};
    };

    TEST_F(Kill, TwentyKillsLoseNothingAndChangeNoNumber)
    {
        const std::vector<std::string> score{"score", "d", "--metrics", "clip,length"};
        expectDone({"demo", "d", "--pairs", "3000", "--seed", "3"});
        expectDone({"override", "d", "pin", "7"});
        int killed = killThenFinish(score, 7, 1500);
        const auto scored = listing();

        const std::vector<std::string> rest{"--selection", "all", "--steps", "60", "--seed", "7"};
        auto whole = rest, torn = rest;
        whole.insert(whole.begin(), {"finetune", "d", "--name", "whole"});
        torn.insert(torn.begin(), {"finetune", "d", "--name", "torn"});
        expectDone(whole);
        killed += killThenFinish(torn, 7, 2500);
        EXPECT_EQ(run("torn").at("weights_sha256"), run("whole").at("weights_sha256"));

        expectDone({"evaluate", "d", "--run", "whole"});
        killed += killThenFinish({"evaluate", "d", "--run", "torn"}, 6, 1500);
        EXPECT_EQ(run("torn").at("evaluations").at(0).at("value"), run("whole").at("evaluations").at(0).at("value"));
        EXPECT_GE(killed, 15) << "too few of the kills met a running program";

        expectDone({"demo", "e", "--pairs", "3000", "--seed", "3"});
        expectDone({"override", "e", "pin", "7"});
        expectDone({"score", "e", "--metrics", "clip,length"});
        auto undisturbed = program.run({"list", "e", "--json"}).out;
        const auto folder = [](std::string text) {
            for (auto at = text.find("/e/images/"); at != std::string::npos; at = text.find("/e/images/"))
                text.replace(at, 3, "/d/");
            return text;
        };
        EXPECT_EQ(folder(undisturbed), scored) << "scores of the killed job differ from an undisturbed one's";
    }

} // namespace
} // namespace winnow::e2e
