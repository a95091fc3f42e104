#include "core/net/http.h"

#include "core/base/error.h"
#include "tests/support/loopback_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::net {
namespace {

    using testing::HasSubstr;
    using testing::Not;
    using testing_support::Answer;
    using testing_support::LoopbackServer;
    using testing_support::Received;

    const std::string kKey = "sk-test-4fT9wLq27ZpXc81";

    HttpReply send(HttpClient& client, const HttpRequest& request)
    {
        client.start(7, request);
        for (int i = 0; i < 200; ++i)
            for (auto& done : client.wait(50)) {
                EXPECT_EQ(done.ticket, 7);
                return done.reply;
            }
        ADD_FAILURE() << "no answer in ten seconds";
        return {};
    }

    HttpReply ask(const LoopbackServer& server, const HttpLimits& limits = {})
    {
        HttpClient client(limits);
        return send(client, {server.url() + "/v1/x", "{}", "application/json", Secret(kKey)});
    }

    TEST(Http, PostsBodyAndKeyAndReadsTheAnswer)
    {
        LoopbackServer server([](const Received&) { return Answer{200, "{\"fine\":1}", {}, 0, {}}; });
        const auto reply = ask(server);
        EXPECT_TRUE(reply.isSuccess()) << reply.problem;
        EXPECT_EQ(reply.body, "{\"fine\":1}");
        const auto got = server.received().at(0);
        EXPECT_THAT(got.head, testing::StartsWith("POST /v1/x HTTP/1.1\r\n"));
        EXPECT_EQ(got.header("Authorization"), "Bearer " + kKey);
        EXPECT_EQ(got.header("Content-Type"), "application/json");
        EXPECT_EQ(got.body, "{}");
    }

    TEST(Http, ManyAtOnceInOneThread)
    {
        LoopbackServer server([](const Received& request) { return Answer{200, request.body, {}, 200, {}}; });
        HttpClient client;
        for (int i = 0; i < 20; ++i)
            client.start(i, {server.url(), "body " + std::to_string(i), "text/plain", {}});
        std::vector<int> seen(20, 0);
        for (int turns = 0; turns < 400 && client.activeCount() > 0; ++turns)
            for (const auto& done : client.wait(50)) {
                EXPECT_EQ(done.reply.body, "body " + std::to_string(done.ticket));
                ++seen[static_cast<std::size_t>(done.ticket)];
            }
        EXPECT_EQ(seen, std::vector<int>(20, 1));
        EXPECT_GT(server.peak(), 10);
    }

    TEST(Http, StatusesAreTold)
    {
        const Secret key(kKey);
        LoopbackServer server([](const Received& request) {
            const std::vector<int> statuses{401, 403, 404, 429, 500, 302};
            const auto status = statuses.at(static_cast<std::size_t>(request.number - 1));
            return Answer{status, "{\"error\":{\"message\":\"bad key " + kKey + "\"}}",
                {"Retry-After: 3", "Location: http://127.0.0.1:1/elsewhere"}, 0, {}};
        });
        const std::vector<std::pair<std::string, bool>> expected{{"refuses the key (401)", false},
            {"forbids the request (403)", false}, {"no such address or model (404)", false},
            {"fewer requests (429)", true}, {"status 500", true}, {"redirects elsewhere (302)", false}};
        for (const auto& [words, transient] : expected) {
            const auto reply = ask(server);
            EXPECT_EQ(isTransient(reply), transient) << words;
            EXPECT_FALSE(reply.isSuccess());
            EXPECT_EQ(reply.retryAfterSeconds, 3.0);
            const auto said = describeFailure(reply, key);
            EXPECT_THAT(said, HasSubstr(words));
            EXPECT_THAT(said, HasSubstr("bad key [key]"));
            EXPECT_THAT(said, Not(HasSubstr(kKey)));
        }
        EXPECT_EQ(server.count(), 6) << "a redirect was followed";
    }

    struct FaultCase {
        Answer::Fault fault;
        Trouble trouble;
        std::string words;
    };

    class HttpFaults : public testing::TestWithParam<FaultCase> { };

