#include "tests/e2e/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::e2e {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::Not;

    /// Eight pairs with ids "0" … "7", responses of 1 … 8 words; the last has another alphabet.
    std::string eightPairs()
    {
        std::string lines;
        std::string words;
        for (int i = 0; i < 8; ++i) {
            words += (i == 0 ? "" : " ") + std::string(i == 7 ? "小狗在跑" : "dog");
            lines += R"({"id":")" + std::to_string(i) + R"(","image":")" + std::to_string(i)
                + R"(.jpg","instruction":"What is it?","response":")" + words + "\"}\n";
        }
        return lines;
    }

    class CommandLine : public testing::Test {
    protected:
        void makeProject()
        {
            program.write("pairs.jsonl", eightPairs());
            ASSERT_EQ(program.run({"new", "p"}).code, 0);
            const auto imported = program.run({"import", "p", "pairs.jsonl", "--format", "jsonl", "--json"});
            ASSERT_EQ(imported.code, 0) << imported.err;
            ASSERT_EQ(imported.json().at("added"), 8);
            program.write("scores.json", R"({"0":1,"1":2,"2":3,"3":4,"4":5,"5":6,"6":7,"7":8})");
        }
        std::vector<std::string> idsWhere(const std::string& query)
        {
            const auto listed = program.run({"list", "p", "--where", query, "--json"});
            EXPECT_EQ(listed.code, 0) << listed.err;
            std::vector<std::string> ids;
            std::istringstream lines(listed.out);
            for (std::string line; std::getline(lines, line);)
                ids.push_back(json::parse(line, "a line").at("id"));
            return ids;
        }
        Program program;
    };

    TEST_F(CommandLine, WrongUsageIsTwo)
    {
        for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{}, {"nonsense"},
                 {"new"}, {"info"}, {"select", "p", "--name", "s", "--budget", "0", "--random"},
                 {"select", "p", "--name", "s", "--budget", "-3%", "--random"},
                 {"select", "p", "--name", "s", "--budget", "5"},
                 {"select", "p", "--name", "s", "--budget", "5", "--random", "--weights", "a=1"},
                 {"select", "p", "--name", "s", "--budget", "5", "--weights", "clip"},
                 {"import", "p", "x", "--format", "odd"}, {"override", "p", "pin"},
                 {"override", "p", "pin", "1", "--where", "chosen"}, {"override", "p", "praise", "1"},
                 {"list", "p", "--where", "clip >"}, {"score", "p", "--mode", "odd"}, {"compare", "p", "one"},
                 {"info", "p", "--odd"}}) {
            const auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 2) << testing::PrintToString(arguments) << ran.err;
            EXPECT_EQ(ran.out, "");
            EXPECT_NE(ran.err, "");
        }
        EXPECT_THAT(program.run({"list", "p", "--where", "clip > 3 and"}).err, HasSubstr("character 13"));
    }

    TEST_F(CommandLine, HelpAndVersionAreZero)
    {
        EXPECT_EQ(program.run({"--help"}).code, 0);
        EXPECT_THAT(program.run({"--version"}).out, HasSubstr("Winnow"));
        EXPECT_THAT(program.run({"select", "--help"}).out, HasSubstr("--budget"));
    }

    TEST_F(CommandLine, FailureIsOneSentenceAndOne)
    {
        const auto missing = program.run({"info", "nowhere"});
        EXPECT_EQ(missing.code, 1);
        EXPECT_THAT(missing.err, HasSubstr("winnow: there is no Winnow project at"));
        EXPECT_EQ(missing.out, "");
        const auto machine = program.run({"info", "nowhere", "--json"});
        EXPECT_EQ(machine.code, 1);
        EXPECT_EQ(machine.json().at("error"), "not-found");
        makeProject();
        EXPECT_EQ(program.run({"new", "p"}).code, 1);
        EXPECT_THAT(program.run({"override", "p", "pin", "99"}).err, HasSubstr("99"));
        std::filesystem::create_directories(program / "garbage");
        program.write("garbage/project.winnow", "not a database, only text");
        EXPECT_THAT(program.run({"info", "garbage"}).err, HasSubstr("not a Winnow project"));
    }

    TEST_F(CommandLine, ImportCountsAndStrictFails)
    {
        makeProject();
        const auto again = program.run({"import", "p", "pairs.jsonl", "--json"});
        EXPECT_EQ(again.json().at("skipped_identical"), 8);
        program.write(
            "bad.jsonl", eightPairs() + "{\"id\": broken\n" + R"({"id":"9","image":"9.jpg","response":"new"})" + "\n");
        const auto lenient = program.run({"import", "p", "bad.jsonl", "--json"});
        EXPECT_EQ(lenient.code, 0) << lenient.err;
        EXPECT_EQ(lenient.json().at("bad_rows"), 1);
        EXPECT_EQ(lenient.json().at("added"), 1);
        EXPECT_EQ(program.run({"import", "p", "bad.jsonl", "--strict"}).code, 1);
        EXPECT_EQ(program.run({"import", "p", "absent.jsonl"}).code, 1);
        const auto info = program.run({"info", "p", "--json"}).json();
        EXPECT_EQ(info.at("pairs"), 9);
        EXPECT_EQ(info.at("missing_images"), 9);
    }

    TEST_F(CommandLine, MetricsSelectionsAndOverridesGoTogether)
    {
        makeProject();
        ASSERT_EQ(program.run({"import-metrics", "p", "scores.json", "--map", "reward=score"}).code, 0)
            << program.read("err.txt");
        EXPECT_THAT(idsWhere("reward > 6"), ElementsAre("6", "7"));
        EXPECT_THAT(idsWhere("\"小狗在跑\""), ElementsAre("7"));
        ASSERT_EQ(program.run({"override", "p", "pin", "0", "--reason", "short and clear"}).code, 0);
        ASSERT_EQ(program.run({"override", "p", "ban", "--where", "reward = 8"}).code, 0);
        EXPECT_THAT(idsWhere("verdict = pinned or verdict = banned"), ElementsAre("0", "7"));
        const auto chosen =
            program.run({"select", "p", "--name", "s", "--budget", "3", "--weights", "reward=1", "--json"});
        ASSERT_EQ(chosen.code, 0) << chosen.err;
        EXPECT_EQ(chosen.json().at("pairs"), 3);
        EXPECT_THAT(program.run({"selections", "p", "show", "s"}).out, testing::StrEq("0\n5\n6\n"));
        ASSERT_EQ(program.run({"undo", "p"}).code, 0);
        ASSERT_EQ(program.run({"undo", "p"}).code, 0);
        EXPECT_EQ(program.run({"undo", "p"}).code, 1);
        ASSERT_EQ(program.run({"select", "p", "--name", "t", "--budget", "25%", "--weights", "reward=1"}).code, 0);
        EXPECT_THAT(program.run({"selections", "p", "show", "t"}).out, testing::StrEq("6\n7\n"));
        EXPECT_THAT(program.run({"selections", "p", "diff", "s", "t"}).out, HasSubstr("in both: 1\n- 0\n- 5\n+ 7"));
        ASSERT_EQ(program.run({"redo", "p"}).code, 0);
        EXPECT_THAT(idsWhere("verdict = pinned"), ElementsAre("0"));
        const auto taken = program.run({"select", "p", "--name", "t", "--budget", "4", "--weights", "reward=1"});
        EXPECT_EQ(taken.code, 1);
        EXPECT_THAT(taken.err, HasSubstr("other pairs"));
    }

    TEST_F(CommandLine, AMetricOfARenamedRowGoesToThatRow)
    {
        program.write("scored.csv", "id,image,response,quality\na,a.jpg,first text,1\na,a.jpg,other text,2\n");
        ASSERT_EQ(program.run({"new", "p"}).code, 0);
        const auto imported = program.run({"import", "p", "scored.csv", "--format", "csv", "--map",
            "id=id,image=image,response=response,quality=quality", "--json"});
        ASSERT_EQ(imported.code, 0) << imported.err;
        EXPECT_EQ(imported.json().at("renamed"), 1);
        EXPECT_EQ(idsWhere("quality = 1"), std::vector<std::string>{"a"});
        EXPECT_EQ(idsWhere("quality = 2"), std::vector<std::string>{"a#2"});
    }

    TEST_F(CommandLine, MorePinsThanBudgetNamesBothNumbers)
    {
        makeProject();
        ASSERT_EQ(program.run({"override", "p", "pin", "0", "1", "2", "3"}).code, 0);
        const auto refused = program.run({"select", "p", "--name", "s", "--budget", "3", "--random"});
        EXPECT_EQ(refused.code, 1);
        EXPECT_THAT(refused.err, testing::AllOf(HasSubstr("4"), HasSubstr("3")));
    }

    TEST_F(CommandLine, ExportIsImportedAgainUnchanged)
    {
        makeProject();
        ASSERT_EQ(program.run({"export", "p", "out.json", "--selection", "all", "--format", "llava"}).code, 0)
            << program.read("err.txt");
        ASSERT_EQ(program.run({"new", "q"}).code, 0);
        ASSERT_EQ(program.run({"import", "q", "out.json"}).code, 0);
        const auto before = program.run({"list", "p"}).out;
        EXPECT_EQ(program.run({"list", "q"}).out, before);
        EXPECT_NE(before, "");
    }

    TEST_F(CommandLine, RecipeReplaysToTheSameSelection)
    {
        makeProject();
        program.run({"import-metrics", "p", "scores.json", "--map", "reward=score"});
        program.run({"override", "p", "pin", "0", "--reason", "a reason, with words"});
        program.run({"override", "p", "ban", "6"});
        ASSERT_EQ(program.run({"select", "p", "--name", "s", "--budget", "3", "--weights", "reward=1"}).code, 0);
        program.write("recipe.json", program.run({"recipe", "p"}).out);
        ASSERT_EQ(program.run({"new", "q"}).code, 0);
        const auto replayed = program.run({"replay", "recipe.json", "q"});
        ASSERT_EQ(replayed.code, 0) << replayed.err;
        const auto hashOf = [this](const char* project) {
            return program.run({"info", project, "--json"}).json().at("selections").at(0).at("hash").get<std::string>();
        };
        EXPECT_EQ(hashOf("q"), hashOf("p"));
        program.write("hostile.json", R"([{"command":["export","/tmp/x","--selection","all","--format","llava"]}])");
        EXPECT_THAT(program.run({"replay", "hostile.json", "q"}).err, HasSubstr("left out export"));
        program.write("broken.json", R"({"command":1})");
        EXPECT_EQ(program.run({"replay", "broken.json", "q"}).code, 1);
    }

    TEST_F(CommandLine, ItemsAreRenamedRemovedAndRestored)
    {
        makeProject();
        program.run({"select", "p", "--name", "s", "--budget", "3", "--random"});
        EXPECT_EQ(program.run({"rename", "p", "selection", "s", "t"}).code, 0);
        EXPECT_EQ(program.run({"remove", "p", "selection", "t"}).code, 0);
        EXPECT_THAT(program.run({"selections", "p", "list"}).out, HasSubstr("no selection"));
        EXPECT_EQ(program.run({"restore", "p", "selection", "t"}).code, 0);
        EXPECT_THAT(program.run({"selections", "p", "list"}).out, HasSubstr("t  3 pairs"));
        EXPECT_EQ(program.run({"rename", "p", "selection", "none", "x"}).code, 1);
        EXPECT_EQ(program.run({"verify", "p"}).code, 0);
    }

    TEST_F(CommandLine, TerminalControlsInDataAreNotPrinted)
    {
        program.run({"new", "p"});
        program.write("bad.jsonl", "{\"id\":\"a\",\"image\":\"a.jpg\",\"response\":\"\\u001b[2J gone\"}\n");
        ASSERT_EQ(program.run({"import", "p", "bad.jsonl"}).code, 0);
        EXPECT_THAT(program.run({"list", "p"}).out, Not(HasSubstr("\x1b")));
    }

    TEST_F(CommandLine, InterruptIs130AndTheSameCommandGoesOn)
    {
        std::string lines;
        for (int i = 0; i < 400000; ++i)
            lines += R"({"id":")" + std::to_string(i) + R"(","image":"x.jpg","response":"a red boat"})" + "\n";
        program.write("many.jsonl", lines);
        program.run({"new", "p"});
        const pid_t child = program.start({"import", "p", "many.jsonl"});
        program.waitForProgress("Import");
        ::kill(child, SIGINT);
        const auto stopped = program.finish(child);
        EXPECT_EQ(stopped.code, 130);
        EXPECT_THAT(stopped.err, HasSubstr("stopped"));
        const auto kept = program.run({"info", "p", "--json"}).json().at("pairs").get<int>();
        EXPECT_GT(kept, 0);
        EXPECT_LT(kept, 400000);
        ASSERT_EQ(program.run({"import", "p", "many.jsonl"}).code, 0);
        EXPECT_EQ(program.run({"info", "p", "--json"}).json().at("pairs"), 400000);
    }

} // namespace
} // namespace winnow::e2e
