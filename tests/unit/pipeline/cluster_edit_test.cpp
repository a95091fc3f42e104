#include "core/pipeline/cluster_edit_job.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/label_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::pipeline {
namespace {

    using Assignment = std::vector<std::int32_t>;

    /// Ten pairs in three clusters, the last pair in none; pairs 0, 1 and 2, 3 lie apart, pair 4 has no vector.
    class ClusterEdit : public testing::Test {
    protected:
        static std::filesystem::path makeProject()
        {
            std::string pattern = (std::filesystem::temp_directory_path() / "winnow-edit-XXXXXX").string();
            const std::filesystem::path folder = mkdtemp(pattern.data());
            auto project = store::Project::create(folder / "p");
            std::vector<Pair> pairs(10);
            for (std::size_t i = 0; i < pairs.size(); ++i)
                pairs[i].id.value = pairs[i].response = std::to_string(i);
            store::PairStore store(project);
            store.addPairs(pairs, store.addImageRoot(folder), std::vector<std::uint8_t>(pairs.size()));
            ClusterColumn column;
            column.info = {"c", "kmeans", R"({"k":3,"space":"s","normalize":true})", {"0", "boats", ""}, {}};
            column.assignment = std::make_shared<const Assignment>(Assignment{0, 0, 0, 0, 0, 1, 1, 2, 2, kNoCluster});
            store::ClusterStore(project).save(column);
            store::FeatureStore features(project);
            features.begin({"s", 2, 0, "{}", "k"});
            features.write("s", std::vector<PairRow>{0, 1, 2, 3, 5, 6, 7, 8},
                std::vector<float>{1, 0, 5, 0, 0, 1, 0, 9, 1, 1, 1, 1, 2, 1, 1, 2});
            features.finish("s");
            return folder;
        }
        ~ClusterEdit() override { std::filesystem::remove_all(folder); }

        ClusterColumn load(const std::string& name)
        {
            auto project = workspace.open();
            return store::ClusterStore(project).load(name);
        }
        ErrorCode codeOf(const std::function<void()>& work)
        {
            try {
                work();
            } catch (const Error& e) {
                return e.code();
            }
            return ErrorCode::Internal;
        }

        std::filesystem::path folder = makeProject();
        Workspace workspace{folder / "p"};
        NullContext context;
    };

    TEST_F(ClusterEdit, MergingKeepsPairsWithoutAClusterAndTheNameThereIs)
    {
        const auto merged = mergeClusters(workspace, {"c", {"0", "boats"}, {}, {}}, context);
        EXPECT_EQ(merged.details.at("name"), "c.2");
        const auto column = load("c.2");
        EXPECT_EQ(*column.assignment, (Assignment{0, 0, 0, 0, 0, 0, 0, 1, 1, kNoCluster}));
        EXPECT_EQ(column.info.clusterNames, (std::vector<std::string>{"boats", "1"}));
        EXPECT_EQ(column.info.algorithm, "edited");
        EXPECT_EQ(editedFrom(column.info), "c");
        EXPECT_EQ(editedFrom(load("c").info), "");
    }

    TEST_F(ClusterEdit, SplittingFollowsTheClusteringsDistanceAndLeavesPairsWithoutAVector)
    {
        const auto split = splitCluster(workspace, {"c", "0"}, context);
        // By direction: (1, 0) and (5, 0) against (0, 1) and (0, 9). Euclidean would leave (0, 9) alone.
        EXPECT_EQ(*load("c.2").assignment, (Assignment{0, 0, 3, 3, 0, 1, 1, 2, 2, kNoCluster}));
        EXPECT_NE(split.sentence.find("1 pairs without a vector"), std::string::npos) << split.sentence;
        auto project = workspace.open();
        EXPECT_EQ(store::Recipe(project).list().back().arguments,
            (std::vector<std::string>{"clusters", "split", "c", "0", "--k", "2", "--space", "s", "--metric", "cosine",
                "--seed", "0", "--as", "c.2"}));
    }

