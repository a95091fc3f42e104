#include "core/score/judge_score.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/media/image.h"
#include "tests/support/loopback_server.h"
#include "tests/unit/score/score_fixtures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <unistd.h>

namespace winnow::score {
namespace {

    using testing::HasSubstr;
    using testing::Not;
    using testing_support::Answer;
    using testing_support::chatCompletion;
    using testing_support::LoopbackServer;
    using testing_support::Received;

    const std::string kKey = "sk-test-4fT9wLq27ZpXc81";

    /// Keeps everything in memory; outlives a run as a project does.
    class MemoryBook final : public JudgeBook {
    public:
        std::vector<JudgeAnswer> answers(const std::string& key) override
        {
            std::vector<JudgeAnswer> out;
            for (const auto& [place, answer] : kept)
                if (answer.key == key)
                    out.push_back(answer);
            return out;
        }
        void sent(double cost) override
        {
            ++requests;
            money += cost;
        }
        void answered(const JudgeAnswer& answer, const JudgeCharge& charge) override
        {
            const bool isNew = kept.emplace(std::tuple(answer.key, answer.repeat, answer.attempt), answer).second;
            EXPECT_TRUE(isNew) << "asked twice";
            failed(charge);
        }
        void failed(const JudgeCharge& charge) override
        {
            money += charge.cost;
            tokens += charge.promptTokens + charge.answerTokens;
        }
        std::int64_t requestCount() const override { return requests; }
        double cost() const override { return money; }

        std::map<std::tuple<std::string, int, int>, JudgeAnswer> kept;
        std::int64_t requests = 0;
        std::int64_t tokens = 0;
        double money = 0;
    };

    std::vector<ScoreItem> captions(int count)
    {
        std::vector<ScoreItem> items;
        for (int i = 0; i < count; ++i) {
            ScoreItem item;
            item.row = static_cast<PairRow>(i);
            item.id = "id" + std::to_string(i);
            item.responses = {"caption number " + std::to_string(i)};
            item.instructions = {""};
            items.push_back(item);
        }
        return items;
    }

    /// The number of the caption in a request: what each answer can depend on.
    int captionOf(const Received& request)
    {
        const auto at = request.body.find("caption number ");
        return at == std::string::npos ? -1 : std::stoi(request.body.substr(at + 15));
    }

    Answer rating(const std::string& text) { return {200, chatCompletion(text), {}, 0, {}}; }

    class JudgeScore : public testing::Test {
    protected:
        JudgeOptions optionsFor(const LoopbackServer& server) const
        {
            JudgeOptions options;
            options.chat = {server.url(), "judge-1", 1, 64};
            options.exchange.retry.baseSeconds = 0.01;
            options.exchange.retry.longestPauseSeconds = 0.05;
            return options;
        }
        JudgeReport run(const JudgeOptions& options, const std::vector<ScoreItem>& items)
        {
            const MemoryItems source(items, 8);
            NullContext context;
            return runJudgeScore(source, options, net::Secret(kKey), book, sink, context);
        }
        MemoryBook book;
        MemorySink sink;
    };

    TEST_F(JudgeScore, RatesEveryPairOnce)
    {
        LoopbackServer server(
            [](const Received& request) { return rating(std::to_string(captionOf(request) + 50) + "\nBecause."); });
        const auto report = run(optionsFor(server), captions(20));
        EXPECT_EQ(report.stopReason, "");
        EXPECT_EQ(report.score.scoredCount, 20);
        EXPECT_EQ(server.count(), 20);
        for (int i = 0; i < 20; ++i)
            EXPECT_EQ(sink.scores.at(static_cast<PairRow>(i)), i + 50);
        EXPECT_EQ(book.kept.size(), 20u);
        EXPECT_EQ(book.kept.begin()->second.promptTokens, 100);
        EXPECT_THAT(book.kept.begin()->second.text, testing::EndsWith("\nBecause."));
    }

    TEST_F(JudgeScore, NothingIsAskedTwice)
    {
        LoopbackServer server([](const Received&) { return rating("70"); });
        run(optionsFor(server), captions(10));
        sink = {};
        const auto again = run(optionsFor(server), captions(10));
        EXPECT_EQ(server.count(), 10);
        EXPECT_EQ(again.keptCount, 10);
        EXPECT_EQ(sink.scores.size(), 10u);
        sink = {};
        auto other = optionsFor(server);
        other.chat.temperature = 0;
        run(other, captions(10));
        EXPECT_EQ(server.count(), 20) << "another temperature is another question";
    }

