#include "core/store/item_store.h"

#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/feature_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"
#include "core/store/selector_store.h"
#include "tests/unit/store/child.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::IsEmpty;

    class Items : public testing::Test {
    protected:
        Items()
        {
            addPairs(project, 20);
            makeMetric("clip");
            ClusterColumn column;
            column.info.name = "k";
            column.info.parameters = R"({"space":"clip-image"})";
            column.assignment = std::make_shared<const std::vector<std::int32_t>>(std::vector<std::int32_t>(20, 1));
            ClusterStore(project).save(column);
            FeatureStore features(project);
            features.begin({"clip-image", 2, 0, "{}", "k"});
            const std::vector<PairRow> rows{0, 1};
            features.write("clip-image", rows, std::vector<float>(4, 0.5F));
            features.finish("clip-image");
            SelectionStore(project).save("s", rows, R"({"weights":{"clip":1},"clustering":"k"})");
            RunInfo run;
            run.name = "a";
            run.selection = "s";
            run.recipe = "{}";
            RunStore(project).create(run);
        }
        void makeMetric(const std::string& name)
        {
            MetricStore metrics(project);
            metrics.begin({name, "{}", "k", 0}, false);
            const std::vector<PairRow> rows{0, 1};
            metrics.write(name, rows, std::vector<double>{1, 2});
        }
        std::vector<std::string> trash()
        {
            std::vector<std::string> out;
            for (const auto& item : trashedItems(project))
                out.push_back(item.kind + " " + item.name);
            return out;
        }
        std::string refusal(const std::string& kind, const std::string& name)
        {
            const auto error = errorOf([&] { purgeItems(project, kind, name); });
            return error ? error->message() : "";
        }
        Scratch scratch;
        Project project = Project::create(scratch / "p");
    };

    TEST_F(Items, TheTrashIsListedAndGivesEverythingBack)
    {
        for (const auto& [kind, name] : {std::pair{"metric", "clip"}, {"feature", "clip-image"}, {"clustering", "k"},
                 {"selection", "s"}, {"run", "a"}})
            trashItem(project, kind, name);
        EXPECT_THAT(trash(), ElementsAre("metric clip", "feature clip-image", "clustering k", "selection s", "run a"));
        EXPECT_THAT(project.verify(), IsEmpty());
        EXPECT_TRUE(project.loadColumns()->metrics.empty());
        for (const auto& [kind, name] : {std::pair{"metric", "clip"}, {"feature", "clip-image"}, {"clustering", "k"},
                 {"selection", "s"}, {"run", "a"}})
            restoreItem(project, kind, name);
        EXPECT_THAT(trash(), IsEmpty());
        EXPECT_EQ((*MetricStore(project).load("clip").values)[1], 2);
        EXPECT_EQ(FeatureStore(project).load("clip-image")->row(1)[0], 0.5F);
        EXPECT_THAT(SelectionStore(project).load("s"), ElementsAre(0, 1));
        EXPECT_TRUE(RunStore(project).find("a"));
    }

    TEST_F(Items, WhatAKeptRunDependsOnCannotBePurged)
    {
        for (const auto& [kind, name] :
            {std::pair{"metric", "clip"}, {"feature", "clip-image"}, {"clustering", "k"}, {"selection", "s"}})
            trashItem(project, kind, name);
        EXPECT_THAT(refusal("selection", "s"), HasSubstr("run a was tuned on it"));
        EXPECT_THAT(refusal("metric", "clip"), HasSubstr("selection s was chosen with it, and run a needs that"));
        EXPECT_THAT(refusal("clustering", "k"), HasSubstr("selection s was chosen with it"));
        EXPECT_THAT(refusal("feature", "clip-image"), HasSubstr("clustering k was made in it"));
        EXPECT_EQ(trash().size(), 4u);
        trashItem(project, "run", "a");
        EXPECT_EQ(purgeItems(project, "run", "a"), 1);
        for (const auto& [kind, name] :
            {std::pair{"selection", "s"}, {"clustering", "k"}, {"metric", "clip"}, {"feature", "clip-image"}})
            EXPECT_EQ(purgeItems(project, kind, name), 1) << kind;
        EXPECT_THAT(trash(), IsEmpty());
        EXPECT_THAT(project.verify(), IsEmpty());
        EXPECT_FALSE(std::filesystem::exists(scratch / "p/runs/1"));
        EXPECT_TRUE(std::filesystem::is_empty(scratch / "p/vectors"));
        EXPECT_EQ(project.database().number("SELECT count(*) FROM column_file WHERE id > 3"), 0);
    }

    TEST_F(Items, ASelectorIsNeededByTheSelectionThatItChose)
    {
        makeMetric("reward");
        SelectorInfo info;
        info.name = "line";
        info.kind = SelectorKind::Linear;
        info.inputs = {{"reward", 1, 1}};
        info.settings = info.provenance = "{}";
        info.parameterCount = 1;
        const float weight = 0.5F;
        SelectorStore(project).save(info, {{"w", safetensors::Type::F32, {1}, std::as_bytes(std::span(&weight, 1))}});
        const std::vector<PairRow> rows{3};
        SelectionStore(project).save("t", rows, R"({"weights":{},"clustering":"","selector":{"name":"line"}})");
        RunInfo run;
        run.name = "b";
        run.selection = "t";
        run.recipe = "{}";
        RunStore(project).create(run);
        trashItem(project, "selector", "line");
        trashItem(project, "metric", "reward");
        EXPECT_THAT(refusal("selector", "line"), HasSubstr("selection t was chosen with it, and run b needs that"));
        EXPECT_THAT(refusal("metric", "reward"), HasSubstr("selector line was learned from it, and run b needs that"));
        trashItem(project, "run", "b");
        EXPECT_EQ(purgeItems(project, "selector", "line"), 1);
        EXPECT_THAT(project.verify(), IsEmpty());
    }

    TEST_F(Items, ANewNameReachesWhatWasMadeFromTheItem)
    {
        renameItem(project, "metric", "clip", "clip score");
        renameItem(project, "clustering", "k", "groups");
        EXPECT_THAT(SelectionStore(project).find("s")->provenance,
            testing::AllOf(HasSubstr(R"("clip score":1)"), HasSubstr(R"("clustering":"groups")")));
        trashItem(project, "metric", "clip score");
        EXPECT_THAT(refusal("metric", "clip score"), HasSubstr("run a needs that"));
    }

    TEST_F(Items, ANewNameOfASpaceKeepsItFromBeingPurged)
    {
        renameItem(project, "feature", "clip-image", "pictures");
        trashItem(project, "feature", "pictures");
        EXPECT_THAT(refusal("feature", "pictures"), HasSubstr("clustering k was made in it"));
        restoreItem(project, "feature", "pictures");
        EXPECT_THAT(project.verify(), IsEmpty());
    }

    TEST_F(Items, AllOfOneNameArePurgedTogether)
    {
        for (int i = 0; i < 3; ++i) {
            makeMetric("old");
            trashItem(project, "metric", "old");
        }
        EXPECT_EQ(purgeItems(project, "metric", "old"), 3);
        EXPECT_THAT(project.verify(), IsEmpty());
    }

    TEST_F(Items, ARunAtWorkIsLeftAlone)
    {
        {
            Lease lease(project, "run:a");
            for (const auto& work : std::vector<std::function<void()>>{
                     [&] { trashItem(project, "run", "a"); }, [&] { renameItem(project, "run", "a", "b"); }}) {
                const auto error = errorOf(work);
                ASSERT_TRUE(error);
                EXPECT_EQ(error->code(), ErrorCode::Locked);
                EXPECT_THAT(error->message(), HasSubstr("stop it first"));
            }
        }
        trashItem(project, "run", "a");
    }

    TEST_F(Items, WrongNamesAreSaidWithWhatThereIs)
    {
        const auto message = [&](const std::function<void()>& work) {
            const auto error = errorOf(work);
            return error ? error->message() : "";
        };
        EXPECT_THAT(message([&] { trashItem(project, "metric", "clop"); }), HasSubstr("there are clip"));
        EXPECT_THAT(message([&] { restoreItem(project, "metric", "clip"); }), HasSubstr("there is none"));
        EXPECT_THAT(message([&] { purgeItems(project, "metric", "clip"); }), HasSubstr("the trash has no metric"));
        EXPECT_THAT(message([&] { trashItem(project, "pair", "1"); }), HasSubstr("there are metric, feature"));
        EXPECT_THAT(message([&] { renameItem(project, "run", "a", "base"); }), HasSubstr("untouched model"));
    }

} // namespace
} // namespace winnow::store
