#include "core/base/safetensors.h"
#include "tests/e2e/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>

namespace winnow::e2e {
namespace {

    using testing::Each;
    using testing::HasSubstr;

    /// A project of 26 pairs without pictures: 13 captions of one kind and 13 of another.
    class Clusters : public testing::Test {
    protected:
        void SetUp() override
        {
            program.write("pairs.jsonl", pairs(0, 26));
            ASSERT_EQ(program.run({"new", "p"}).code, 0);
            ASSERT_EQ(program.run({"import", "p", "pairs.jsonl", "--format", "jsonl"}).code, 0);
        }
        static std::string pairs(int first, int end)
        {
            std::string out;
            for (int i = first; i < end; ++i)
                out += R"({"id":")" + std::to_string(i) + R"(","image":")" + std::to_string(i)
                    + R"(.jpg","instruction":"What is it?","response":")"
                    + (i % 2 == 0 ? "A red ball lies on the beach." : "It is night in the town.")
                    + std::string(static_cast<std::size_t>(i / 2), '!') + "\"}\n";
            return out;
        }
        /// Two rings, the pairs of even number on the inner one.
        void importRings()
        {
            std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (26, 2), }";
            header.resize(117, ' ');
            header += '\n';
            std::string file("\x93NUMPY\x01\x00\x76\x00", 10);
            file += header;
            for (int i = 0; i < 26; ++i) {
                const double angle = 2 * 3.14159265358979 * (i / 2) / 13, radius = i % 2 == 0 ? 1 : 10;
                const float point[2]{float(radius * std::cos(angle)), float(radius * std::sin(angle))};
                file.append(reinterpret_cast<const char*>(point), sizeof point);
            }
            program.write("rings.npy", file);
            const auto imported = program.run({"import-features", "p", "rings.npy", "--space", "rings"});
            ASSERT_EQ(imported.code, 0) << imported.err;
        }
        Ran cluster(const std::string& name, std::vector<std::string> more)
        {
            more.insert(more.begin(), {"cluster", "p", "--name", name, "--space", "rings", "--json"});
            return program.run(more);
        }
        /// Cluster of each pair by its number, −1 where it has none.
        std::vector<int> labels(const std::string& name)
        {
            std::vector<int> out(26, -2);
            std::istringstream lines(program.run({"list", "p", "--json"}).out);
            for (std::string line; std::getline(lines, line);) {
                const auto pair = json::parse(line, "a line");
                const auto& cluster = pair.at("clusters").at(name);
                out[static_cast<std::size_t>(std::stoi(pair.at("id").get<std::string>()))] =
                    cluster.is_null() ? -1 : cluster.get<int>();
            }
            return out;
        }
        Program program;
    };

    TEST_F(Clusters, SpectralTellsRingsApartAndRepeats)
    {
        importRings();
        const auto made = cluster("s", {"--method", "spectral", "--k", "2", "--neighbors", "3"});
        ASSERT_EQ(made.code, 0) << made.err;
        EXPECT_EQ(made.json().at("sizes"), (Json{13, 13}));
        EXPECT_EQ(made.json().at("components"), 2);
        const auto found = labels("s");
        for (int i = 0; i < 26; ++i)
            EXPECT_EQ(found[static_cast<std::size_t>(i)], i % 2) << i;
        EXPECT_THAT(program.run({"recipe", "p"}).out, HasSubstr("--neighbors"));
        ASSERT_EQ(cluster("t", {"--method", "spectral", "--k", "2", "--neighbors", "3"}).code, 0);
        EXPECT_EQ(labels("t"), found);
    }

    TEST_F(Clusters, PublishedModeEqualisesAndLeavesTheRestOut)
    {
        importRings();
        const auto made = cluster("k", {"--k", "4", "--balanced", "--mode", "published"});
        ASSERT_EQ(made.code, 0) << made.err;
        EXPECT_EQ(made.json().at("sizes"), (Json{6, 6, 6, 6}));
        EXPECT_EQ(made.json().at("dropped"), 2);
        const auto found = labels("k");
        EXPECT_EQ(std::count(found.begin(), found.end(), -1), 2);
        EXPECT_EQ(program.run({"verify", "p"}).code, 0);
        EXPECT_EQ(program.run({"select", "p", "--name", "c", "--budget", "8", "--random", "--clusters", "k"}).code, 0);
    }

    TEST_F(Clusters, BalancedClustersKeepEveryPair)
    {
        importRings();
        for (const char* method : {"kmeans", "spectral"}) {
            const auto made = cluster("b", {"--k", "4", "--balanced", "--method", method});
            ASSERT_EQ(made.code, 0) << made.err;
            auto sizes = made.json().at("sizes").get<std::vector<int>>();
            std::sort(sizes.begin(), sizes.end());
            EXPECT_EQ(sizes, (std::vector<int>{6, 6, 7, 7})) << method;
            EXPECT_THAT(labels("b"), Each(testing::Ge(0)));
        }
    }

    TEST_F(Clusters, UnitLengthBringsTheRingsTogether)
    {
        importRings();
        ASSERT_EQ(cluster("n", {"--k", "13", "--normalize"}).code, 0);
        const auto found = labels("n");
        for (std::size_t i = 0; i < 26; i += 2)
            EXPECT_EQ(found[i], found[i + 1]) << i; // one angle
    }

    TEST_F(Clusters, ContradictionsAreWrongUsageAndImpossibleOnesFail)
    {
        importRings();
        EXPECT_EQ(cluster("x", {"--k", "2", "--mode", "published", "--normalize"}).code, 2);
        EXPECT_EQ(cluster("x", {"--k", "2", "--mode", "published", "--seed", "1"}).code, 2);
        EXPECT_EQ(cluster("x", {"--k", "2", "--neighbors", "4"}).code, 2); // k-means has none
        EXPECT_EQ(cluster("x", {"--k", "2", "--method", "spectral", "--neighbors", "1"}).code, 2);
        EXPECT_EQ(cluster("x", {"--k", "2", "--method", "dbscan"}).code, 2);
        const auto many = cluster("x", {"--k", "27"});
        EXPECT_EQ(many.code, 1);
        EXPECT_THAT(many.err + many.out, HasSubstr("27 clusters of 26 pairs"));
        const auto linked = cluster("x", {"--k", "2", "--method", "spectral", "--neighbors", "27"});
        EXPECT_EQ(linked.code, 1);
        EXPECT_THAT(linked.err + linked.out, HasSubstr("choose fewer neighbours"));
    }

    TEST_F(Clusters, TextFeaturesAndTheirComponentsServeLaterPairsToo)
    {
        const auto made = program.run({"features", "p", "--spaces", "llm-text,clip-text", "--pca", "3", "--json"});
        ASSERT_EQ(made.code, 0) << made.err;
        const auto first = made.json();
        EXPECT_EQ(first.at("llm-text").at("computed"), 26);
        EXPECT_EQ(first.at("clip-text").at("computed"), 26);
        EXPECT_EQ(first.at("llm-text.pca3").at("version"), 1);
        const auto basis = first.at("llm-text.pca3").at("basis").get<std::string>();
        const auto before = program.read("p/vectors/llm-text.pca3.safetensors");
        EXPECT_FALSE(program.read("p/vectors/" + basis).empty());

        program.write("more.jsonl", pairs(26, 30));
        ASSERT_EQ(program.run({"import", "p", "more.jsonl", "--format", "jsonl"}).code, 0);
        const auto later = program.run({"features", "p", "--spaces", "llm-text", "--pca", "3", "--json"}).json();
        EXPECT_EQ(later.at("llm-text").at("already"), 26);
        EXPECT_EQ(later.at("llm-text").at("computed"), 30); // the chunk that grew is computed anew as a whole
        EXPECT_EQ(later.at("llm-text.pca3").at("basis"), basis);
        EXPECT_EQ(later.at("llm-text.pca3").at("fitted_pairs"), 26);
        const safetensors::Reader reader(program / "p/vectors/llm-text.pca3.safetensors");
        const auto* const vectors = reader.find("vectors");
        ASSERT_NE(vectors, nullptr);
        EXPECT_EQ(vectors->shape, (std::vector<std::int64_t>{30, 3}));
        program.write("before.safetensors", before);
        const safetensors::Reader old(program / "before.safetensors");
        const auto oldBytes = old.bytes(*old.find("vectors"));
        std::vector<float> now(26 * 3), then(26 * 3);
        std::memcpy(now.data(), reader.bytes(*vectors).data(), now.size() * sizeof(float));
        std::memcpy(then.data(), oldBytes.data(), then.size() * sizeof(float));
        for (std::size_t i = 0; i < now.size(); ++i)
            EXPECT_NEAR(now[i], then[i], 1e-3) << i;

        const auto refitted =
            program.run({"features", "p", "--spaces", "llm-text", "--pca", "3", "--refit", "--json"}).json();
        EXPECT_EQ(refitted.at("llm-text.pca3").at("version"), 2);
        EXPECT_NE(refitted.at("llm-text.pca3").at("basis"), basis);
        EXPECT_FALSE(program.read("p/vectors/" + basis).empty()); // the old one stays
        EXPECT_EQ(program.run({"cluster", "p", "--name", "c", "--k", "2", "--space", "clip-text.pca2"}).code, 0);
    }

    TEST_F(Clusters, ADamagedBasisIsNamedAndCanBeFittedAnew)
    {
        importRings();
        const auto made = program.run({"features", "p", "--spaces", "rings", "--pca", "1", "--json"}).json();
        program.write("p/vectors/" + made.at("rings.pca1").at("basis").get<std::string>(), "torn");
        const auto failed = program.run({"features", "p", "--spaces", "rings", "--pca", "1"});
        EXPECT_EQ(failed.code, 1);
        EXPECT_THAT(failed.err, HasSubstr("--refit"));
        EXPECT_EQ(program.run({"features", "p", "--spaces", "rings", "--pca", "1", "--refit"}).code, 0);
        EXPECT_EQ(program.run({"features", "p", "--spaces", "rings", "--pca", "1"}).code, 0);
        EXPECT_EQ(program.run({"features", "p", "--spaces", "nonsense", "--pca", "1"}).code, 1);
    }

} // namespace
} // namespace winnow::e2e
