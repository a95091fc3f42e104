// kill -9 with the window open, at random moments of what was started in it: every confirmed decision is there, the
// window offers to go on, nothing finished is repeated, the end is the same.
#include "core/base/random.h"
#include "tests/e2e/studio_test.h"

#include <set>
#include <sstream>

namespace winnow::e2e {
namespace {

    class StudioKill : public StudioTest {
    protected:
        Json runOf(const std::string& name)
        {
            for (const Json all = info("d"); const auto& run : all.at("runs"))
                if (run.at("name") == name)
                    return run;
            return Json{{"state", "none"}, {"weights_sha256", ""}, {"evaluations", Json::array()}};
        }
        bool isUnfinished() { return !info("d").at("unfinished").empty(); }

        /// Opens the project in the window and pins one more pair, until that is confirmed.
        void openAndPin()
        {
            start({(program / "d").string()});
            studio->waitForTitle("d");
            studio->key("ctrl+1");
            studio->clickAt(studio->need("Pairs as pictures"), 60, 60);
            studio->key("Home");
            for (int i = 0; i < pinned; ++i)
                studio->key("Right");
            studio->key("p");
            studio->need("Undo", Role::Button); // offered after the commit
            ++pinned;
        }

        /// Kills the window after a random while of the work that `begin` starts in it, until `kills` of the kills met
        /// the work under way; then lets the window end it. What is left is taken up by the window's own offer.
        struct Work {
            std::function<void(int job)> prepare; ///< before the window opens
            std::function<void(int job)> begin;
            std::function<bool(int job)> isDone;
        };
        void killThenFinish(const Work& work, int kills, std::uint64_t longestMs)
        {
            int met = 0, jobs = 0;
            for (int tries = 0; met < kills && tries < 4 * kills; ++tries) {
                const bool isNew = !isUnfinished();
                if (isNew && work.prepare)
                    work.prepare(jobs + 1);
                openAndPin();
                if (isNew)
                    work.begin(++jobs);
                else
                    studio->click("Continue", Role::Button);
                ::usleep(static_cast<useconds_t>(100 + random.below(longestMs)) * 1000);
                studio->kill();
                met += isUnfinished() ? 1 : 0;
                EXPECT_EQ(info("d").at("overrides").at("pinned"), pinned) << "a confirmed decision is gone";
            }
            EXPECT_EQ(met, kills) << "too few of the kills met work under way";
            openAndPin();
            if (isUnfinished())
                studio->click("Continue", Role::Button);
            for (int job = 1; job <= jobs; ++job)
                studio->waitUntil(
                    "the work is done", [&] { return work.isDone(job) && !isUnfinished(); }, 300);
            studio->quit();
            jobCount = jobs;
        }

        Random random{20261126, "kill with the window"};
        int pinned = 0;
        int jobCount = 0;
    };

    TEST_F(StudioKill, TwentyKillsWithTheWindowOpenLoseNothingAndChangeNoNumber)
    {
        expectDone({"demo", "d", "--pairs", "3000", "--seed", "3"});
        expectDone({"demo", "e", "--pairs", "3000", "--seed", "3"});

        // Scoring: as corrected, then as published if that was done before the kills were.
        const auto valuesOf = [&](const std::string& column) {
            for (const Json all = info("d"); const auto& metric : all.at("metrics"))
                if (metric.at("name") == column)
                    return metric.at("values").get<int>();
            return 0;
        };
        killThenFinish({{},
                           [&](int job) {
                               studio->key("ctrl+2");
                               if (job > 1)
                                   studio->clickTick("Metrics", "CLIP score", "As published");
                               studio->click(job > 1 ? "Compute *" : "Compute 2 columns", Role::Button);
                           },
                           [&](int job) { return valuesOf(job == 1 ? "clip" : "clip.published") == 3000; }},
            7, 1500);
        if (valuesOf("length") < 3000) // it waited behind the one that was killed
            expectDone({"score", "d", "--metrics", "length"});
        expectDone({"score", "e", "--metrics", "clip,length"});
        if (jobCount > 1)
            expectDone({"score", "e", "--metrics", "clip", "--mode", "published"});
        const auto metricsOf = [&](const std::string& project) {
            const auto all = info(project).at("metrics");
            return std::set<Json>(all.begin(), all.end());
        };
        EXPECT_EQ(metricsOf("d"), metricsOf("e"));
        for (const char* const where : {"has(clip)", "has(length)"}) {
            const auto scoresOf = [&](const std::string& project) {
                std::vector<Json> out;
                std::istringstream lines(program.run({"list", project, "--where", where, "--json"}).out);
                for (std::string line; std::getline(lines, line);)
                    out.push_back(Json::parse(line).at("metrics"));
                return out;
            };
            EXPECT_EQ(scoresOf("d"), scoresOf("e")) << where;
        }

        // Training.
        expectDone({"finetune", "d", "--name", "whole", "--selection", "all", "--steps", "120", "--seed", "7"});
        const auto whole = runOf("whole").at("weights_sha256");
        killThenFinish({{},
                           [&](int job) {
                               studio->key("ctrl+4");
                               studio->click("On which pairs", Role::ComboBox);
                               studio->key("End");
                               studio->key("Return");
                               studio->fill("Name of the run", "torn-" + std::to_string(job), Role::Text);
                               studio->fill("Steps", "120", Role::SpinBox);
                               studio->fill("Seed", "7", Role::SpinBox);
                               studio->click("Evaluate when done", Role::CheckBox);
                               studio->click("Start run", Role::Button);
                           },
                           [&](int job) { return runOf("torn-" + std::to_string(job)).at("state") == "finished"; }},
            7, 2500);
        for (int job = 1; job <= jobCount; ++job)
            EXPECT_EQ(runOf("torn-" + std::to_string(job)).at("weights_sha256"), whole);

        // Evaluating: one run more for each job that was done before the kills were.
        expectDone({"evaluate", "d", "--run", "whole"});
        std::vector<std::string> names;
        killThenFinish({[&](int job) {
                            names.push_back("answering-" + std::to_string(job));
                            expectDone({"finetune", "d", "--name", names.back(), "--selection", "all", "--steps", "120",
                                "--seed", "7"});
                        },
                           [&](int) {
                               studio->key("ctrl+4"); // the newest run is the current one
                               studio->click("Evaluate", Role::Button);
                           },
                           [&](int job) {
                               return runOf(names.at(static_cast<std::size_t>(job) - 1)).at("evaluations").size() == 1;
                           }},
            6, 1500);
        for (const auto& name : names) {
            auto expected = runOf("whole").at("evaluations");
            EXPECT_EQ(runOf(name).at("evaluations"), expected);
        }
        // No question was asked twice.
        std::size_t files = 0;
        for (const auto& file : std::filesystem::recursive_directory_iterator(program / "d/runs"))
            if (file.path().parent_path().filename() == "predictions" && file.path().extension() == ".jsonl") {
                ++files;
                std::istringstream lines(
                    program.read(std::filesystem::relative(file.path(), program.folder()).string()));
                std::set<Json> seen;
                for (std::string line; std::getline(lines, line);)
                    if (const auto row = Json::parse(line); row.contains("question")) {
                        EXPECT_TRUE(seen.insert(row.at("question")).second) << file.path() << ": " << line;
                    }
            }
        EXPECT_EQ(files, 1 + names.size());
        expectDone({"verify", "d"});
    }

} // namespace
} // namespace winnow::e2e