    TEST_F(JudgeScore, RepeatsGiveMeanAndSpreadAndMoreRepeatsAskOnlyForTheRest)
    {
        LoopbackServer server([](const Received& request) { return rating(std::to_string(60 + 10 * request.number)); });
        auto options = optionsFor(server);
        options.exchange.startConcurrency = 1;
        options.exchange.maxConcurrency = 1;
        options.repeats = 2;
        run(options, captions(1));
        EXPECT_EQ(sink.scores.at(0), 75);
        EXPECT_EQ(server.count(), 2);
        sink = {};
        options.repeats = 3;
        run(options, captions(1));
        EXPECT_EQ(server.count(), 3);
        EXPECT_EQ(sink.scores.at(0), 80);
        EXPECT_DOUBLE_EQ(summarise({70, 80, 90}).spread, 10);
        EXPECT_TRUE(std::isnan(summarise({70}).spread));
    }

    TEST_F(JudgeScore, TextWithoutANumberIsAskedAgainThenMissing)
    {
        LoopbackServer server([](const Received& request) {
            return rating(captionOf(request) == 1 ? "It is a fine caption." : "Score: 88/100");
        });
        const auto report = run(optionsFor(server), captions(3));
        EXPECT_EQ(sink.scores, (std::map<PairRow, double>{{0, 88}, {2, 88}}));
        ASSERT_EQ(sink.failures.size(), 1u);
        EXPECT_EQ(sink.failures[0].id, "id1");
        EXPECT_THAT(sink.failures[0].reason, HasSubstr("3 times without a number"));
        EXPECT_THAT(sink.failures[0].reason, HasSubstr("It is a fine caption."));
        EXPECT_EQ(server.count(), 5);
        EXPECT_EQ(book.kept.size(), 5u) << "unreadable answers are kept too";
        EXPECT_EQ(report.stopReason, "");
        sink = {};
        run(optionsFor(server), captions(3));
        EXPECT_EQ(server.count(), 5);
        EXPECT_EQ(sink.failures.size(), 1u);
    }

    TEST_F(JudgeScore, PublishedRuleNeverMisses)
    {
        LoopbackServer server([](const Received& request) {
            const std::vector<std::string> texts{"100\nPerfect", "Score: 92", "85", "7"};
            return rating(texts.at(static_cast<std::size_t>(captionOf(request))));
        });
        auto options = optionsFor(server);
        options.mode = Mode::Published;
        run(options, captions(4));
        EXPECT_EQ(sink.scores, (std::map<PairRow, double>{{0, 100}, {1, 60}, {2, 85}, {3, 7}}));
    }

    TEST_F(JudgeScore, BothModesShareAnswersOfTheSameQuestion)
    {
        LoopbackServer server([](const Received&) { return rating("Score: 92"); });
        auto options = optionsFor(server);
        run(options, captions(2));
        sink = {};
        options.mode = Mode::Published;
        run(options, captions(2));
        EXPECT_EQ(server.count(), 2);
        EXPECT_EQ(sink.scores.at(0), 60);
    }

    TEST_F(JudgeScore, EachFaultIsOvercome)
    {
        using Fault = Answer::Fault;
        int round = 0;
        for (const auto& bad : std::vector<Answer>{{500, "{}", {}, 0, {}}, {429, "", {}, 0, {}},
                 {429, "", {"Retry-After: 1"}, 0, {}}, {200, "{\"choices\":", {}, 0, {}}, {200, "<html>", {}, 0, {}},
                 {200, chatCompletion("90"), {}, 0, Fault::CutMiddle}, {200, "", {}, 0, Fault::CutBefore},
                 {200, "", {}, 0, Fault::Endless}, {200, "", {}, 0, Fault::Silent}, {200, "", {}, 0, Fault::Garbage}}) {
            LoopbackServer server([&](const Received& request) { return request.number == 2 ? bad : rating("90"); });
            auto options = optionsFor(server);
            options.limits.totalTimeoutMs = 500;
            options.limits.maxReplyBytes = 100'000;
            sink = {};
            const auto report = run(options, captions(4));
            EXPECT_EQ(sink.scores.size(), 4u) << "fault " << round;
            EXPECT_EQ(report.stopReason, "") << "fault " << round;
            EXPECT_EQ(server.count(), 5) << "fault " << round;
            ++round;
        }
    }

