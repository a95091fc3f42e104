// The window program driven by keys and mouse alone from fine-tuning to the comparison: what it leaves in the project
// is what the same steps by the command line leave. (studio_datasets_test drives it from the import to the export.)
#include "tests/e2e/studio_test.h"
#include "tests/support/places.h"

namespace winnow::e2e {
namespace {

    class StudioLoop : public StudioTest {
    protected:
        Json runOf(const std::string& project, const std::string& name)
        {
            for (const auto& run : info(project).value("runs", Json::array()))
                if (run.at("name") == name)
                    return run;
            return Json{{"state", "none"}, {"steps", 0}, {"evaluations", Json::array()}};
        }
    };

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
