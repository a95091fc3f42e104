// The window program driven by keys and mouse alone through the whole loop: what it leaves in the project is what the
// same steps by the command line leave.
#include "tests/e2e/program.h"
#include "tests/e2e/studio.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <sstream>

namespace winnow::e2e {
namespace {

    class StudioLoop : public testing::Test {
    protected:
        void SetUp() override
        {
            if (const auto lacking = Desktop::lacking(); !lacking.empty())
                GTEST_SKIP() << lacking;
            desktop = std::make_unique<Desktop>(program.folder());
        }
        void TearDown() override
        {
            if (HasFailure())
                std::fputs(program.read("studio.log").c_str(), stderr);
        }

        Ran expectDone(const std::vector<std::string>& arguments)
        {
            auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 0) << testing::PrintToString(arguments) << "\n" << ran.err;
            return ran;
        }
        Json info(const std::string& project)
        {
            const auto ran = program.run({"info", project, "--json"});
            return ran.code == 0 ? ran.json() : Json();
        }
        /// All that info tells but place, time and room on the disk, and how far the index of texts is, which only a
        /// window makes.
        Json contentOf(const std::string& project)
        {
            auto all = info(project);
            for (const char* field : {"folder", "bytes", "image_roots", "indexed_pairs"})
                all.erase(field);
            for (const char* list : {"selections", "runs"})
                for (auto& item : all[list])
                    for (const char* field : {"created_at", "finished_at"})
                        item.erase(field);
            return all;
        }
        Json runOf(const std::string& project, const std::string& name)
        {
            for (const auto& run : info(project).value("runs", Json::array()))
                if (run.at("name") == name)
                    return run;
            return Json{{"state", "none"}, {"steps", 0}, {"evaluations", Json::array()}};
        }
        std::vector<Json> pairs(const std::string& project)
        {
            std::vector<Json> out;
            std::istringstream lines(expectDone({"list", project, "--json"}).out);
            for (std::string line; std::getline(lines, line);)
                out.push_back(Json::parse(line));
            return out;
        }
        /// The commands that made the project, without their times; the project's folder is called "HERE".
        std::vector<std::vector<std::string>> recipe(const std::string& project)
        {
            std::vector<std::vector<std::string>> out;
            const auto folder = (program / project).string();
            for (const auto& line : Json::parse(expectDone({"recipe", project}).out)) {
                out.push_back(line.at("command").get<std::vector<std::string>>());
                for (auto& word : out.back())
                    if (word.starts_with(folder))
                        word.replace(0, folder.size(), "HERE");
            }
            return out;
        }
        void start(const std::vector<std::string>& arguments)
        {
            studio = std::make_unique<Studio>(*desktop, program.folder(), arguments);
        }
        void waitUntil(const std::string& what, const std::function<bool()>& condition)
        {
            studio->waitUntil(what, condition, 240);
        }

        void importByWindow(const std::string& project, const std::string& source);
        void decideByKeys();
        void chooseByWindow();
        void exportByWindow(const std::string& file);

        Program program;
        std::unique_ptr<Desktop> desktop;
        std::unique_ptr<Studio> studio;
    };

    void StudioLoop::importByWindow(const std::string& project, const std::string& source)
    {
        studio->click("Import a dataset…", Role::Button); // no project is open: it asks where the new one goes
        studio->waitForDialog("Where the project is kept");
        studio->key("ctrl+a");
        studio->type((program / project).string());
        studio->click("Save", Role::Button);
        studio->waitForDialog("Import a dataset");
        studio->fill("Data file or folder", source, Role::Text);
        studio->need("Import 2 000 pairs", Role::Button);
        studio->key("Return");
        waitUntil("the pairs are there", [&] { return info(project).value("pairs", 0) == 2000; });
    }

    /// Pins the first pair, bans the second, pins the third and takes that back.
    void StudioLoop::decideByKeys()
    {
        studio->key("ctrl+1");
        const Node grid = studio->need("Pairs as pictures");
        studio->clickAt(grid, 60, 60);
        studio->key("Home");
        studio->key("p");
        studio->waitForText("1 pinned");
        studio->key("Right");
        studio->key("x");
        studio->waitForText("1 banned");
        studio->key("Right");
        studio->key("p");
        studio->waitForText("2 pinned");
        studio->key("ctrl+z");
        studio->waitForText("1 pinned");
    }

