#include "tests/e2e/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace winnow::e2e {
namespace {

    using testing::HasSubstr;

    /// A project of 24 pairs on a line: four heaps of six, around 0, 1, 10 and 11.
    class ClusterEdits : public testing::Test {
    protected:
        static constexpr int kPairs = 24;

        void SetUp() override
        {
            std::string pairs;
            for (int i = 0; i < kPairs; ++i)
                pairs += R"({"id":")" + std::to_string(i)
                    + R"(","image":"x.jpg","instruction":"What?","response":"Pair )" + std::to_string(i) + "\"}\n";
            program.write("pairs.jsonl", pairs);
            ASSERT_EQ(program.run({"new", "p"}).code, 0);
            ASSERT_EQ(program.run({"import", "p", "pairs.jsonl", "--format", "jsonl"}).code, 0);
            importLine("p");
            const auto made = program.run({"cluster", "p", "--name", "c", "--k", "4", "--space", "line", "--json"});
            ASSERT_EQ(made.code, 0) << made.err;
            ASSERT_EQ(made.json().at("sizes"), (Json{6, 6, 6, 6}));
        }
        void importLine(const std::string& project)
        {
            std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (24, 2), }";
            header.resize(117, ' ');
            header += '\n';
            std::string file("\x93NUMPY\x01\x00\x76\x00", 10);
            file += header;
            const float places[4]{0, 1, 10, 11};
            for (int i = 0; i < kPairs; ++i) {
                const float point[2]{places[i / 6] + 0.01F * float(i % 6), 1};
                file.append(reinterpret_cast<const char*>(point), sizeof point);
            }
            program.write("line.npy", file);
            ASSERT_EQ(program.run({"import-features", project, "line.npy", "--space", "line"}).code, 0);
        }
        Ran edit(std::vector<std::string> words)
        {
            words.insert(words.begin(), {"clusters", "p"});
            words.push_back("--json");
            return program.run(words);
        }
        /// Cluster of each pair by its number.
        std::vector<int> labels(const std::string& name, const std::string& project = "p")
        {
            std::vector<int> out(kPairs, -2);
            std::istringstream lines(program.run({"list", project, "--json"}).out);
            for (std::string line; std::getline(lines, line);) {
                const auto pair = json::parse(line, "a line");
                out[static_cast<std::size_t>(std::stoi(pair.at("id").get<std::string>()))] =
                    pair.at("clusters").at(name).get<int>();
            }
            return out;
        }
        /// Each of the four heaps in the given cluster.
        static std::vector<int> heaps(std::vector<int> clusters)
        {
            std::vector<int> out;
            for (int i = 0; i < kPairs; ++i)
                out.push_back(clusters[static_cast<std::size_t>(i / 6)]);
            return out;
        }
        std::vector<std::string> clusterings()
        {
            std::vector<std::string> out;
            const auto info = program.run({"info", "p", "--json"}).json();
            for (const auto& clustering : info.at("clusterings"))
                out.push_back(clustering.at("name"));
            return out;
        }
        Program program;
    };

    TEST_F(ClusterEdits, MergingMakesANewClusteringAndKeepsTheOld)
    {
        const auto before = labels("c");
        ASSERT_EQ(before, heaps({0, 1, 2, 3}));
        const auto merged = edit({"merge", "c", "3", "1", "--called", "ends"});
        ASSERT_EQ(merged.code, 0) << merged.err;
        EXPECT_EQ(merged.json().at("name"), "c.2");
        EXPECT_EQ(merged.json().at("made_from"), "c");
        EXPECT_EQ(merged.json().at("clusters"),
            (Json{{{"number", 0}, {"name", "0"}, {"pairs", 6}}, {{"number", 1}, {"name", "ends"}, {"pairs", 12}},
                {{"number", 2}, {"name", "2"}, {"pairs", 6}}}));
        EXPECT_EQ(labels("c.2"), heaps({0, 1, 2, 1}));
        EXPECT_EQ(labels("c"), before);
        EXPECT_EQ(clusterings(), (std::vector<std::string>{"c", "c.2"}));
    }

    TEST_F(ClusterEdits, SplittingFindsThePartsAndKeepsTheOtherNumbers)
    {
        ASSERT_EQ(program.run({"cluster", "p", "--name", "two", "--k", "2", "--space", "line"}).code, 0);
        ASSERT_EQ(labels("two"), heaps({0, 0, 1, 1}));
        ASSERT_EQ(edit({"rename", "two", "0", "left"}).code, 0);
        const auto split = edit({"split", "two", "left", "--as", "three"});
        ASSERT_EQ(split.code, 0) << split.err;
        EXPECT_EQ(labels("three"), heaps({0, 2, 1, 1}));
        EXPECT_EQ(split.json().at("clusters").at(0).at("name"), "left");
        EXPECT_EQ(split.json().at("clusters").at(2).at("name"), "left 2");
        EXPECT_EQ(labels("two"), heaps({0, 0, 1, 1}));
    }

    TEST_F(ClusterEdits, ANameIsAskedForListedAndStays)
    {
        const auto renamed = edit({"rename", "c", "2", "far away"});
        ASSERT_EQ(renamed.code, 0) << renamed.err;
        EXPECT_EQ(program.run({"list", "p", "--where", "cluster = \"far away\"", "--json"}).out,
            program.run({"list", "p", "--where", "cluster = 2", "--json"}).out);
        const auto found = program.run({"list", "p", "--where", "cluster(c) = \"far away\"", "--json", "--limit", "1"});
        EXPECT_EQ(found.json().at("cluster_names").at("c"), "far away");
        EXPECT_EQ(found.json().at("clusters").at("c"), 2);
        const auto info = program.run({"info", "p", "--json"}).json();
        EXPECT_EQ(info.at("clusterings").at(0).at("names"), (Json{"0", "1", "far away", "3"}));
        EXPECT_THAT(program.run({"clusters", "p", "show", "c"}).out, HasSubstr("2  far away  6 pairs"));
    }

    TEST_F(ClusterEdits, EveryEditCanBeUndone)
    {
        ASSERT_EQ(edit({"merge", "c", "0", "1"}).code, 0);
        ASSERT_EQ(edit({"rename", "c.2", "0", "left"}).code, 0);
        EXPECT_EQ(edit({"show", "c.2"}).json().at("can_undo"), true);
        const auto unnamed = edit({"undo", "c.2"});
        ASSERT_EQ(unnamed.code, 0) << unnamed.err;
        EXPECT_EQ(unnamed.json().at("clusters").at(0).at("name"), "0");
        const auto undone = edit({"undo", "c.2"});
        ASSERT_EQ(undone.code, 0) << undone.err;
        EXPECT_EQ(undone.json().at("removed"), "c.2");
        EXPECT_EQ(clusterings(), std::vector<std::string>{"c"});
        const auto nothing = edit({"undo", "c"});
        EXPECT_EQ(nothing.code, 1);
        EXPECT_THAT(nothing.err + nothing.out, HasSubstr("nothing to undo"));
        ASSERT_EQ(program.run({"restore", "p", "clustering", "c.2"}).code, 0);
        EXPECT_EQ(labels("c.2"), heaps({0, 0, 1, 2}));
    }

    TEST_F(ClusterEdits, SelectionsOfTheOldClusteringStayAndTheNewOneServes)
    {
        const std::vector<std::string> words{"--budget", "8", "--random", "--seed", "1"};
        auto first = words, second = words;
        first.insert(first.begin(), {"select", "p", "--name", "before", "--clusters", "c"});
        ASSERT_EQ(program.run(first).code, 0);
        const auto shown = program.run({"selections", "p", "show", "before", "--json"}).out;
        ASSERT_EQ(edit({"merge", "c", "0", "1"}).code, 0);
        EXPECT_EQ(program.run({"selections", "p", "show", "before", "--json"}).out, shown);
        second.insert(second.begin(), {"select", "p", "--name", "after", "--clusters", "c.2"});
        ASSERT_EQ(program.run(second).code, 0);
        EXPECT_EQ(program.run({"verify", "p"}).code, 0);
    }

    TEST_F(ClusterEdits, TheRecipeMakesTheSameAgain)
    {
        ASSERT_EQ(edit({"merge", "c", "0", "2", "--called", "even"}).code, 0);
        ASSERT_EQ(edit({"split", "c.2", "even"}).code, 0);
        ASSERT_EQ(edit({"rename", "c.3", "3", "late"}).code, 0);
        program.write("recipe.json", program.run({"recipe", "p"}).out);
        ASSERT_EQ(program.run({"new", "q"}).code, 0);
        const auto replayed = program.run({"replay", "recipe.json", "q"});
        ASSERT_EQ(replayed.code, 0) << replayed.err;
        for (const char* name : {"c", "c.2", "c.3"})
            EXPECT_EQ(labels(name, "q"), labels(name)) << name;
        EXPECT_EQ(program.run({"clusters", "q", "show", "c.3"}).out, program.run({"clusters", "p", "show", "c.3"}).out);
    }

    TEST_F(ClusterEdits, WhatCannotBeIsSaidInASentence)
    {
        const auto expectRefused = [&](const std::vector<std::string>& words, int code, const std::string& sentence) {
            const auto refused = edit(words);
            EXPECT_EQ(refused.code, code) << words[0];
            EXPECT_THAT(refused.err + refused.out, HasSubstr(sentence));
        };
        expectRefused({"merge", "c", "1"}, 2, "the form is");
        expectRefused({"merge", "c", "1", "1"}, 1, "two clusters or more");
        expectRefused({"merge", "c", "1", "4"}, 1, "no cluster 4: they go from 0 to 3");
        expectRefused({"merge", "c", "1", "boats"}, 1, "no cluster named");
        expectRefused({"merge", "nothing", "0", "1"}, 1, "no clustering");
        expectRefused({"merge", "c", "0", "1", "--as", "c"}, 1, "already");
        expectRefused({"merge", "c", "0", "1", "--k", "3"}, 2, "--k does not belong to merge");
        expectRefused({"split", "c", "0", "--k", "7"}, 1, "it has 6 pairs");
        expectRefused({"split", "c", "0", "--space", "nowhere"}, 1, "no feature space nowhere");
        expectRefused({"rename", "c", "0", "17"}, 1, "a bare number");
        expectRefused({"rename", "c", "0", " "}, 1, "cannot name a cluster");
        ASSERT_EQ(edit({"rename", "c", "0", "Boats"}).code, 0);
        expectRefused({"rename", "c", "1", "boats"}, 1, "already");
        EXPECT_EQ(labels("c"), heaps({0, 1, 2, 3}));
        EXPECT_EQ(clusterings(), std::vector<std::string>{"c"});
    }

    TEST_F(ClusterEdits, TheCosineKnowsDirectionsAlone)
    {
        // (0 … 11, 1): by direction the heaps around 10 and 11 are one, 0 and 1 lie far apart.
        const auto made =
            program.run({"cluster", "p", "--name", "d", "--k", "3", "--space", "line", "--metric", "cosine", "--json"});
        ASSERT_EQ(made.code, 0) << made.err;
        EXPECT_EQ(labels("d"), heaps({0, 1, 2, 2}));
        EXPECT_EQ(made.json().at("without_direction"), 0);
        EXPECT_THAT(program.run({"recipe", "p"}).out, HasSubstr("\"cosine\""));
        const auto spectral = program.run({"cluster", "p", "--name", "l", "--k", "2", "--space", "line", "--method",
            "spectral", "--landmarks", "12", "--json"});
        ASSERT_EQ(spectral.code, 0) << spectral.err;
        EXPECT_EQ(spectral.json().at("landmarks"), 12);
        EXPECT_THAT(spectral.json().dump(), HasSubstr("\"components\""));
        EXPECT_EQ(program.run({"cluster", "p", "--name", "x", "--k", "2", "--landmarks", "9"}).code, 2);
        EXPECT_EQ(
            program.run({"cluster", "p", "--name", "x", "--k", "2", "--metric", "cosine", "--mode", "published"}).code,
            2);
    }

} // namespace
} // namespace winnow::e2e