    TEST_P(HttpFaults, AreNamedAndWorthARetry)
    {
        const auto& expected = GetParam();
        LoopbackServer server([&](const Received&) {
            return Answer{200, std::string(1000, 'a'), {}, 0, expected.fault};
        });
        HttpLimits limits;
        limits.totalTimeoutMs = 700;
        limits.maxReplyBytes = 100'000;
        const auto reply = ask(server, limits);
        EXPECT_EQ(reply.trouble, expected.trouble) << reply.problem;
        EXPECT_THAT(reply.problem, HasSubstr(expected.words));
        EXPECT_TRUE(isTransient(reply));
        EXPECT_FALSE(reply.isSuccess());
        EXPECT_EQ(reply.body, "");
    }

    INSTANTIATE_TEST_SUITE_P(All, HttpFaults,
        testing::Values(FaultCase{Answer::Fault::CutBefore, Trouble::Cut, "broke off"},
            FaultCase{Answer::Fault::CutMiddle, Trouble::Cut, "broke off"},
            FaultCase{Answer::Fault::Garbage, Trouble::Cut, "broke off"},
            FaultCase{Answer::Fault::Silent, Trouble::Timeout, "did not answer in time"},
            FaultCase{Answer::Fault::Endless, Trouble::TooLarge, "longer than 100000 bytes"}));

    TEST(Http, NobodyListens)
    {
        int port = 0;
        {
            LoopbackServer server([](const Received&) { return Answer{}; });
            port = server.port();
        }
        HttpClient client;
        const auto reply = send(client, {"http://127.0.0.1:" + std::to_string(port), "{}", "text/plain", {}});
        EXPECT_EQ(reply.trouble, Trouble::Unreachable);
        EXPECT_THAT(reply.problem, HasSubstr("cannot be reached"));
    }

    TEST(Http, AProxyIsNotUsedForThisMachine)
    {
        LoopbackServer server([](const Received&) { return Answer{200, "direct", {}, 0, {}}; });
        ::setenv("http_proxy", "http://127.0.0.1:1", 1);
        EXPECT_EQ(ask(server).body, "direct");
        ::unsetenv("http_proxy");
    }

    TEST(Http, GoingAwayBreaksOffWhatIsUnderWay)
    {
        LoopbackServer server([](const Received&) { return Answer{200, "", {}, 0, Answer::Fault::Silent}; });
        const auto start = std::chrono::steady_clock::now();
        {
            HttpClient client;
            client.start(1, {server.url(), "{}", "text/plain", {}});
            client.wait(100);
            EXPECT_EQ(client.activeCount(), 1u);
        }
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
    }

    TEST(CheckAddress, RefusesWhatCouldLeakAKey)
    {
        const auto problem = [](const std::string& url, bool hasKey) -> std::string {
            try {
                checkAddress(url, hasKey);
            } catch (const Error& e) {
                EXPECT_EQ(e.code(), ErrorCode::InvalidInput);
                EXPECT_THAT(e.message(), Not(HasSubstr("hunter2")));
                return e.message();
            }
            return "";
        };
        for (const auto* good : {"https://api.example.com/v1", "http://localhost:8000", "http://127.0.0.1:9/v1",
                 "http://[::1]:80/v1", "http://192.168.1.4:8000/v1", "http://10.0.0.1", "http://172.20.0.1"})
            EXPECT_EQ(problem(good, true), "") << good;
        EXPECT_EQ(problem("http://judge.example.com/v1", false), "");
        EXPECT_THAT(problem("http://judge.example.com/v1", true), HasSubstr("over plain http"));
        EXPECT_THAT(problem("http://172.40.0.1/v1", true), HasSubstr("over plain http"));
        EXPECT_THAT(problem("http://10.evil.example.com/v1", true), HasSubstr("over plain http"));
        EXPECT_THAT(problem("https://me:hunter2@api.example.com", true), HasSubstr("no user name"));
        EXPECT_THAT(problem("https://api.example.com/v1?key=hunter2", true), HasSubstr("query"));
        EXPECT_THAT(problem("file:///etc/passwd", false), HasSubstr("https://"));
        EXPECT_THAT(problem("not an address", false), HasSubstr("cannot be read"));
        EXPECT_THAT(problem("", false), HasSubstr("cannot be read"));
    }

    TEST(HttpLimits, MustBeAboveZero)
    {
        HttpLimits limits;
        limits.maxReplyBytes = 0;
        EXPECT_THROW(HttpClient{limits}, Error);
    }

} // namespace
} // namespace winnow::net
