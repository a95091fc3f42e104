#include "core/store/label_store.h"

#include "core/base/error.h"
#include "core/store/database.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/schema.h"
#include "core/store/selection_store.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    using testing::IsEmpty;
    using Rows = std::vector<PairRow>;

    template <typename Call> ErrorCode codeOf(Call call)
    {
        try {
            call();
        } catch (const Error& e) {
            return e.code();
        }
        return ErrorCode::Internal;
    }

    LabelSet makeLabels()
    {
        LabelSet set;
        set.name = "first";
        set.clustering = "k3";
        set.benchmarks = {"gqa", "yes-no"};
        set.provenance = R"({"seeds":[42,43]})";
        set.labels = {{0, 114, 30.86, 0.25, 0.35, {30.61, 31.11}, {}},
            {1, 0, kMissing, kMissing, kMissing, {}, "it is empty"}, {2, 7, 31.5, kMissing, 0.5, {31.5}, {}}};
        return set;
    }

    class LabelStoreTest : public testing::Test {
    protected:
        Scratch scratch;
        Project project = Project::create(scratch / "p");
        LabelStore labels{project};
        ExperimentStore experiments{project};
    };

    TEST_F(LabelStoreTest, KeepsEveryNumberAndWhatIsMissing)
    {
        const auto saved = labels.save(makeLabels());
        EXPECT_GT(saved.key, 0);
        const auto read = labels.load("first");
        EXPECT_EQ(read.clustering, "k3");
        EXPECT_THAT(read.benchmarks, ElementsAre("gqa", "yes-no"));
        EXPECT_EQ(read.provenance, R"({"seeds":[42,43]})");
        ASSERT_EQ(read.labels.size(), 3u);
        EXPECT_EQ(read.labels[0].pairCount, 114);
        EXPECT_EQ(read.labels[0].value, 30.86);
        EXPECT_EQ(read.labels[0].standardError, 0.25);
        EXPECT_EQ(read.labels[0].questionError, 0.35);
        EXPECT_THAT(read.labels[0].repeats, ElementsAre(30.61, 31.11));
        EXPECT_FALSE(read.labels[1].isMeasured());
        EXPECT_EQ(read.labels[1].note, "it is empty");
        EXPECT_TRUE(std::isnan(read.labels[2].standardError));
    }

    TEST_F(LabelStoreTest, SavingAgainWritesOver)
    {
        const auto first = labels.save(makeLabels());
        auto more = makeLabels();
        more.labels[1] = {1, 9, 29.5, kMissing, kMissing, {29.5}, {}};
        EXPECT_EQ(labels.save(more).key, first.key);
        EXPECT_EQ(labels.list().size(), 1u);
        EXPECT_EQ(labels.load("first").labels[1].value, 29.5);
    }

    TEST_F(LabelStoreTest, RefusesAClusterTwiceAndAnotherClusteringsName)
    {
        auto twice = makeLabels();
        twice.labels[1].cluster = 0;
        EXPECT_EQ(codeOf([&] { labels.save(twice); }), ErrorCode::InvalidInput);
        labels.save(makeLabels());
        auto other = makeLabels();
        other.clustering = "k5";
        EXPECT_EQ(codeOf([&] { labels.save(other); }), ErrorCode::Conflict);
        EXPECT_EQ(codeOf([&] { labels.load("second"); }), ErrorCode::NotFound);
    }

    TEST_F(LabelStoreTest, GoesToTheTrashAndComesBackUnderItsName)
    {
        labels.save(makeLabels());
        renameItem(project, "label", "first", "paper");
        trashItem(project, "label", "paper");
        EXPECT_THAT(labels.list(), IsEmpty());
        restoreItem(project, "label", "paper");
        EXPECT_EQ(labels.load("paper").labels.size(), 3u);
    }

    TEST_F(LabelStoreTest, ExperimentGoesOnWithItsOwnSettingsOnly)
    {
        const auto begun = experiments.begin("e", R"({"seeds":5})");
        EXPECT_FALSE(begun.isFinished());
        EXPECT_EQ(experiments.begin("e", R"({"seeds":5})").key, begun.key);
        EXPECT_EQ(codeOf([&] { experiments.begin("e", R"({"seeds":6})"); }), ErrorCode::Conflict);
        experiments.finish("e", R"({"sentence":"so"})");
        EXPECT_EQ(experiments.find("e")->result, R"({"sentence":"so"})");
        EXPECT_EQ(codeOf([&] { experiments.finish("f", "{}"); }), ErrorCode::NotFound);
        trashItem(project, "experiment", "e");
        EXPECT_THAT(experiments.list(), IsEmpty());
    }

    TEST_F(LabelStoreTest, BatchesStayOutOfTheListsOfSingleOnes)
    {
        addPairs(project, 4);
        SelectionStore selections(project);
        selections.save("mine", Rows{0}, "{}");
        selections.save("first c0", Rows{1, 2}, "{}", "label:first");
        ASSERT_EQ(selections.list().size(), 1u);
        EXPECT_EQ(selections.list("label:first").front().name, "first c0");
        EXPECT_THAT(selections.load("first c0"), ElementsAre(1, 2));
        RunStore runs(project);
        RunInfo run;
        run.name = "first c0 seed 42";
        run.batch = "label:first";
        runs.create(run);
        EXPECT_THAT(runs.list(), IsEmpty());
        EXPECT_EQ(runs.list("label:first").size(), 1u);
        EXPECT_EQ(runs.find("first c0 seed 42")->batch, "label:first");
        EXPECT_THAT(project.verify(), IsEmpty());
    }

    TEST(LabelStoreMigration, ProjectOfTheVersionBeforeHasNoBatchesYet)
    {
        Scratch scratch;
        std::filesystem::create_directories(scratch / "p");
        {
            Database old(scratch / "p/project.winnow", OpenMode::Create);
            createSchema(old, 2);
            old.execute(
                "INSERT INTO run (name, folder, selection, recipe, state, steps, total_steps, weights_sha256, "
                "message, created_at, finished_at) VALUES ('r', 'runs/1', 'all', '{}', 4, 8, 8, '', '', '', '')");
        }
        auto project = Project::open(scratch / "p");
        EXPECT_EQ(RunStore(project).list().front().name, "r");
        EXPECT_THAT(LabelStore(project).list(), IsEmpty());
        LabelStore(project).save(makeLabels());
        EXPECT_EQ(LabelStore(project).list().size(), 1u);
    }

} // namespace
} // namespace winnow::store
