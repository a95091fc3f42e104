#include "core/base/file.h"
#include "tests/e2e/program.h"
#include "tests/support/loopback_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace winnow::e2e {
namespace {

    using testing::HasSubstr;
    using testing::Not;
    using testing_support::Answer;
    using testing_support::chatCompletion;
    using testing_support::LoopbackServer;
    using testing_support::Received;

    const std::string kKey = "sk-e2e-4fT9wLq27ZpXc81Q";

    /// The pair's number in a request.
    int numberIn(const Received& request)
    {
        const auto at = request.body.find("response number ");
        return at == std::string::npos ? -1 : std::stoi(request.body.substr(at + 16));
    }

    Answer rate(const Received& request)
    {
        return {200,
            chatCompletion(
                std::to_string(40 + numberIn(request) % 50) + "\nSeen with " + request.header("Authorization")),
            {}, 0, {}};
    }

    class JudgeCommand : public testing::Test {
    protected:
        void SetUp() override { ::setenv("JUDGE_KEY", kKey.c_str(), 1); }
        void TearDown() override { ::unsetenv("JUDGE_KEY"); }

        void makeProject(int pairs)
        {
            std::string lines;
            for (int i = 0; i < pairs; ++i)
                lines += R"({"id":"id)" + std::to_string(i)
                    + R"(","image":"x.jpg","instruction":"Say.","response":"response number )" + std::to_string(i)
                    + "\"}\n";
            program.write("pairs.jsonl", lines);
            ASSERT_EQ(program.run({"new", "p"}).code, 0);
            ASSERT_EQ(program.run({"import", "p", "pairs.jsonl", "--format", "jsonl"}).code, 0)
                << program.read("err.txt");
        }
        std::vector<std::string> scoring(const std::string& url, const std::vector<std::string>& more = {}) const
        {
            std::vector<std::string> out{"score", "p", "--metrics", "judge,length", "--judge-url", url, "--judge-model",
                "judge-1", "--judge-key-env", "JUDGE_KEY", "--json"};
            out.insert(out.end(), more.begin(), more.end());
            return out;
        }
        /// Files under the test's folder that hold the key, or a long piece of it.
        std::vector<std::string> filesWithKey() const
        {
            std::vector<std::string> found;
            for (const auto& entry : std::filesystem::recursive_directory_iterator(program / "."))
                if (entry.is_regular_file()) {
                    const auto content = file::readAll(entry.path());
                    if (content.find(kKey.substr(0, 12)) != std::string::npos
                        || content.find(kKey.substr(11)) != std::string::npos)
                        found.push_back(entry.path().string());
                }
            return found;
        }
        Program program;
    };

    TEST_F(JudgeCommand, ScoresEveryPairOnceAndWritesTheKeyNowhere)
    {
        LoopbackServer server(&rate);
        makeProject(30);
        const auto scored =
            program.run(scoring(server.url(), {"--judge-price-in", "0.01", "--judge-price-out", "0.03"}));
        ASSERT_EQ(scored.code, 0) << scored.err;
        EXPECT_EQ(scored.json().at("judge").at("scored"), 30) << scored.out;
        EXPECT_EQ(scored.json().at("length").at("scored"), 30);
        EXPECT_EQ(server.count(), 30);
        EXPECT_EQ(server.received().at(0).header("Authorization"), "Bearer " + kKey);
        const auto listed = program.run({"list", "p", "--where", "judge = 44", "--json"});
        EXPECT_EQ(listed.json().at("id"), "id4");
        const auto answers = program.run({"judge", "p", "answers", "id4", "--json"}).json();
        EXPECT_EQ(answers.at("answers")[0].at("answer"), "44\nSeen with Bearer [key]");
        const auto shown = program.run({"judge", "p", "show", "--json"}).json();
        EXPECT_EQ(shown.at("total").at("requests"), 30);
        EXPECT_NEAR(shown.at("total").at("cost").get<double>(), 30 * 0.0016, 1e-9);
        EXPECT_EQ(shown.at("settings").at("key_source"), "env:JUDGE_KEY");
        ASSERT_EQ(program.run(scoring(server.url())).code, 0);
        EXPECT_EQ(program.run({"verify", "p"}).code, 0);
        EXPECT_EQ(server.count(), 30) << "an answer was asked for twice";
        EXPECT_THAT(filesWithKey(), testing::IsEmpty());
    }

    TEST_F(JudgeCommand, KilledAndStartedAgainRepeatsNoAnswer)
    {
        LoopbackServer server([](const Received& request) {
            auto answer = rate(request);
            answer.delayMs = 30;
            return answer;
        });
        makeProject(300);
        const std::vector<std::string> careful{"--judge-concurrency", "1"};
        int kills = 0;
        for (; kills < 5; ++kills) {
            const int before = server.count();
            const auto child = program.start(scoring(server.url(), careful));
            for (int i = 0; i < 3000 && server.count() < before + 25; ++i)
                ::usleep(5000);
            ::kill(child, SIGKILL);
            program.finish(child);
        }
        const auto last = program.run(scoring(server.url(), {"--judge-concurrency", "32"}));
        ASSERT_EQ(last.code, 0) << last.err;
        EXPECT_EQ(program.run({"list", "p", "--where", "judge >= 0", "--limit", "1000"}).code, 0);
        std::map<int, int> asked;
        for (const auto& request : server.received())
            ++asked[numberIn(request)];
        EXPECT_EQ(asked.size(), 300u);
        int repeated = 0;
        for (const auto& [number, times] : asked)
            repeated += times - 1;
        EXPECT_LE(repeated, kills) << "more than the one request under way at each kill was asked again";
        const auto shown = program.run({"judge", "p", "show", "--json"}).json();
        const auto counted = shown.at("total").at("requests").get<int>();
        EXPECT_GE(counted, server.count()) << "the ledger lost a request";
        EXPECT_LE(counted, server.count() + kills); // killed between counting and sending
        EXPECT_EQ(shown.at("total").at("answers"), 300);
        EXPECT_THAT(filesWithKey(), testing::IsEmpty());
    }

    TEST_F(JudgeCommand, RefusedOrOfflineTheMetricIsMissingAndTheRestGoesOn)
    {
        std::string url;
        {
            LoopbackServer server([](const Received&) {
                return Answer{
                    401, R"({"error":{"message":"Incorrect API key provided: sk-e2e-4fT9***Zp"}})", {}, 0, {}};
            });
            url = server.url();
            makeProject(20);
            const auto refused = program.run(scoring(url));
            EXPECT_EQ(refused.code, 0) << refused.err;
            EXPECT_THAT(refused.json().at("judge").at("stopped"), HasSubstr("refuses the key (401)"));
            EXPECT_EQ(refused.json().at("judge").at("scored"), 0);
            EXPECT_EQ(refused.json().at("length").at("scored"), 20);
            EXPECT_LE(server.count(), 4);
        }
        const auto offline = program.run(scoring(url));
        EXPECT_THAT(offline.json().at("judge").at("stopped"), HasSubstr("cannot be reached"));
        ::unsetenv("JUDGE_KEY");
        const auto keyless = program.run(scoring(url));
        EXPECT_THAT(
            keyless.json().at("judge").at("stopped"), HasSubstr("JUDGE_KEY, which should hold the key, is not set"));
        EXPECT_EQ(keyless.json().at("length").at("already"), 20);
        const auto told = program.run({"score", "p", "--metrics", "judge"});
        EXPECT_THAT(told.out, HasSubstr("the rest is missing: the environment variable JUDGE_KEY"));
    }

    TEST_F(JudgeCommand, TestShowsPromptAnswerRatingAndForecast)
    {
        LoopbackServer server(&rate);
        makeProject(10);
        const auto tried = program.run({"judge", "p", "test", "id3", "--judge-url", server.url(), "--judge-model",
            "judge-1", "--judge-repeats", "2", "--judge-price-in", "1", "--judge-price-out", "2", "--json"});
        ASSERT_EQ(tried.code, 0) << tried.err << tried.out;
        const auto test = tried.json();
        EXPECT_EQ(test.at("rating"), 43);
        EXPECT_THAT(test.at("question"), HasSubstr("Instruction: Say.\nCaption: response number 3"));
        EXPECT_EQ(test.at("prompt_tokens"), 100);
        EXPECT_NEAR(test.at("cost").get<double>(), 0.14, 1e-9);
        EXPECT_EQ(test.at("forecast").at("requests"), 19);
        EXPECT_EQ(test.at("forecast").at("measured"), true);
        EXPECT_NEAR(test.at("forecast").at("cost").get<double>(), 19 * 0.14, 1e-9);
        EXPECT_EQ(server.received().at(0).header("Authorization"), "");
        EXPECT_EQ(program.run({"judge", "p", "show", "--json"}).json().at("settings").at("server"), "")
            << "a test saved";
        const auto scored = program.run({"score", "p", "--metrics", "judge", "--judge-url", server.url(),
            "--judge-model", "judge-1", "--judge-repeats", "2", "--json"});
        EXPECT_EQ(scored.json().at("judge").at("scored"), 10) << scored.err;
        EXPECT_EQ(scored.json().at("judge.spread").at("scored"), 10);
        EXPECT_EQ(server.count(), 20) << "the test's answer was asked for again";
        EXPECT_EQ(program.run({"judge", "p", "test", "id99"}).code, 1);
        EXPECT_THAT(program.run({"judge", "p", "test", "id99"}).err, HasSubstr("no pair \"id99\""));
    }

    TEST_F(JudgeCommand, ABudgetHoldsOverRuns)
    {
        LoopbackServer server(&rate);
        makeProject(20);
        for (int i = 0; i < 2; ++i) {
            const auto scored = program.run(scoring(server.url(), {"--judge-max-requests", "7"}));
            EXPECT_THAT(scored.json().at("judge").at("stopped"), HasSubstr("budget of 7 requests"));
            EXPECT_EQ(server.count(), 7);
        }
        EXPECT_EQ(
            program.run(scoring(server.url(), {"--judge-max-requests", "0"})).json().at("judge").at("already"), 7);
        EXPECT_EQ(server.count(), 20);
    }

    TEST_F(JudgeCommand, AStrangersProjectOrRecipeReachesNoServer)
    {
        LoopbackServer server(&rate);
        makeProject(5);
        ASSERT_EQ(program.run(scoring(server.url())).code, 0);
        ASSERT_EQ(server.count(), 5);
        std::filesystem::remove_all(program / ".config"); // another user, another machine
        program.write("more.jsonl",
            R"({"id":"new","image":"x.jpg","response":"response number 9"})"
            "\n");
        ASSERT_EQ(program.run({"import", "p", "more.jsonl", "--format", "jsonl"}).code, 0);
        const auto scored = program.run({"score", "p", "--metrics", "judge", "--json"});
        EXPECT_THAT(scored.json().at("judge").at("stopped"), HasSubstr("not set up on this machine"));
        ASSERT_EQ(program.run({"new", "q"}).code, 0);
        const auto replayed = program.run({"replay", "p", "q"});
        EXPECT_THAT(replayed.err, testing::AllOf(HasSubstr("left out score"), HasSubstr(": its judge was not set up")));
        for (const std::string command :
            {"judge\",\"remove-key\",\"x", "judge\",\"test", "judge\",\"set\",\"--judge-repeats\",\"2",
                "score\",\"--metrics\",\"judge\",\"--judge-repeats\",\"2"}) {
            program.write("recipe.json", "[{\"command\":[\"" + command + "\"]}]");
            EXPECT_THAT(program.run({"replay", "recipe.json", "p"}).err, HasSubstr("left out")) << command;
        }
        EXPECT_EQ(server.count(), 5);
    }

    TEST_F(JudgeCommand, WrongUsageIsTwoAndRepeatsNoKey)
    {
        makeProject(1);
        for (const std::vector<std::string>& flags : std::vector<std::vector<std::string>>{{"--judge-key-env", kKey},
                 {"--judge-key", kKey}, {"--judge-url", "http://me:" + kKey + "@h/v1"}, {"--judge-url", "ftp://h"},
                 {"--judge-local", "--judge-model", "m"}, {"--judge-repeats", "0"}, {"--judge-prompt", "odd"},
                 {"--judge-key-env", "A", "--judge-keychain", "b"}}) {
            auto command = std::vector<std::string>{
                "score", "p", "--metrics", "judge", "--judge-url", "http://127.0.0.1:1", "--judge-model", "m"};
            if (flags[0] == "--judge-url" || flags[0] == "--judge-local")
                command.resize(4);
            if (flags[0] == "--judge-url")
                command.insert(command.end(), {"--judge-model", "m"});
            command.insert(command.end(), flags.begin(), flags.end());
            const auto ran = program.run(command);
            EXPECT_EQ(ran.code, 2) << testing::PrintToString(flags) << ran.err << ran.out;
            EXPECT_THAT(ran.err, Not(HasSubstr("4fT9wLq")));
        }
        EXPECT_THAT(filesWithKey(), testing::IsEmpty());
    }

    TEST_F(JudgeCommand, ALocalModelJudges)
    {
        makeProject(3);
        const auto scored = program.run({"score", "p", "--metrics", "judge", "--judge-local", "--json"});
        ASSERT_EQ(scored.code, 0) << scored.err;
        EXPECT_EQ(scored.json().at("judge").at("scored"), 3) << scored.out;
        EXPECT_EQ(scored.json().at("judge.spread").at("scored"), 3);
        EXPECT_EQ(program.run({"list", "p", "--where", "judge >= 0 and judge <= 100 and judge.spread > 0"}).code, 0);
    }

} // namespace
} // namespace winnow::e2e
