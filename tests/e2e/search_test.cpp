#include "tests/e2e/program.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace winnow::e2e {
namespace {

    using testing::HasSubstr;

    const std::filesystem::path kMiniLm = std::filesystem::path(sharedDir()) / "data/minilm-l6-v2";

    /// A project of six pairs without pictures.
    class Search : public testing::Test {
    protected:
        void SetUp() override
        {
            std::string lines;
            int number = 0;
            for (const char* const text :
                {"A red ball lies on the beach.", "It is night in the town.", "Two puppies run through the surf.",
                    "The recipe needs flour and butter.", "A train leaves the station.", "Snow covers the mountain."})
                lines += R"({"id":")" + std::to_string(number++)
                    + R"(","image":"none.jpg","instruction":"What is it?","response":")" + text + "\"}\n";
            program.write("pairs.jsonl", lines);
            ASSERT_EQ(program.run({"new", "p"}).code, 0);
            ASSERT_EQ(program.run({"import", "p", "pairs.jsonl", "--format", "jsonl"}).code, 0);
        }
        Program program;
    };

    TEST_F(Search, ByTheEmbeddedClipIsPrintedKeptAndReplayed)
    {
        const auto found = program.run(
            {"search", "p", "It is night in the town", "--space", "clip-text", "--limit", "2", "--column", "similar"});
        ASSERT_EQ(found.code, 0) << found.err;
        EXPECT_THAT(found.out, HasSubstr("kept as similar"));
        EXPECT_THAT(found.out, HasSubstr("\n1.0000  1\n"));
        EXPECT_EQ(std::count(found.out.begin(), found.out.end(), '\n'), 3);
        const auto listed = program.run({"list", "p", "--where", "similar > 0.999", "--json"});
        EXPECT_THAT(listed.out, HasSubstr(R"("id":"1")"));
        EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), 1);
        ASSERT_EQ(program.run({"new", "q"}).code, 0);
        const auto again = program.run({"replay", "p", "q"});
        ASSERT_EQ(again.code, 0) << again.err;
        EXPECT_EQ(program.run({"list", "q", "--where", "similar > 0.999", "--json"}).out, listed.out);
    }

    TEST_F(Search, WrongUsageIsSaid)
    {
        EXPECT_EQ(program.run({"search", "p"}).code, 2);
        EXPECT_EQ(program.run({"search", "p", " "}).code, 2);
        const auto absent = program.run({"search", "p", "night", "--space", "text"});
        EXPECT_EQ(absent.code, 1);
        EXPECT_THAT(absent.err, HasSubstr("there is no text model: add one with models add text FOLDER"));
        const auto other = program.run({"search", "p", "night", "--space", "llm-text"});
        EXPECT_EQ(other.code, 1);
        EXPECT_THAT(other.err, HasSubstr("llm-text"));
    }

    TEST_F(Search, ByAPublishedSentenceEncoder)
    {
        if (!std::filesystem::exists(kMiniLm / "model.fp16.safetensors"))
            GTEST_SKIP() << kMiniLm << " is not there";
        const auto check = program.run({"models", "check", kMiniLm.string(), "--json"});
        ASSERT_EQ(check.code, 0) << check.err;
        EXPECT_EQ(check.json().at("role"), "text");
        ASSERT_EQ(program.run({"models", "add", "text", kMiniLm.string()}).code, 0);
        const auto features = program.run({"features", "p", "--spaces", "text", "--json"});
        ASSERT_EQ(features.code, 0) << features.err;
        EXPECT_EQ(features.json().at("text").at("dimension"), 384);
        ASSERT_EQ(program.run({"cluster", "p", "--name", "c", "--k", "2", "--space", "text"}).code, 0);
        const auto found = program.run({"search", "p", "young dogs playing in the sea", "--json"});
        ASSERT_EQ(found.code, 0) << found.err;
        EXPECT_EQ(found.json().at("space"), "text");
        EXPECT_EQ(found.json().at("hits")[0].at("id"), "2"); // no word in common
        const auto second = program.run({"search", "p", "baking a cake", "--json"});
        EXPECT_EQ(second.json().at("hits")[0].at("id"), "3");
    }

} // namespace
} // namespace winnow::e2e