    void StudioLoop::chooseByWindow()
    {
        studio->key("ctrl+3");
        const Node slider = studio->need("Weight of Length score", Role::Slider);
        const QRect box = studio->place(slider);
        desktop->drag(box.center().x(), box.center().y(), box.center().x() + box.width() / 8, box.center().y());
        waitUntil("the slider is moved", [&] { return studio->value(slider) > 0; });
        studio->key("Right"); // it has the keys now: one step finer
        studio->fill("Budget (count or %)", "40", Role::Text);
        studio->waitForText("40 chosen of ");
        studio->fill("Name of the selection", "chosen", Role::Text);
        studio->click("Save selection", Role::Button);
    }

    void StudioLoop::exportByWindow(const std::string& file)
    {
        studio->key("ctrl+e");
        studio->waitForDialog("Export a selection");
        studio->fill("Write to", (program / file).string(), Role::Text);
        studio->click("Export 40 pairs", Role::Button);
        studio->waitForNoDialog();
        waitUntil("the export is there", [&] { return std::filesystem::exists(program / file); });
    }

    TEST_F(StudioLoop, PhotographsAreImportedScoredChosenAndExportedAsByCommands)
    {
        const std::string photographs = sharedDir() + "/data/flickr8k-400";
        if (!std::filesystem::exists(photographs))
            GTEST_SKIP() << "there are no photographs here: " << photographs << " is absent";
        start({});
        importByWindow("window", photographs);

        studio->key("ctrl+2");
        studio->click("Compute 2 columns", Role::Button); // what a new project is asked first: clip and length
        waitUntil("all pairs are scored", [&] {
            const auto metrics = info("window").value("metrics", Json::array());
            return metrics.size() == 2 && metrics[0].at("values") == 2000 && metrics[1].at("values") == 2000;
        });
        studio->key("ctrl+shift+c");
        studio->waitForDialog("Cluster");
        studio->click("Cluster 2 000 pairs", Role::Button);
        waitUntil(
            "the pairs are clustered", [&] { return info("window").value("clusterings", Json::array()).size() == 1; });
        decideByKeys();
        chooseByWindow();
        waitUntil(
            "the selection is kept", [&] { return info("window").value("selections", Json::array()).size() == 1; });
        exportByWindow("window.json");
        studio->quit();

        // The same by commands. Which weight the slider came to is the window's to say.
        std::string weights;
        for (const auto& command : recipe("window"))
            for (std::size_t i = 0; i + 1 < command.size(); ++i)
                if (command[i] == "--weights")
                    weights = command[i + 1];
        EXPECT_NE(weights.find("clip=1"), std::string::npos) << weights;
        EXPECT_NE(weights.find("length=0."), std::string::npos) << weights;
        expectDone({"new", "commands"});
        expectDone({"import", "commands", photographs});
        expectDone({"score", "commands", "--metrics", "clip"});
        expectDone({"score", "commands", "--metrics", "length"});
        expectDone({"cluster", "commands", "--name", "clusters", "--method", "kmeans", "--k", "10"});
        const std::string first = "1000268201_693b08cb0e.jpg#";
        expectDone({"override", "commands", "pin", first + "1"});
        expectDone({"override", "commands", "ban", first + "2"});
        expectDone({"override", "commands", "pin", first + "3"});
        expectDone({"undo", "commands"});
        expectDone({"select", "commands", "--name", "chosen", "--budget", "40", "--weights", weights, "--clusters",
            "clusters"});
        expectDone({"export", "commands", "commands.json", "--selection", "chosen", "--format", "llava"});

        EXPECT_EQ(contentOf("window"), contentOf("commands"));
        EXPECT_EQ(program.read("window.json"), program.read("commands.json"));
        EXPECT_EQ(recipe("window"), recipe("commands"));

        // What was exported comes back: the same ids, pictures and responses; the stand-in instruction is explicit now.
        expectDone({"new", "again"});
        expectDone({"import", "again", "commands.json", "--images", photographs + "/images"});
        std::map<std::string, Json> before;
        for (const auto& pair : pairs("commands"))
            before[pair.at("id")] = pair;
        const auto after = pairs("again");
        EXPECT_EQ(after.size(), 40u);
        for (const auto& pair : after) {
            const auto& same = before.at(pair.at("id"));
            EXPECT_EQ(pair.at("image"), same.at("image"));
            EXPECT_EQ(pair.at("response"), same.at("response"));
            EXPECT_EQ(same.at("instruction"), "");
            EXPECT_EQ(pair.at("instruction"), "Describe this image in detail.");
        }
    }

