// A whole project made again from its recipe, and a project that a detached run and other programs use at once.
#include "tests/e2e/program.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace winnow::e2e {
namespace {

    using testing::HasSubstr;

    class Replay : public testing::Test {
    protected:
        void SetUp() override
        {
            if (!std::filesystem::exists(sourceDir() + "/resources/demo/vlm/model.safetensors"))
                GTEST_SKIP() << "resources/demo holds no trained models: make them with winnow demo train";
            expectDone({"demo", "d", "--pairs", "80", "--seed", "3"});
            expectDone({"export", "d", "pairs.jsonl", "--selection", "all", "--format", "jsonl"});
        }
        Ran expectDone(const std::vector<std::string>& arguments)
        {
            auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 0) << testing::PrintToString(arguments) << "\n" << ran.out << ran.err;
            return ran;
        }
        Json info(const char* project) { return expectDone({"info", project, "--json"}).json(); }
        /// Name → what must come out the same again.
        std::map<std::string, Json> results(const char* project)
        {
            std::map<std::string, Json> out;
            const auto all = info(project);
            for (const auto& selection : all.at("selections"))
                out["selection " + selection.at("name").get<std::string>()] = selection.at("hash");
            for (const auto& clustering : all.at("clusterings"))
                out["clustering " + clustering.at("name").get<std::string>()] = clustering.at("sizes");
            for (const auto& run : all.at("runs")) {
                out["run " + run.at("name").get<std::string>()] = run.at("weights_sha256");
                for (const auto& evaluation : run.at("evaluations"))
                    out["evaluation of " + run.at("name").get<std::string>()] = evaluation.at("value");
            }
            return out;
        }
        Program program;
    };

    TEST_F(Replay, AWholeProjectIsMadeAgainFromItsRecipe)
    {
        expectDone({"new", "p"});
        expectDone({"import", "p", "pairs.jsonl", "--images", "d/images"});
        expectDone({"score", "p", "--metrics", "clip,length"});
        expectDone({"features", "p", "--spaces", "clip-image"});
        expectDone({"cluster", "p", "--name", "k", "--k", "4", "--seed", "1"});
        expectDone({"benchmark", "p", "add", "yesno", "d/benchmark"});
        expectDone({"override", "p", "pin", "--where", "length > p95", "--reason", "a reason, with \"words\""});
        expectDone({"override", "p", "ban", "--where", "clip < p10"});
        expectDone({"undo", "p"});
        expectDone({"override", "p", "ban", "--where", "clip < p5"});
        expectDone(
            {"select", "p", "--name", "s", "--budget", "20", "--weights", "clip=1,length=0.2", "--clusters", "k"});
        expectDone({"rename", "p", "metric", "clip", "fit"});
        expectDone({"rename", "p", "metric", "fit", "clip"});
        expectDone({"select", "p", "--name", "t", "--budget", "25%", "--random", "--seed", "5"});
        expectDone({"remove", "p", "selection", "t"});
        expectDone({"finetune", "p", "--name", "a", "--selection", "s", "--steps", "3"});
        expectDone({"evaluate", "p", "--run", "a"});
        expectDone({"verify", "p"});
        EXPECT_EQ(program.run({"trash", "p", "purge", "selection", "t"}).code, 0);
        EXPECT_EQ(program.run({"remove", "p", "selection", "s"}).code, 0);
        const auto needed = program.run({"trash", "p", "purge", "selection", "s"});
        EXPECT_EQ(needed.code, 1);
        EXPECT_THAT(needed.err, HasSubstr("run a was tuned on it"));
        expectDone({"restore", "p", "selection", "s"});
        program.write("recipe.json", expectDone({"recipe", "p"}).out);

        const auto replayed = expectDone({"replay", "recipe.json", "q"});
        EXPECT_THAT(replayed.err, HasSubstr("replayed"));
        const auto before = results("p"), after = results("q");
        EXPECT_EQ(after, before);
        EXPECT_EQ(before.size(), 4u) << "a selection, a clustering, a run and its evaluation";
        EXPECT_EQ(expectDone({"list", "q", "--columns", "id,clip,length,verdict"}).out,
            expectDone({"list", "p", "--columns", "id,clip,length,verdict"}).out);
        expectDone({"verify", "q"});
    }

    TEST_F(Replay, ADetachedRunAndManyDecisionsAtOnceLoseNothing)
    {
        expectDone({"score", "d", "--metrics", "length"});
        const pid_t run = program.start({"finetune", "d", "--name", "a", "--selection", "all", "--steps", "400"});
        program.waitForProgress("Fine-tuning");
        Program other; // its own place for what it prints
        const auto project = (program / "d").string();
        for (int i = 0; i < 6; ++i) {
            const auto pinned =
                other.run({"override", project, "pin", "--where", "length >= p" + std::to_string(16 * i)});
            EXPECT_EQ(pinned.code, 0) << pinned.err;
            const auto cleared = other.run({"override", project, "clear", "--where", "verdict = pinned"});
            EXPECT_EQ(cleared.code, 0) << cleared.err;
        }
        const bool isRunning = other.run({"info", project, "--json"}).out.find("\"running\"") != std::string::npos;
        if (isRunning) { // and stays so: 400 steps take longer than three short commands
            const auto busy = other.run({"finetune", project, "--name", "a"});
            EXPECT_EQ(busy.code, 1);
            EXPECT_THAT(busy.err, HasSubstr("is being worked on by process"));
            const auto removed = other.run({"remove", project, "run", "a"});
            EXPECT_EQ(removed.code, 1);
            EXPECT_THAT(removed.err, HasSubstr("stop it first"));
        }
        const auto ran = program.finish(run);
        EXPECT_EQ(ran.code, 0) << ran.err;
        const auto now = info("d");
        EXPECT_EQ(now.at("decisions"), 12);
        EXPECT_EQ(now.at("overrides").at("pinned"), 0);
        ASSERT_EQ(now.at("runs").size(), 1u);
        EXPECT_EQ(now.at("runs")[0].at("state"), "finished");
        expectDone({"verify", "d"});
    }

} // namespace
} // namespace winnow::e2e
