#include "core/dataset/metric_file.h"

#include "core/base/error.h"
#include "core/dataset/cluster_file.h"
#include "tests/unit/dataset/test_folder.h"

#include <gmock/gmock.h>

#include <cmath>

namespace winnow::dataset {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;

    class MetricFile : public FolderTest {
    protected:
        std::string failureOf(
            const std::string& content, ErrorCode code, const std::map<std::string, std::string>& map = {})
        {
            try {
                readMetricFile(write("bad", content), map);
            } catch (const Error& e) {
                EXPECT_EQ(e.code(), code) << e.what();
                return e.what();
            }
            ADD_FAILURE() << "no failure";
            return {};
        }
    };

    TEST_F(MetricFile, ListsOfObjectsGiveEveryNumericField)
    {
        const auto table = readMetricFile(write("a.json",
            R"({"annotations": [{"image_id": "2", "caption": "x", "clip": 30.5, "len": 1}, {"image_id": 3, "caption": "y", "clip": null, "late": 4},
                {"image_id": "4", "clip": "high"}, {"clip": 1}, {"image_id": "2", "clip": 9}, {"image_id": "5", "clip": "7.5"}]})"));
        EXPECT_THAT(table.names, ElementsAre("clip", "len", "late"));
        EXPECT_THAT(table.ids, ElementsAre("2", "3", "5"));
        EXPECT_EQ(table.columns[0][0], 30.5);
        EXPECT_TRUE(std::isnan(table.columns[0][1]));
        EXPECT_EQ(table.columns[0][2], 7.5);
        EXPECT_TRUE(std::isnan(table.columns[2][0]));
        EXPECT_EQ(table.columns[2][1], 4);
        ASSERT_EQ(table.badRows.size(), 3u);
        EXPECT_THAT(table.badRows[0].reason, HasSubstr("\"high\""));
        EXPECT_THAT(table.badRows[1].reason, HasSubstr("no id"));
        EXPECT_THAT(table.badRows[2].reason, HasSubstr("earlier row"));
    }

    TEST_F(MetricFile, AMappingChoosesAndRenames)
    {
        const auto path = write("a.json", R"([{"key": "a", "s": 1, "t": 2}, {"key": "b", "s": 3}])");
        const auto table = readMetricFile(path, {{"id", "key"}, {"judge", "s"}});
        EXPECT_THAT(table.names, ElementsAre("judge"));
        EXPECT_THAT(table.columns[0], ElementsAre(1, 3));
        EXPECT_THROW(readMetricFile(path, {{"id", "key"}, {"judge", "u"}}), Error);
        EXPECT_THROW(readMetricFile(path, {{"judge", ""}}), Error);
    }

    TEST_F(MetricFile, ObjectsByIdMayHoldNumbersOrObjects)
    {
        auto table = readMetricFile(write("judge.json", R"({"2": 88, "3": 91.5, "4": null})"));
        EXPECT_THAT(table.names, ElementsAre("judge"));
        EXPECT_THAT(table.ids, ElementsAre("2", "3"));
        EXPECT_THAT(table.columns[0], ElementsAre(88, 91.5));
        table = readMetricFile(write("b.json", R"({"2": {"a": 1, "note": "x"}, "3": {"a": 2}})"));
        EXPECT_THAT(table.names, ElementsAre("a"));
        EXPECT_THAT(table.columns[0], ElementsAre(1, 2));
        table = readMetricFile(write("c.json", R"({"2": 1})"), {{"mine", "value"}});
        EXPECT_THAT(table.names, ElementsAre("mine"));
    }

    TEST_F(MetricFile, VectorsGoByPairOrder)
    {
        const auto path = write("a.json", R"({"clip": [1, 2.5, null], "gpt": [3, 4, 5]})");
        auto table = readMetricFile(path);
        EXPECT_TRUE(table.inPairOrder);
        EXPECT_TRUE(table.ids.empty());
        EXPECT_EQ(table.rowCount(), 3u);
        EXPECT_EQ(table.columns[0][1], 2.5);
        EXPECT_TRUE(std::isnan(table.columns[0][2]));
        table = readMetricFile(path, {{"judge", "gpt"}});
        EXPECT_THAT(table.names, ElementsAre("judge"));
        EXPECT_THAT(table.columns[0], ElementsAre(3, 4, 5));
        EXPECT_THAT(failureOf(R"({"clip": [1, 2], "gpt": [3]})", ErrorCode::BadFile), HasSubstr("1 numbers"));
        failureOf(R"({"clip": [[1, 2], [3, 4]]})", ErrorCode::BadFile);
        failureOf(R"({"clip": [1, 2], "2": 3})", ErrorCode::BadFile);
    }

    TEST_F(MetricFile, LinesAndTablesAreReadToo)
    {
        auto table = readMetricFile(
            write("a.jsonl", "{\"id\": \"a\", \"s\": 1}\n{\"id\": \"b\", \"s\": 2}\n{\"id\": \"c\", \"s\":"));
        EXPECT_THAT(table.ids, ElementsAre("a", "b"));
        ASSERT_TRUE(table.brokeOff);
        EXPECT_THAT(*table.brokeOff, HasSubstr("line 3"));

        table = readMetricFile(write("a.csv", "id,name,s,t\na,x,1,\nb,y,nan,3\nc,z,,4\nd,z\ne,w,5,6\n"));
        EXPECT_THAT(table.names, ElementsAre("s", "t"));
        EXPECT_THAT(table.ids, ElementsAre("a", "c", "e"));
        EXPECT_TRUE(std::isnan(table.columns[0][1]));
        EXPECT_THAT(table.columns[1].back(), 6);
        ASSERT_EQ(table.badRows.size(), 2u);
        EXPECT_EQ(table.badRows[0].line, 3);
        EXPECT_THAT(table.badRows[0].reason, HasSubstr("finite"));
    }

    TEST_F(MetricFile, WhatHoldsNoScoresIsRefused)
    {
        EXPECT_THAT(failureOf("", ErrorCode::BadFile), HasSubstr("empty"));
        failureOf("words", ErrorCode::BadFile);
        failureOf("[]", ErrorCode::BadFile);
        failureOf("{}", ErrorCode::BadFile);
        failureOf("a,b\n1,2\n", ErrorCode::InvalidInput);
        failureOf("[{\"id\": \"1\", \"s\":", ErrorCode::BadFile);
        failureOf("[{\"id\": \"1\", \"s\": NaN}]", ErrorCode::BadFile);
        EXPECT_THROW(readMetricFile(folder() / "none"), Error);
    }

    TEST_F(MetricFile, ThePublishedFilesAreRead)
    {
        const auto data = sharedData("instructiongpt4");
        if (!std::filesystem::exists(data))
            GTEST_SKIP() << "the published InstructionGPT-4 files are not beside the project";
        const auto full = readMetricFile(data / "full_score_data.json");
        EXPECT_THAT(full.names, ElementsAre("clip_score", "reward_score", "length_score"));
        EXPECT_EQ(full.rowCount(), 3439u);
        EXPECT_EQ(full.columns[0][0], 30.0464);
        const auto judge = readMetricFile(data / "gpt_final_score.json", {{"judge", "gpt_score"}});
        EXPECT_EQ(judge.encoding, "GB18030");
        EXPECT_EQ(judge.rowCount(), 3439u);
        EXPECT_TRUE(judge.badRows.empty());
        EXPECT_EQ(judge.ids, full.ids);
        EXPECT_EQ(judge.columns[0][0], 88);
        const auto scores = readMetricFile(data / "scores.json");
        EXPECT_TRUE(scores.inPairOrder);
        EXPECT_EQ(scores.rowCount(), 3439u);
        EXPECT_EQ(scores.columns[0], full.columns[0]);
        EXPECT_THROW(readMetricFile(data / "fitting.json"), Error);
        // Whole answer texts are no scores.
        EXPECT_THROW(readMetricFile(data / "gpt4_score_new.json", {{"judge", "gpt_score"}}), Error);
    }

    class ClusterFile : public FolderTest { };

    TEST_F(ClusterFile, NumberedClustersComeInOrder)
    {
        const auto clusters = readClusterFile(write("c.json", R"({"10": ["a", 7], "2": ["b"], "3": []})"));
        ASSERT_EQ(clusters.size(), 3u);
        EXPECT_EQ(clusters[0].name, "2");
        EXPECT_EQ(clusters[2].name, "10");
        EXPECT_THAT(clusters[2].ids, ElementsAre("a", "7"));
        EXPECT_EQ(readClusterFile(write("d.json", R"({"dogs": ["a"], "cats": ["b"]})"))[0].name, "dogs");
    }

    TEST_F(ClusterFile, OtherShapesAreRefused)
    {
        for (const char* content : {"", "[]", "{}", R"(["a"])", R"({"a": 1})", R"({"a": [1.5]})",
                 R"({"a": ["x"], "b": ["x"]})", R"({"a": ["x"], "a": ["y"]})", R"({"a": ["x"], "b": ["y")"})
            EXPECT_THROW(readClusterFile(write("c.json", content)), Error) << content;
    }

    TEST_F(ClusterFile, ThePublishedClustersAreRead)
    {
        if (!std::filesystem::exists(sharedData("instructiongpt4")))
            GTEST_SKIP() << "the published InstructionGPT-4 files are not beside the project";
        std::size_t total = 0;
        const auto clusters = readClusterFile(sharedData("instructiongpt4") / "spectral_clusters.json");
        for (const auto& cluster : clusters)
            total += cluster.ids.size();
        EXPECT_EQ(clusters.size(), 10u);
        EXPECT_EQ(total, 3439u);
        EXPECT_EQ(readClusterFile(sharedData("instructiongpt4") / "kmeans_clusters_equalised.json").size(), 30u);
    }

} // namespace
} // namespace winnow::dataset
