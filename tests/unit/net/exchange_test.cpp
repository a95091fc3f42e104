#include "core/net/exchange.h"

#include "core/base/error.h"
#include "tests/support/loopback_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace winnow::net {
namespace {

    using testing::HasSubstr;
    using testing_support::Answer;
    using testing_support::LoopbackServer;
    using testing_support::Received;

    /// Asks `count` questions; a good answer is "fine".
    class Questions final : public Exchange {
    public:
        Questions(std::string url, int count)
            : m_url(std::move(url))
            , m_count(count)
        {
        }
        std::optional<Question> next() override
        {
            if (m_next == m_count)
                return std::nullopt;
            const auto ticket = m_next++;
            return Question{ticket, {m_url, "question " + std::to_string(ticket), "text/plain", {}}};
        }
        Admission admit(std::int64_t) override
        {
            if (sent < budget)
                return ++sent, Admission::Send;
            m_why = "the budget is used up";
            return mayWait ? Admission::Wait : Admission::Stop;
        }
        Verdict take(std::int64_t ticket, const HttpReply& reply) override
        {
            if (isTransient(reply) || reply.body == "unreadable")
                return Verdict::Retry;
            if (reply.status == 401) {
                m_why = "the key is refused";
                return Verdict::Stop;
            }
            budget += givesBack;
            EXPECT_TRUE(done.insert(ticket).second) << "answered twice";
            return Verdict::Done;
        }
        void giveUp(std::int64_t ticket, const std::string& reason) override { given.emplace(ticket, reason); }
        std::string stopReason() const override { return m_why; }

        int budget = 1'000'000;
        bool mayWait = false; ///< for answers that give back of the budget
        int givesBack = 0;    ///< each
        int sent = 0;
        std::set<std::int64_t> done;
        std::map<std::int64_t, std::string> given;

    private:
        std::string m_url;
        std::string m_why;
        int m_count;
        int m_next = 0;
    };

    /// Stops after so many seconds.
    class StopAfterSeconds final : public RunContext {
    public:
        explicit StopAfterSeconds(double seconds)
            : m_end(std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<int>(seconds * 1000)))
        {
        }
        void checkpoint() override
        {
            if (std::chrono::steady_clock::now() > m_end)
                throw Cancelled();
        }
        void progress(std::string_view, std::int64_t, std::int64_t) override { }
        void metric(std::string_view, double, double) override { }
        void log(LogLevel, std::string_view) override { }

