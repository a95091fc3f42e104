#include "core/store/selector_store.h"

#include "core/base/error.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/recipe.h"
#include "core/store/schema.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace winnow::store {
namespace {

    using testing::HasSubstr;

    SelectorInfo trained(const std::string& name)
    {
        SelectorInfo info;
        info.name = name;
        info.kind = SelectorKind::Linear;
        info.mode = Mode::Published;
        info.inputs = {{"image-pca6", 1, 6}, {"reward", 10, 1}};
        info.settings = R"({"ridge":1})";
        info.labels = "vqa";
        info.parameterCount = 8;
        info.provenance = "{}";
        info.validity.labelCount = 3;
        info.validity.labels = {1, 2, 4};
        info.validity.predicted = {1.5, kMissing, 3};
        info.validity.fitted = {1, 2, 3};
        info.validity.subsets = {"a", "b", "c"};
        info.validity.r2 = -0.5;
        info.validity.pValue = 0.25;
        info.validity.verdict = "no better than chance";
        info.validity.importances = {{"reward", 0.5, kMissing}};
        return info;
    }

    class SelectorStoreTest : public testing::Test {
    protected:
        SelectorInfo save(const std::string& name, double first)
        {
            const std::vector<double> values{first, 2, 3};
            return selectors.save(trained(name),
                {{"coefficients", safetensors::Type::F64, {3}, std::as_bytes(std::span<const double>(values))}});
        }
        Scratch scratch;
        Project project = Project::create(scratch / "p");
        SelectorStore selectors{project};
    };

    TEST_F(SelectorStoreTest, ComesBackAsItWasSaved)
    {
        const auto saved = save("s", 1);
        EXPECT_EQ(saved.weightsSha256.size(), 64u);
        const auto again = selectors.load("s");
        EXPECT_EQ(again.kind, SelectorKind::Linear);
        EXPECT_EQ(again.mode, Mode::Published);
        EXPECT_EQ(again.inputs, trained("s").inputs);
        EXPECT_EQ(again.labels, "vqa");
        EXPECT_EQ(again.weightsSha256, saved.weightsSha256);
        EXPECT_EQ(again.validity.subsets, trained("s").validity.subsets);
        EXPECT_EQ(again.validity.r2, -0.5);
        EXPECT_TRUE(std::isnan(again.validity.predicted[1]));
        EXPECT_EQ(again.validity.importances[0].importance, 0.5);
        EXPECT_TRUE(std::isnan(again.validity.importances[0].coefficient));
        EXPECT_EQ(selectors.weightFile(again), scratch / "p/selectors/1.safetensors");
    }

    TEST_F(SelectorStoreTest, WeightsNeedNoFile)
    {
        SelectorInfo info;
        info.name = "sliders";
        info.weights = {{"clip", 1}, {"length", -0.5}};
        info.settings = info.provenance = "{}";
        selectors.save(info, {});
        EXPECT_EQ(selectors.load("sliders").weights, info.weights);
        EXPECT_THROW(selectors.weightFile(selectors.load("sliders")), Error);
        EXPECT_TRUE(project.verify().empty());
    }

    TEST_F(SelectorStoreTest, TheSameNameReplacesAndTheOldOneCanBeRestored)
    {
        const auto first = save("s", 1), second = save("s", 9);
        EXPECT_EQ(selectors.list().size(), 1u);
        EXPECT_EQ(selectors.load("s").weightsSha256, second.weightsSha256);
        renameItem(project, "selector", "s", "new");
        restoreItem(project, "selector", "s");
        EXPECT_EQ(selectors.load("s").weightsSha256, first.weightsSha256);
        trashItem(project, "selector", "new");
        EXPECT_FALSE(selectors.find("new").has_value());
    }

    TEST_F(SelectorStoreTest, FollowsAMetricThatIsRenamed)
    {
        save("s", 1);
        SelectorInfo info;
        info.name = "sliders";
        info.weights = {{"reward", 1}, {"length", -0.5}};
        info.settings = info.provenance = "{}";
        selectors.save(info, {});
        MetricStore(project).begin({"reward", "{}", "k", 0}, false);
        renameItem(project, "metric", "reward", "score");
        EXPECT_EQ(selectors.load("s").inputs[1], (SelectorInput{"score", 10, 1}));
        EXPECT_EQ(selectors.load("s").inputs[0].name, "image-pca6");
        EXPECT_EQ(selectors.load("sliders").weights, (std::map<std::string, double>{{"score", 1}, {"length", -0.5}}));
    }

    TEST_F(SelectorStoreTest, UnknownNamesAndBadNamesAreNamed)
    {
        save("good", 1);
        try {
            selectors.load("goof");
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::NotFound);
            EXPECT_THAT(e.message(), HasSubstr("good"));
        }
        EXPECT_THROW(save("../x", 1), Error);
    }

    TEST_F(SelectorStoreTest, AnAlteredWeightFileIsFound)
    {
        const auto info = save("s", 1);
        std::ofstream(selectors.weightFile(info), std::ios::app) << "x";
        EXPECT_THROW(selectors.weightFile(info), Error);
        const auto problems = project.verify();
        ASSERT_EQ(problems.size(), 1u);
        EXPECT_THAT(problems[0], HasSubstr("is not the weight file"));
    }

    TEST(SelectorMigration, SetsOfWeightsMoveIntoTheTable)
    {
        Scratch scratch;
        std::filesystem::create_directories(scratch / "p/vectors");
        {
            Database old(scratch / "p/project.winnow", OpenMode::Create);
            createSchema(old, 2);
            old.run("INSERT INTO setting (name, value) VALUES ('selectors', ?), ('other', '1')",
                R"({"best":{"kind":"weights","weights":{"clip":1,"length":-0.5}},"odd":3})");
        }
        auto project = Project::open(scratch / "p");
        const auto all = SelectorStore(project).list();
        ASSERT_EQ(all.size(), 1u);
        EXPECT_EQ(all[0].name, "best");
        EXPECT_EQ(all[0].parameterCount, 2);
        EXPECT_EQ(all[0].weights, (std::map<std::string, double>{{"clip", 1}, {"length", -0.5}}));
        EXPECT_TRUE(project.setting("selectors").is_null());
        EXPECT_EQ(project.setting("other"), 1);
    }

} // namespace
} // namespace winnow::store