    TEST_F(JudgeScore, ARefusedKeyEndsTheRunAndLeavesPairsOpen)
    {
        for (const int status : {401, 402, 403, 404, 302}) {
            LoopbackServer server([&](const Received& request) {
                return request.number <= 3
                    ? rating("80")
                    : Answer{status, "{\"error\":{\"message\":\"key " + kKey + " is bad\"}}", {}, 0, {}};
            });
            sink = {};
            book.kept.clear();
            auto options = optionsFor(server);
            options.exchange.startConcurrency = 1;
            options.exchange.maxConcurrency = 1;
            const auto report = run(options, captions(30));
            EXPECT_THAT(report.stopReason, HasSubstr(std::to_string(status)));
            EXPECT_THAT(report.stopReason, Not(HasSubstr(kKey)));
            EXPECT_EQ(server.count(), 4);
            EXPECT_EQ(sink.scores.size(), 3u);
            EXPECT_TRUE(sink.failures.empty());
        }
    }

    TEST_F(JudgeScore, ASpentAccountIsNoThrottling)
    {
        LoopbackServer server([](const Received&) {
            return Answer{429, R"({"error":{"message":"pay first","code":"insufficient_quota"}})", {}, 0, {}};
        });
        const auto report = run(optionsFor(server), captions(30));
        EXPECT_THAT(report.stopReason, HasSubstr("pay first"));
        EXPECT_LE(server.count(), 4);
        EXPECT_EQ(book.money, 0);
    }

    TEST_F(JudgeScore, ContentThatIsRefusedFailsItsPairAlone)
    {
        LoopbackServer server([](const Received& request) {
            return captionOf(request) == 5 ? Answer{400, R"({"error":{"message":"not allowed"}})", {}, 0, {}}
                                           : rating("80");
        });
        auto options = optionsFor(server);
        options.exchange.startConcurrency = 1;
        const auto report = run(options, captions(9));
        EXPECT_EQ(report.stopReason, "");
        EXPECT_EQ(sink.scores.size(), 8u);
        ASSERT_EQ(sink.failures.size(), 1u);
        EXPECT_THAT(sink.failures[0].reason, HasSubstr("status 400: not allowed"));
    }

    TEST_F(JudgeScore, ARequestThatIsAlwaysRefusedEndsTheRun)
    {
        LoopbackServer server([](const Received&) { return Answer{400, R"({"error":"bad model"})", {}, 0, {}}; });
        const auto report = run(optionsFor(server), captions(100));
        EXPECT_THAT(report.stopReason, HasSubstr("bad model"));
        EXPECT_LE(server.count(), 6);
    }

    TEST_F(JudgeScore, OfflineIsSaid)
    {
        JudgeOptions options;
        {
            LoopbackServer server([](const Received&) { return rating("1"); });
            options = optionsFor(server);
        }
        const auto report = run(options, captions(50));
        EXPECT_THAT(report.stopReason, HasSubstr("cannot be reached"));
        EXPECT_TRUE(sink.scores.empty());
        EXPECT_TRUE(sink.failures.empty());
        EXPECT_EQ(book.money, 0);
    }

    TEST_F(JudgeScore, TheRequestBudgetHoldsExactlyAndARaisedOneGoesOn)
    {
        LoopbackServer server([](const Received&) { return rating("80"); });
        auto options = optionsFor(server);
        options.maxRequests = 7;
        const auto report = run(options, captions(20));
        EXPECT_THAT(report.stopReason, HasSubstr("budget of 7 requests is used up"));
        EXPECT_EQ(server.count(), 7);
        EXPECT_EQ(sink.scores.size(), 7u);
        sink = {};
        options.maxRequests = 20;
        EXPECT_EQ(run(options, captions(20)).stopReason, "");
        EXPECT_EQ(server.count(), 20);
        EXPECT_EQ(sink.scores.size(), 20u);
    }

    TEST_F(JudgeScore, TheMoneyBudgetIsNotPassed)
    {
        LoopbackServer server([](const Received&) { return rating("80"); });
        auto options = optionsFor(server);
        options.pricePrompt = 1;  // 100 tokens come back as sent: 0.1
        options.priceAnswer = 10; // 20 as answered: 0.2
        options.maxCost = 3.05;   // ten answers cost 3.0
        const auto report = run(options, captions(40));
        EXPECT_THAT(report.stopReason, HasSubstr("does not allow another request"));
        EXPECT_LE(book.money, 3.05);
        EXPECT_GE(sink.scores.size(), 6u);
        EXPECT_NEAR(book.money, 0.3 * static_cast<double>(sink.scores.size()), 1e-9);
        EXPECT_EQ(book.tokens, 120 * static_cast<std::int64_t>(sink.scores.size()));
    }

    TEST_F(JudgeScore, WithoutTokenCountsTheEstimateStaysSpent)
    {
        LoopbackServer server([](const Received&) {
            return Answer{200, R"({"choices":[{"message":{"content":"80"}}]})", {}, 0, {}};
        });
        auto options = optionsFor(server);
        options.priceAnswer = 1;
        run(options, captions(2));
        EXPECT_DOUBLE_EQ(book.money, 2 * 0.064);
    }