    TEST_F(StudioLoop, SecondWindowOfAProjectBringsTheFirstToTheFront)
    {
        for (const char* const project : {"first", "second"})
            expectDone({"new", project});
        start({(program / "first").string()});
        studio->waitForTitle("first");
        Studio other(*desktop, program.folder(), {(program / "second").string()});
        other.waitForTitle("second");

        // The program ends at once, and the window that has the project gets the keys.
        Child late(program.folder(), "late", {programDir() + "/winnow-studio", (program / "first/../first").string()},
            desktop->environment());
        other.waitUntil("the third program ends", [&] { return !late.isRunning(); });
        EXPECT_NE(program.read("late.log").find("open in another window"), std::string::npos)
            << program.read("late.log");
        studio->waitForTitle("first");

        // After a crash nothing is in the way.
        studio->kill();
        Studio again(*desktop, program.folder(), {(program / "first").string()});
        again.waitForTitle("first");
    }

    TEST_F(StudioLoop, TheDemoIsFineTunedCancelledResumedEvaluatedAndComparedAsByCommands)
    {
        for (const char* const project : {"window", "commands"})
            expectDone({"demo", project, "--pairs", "120", "--seed", "3"});
        start({(program / "window").string()});
        studio->waitForTitle("window");

        // Forty pairs at random, cancelled halfway and resumed, evaluated when done.
        studio->key("ctrl+4");
        studio->fill("How many (drawn by the seed)", "40", Role::SpinBox);
        studio->fill("Steps", "150", Role::SpinBox);
        studio->fill("Name of the run", "few", Role::Text);
        studio->click("Start run", Role::Button);
        waitUntil("some steps are done", [&] { return runOf("window", "few").at("steps") > 0; });
        studio->click("Cancel", Role::Button);
        waitUntil("the run is stopped", [&] { return runOf("window", "few").at("state") == "stopped"; });
        EXPECT_LT(runOf("window", "few").at("steps"), 150) << "cancelled too late";
        studio->click("Resume", Role::Button);
        waitUntil("the run is evaluated", [&] { return runOf("window", "few").at("evaluations").size() == 1; });

        // All pairs by keys, evaluated by the button.
        studio->click("On which pairs", Role::ComboBox);
        studio->key("End");
        studio->key("Return");
        studio->click("Evaluate when done", Role::CheckBox);
        studio->fill("Steps", "40", Role::SpinBox);
        studio->fill("Name of the run", "whole", Role::Text);
        studio->key("ctrl+r");
        waitUntil("the run is finished", [&] { return runOf("window", "whole").at("state") == "finished"; });
        studio->click("Evaluate", Role::Button);
        waitUntil("the run is evaluated", [&] { return runOf("window", "whole").at("evaluations").size() == 1; });

        studio->key("ctrl+5");
        const auto report = expectDone({"compare", "window", "few", "whole", "--json"}).json();
        studio->waitForText(report.at("sentence").get<std::string>().substr(1)); // the window begins it with a capital
        studio->quit();

        expectDone({"select", "commands", "--name", "random-40-seed-42", "--budget", "40", "--random", "--seed", "42"});
        expectDone({"finetune", "commands", "--name", "few", "--selection", "random-40-seed-42", "--steps", "150"});
        expectDone({"evaluate", "commands", "--run", "few"});
        expectDone({"finetune", "commands", "--name", "whole", "--selection", "all", "--steps", "40"});
        expectDone({"evaluate", "commands", "--run", "whole"});
        EXPECT_EQ(contentOf("window"), contentOf("commands"));
        EXPECT_EQ(recipe("window"), recipe("commands"));
        EXPECT_EQ(report, expectDone({"compare", "commands", "few", "whole", "--json"}).json());
    }

} // namespace
} // namespace winnow::e2e
