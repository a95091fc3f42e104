// The pre-flight check as a person runs it: faults with known counts, exit codes, repair and undo.
#include "tests/e2e/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::e2e {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;

    class CheckCommand : public testing::Test {
    protected:
        /// Six pairs without a picture file: two texts are the same, one answer is empty, one id comes twice.
        void makeProject()
        {
            program.write("pairs.jsonl",
                R"({"id":"a","instruction":"What is it?","response":"A dog that runs over the grass."})"
                "\n"
                R"({"id":"b","instruction":"What is it?","response":"A dog that runs over the grass."})"
                "\n"
                R"({"id":"c","instruction":"What is it?","response":""})"
                "\n"
                R"({"id":"d","image":"d.jpg","instruction":"What is it?","response":"A small boat on a lake."})"
                "\n"
                R"({"id":"e","instruction":"Where is it?","response":"Under the <b>table</b>, I think."})"
                "\n"
                R"({"id":"e","instruction":"Where is it?","response":"On the table, I am sure."})"
                "\n");
            ASSERT_EQ(program.run({"new", "p"}).code, 0);
            const auto imported = program.run({"import", "p", "pairs.jsonl", "--json"});
            ASSERT_EQ(imported.json().at("added"), 6) << imported.err;
        }
        std::map<std::string, std::int64_t> counts(const Ran& ran)
        {
            std::map<std::string, std::int64_t> out;
            std::istringstream lines(ran.out);
            for (std::string line; std::getline(lines, line);) {
                const auto finding = json::parse(line, "a line");
                out[finding.at("kind")] = finding.at("count");
                EXPECT_FALSE(finding.at("examples").empty());
                EXPECT_FALSE(finding.at("meaning").get<std::string>().empty());
            }
            return out;
        }
        std::string verdicts()
        {
            std::string out;
            std::istringstream lines(program.run({"list", "p", "--json"}).out);
            for (std::string line; std::getline(lines, line);)
                out += json::parse(line, "a line").at("verdict").get<std::string>() + " ";
            return out;
        }
        Program program;
    };

    TEST_F(CheckCommand, OneObjectALineAndOneWhereThereAreProblems)
    {
        makeProject();
        const auto ran = program.run({"check", "p", "--json"});
        EXPECT_EQ(ran.code, 1) << ran.err;
        EXPECT_EQ(counts(ran),
            (std::map<std::string, std::int64_t>{{"missing-picture", 1}, {"empty-answer", 1}, {"duplicate-text", 1},
                {"html-text", 1}, {"no-picture", 5}, {"repeated-id", 1}}));
        const auto text = program.run({"check", "p", "--examples", "1"});
        EXPECT_EQ(text.code, 1);
        EXPECT_THAT(text.out, HasSubstr("problem: The picture is not there (missing-picture), 1 pair\n"));
        EXPECT_THAT(text.out, HasSubstr("    b: the same words as a\n"));
        EXPECT_THAT(text.out, HasSubstr("2 problems, 2 warnings, 2 notes in 6 pairs\n"));
    }

    TEST_F(CheckCommand, RepairBansAndUndoTakesItBack)
    {
        makeProject();
        ASSERT_EQ(program.run({"override", "p", "pin", "a"}).code, 0);
        const auto before = verdicts();
        for (const char* kind : {"empty-answer", "missing-picture"}) {
            const auto ran = program.run({"check", "p", "--repair", kind, "--json"});
            EXPECT_EQ(ran.code, 0) << ran.err;
            EXPECT_EQ(ran.json().at("pairs"), 1);
        }
        EXPECT_EQ(verdicts(), "pin none ban ban none none ");
        const auto after = program.run({"check", "p"});
        EXPECT_EQ(after.code, 0) << after.out; // warnings alone
        EXPECT_THAT(after.out, HasSubstr("2 banned ones were left out"));
        EXPECT_THAT(program.run({"recipe", "p"}).out, HasSubstr("check: An answer is empty (empty-answer)"));
        ASSERT_EQ(program.run({"undo", "p"}).code, 0);
        ASSERT_EQ(program.run({"undo", "p"}).code, 0);
        EXPECT_EQ(verdicts(), before);
        EXPECT_EQ(program.run({"check", "p"}).code, 1);
    }

    TEST_F(CheckCommand, FindingsAreQueriesOnceItWasChecked)
    {
        makeProject();
        const auto early = program.run({"list", "p", "--where", "finding = \"duplicate-text\""});
        EXPECT_EQ(early.code, 1);
        EXPECT_THAT(early.err, HasSubstr("check it first"));
        program.run({"check", "p"});
        const auto listed = program.run({"list", "p", "--where", "finding = \"duplicate-text\"", "--json"});
        EXPECT_EQ(listed.code, 0) << listed.err;
        EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), 2);
    }

    TEST_F(CheckCommand, WhereNarrowsAndWrongUsageIsTwo)
    {
        makeProject();
        const auto one = program.run({"check", "p", "--where", "id = \"c\"", "--json"});
        EXPECT_EQ(one.code, 1);
        EXPECT_EQ(counts(one), (std::map<std::string, std::int64_t>{{"empty-answer", 1}, {"no-picture", 1}}));
        EXPECT_EQ(program.run({"check", "p", "--where", "id ="}).code, 2);
        EXPECT_EQ(program.run({"check", "p", "--repair", "nonsense"}).code, 2);
        EXPECT_EQ(program.run({"check", "p", "--repair", "repeated-id"}).code, 2);
        EXPECT_EQ(program.run({"check", "nowhere"}).code, 1);
        const auto nothing = program.run({"check", "p", "--repair", "role-order"});
        EXPECT_EQ(nothing.code, 0);
        EXPECT_THAT(nothing.out, HasSubstr("nothing to repair"));
    }

    TEST_F(CheckCommand, MarksOfTheSourceAreRememberedAndTheTextIsClean)
    {
        program.write("marks.json",
            R"([{"id":"1","image":"1.jpg","conversations":[{"from":"human","value":"<image>\n<image>\nWhat?"},)"
            R"({"from":"gpt","value":"A dog on a mat."}]},)"
            R"({"id":"2","image":"2.jpg","conversations":[{"from":"human","value":"<image>\nWhat?"},)"
            R"({"from":"gpt","value":"A cat on a mat."}]}])");
        ASSERT_EQ(program.run({"new", "p"}).code, 0);
        ASSERT_EQ(program.run({"import", "p", "marks.json", "--format", "llava"}).code, 0);
        EXPECT_EQ(counts(program.run({"check", "p", "--json"})).at("image-parity"), 1);
        EXPECT_EQ(program.run({"list", "p", "--json"}).out.find("<image>"), std::string::npos);
    }

} // namespace
} // namespace winnow::e2e