    TEST_F(JudgeScore, StoppedAnywhereItGoesOnWithoutRepeatingAnAnswer)
    {
        const MemoryItems source(captions(30), 8);
        for (const int stopAt : {0, 1, 2, 3, 5, 8}) {
            LoopbackServer server([](const Received& request) {
                return Answer{200, chatCompletion(std::to_string(captionOf(request))), {}, 20, {}};
            });
            book.kept.clear();
            sink = {};
            StoppingContext stopping(stopAt);
            NullContext calm;
            try {
                runJudgeScore(source, optionsFor(server), net::Secret(kKey), book, sink, stopping);
            } catch (const Cancelled&) {
            }
            const auto answeredBefore = book.kept.size();
            EXPECT_EQ(static_cast<int>(answeredBefore), server.count()) << "a paid answer was thrown away";
            runJudgeScore(source, optionsFor(server), net::Secret(kKey), book, sink, calm);
            EXPECT_EQ(server.count(), 30);
            EXPECT_EQ(sink.scores.size(), 30u);
            EXPECT_EQ(sink.scores.at(29), 29);
        }
    }

    TEST_F(JudgeScore, ProgressEndsAtTotal)
    {
        LoopbackServer server([](const Received&) { return rating("80"); });
        const MemoryItems source(captions(20), 8);
        StoppingContext context(-1);
        runJudgeScore(source, optionsFor(server), {}, book, sink, context);
        EXPECT_EQ(context.done, 20);
        EXPECT_EQ(context.total, 20);
    }

    TEST_F(JudgeScore, NoPairs)
    {
        JudgeOptions options;
        options.chat = {"http://127.0.0.1:1", "m", 1, 64};
        const auto report = run(options, {});
        EXPECT_EQ(report.score.itemCount, 0);
        EXPECT_EQ(report.stopReason, "");
    }

    TEST_F(JudgeScore, ThePictureIsSentSmallAndIsPartOfTheKey)
    {
        const auto folder = std::filesystem::temp_directory_path() / ("winnow-judge-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder);
        media::Image picture{300, 200, std::vector<std::uint8_t>(3 * 300 * 200, 90)};
        file::writeAtomically(folder / "a.png", media::encodePng(picture));
        auto items = captions(3);
        items[0].image = folder / "a.png";
        items[1].image = folder / "absent.png";
        LoopbackServer server([](const Received&) { return rating("80"); });
        auto options = optionsFor(server);
        options.prompt = JudgePrompt::Image;
        options.imageSide = 64;
        run(options, items);
        EXPECT_EQ(server.count(), 1);
        EXPECT_THAT(server.received().at(0).body, HasSubstr("data:image/jpeg;base64,"));
        EXPECT_LT(server.received().at(0).body.size(), 4000u);
        ASSERT_EQ(sink.failures.size(), 2u);
        EXPECT_THAT(sink.failures[0].reason, HasSubstr("absent.png"));
        EXPECT_THAT(sink.failures[1].reason, HasSubstr("no picture"));
        const auto key = judgeKey(options, items[0]);
        picture.rgb[0] = 91;
        file::writeAtomically(folder / "a.png", media::encodePng(picture));
        EXPECT_NE(judgeKey(options, items[0]), key);
        std::filesystem::remove_all(folder);
    }

    TEST_F(JudgeScore, AServerThatEchoesTheKeyLeavesNoTrace)
    {
        LoopbackServer server(
            [](const Received& request) { return rating("80\nI saw " + request.header("Authorization")); });
        run(optionsFor(server), captions(1));
        EXPECT_EQ(book.kept.begin()->second.text, "80\nI saw Bearer [key]");
    }

    TEST(JudgeOptions, AreChecked)
    {
        JudgeOptions good;
        good.chat = {"http://localhost:1", "m", 1, 64};
        EXPECT_NO_THROW(good.validate());
        const auto refuses = [&](auto change) {
            auto options = good;
            change(options);
            EXPECT_THROW(options.validate(), Error);
        };
        refuses([](JudgeOptions& o) { o.repeats = 0; });
        refuses([](JudgeOptions& o) { o.readAttempts = 0; });
        refuses([](JudgeOptions& o) { o.imageSide = 1; });
        refuses([](JudgeOptions& o) { o.imageQuality = 0; });
        refuses([](JudgeOptions& o) { o.maxRequests = -1; });
        refuses([](JudgeOptions& o) { o.maxCost = 1; });
        refuses([](JudgeOptions& o) { o.pricePrompt = -1; });
        refuses([](JudgeOptions& o) { o.chat.model = ""; });
    }

} // namespace
} // namespace winnow::score
