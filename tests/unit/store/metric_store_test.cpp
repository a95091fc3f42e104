#include "core/store/column_store.h"

#include "core/base/error.h"
#include "tests/unit/store/scratch.h"

#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    using testing::ElementsAre;

    class MetricStoreTest : public testing::Test {
    protected:
        void SetUp() override { addPairs(project, 10000); }
        Scratch scratch;
        Project project = Project::create(scratch / "p");
        MetricStore metrics{project};
    };

    ErrorCode codeOf(const std::function<void()>& work)
    {
        try {
            work();
        } catch (const Error& e) {
            return e.code();
        }
        return ErrorCode::Internal;
    }

    TEST_F(MetricStoreTest, KeepsScatteredValuesAndCountsThem)
    {
        metrics.begin({"clip", "{}", "k1", 0}, false);
        const std::vector<PairRow> rows = {9999, 5, 4096, 4095};
        const std::vector<double> values = {1.5, -0.0, 3, 1e300};
        metrics.write("clip", rows, values);
        const auto column = metrics.load("clip");
        ASSERT_EQ(column.values->size(), 10000u);
        EXPECT_EQ((*column.values)[9999], 1.5);
        EXPECT_EQ((*column.values)[4096], 3);
        EXPECT_EQ((*column.values)[4095], 1e300);
        EXPECT_TRUE(std::signbit((*column.values)[5]));
        EXPECT_TRUE(std::isnan((*column.values)[6]));
        EXPECT_EQ(column.info.valueCount, 4);
        const std::vector<PairRow> one = {5};
        const std::vector<double> none = {kMissing};
        metrics.write("clip", one, none);
        EXPECT_EQ(metrics.find("clip")->valueCount, 3);
    }

    TEST_F(MetricStoreTest, SameKeyContinuesAndAnotherIsAConflict)
    {
        metrics.begin({"clip", "{}", "k1", 0}, false);
        const std::vector<PairRow> rows = {1};
        const std::vector<double> values = {2};
        metrics.write("clip", rows, values);
        metrics.begin({"clip", "{}", "k1", 0}, false);
        EXPECT_EQ(metrics.find("clip")->valueCount, 1);
        EXPECT_EQ(codeOf([&] { metrics.begin({"clip", "{}", "k2", 0}, false); }), ErrorCode::Conflict);
        metrics.begin({"clip", "{}", "k2", 0}, true);
        EXPECT_EQ(metrics.find("clip")->valueCount, 0);
        EXPECT_EQ(metrics.list().size(), 1u);
    }

    TEST_F(MetricStoreTest, RefusesUnknownNamesRowsAndSizes)
    {
        metrics.begin({"clip", "{}", "k1", 0}, false);
        const std::vector<PairRow> rows = {10000};
        const std::vector<double> values = {2};
        EXPECT_EQ(codeOf([&] { metrics.write("clip", rows, values); }), ErrorCode::NotFound);
        EXPECT_EQ(codeOf([&] { metrics.write("clop", rows, values); }), ErrorCode::NotFound);
        EXPECT_EQ(codeOf([&] { metrics.write("clip", rows, {}); }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeOf([&] { metrics.load("clop"); }), ErrorCode::NotFound);
        for (const char* name : {"", "../x", ".x", "a\nb", "\xff"})
            EXPECT_EQ(codeOf([&] { metrics.begin({name, "{}", "k1", 0}, false); }), ErrorCode::InvalidInput) << name;
    }

    TEST_F(MetricStoreTest, FailuresVanishWithAValue)
    {
        metrics.begin({"clip", "{}", "k1", 0}, false);
        const std::vector<std::pair<PairRow, std::string>> failures = {{3, "broken picture"}, {2, "empty text"}};
        metrics.recordFailures("clip", failures);
        EXPECT_THAT(metrics.failures("clip"),
            ElementsAre(std::pair(PairRow(2), "empty text"), std::pair(PairRow(3), "broken picture")));
        const std::vector<PairRow> rows = {3};
        const std::vector<double> values = {2};
        metrics.write("clip", rows, values);
        EXPECT_THAT(metrics.failures("clip"), ElementsAre(std::pair(PairRow(2), "empty text")));
    }

    TEST_F(MetricStoreTest, ColumnsShareWhatDidNotChange)
    {
        metrics.begin({"a", "{}", "k", 0}, false);
        metrics.begin({"b", "{}", "k", 0}, false);
        const auto first = project.loadColumns();
        const std::vector<PairRow> rows = {3};
        const std::vector<double> values = {2};
        metrics.write("b", rows, values);
        auto other = Project::open(scratch / "p");
        const auto second = other.loadColumns(first);
        EXPECT_EQ(second->metrics[0].values, first->metrics[0].values);
        EXPECT_NE(second->metrics[1].values, first->metrics[1].values);
        EXPECT_EQ(second->overrides, first->overrides);
        EXPECT_EQ((*second->metrics[1].values)[3], 2);
        addPairs(project, 10001);
        const auto third = project.loadColumns(second);
        EXPECT_EQ(third->pairCount, 10001);
        EXPECT_EQ(third->metrics[0].values->size(), 10001u);
        EXPECT_TRUE(std::isnan(third->metrics[0].values->back()));
    }

    TEST_F(MetricStoreTest, ClusteringsKeepSizesAndNames)
    {
        ClusterStore clusters(project);
        std::vector<std::int32_t> assignment(10000, kNoCluster);
        assignment[0] = 2;
        assignment[9999] = 0;
        assignment[5000] = 2;
        ClusterColumn column;
        column.info.name = "k";
        column.info.algorithm = "kmeans";
        column.info.clusterNames = {"boats"};
        column.assignment = std::make_shared<const std::vector<std::int32_t>>(assignment);
        clusters.save(column);
        clusters.save(column);
        const auto loaded = clusters.load("k");
        EXPECT_EQ(*loaded.assignment, assignment);
        EXPECT_THAT(loaded.info.sizes, ElementsAre(1, 0, 2));
        EXPECT_THAT(loaded.info.clusterNames, ElementsAre("boats", "1", "2"));
        EXPECT_EQ(clusters.list().size(), 1u);
        EXPECT_EQ(codeOf([&] { clusters.load("none"); }), ErrorCode::NotFound);
        assignment[0] = -2;
        column.assignment = std::make_shared<const std::vector<std::int32_t>>(assignment);
        EXPECT_EQ(codeOf([&] { clusters.save(column); }), ErrorCode::InvalidInput);
    }

} // namespace
} // namespace winnow::store
