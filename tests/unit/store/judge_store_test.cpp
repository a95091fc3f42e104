#include "core/store/judge_store.h"

#include "tests/support/places.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    JudgeAnswerRow answer(const std::string& key, int repeat, int attempt, const std::string& text, PairRow row = 0)
    {
        return {key, repeat, attempt, row, text, 100, 20, {}};
    }

    JudgeSpend spent(std::int64_t answers, std::int64_t prompt, std::int64_t answerTokens, double cost)
    {
        JudgeSpend out;
        out.answerCount = answers;
        out.promptTokens = prompt;
        out.answerTokens = answerTokens;
        out.cost = cost;
        return out;
    }

    TEST(JudgeStore, KeepsAnswersByContentAndSpendByJobOverARestart)
    {
        Scratch scratch;
        {
            auto project = Project::create(scratch / "p");
            JudgeStore store(project);
            EXPECT_EQ(store.total().requestCount, 0);
            const auto first = store.beginSpend("http://h/v1/chat/completions", "m", "score");
            store.addRequest(first, 0.5);
            store.addAnswer(first, answer("k", 0, 1, "92\nwell — 好", 7), spent(1, 100, 20, -0.2));
            store.addRequest(first, 0.5);
            store.addAnswer(first, answer("k", 0, 0, "no number", 7), spent(1, 100, 20, -0.2));
            const auto second = store.beginSpend("http://h/v1/chat/completions", "m", "test");
            store.addRequest(second, 0.5);
            store.addOutcome(second, spent(0, 0, 0, -0.5));
        }
        auto project = Project::open(scratch / "p");
        JudgeStore store(project);
        const auto kept = store.answers("k");
        ASSERT_EQ(kept.size(), 2u);
        EXPECT_EQ(kept[0].text, "no number");
        EXPECT_EQ(kept[1].text, "92\nwell — 好");
        EXPECT_EQ(kept[1].attempt, 1);
        EXPECT_EQ(kept[1].row, 7u);
        EXPECT_NE(kept[1].at, "");
        EXPECT_TRUE(store.answers("other").empty());
        EXPECT_EQ(store.answersOf(7).size(), 2u);
        EXPECT_TRUE(store.answersOf(0).empty());
        const auto ledger = store.ledger();
        ASSERT_EQ(ledger.size(), 2u);
        EXPECT_EQ(ledger[0].requestCount, 2);
        EXPECT_EQ(ledger[0].answerCount, 2);
        EXPECT_NEAR(ledger[0].cost, 0.6, 1e-12);
        EXPECT_EQ(ledger[1].what, "test");
        EXPECT_EQ(ledger[1].requestCount, 1);
        EXPECT_NEAR(ledger[1].cost, 0, 1e-12);
        EXPECT_EQ(store.total().requestCount, 3);
        EXPECT_EQ(store.total().promptTokens, 200);
    }

    TEST(JudgeStore, UsageIsTheMeanOfWhatTheServerTold)
    {
        Scratch scratch;
        auto project = Project::create(scratch / "p");
        JudgeStore store(project);
        const auto number = store.beginSpend("s", "m", "score");
        EXPECT_EQ(store.usage("s", "m").count, 0);
        auto told = answer("a", 0, 0, "1");
        store.addAnswer(number, told, {});
        told.key = "b";
        told.promptTokens = 300;
        told.answerTokens = 40;
        store.addAnswer(number, told, {});
        told.key = "c";
        told.promptTokens = -1;
        store.addAnswer(number, told, {});
        EXPECT_EQ(store.usage("s", "m").count, 2);
        EXPECT_EQ(store.usage("s", "m").promptTokens, 200);
        EXPECT_EQ(store.usage("s", "m").answerTokens, 30);
        EXPECT_EQ(store.usage("s", "other").count, 0);
    }

    TEST(JudgeStore, AProjectOfTheFirstVersionGetsItsTables)
    {
        Scratch scratch;
        std::filesystem::create_directories(scratch / "p");
        std::filesystem::copy_file(
            sourceDir() + "/tests/unit/store/fixtures/version1.winnow", scratch / "p/project.winnow");
        auto project = Project::open(scratch / "p");
        JudgeStore store(project);
        const auto number = store.beginSpend("s", "m", "score");
        store.addAnswer(number, answer("k", 0, 0, "90"), spent(1, 1, 1, 0));
        EXPECT_EQ(store.answers("k").size(), 1u);
        EXPECT_THAT(project.verify(), testing::IsEmpty());
    }

} // namespace
} // namespace winnow::store