    TEST_F(ClusterEdit, EqualVectorsCannotBeSplit)
    {
        EXPECT_EQ(codeOf([&] { splitCluster(workspace, {"c", "boats"}, context); }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeOf([&] { splitCluster(workspace, {"c", "0", 1}, context); }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeOf([&] {
            splitCluster(workspace, {"c", "0", 2, "", "hamming"}, context);
        }),
            ErrorCode::InvalidInput);
    }

    TEST_F(ClusterEdit, AStopLeavesNothingBehind)
    {
        class Stop final : public RunContext {
            void checkpoint() override { throw Cancelled(); }
            void progress(std::string_view, std::int64_t, std::int64_t) override { }
            void metric(std::string_view, double, double) override { }
            void log(LogLevel, std::string_view) override { }
        } stop;
        EXPECT_THROW(splitCluster(workspace, {"c", "0"}, stop), Cancelled);
        auto project = workspace.open();
        EXPECT_EQ(store::ClusterStore(project).list().size(), 1u);
        EXPECT_TRUE(store::Recipe(project).list().empty());
    }

    TEST_F(ClusterEdit, NamesGoBackOneByOne)
    {
        renameCluster(workspace, "c", "2", "night");
        renameCluster(workspace, "c", "boats", "ships");
        EXPECT_EQ(load("c").info.clusterNames, (std::vector<std::string>{"0", "ships", "night"}));
        EXPECT_TRUE(canUndoEdit(load("c").info));
        undoClusterEdit(workspace, "c");
        EXPECT_EQ(load("c").info.clusterNames, (std::vector<std::string>{"0", "boats", "night"}));
        undoClusterEdit(workspace, "c");
        EXPECT_EQ(load("c").info.clusterNames, (std::vector<std::string>{"0", "boats", ""}));
        EXPECT_FALSE(canUndoEdit(load("c").info));
        EXPECT_EQ(codeOf([&] { undoClusterEdit(workspace, "c"); }), ErrorCode::InvalidInput);
    }

    TEST_F(ClusterEdit, WhatLabelsWereMeasuredOnIsNotTakenBack)
    {
        mergeClusters(workspace, {"c", {"0", "1"}, {}, {}}, context);
        auto project = workspace.open();
        LabelSet labels;
        labels.name = "l";
        labels.clustering = "c.2";
        store::LabelStore(project).save(labels);
        EXPECT_EQ(codeOf([&] { undoClusterEdit(workspace, "c.2"); }), ErrorCode::Conflict);
        EXPECT_EQ(load("c.2").info.name, "c.2");
    }

    TEST_F(ClusterEdit, NewNamesAreCountedOn)
    {
        std::vector<ClusteringInfo> there(2);
        there[0].name = "c";
        there[1].name = "c.3";
        EXPECT_EQ(nextEditName(there, "c"), "c.2");
        EXPECT_EQ(nextEditName(there, "c.2"), "c.4");
        EXPECT_EQ(nextEditName(there, "c.3"), "c.4");
        EXPECT_EQ(nextEditName(there, "v1.0"), "v1.0.2");
        EXPECT_EQ(codeOf([&] { mergeClusters(workspace, {"c", {"0", "1"}, {}, "c"}, context); }), ErrorCode::Conflict);
        EXPECT_EQ(codeOf([&] {
            mergeClusters(workspace, {"c", {"0", "1"}, {}, "a/b"}, context);
        }),
            ErrorCode::InvalidInput);
    }

    TEST_F(ClusterEdit, ThereIsOneNameACluster)
    {
        auto project = workspace.open();
        auto info = load("c").info;
        info.clusterNames.pop_back();
        EXPECT_EQ(codeOf([&] { store::ClusterStore(project).relabel(info); }), ErrorCode::InvalidInput);
        info.name = "d";
        EXPECT_EQ(codeOf([&] { store::ClusterStore(project).relabel(info); }), ErrorCode::NotFound);
    }

} // namespace
} // namespace winnow::pipeline