    private:
        std::chrono::steady_clock::time_point m_end;
    };

    ExchangeOptions quick()
    {
        ExchangeOptions options;
        options.retry.baseSeconds = 0.01;
        options.retry.longestPauseSeconds = 0.05;
        return options;
    }

    ExchangeReport run(Exchange& exchange, const ExchangeOptions& options = quick(), const HttpLimits& limits = {})
    {
        HttpClient client(limits);
        NullContext context;
        return runExchange(client, exchange, options, context);
    }

    Answer fine(int delayMs = 0) { return {200, "fine", {}, delayMs, {}}; }

    TEST(Exchange, AsksEveryQuestionOnce)
    {
        LoopbackServer server([](const Received&) { return fine(5); });
        Questions questions(server.url(), 60);
        const auto report = run(questions);
        EXPECT_EQ(report.stopReason, "");
        EXPECT_EQ(report.sentCount, 60);
        EXPECT_EQ(server.count(), 60);
        EXPECT_EQ(questions.done.size(), 60u);
        EXPECT_GT(report.peakConcurrency, 4) << "it did not grow";
        EXPECT_LE(report.peakConcurrency, 32);
    }

    TEST(Exchange, NothingToAsk)
    {
        Questions questions("http://127.0.0.1:1", 0);
        EXPECT_EQ(run(questions).sentCount, 0);
    }

    TEST(Exchange, RetriesEachFaultUntilItIsFine)
    {
        using Fault = Answer::Fault;
        for (const auto& bad : std::vector<Answer>{{500, "{}", {}, 0, {}}, {503, "busy", {}, 0, {}},
                 {408, "", {}, 0, {}}, {200, "half", {}, 0, Fault::CutMiddle}, {200, "", {}, 0, Fault::CutBefore},
                 {200, "", {}, 0, Fault::Endless}, {200, "unreadable", {}, 0, {}}}) {
            LoopbackServer server([&](const Received& request) { return request.number % 2 == 1 ? bad : fine(); });
            Questions questions(server.url(), 4);
            HttpLimits limits;
            limits.maxReplyBytes = 100'000;
            const auto report = run(questions, quick(), limits);
            EXPECT_EQ(report.stopReason, "");
            EXPECT_EQ(questions.done.size(), 4u) << bad.status << static_cast<int>(bad.fault);
            EXPECT_GE(report.retryCount, 2);
            EXPECT_GE(
                server.count(), report.sentCount); // libcurl itself asks again on a kept connection that was closed
            EXPECT_LE(server.count(), 8);
        }
    }

    TEST(Exchange, GivesUpAQuestionAfterItsRetriesAndGoesOn)
    {
        LoopbackServer server([](const Received& request) {
            return request.body == "question 2" ? Answer{500, R"({"error":"no such luck"})", {}, 0, {}} : fine();
        });
        Questions questions(server.url(), 5);
        auto options = quick();
        options.retry.maxRetries = 3;
        const auto report = run(questions, options);
        EXPECT_EQ(report.stopReason, "");
        EXPECT_EQ(questions.done.size(), 4u);
        ASSERT_EQ(questions.given.size(), 1u);
        EXPECT_THAT(questions.given.at(2), HasSubstr("status 500: no such luck, after 3 repetitions"));
        EXPECT_EQ(server.count(), 4 + 4);
    }

    TEST(Exchange, ThrottlingHalvesTheRequestsAtOnce)
    {
        // A server that bears three at a time: more are turned away, as real ones do.
        std::atomic<int> open = 0;
        LoopbackServer server([&](const Received& request) {
            const bool isTurnedAway = request.number > 20 && request.number <= 40;
            open += isTurnedAway;
            return isTurnedAway ? Answer{429, "{}", {}, 0, {}} : fine(10);
        });
        Questions questions(server.url(), 120);
        auto options = quick();
        options.startConcurrency = 16;
        const auto report = run(questions, options);
        EXPECT_EQ(report.stopReason, "");
        EXPECT_EQ(questions.done.size(), 120u);
        EXPECT_EQ(report.throttledCount, open.load());
        EXPECT_LT(report.lastConcurrency, 16);
        EXPECT_EQ(report.retryCount, 0);
    }

    TEST(Exchange, RetryAfterIsWaitedFor)
    {
        using Time = std::chrono::steady_clock;
        std::vector<Time::time_point> at;
        LoopbackServer server([&](const Received& request) {
            at.push_back(Time::now());
            return request.number == 1 ? Answer{429, "", {"Retry-After: 1"}, 0, {}} : fine();
        });
        Questions questions(server.url(), 2);
        auto options = quick();
        options.startConcurrency = 1;
        options.maxConcurrency = 1;
        EXPECT_EQ(run(questions, options).stopReason, "");
        ASSERT_EQ(at.size(), 3u);
        EXPECT_GE(at[1] - at[0], std::chrono::milliseconds(950));
        EXPECT_LT(at[1] - at[0], std::chrono::milliseconds(2500));
    }

    TEST(Exchange, TooLongARetryAfterEndsIt)
    {
        LoopbackServer server([](const Received&) { return Answer{429, "", {"Retry-After: 4000"}, 0, {}}; });
        Questions questions(server.url(), 3);
        const auto report = run(questions);
        EXPECT_THAT(report.stopReason, HasSubstr("asks to wait 4000 seconds"));
        EXPECT_TRUE(questions.given.empty()) << "they can be asked later";
    }

    TEST(Exchange, EndlessThrottlingIsBounded)
    {
        LoopbackServer server([](const Received&) { return Answer{429, "", {}, 0, {}}; });
        Questions questions(server.url(), 1);
        auto options = quick();
        options.retry.maxThrottles = 5;
        run(questions, options);
        EXPECT_EQ(server.count(), 6);
        EXPECT_THAT(questions.given.at(0), HasSubstr("after 5 repetitions"));
    }

    TEST(Exchange, ARefusedKeyEndsItAtOnce)
    {
        LoopbackServer server([](const Received&) { return Answer{401, "", {}, 0, {}}; });
        Questions questions(server.url(), 100);
        const auto report = run(questions);
        EXPECT_EQ(report.stopReason, "the key is refused");
        EXPECT_LE(server.count(), 4);
    }

    TEST(Exchange, NoServerEndsItAfterAFewAttempts)
    {
        int port = 0;
        {
            LoopbackServer server([](const Received&) { return fine(); });
            port = server.port();
        }
        Questions questions("http://127.0.0.1:" + std::to_string(port), 100);
        const auto report = run(questions);
        EXPECT_THAT(report.stopReason, HasSubstr("cannot be reached"));
        EXPECT_LE(report.sentCount, 12);
    }

    TEST(Exchange, AServerThatFailsAlwaysIsNotAskedForEachQuestion)
    {
        LoopbackServer server([](const Received&) { return Answer{500, "", {}, 0, {}}; });
        Questions questions(server.url(), 1000);
        const auto report = run(questions);
        EXPECT_THAT(report.stopReason, HasSubstr("status 500"));
        EXPECT_LT(server.count(), 40);
        EXPECT_TRUE(questions.done.empty());
    }

    TEST(Exchange, ABudgetEndsItExactly)
    {
        LoopbackServer server([](const Received&) { return fine(5); });
        Questions questions(server.url(), 50);
        questions.budget = 17;
        const auto report = run(questions);
        EXPECT_EQ(report.stopReason, "the budget is used up");
        EXPECT_EQ(server.count(), 17);
        EXPECT_EQ(questions.done.size(), 17u);
    }

    TEST(Exchange, ABudgetThatAnswersGiveBackIsWaitedFor)
    {
        LoopbackServer server([](const Received&) { return fine(5); });
        Questions questions(server.url(), 30);
        questions.budget = 3;
        questions.mayWait = true;
        questions.givesBack = 1;
        const auto report = run(questions);
        EXPECT_EQ(report.stopReason, "");
        EXPECT_EQ(questions.done.size(), 30u);
        EXPECT_LE(report.peakConcurrency, 3);
        Questions spent(server.url(), 30);
        spent.budget = 3;
        spent.mayWait = true;
        EXPECT_EQ(run(spent).stopReason, "the budget is used up");
        EXPECT_EQ(spent.done.size(), 3u);
    }

    TEST(Exchange, AStopAnswersWithinASecondAndKeepsWhatArrives)
    {
        LoopbackServer server([](const Received& request) {
            return request.number % 2 == 0 ? fine(300) : Answer{200, "", {}, 60'000, {}};
        });
        Questions questions(server.url(), 100);
        HttpClient client;
        StopAfterSeconds context(0.2);
        const auto start = std::chrono::steady_clock::now();
        EXPECT_THROW(runExchange(client, questions, quick(), context), Cancelled);
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(1300));
        EXPECT_GT(questions.done.size(), 0u) << "answers under way were thrown away";
        EXPECT_TRUE(questions.given.empty());
    }

    TEST(AdaptiveLimit, GrowsByOneARoundAndHalvesOnceACut)
    {
        AdaptiveLimit limit(4, 8);
        for (int i = 0; i < 4; ++i) {
            limit.nextNumber();
            limit.succeeded();
        }
        EXPECT_EQ(limit.allowed(), 5);
        for (int i = 0; i < 100; ++i)
            limit.succeeded();
        EXPECT_EQ(limit.allowed(), 8);
        for (int i = 0; i < 8; ++i)
            limit.nextNumber();
        for (std::int64_t number = 5; number <= 12; ++number)
            limit.throttled(number); // all sent before the first of them came back
        EXPECT_EQ(limit.allowed(), 4);
        limit.throttled(limit.nextNumber());
        limit.throttled(limit.nextNumber());
        limit.throttled(limit.nextNumber());
        EXPECT_EQ(limit.allowed(), 1);
    }

    TEST(Pauses, DoubleUpToTheLongestAndVary)
    {
        RetryPolicy policy;
        Random random(1, "test");
        for (int retry = 0; retry < 12; ++retry) {
            const double whole = std::min(60.0, std::pow(2.0, retry));
            const double pause = pauseSeconds(policy, retry, random);
            EXPECT_GE(pause, whole / 2);
            EXPECT_LE(pause, whole);
        }
        Random again(1, "test");
        Random same(1, "test");
        EXPECT_EQ(pauseSeconds(policy, 3, again), pauseSeconds(policy, 3, same));
    }

    TEST(ExchangeOptions, AreChecked)
    {
        ExchangeOptions options;
        options.startConcurrency = 0;
        EXPECT_THROW(options.validate(), Error);
        options = {};
        options.retry.baseSeconds = -1;
        EXPECT_THROW(options.validate(), Error);
    }

} // namespace
} // namespace winnow::net
