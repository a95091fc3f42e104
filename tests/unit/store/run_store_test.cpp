#include "core/store/run_store.h"

#include "core/base/error.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/recipe.h"
#include "core/store/selection_store.h"
#include "tests/unit/store/scratch.h"

#include <csignal>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;
    using Rows = std::vector<PairRow>;

    class RunStoreTest : public testing::Test {
    protected:
        void SetUp() override { addPairs(project, 5); }
        RunInfo make(const std::string& name, const std::string& selection = "all")
        {
            RunInfo info;
            info.name = name;
            info.selection = selection;
            info.recipe = "{\"steps\":80}";
            info.totalSteps = 80;
            return runs.create(info);
        }
        static ErrorCode codeOf(const std::function<void()>& work)
        {
            try {
                work();
            } catch (const Error& e) {
                return e.code();
            }
            return ErrorCode::Internal;
        }
        /// Another process that holds the lease.
        pid_t startHolder(const std::string& name, const std::string& wish)
        {
            int ends[2];
            EXPECT_EQ(::pipe(ends), 0);
            const pid_t child = ::fork();
            if (child == 0) {
                auto own = Project::open(scratch / "p");
                Lease lease(own, name, wish);
                const bool isSaid = ::write(ends[1], "x", 1) == 1;
                ::pause();
                ::_exit(isSaid ? 0 : 1);
            }
            char byte = 0;
            EXPECT_EQ(::read(ends[0], &byte, 1), 1);
            ::close(ends[0]);
            ::close(ends[1]);
            return child;
        }
        static void kill(pid_t process)
        {
            ::kill(process, SIGKILL);
            ::waitpid(process, nullptr, 0);
        }
        Scratch scratch;
        Project project = Project::create(scratch / "p");
        RunStore runs{project};
    };

    TEST_F(RunStoreTest, KeepsRunsWithTheirState)
    {
        auto info = make("a");
        EXPECT_TRUE(std::filesystem::is_directory(scratch / ("p/" + info.folder)));
        info.state = RunState::Failed;
        info.steps = 12;
        info.message = "loss became NaN";
        info.weightsSha256 = "ab";
        info.finishedAt = "2025-01-01T00:00:00Z";
        runs.update(info);
        const auto found = runs.find("a");
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(found->state, RunState::Failed);
        EXPECT_EQ(found->steps, 12);
        EXPECT_EQ(found->totalSteps, 80);
        EXPECT_EQ(found->message, "loss became NaN");
        EXPECT_EQ(found->weightsSha256, "ab");
        EXPECT_FALSE(found->createdAt.empty());
        EXPECT_EQ(codeOf([&] { make("a"); }), ErrorCode::Conflict);
        info.key = 99;
        EXPECT_EQ(codeOf([&] { runs.update(info); }), ErrorCode::NotFound);
        EXPECT_FALSE(runs.find("b").has_value());
    }

    TEST_F(RunStoreTest, EvaluationsAreReplacedAndFollowRenames)
    {
        make("a");
        runs.saveEvaluation({"a", "mme", 10, 20, 50, 40, 60});
        runs.saveEvaluation({"a", "mme", 20, 20, 55, 45, 65});
        renameItem(project, "run", "a", "b");
        ASSERT_EQ(runs.evaluations().size(), 1u);
        EXPECT_EQ(runs.evaluations()[0].run, "b");
        EXPECT_EQ(runs.evaluations()[0].answered, 20);
        EXPECT_EQ(runs.evaluations()[0].ciHigh, 65);
        EXPECT_EQ(codeOf([&] { runs.saveEvaluation({"none", "mme", 1, 1, 1, 1, 1}); }), ErrorCode::NotFound);
    }

    TEST_F(RunStoreTest, BenchmarksAreListedByName)
    {
        runs.saveBenchmark({"z", "mme", "b/z", 10, "h"});
        runs.saveBenchmark({"a", "pope", "b/a", 3, "g"});
        runs.saveBenchmark({"a", "pope", "b/a", 4, "g"});
        ASSERT_EQ(runs.benchmarks().size(), 2u);
        EXPECT_EQ(runs.benchmarks()[0].questionCount, 4);
        EXPECT_EQ(runs.benchmarks()[1].name, "z");
    }

    TEST_F(RunStoreTest, ForgedFolderIsRefused)
    {
        make("a");
        project.database().execute("UPDATE run SET folder = '../../etc'");
        EXPECT_EQ(codeOf([&] { runs.list(); }), ErrorCode::BadFile);
        EXPECT_EQ(codeOf([&] { runs.find("a"); }), ErrorCode::BadFile);
    }

    TEST_F(RunStoreTest, LeaseOfALivingProcessIsLocked)
    {
        Lease lease(project, "run:a");
        lease.beat();
        auto other = Project::open(scratch / "p");
        try {
            Lease second(other, "run:a");
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::Locked);
            EXPECT_THAT(e.message(), HasSubstr(std::to_string(::getpid())));
        }
        Lease free(other, "run:b");
    }

    TEST_F(RunStoreTest, LeaseEndsWithItsScope)
    {
        {
            Lease lease(project, "run:a");
        }
        Lease again(project, "run:a");
    }

    TEST_F(RunStoreTest, LeaseOfAKilledProcessIsTakenAtOnce)
    {
        const pid_t child = startHolder("run:a", "{}");
        EXPECT_EQ(codeOf([&] { Lease lease(project, "run:a"); }), ErrorCode::Locked);
        kill(child);
        Lease lease(project, "run:a");
    }

    TEST_F(RunStoreTest, WorkOfAKilledProcessIsListedWithItsWishUntilItIsTakenUpOrForgotten)
    {
        auto info = make("a");
        info.state = RunState::Running;
        runs.update(info);
        const pid_t child = startHolder("run:a", "{\"job\":\"finetune\"}");
        EXPECT_TRUE(isLeaseHeld(project, "run:a"));
        EXPECT_TRUE(abandonedLeases(project).empty());
        EXPECT_EQ(runs.find("a")->state, RunState::Running);
        forgetLease(project, "run:a");
        EXPECT_TRUE(isLeaseHeld(project, "run:a")) << "a living process lost its lease";

        kill(child);
        EXPECT_FALSE(isLeaseHeld(project, "run:a"));
        ASSERT_EQ(abandonedLeases(project).size(), 1u);
        EXPECT_EQ(abandonedLeases(project)[0].name, "run:a");
        EXPECT_EQ(abandonedLeases(project)[0].wish, "{\"job\":\"finetune\"}");
        EXPECT_EQ(runs.find("a")->state, RunState::Stopped);
        EXPECT_EQ(runs.list()[0].state, RunState::Stopped);
        {
            Lease again(project, "run:a", "{}");
            EXPECT_TRUE(abandonedLeases(project).empty());
        }
        EXPECT_TRUE(abandonedLeases(project).empty());

        kill(startHolder("score", "{}"));
        EXPECT_EQ(abandonedLeases(project).size(), 1u);
        forgetLease(project, "score");
        EXPECT_TRUE(abandonedLeases(project).empty());
    }

    TEST_F(RunStoreTest, NumberOfADeadProcessGivenToAnotherDoesNotHoldTheLease)
    {
        project.database().run("INSERT INTO lease VALUES ('run:a', ?, 'another boot:1', '', '', '')",
            static_cast<std::int64_t>(::getpid()));
        Lease lease(project, "run:a");
    }

    TEST_F(RunStoreTest, RecipeKeepsEveryCommandInOrder)
    {
        Recipe recipe(project);
        recipe.append({"score", "--metrics", "clip,length"});
        recipe.append({"override", "pin", "多", "--reason", "a \"b\""});
        const auto lines = recipe.list();
        ASSERT_EQ(lines.size(), 2u);
        EXPECT_THAT(lines[0].arguments, ElementsAre("score", "--metrics", "clip,length"));
        EXPECT_THAT(lines[1].arguments, ElementsAre("override", "pin", "多", "--reason", "a \"b\""));
        EXPECT_LT(lines[0].number, lines[1].number);
    }

    TEST_F(RunStoreTest, ItemsAreRenamedTrashedAndRestored)
    {
        SelectionStore selections(project);
        selections.save("s", Rows{1}, "{}");
        make("a", "s");
        renameItem(project, "selection", "s", "t");
        EXPECT_EQ(runs.find("a")->selection, "t");
        trashItem(project, "selection", "t");
        EXPECT_TRUE(selections.list().empty());
        selections.save("t", Rows{2}, "{}");
        EXPECT_EQ(codeOf([&] { restoreItem(project, "selection", "t"); }), ErrorCode::Conflict);
        renameItem(project, "selection", "t", "u");
        restoreItem(project, "selection", "t");
        EXPECT_THAT(selections.load("t"), ElementsAre(1));
        MetricStore metrics(project);
        metrics.begin({"clip", "{}", "k", 0}, false);
        trashItem(project, "metric", "clip");
        EXPECT_TRUE(project.loadColumns()->metrics.empty());
        metrics.begin({"clip", "{}", "k2", 0}, false);
        EXPECT_EQ(codeOf([&] { renameItem(project, "metric", "none", "x"); }), ErrorCode::NotFound);
        EXPECT_EQ(codeOf([&] { renameItem(project, "picture", "a", "x"); }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeOf([&] { renameItem(project, "selection", "t", "all"); }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeOf([&] { renameItem(project, "selection", "t", "u"); }), ErrorCode::Conflict);
        EXPECT_EQ(codeOf([&] { restoreItem(project, "run", "a"); }), ErrorCode::NotFound);
    }

} // namespace
} // namespace winnow::store
