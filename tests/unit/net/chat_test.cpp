#include "core/net/chat.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "tests/support/loopback_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::net {
namespace {

    using testing::HasSubstr;

    ChatSettings settings() { return {"http://localhost:8000", "judge-1", 0.5, 64}; }

    TEST(ChatAddress, FollowsTheBase)
    {
        EXPECT_EQ(chatAddress("https://api.openai.com/v1"), "https://api.openai.com/v1/chat/completions");
        EXPECT_EQ(chatAddress(" https://api.openai.com/v1/ "), "https://api.openai.com/v1/chat/completions");
        EXPECT_EQ(chatAddress("http://localhost:8000"), "http://localhost:8000/v1/chat/completions");
        EXPECT_EQ(chatAddress("http://h/api/chat/completions"), "http://h/api/chat/completions");
        EXPECT_EQ(chatAddress("https://h/compatible-mode/v3"), "https://h/compatible-mode/v3/chat/completions");
    }

    TEST(ChatRequest, CarriesTextAlone)
    {
        const auto request = makeChatRequest(settings(), {"rate \"this\"", ""}, Secret("key-12345678"));
        const auto body = json::parse(request.body, "body");
        EXPECT_EQ(body.at("model"), "judge-1");
        EXPECT_EQ(body.at("temperature"), 0.5);
        EXPECT_EQ(body.at("max_tokens"), 64);
        EXPECT_EQ(body.at("messages"), Json::parse(R"([{"role":"user","content":"rate \"this\""}])"));
        EXPECT_THAT(request.body, testing::Not(HasSubstr("key-12345678")));
        EXPECT_EQ(request.bearer.reveal(), "key-12345678");
    }

    TEST(ChatRequest, CarriesAPictureAsDataAddress)
    {
        const auto body = json::parse(makeChatRequest(settings(), {"look", "\xFF\xD8\xFF"}, {}).body, "body");
        const auto& content = body.at("messages")[0].at("content");
        EXPECT_EQ(content[0], Json::parse(R"({"type":"text","text":"look"})"));
        EXPECT_EQ(content[1].at("type"), "image_url");
        EXPECT_EQ(content[1].at("image_url").at("url"), "data:image/jpeg;base64,/9j/");
    }

    TEST(ChatRequest, LeavesToTheServerWhatIsNotSet)
    {
        auto open = settings();
        open.temperature = -1;
        open.maxTokens = 0;
        const auto body = json::parse(makeChatRequest(open, {"x", ""}, {}).body, "body");
        EXPECT_FALSE(body.contains("temperature"));
        EXPECT_FALSE(body.contains("max_tokens"));
    }

    TEST(ChatReply, IsRead)
    {
        const auto reply = parseChatReply(testing_support::chatCompletion("90\nGood.", 11, 3));
        EXPECT_EQ(reply.text, "90\nGood.");
        EXPECT_EQ(reply.finishReason, "stop");
        EXPECT_EQ(reply.promptTokens, 11);
        EXPECT_EQ(reply.completionTokens, 3);
    }

    TEST(ChatReply, PartsAndMissingCountsAreBorne)
    {
        const auto parts = parseChatReply(
            R"({"choices":[{"message":{"content":[{"type":"text","text":"8"},{"type":"x"},{"type":"text","text":"5"}]}}]})");
        EXPECT_EQ(parts.text, "85");
        EXPECT_EQ(parts.promptTokens, -1);
        EXPECT_EQ(parseChatReply(R"({"choices":[{"message":{"content":null}}]})").text, "");
        EXPECT_EQ(
            parseChatReply(R"({"choices":[{"message":{"content":""}}],"usage":{"prompt_tokens":-4}})").promptTokens,
            -1);
    }

    TEST(ChatReply, AnythingElseIsRefused)
    {
        for (const auto* bad :
            {"", "{", "[]", "{}", R"({"choices":[]})", R"({"choices":[5]})", R"({"choices":[{}]})",
                R"({"choices":[{"message":{}}]})", R"({"choices":[{"message":{"content":5}}]})", "<html>busy</html>"}) {
            try {
                parseChatReply(bad);
                ADD_FAILURE() << bad;
            } catch (const Error& e) {
                EXPECT_EQ(e.code(), ErrorCode::BadFile) << bad;
            }
        }
        EXPECT_THROW(parseChatReply(std::string(100'000, '[')), Error);
    }

    TEST(ErrorCodeOf, IsFoundOrEmpty)
    {
        EXPECT_EQ(errorCodeOf(R"({"error":{"message":"m","code":"insufficient_quota"}})"), "insufficient_quota");
        EXPECT_EQ(errorCodeOf(R"({"error":{"code":7}})"), "");
        EXPECT_EQ(errorCodeOf("busy"), "");
    }

    TEST(Base64, FollowsTheStandard)
    {
        const std::vector<std::pair<std::string, std::string>> known{{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="},
            {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}}; // RFC 4648, 10
        for (const auto& [plain, coded] : known)
            EXPECT_EQ(toBase64(plain), coded);
        EXPECT_EQ(toBase64("\xFB\xFF"), "+/8=");
    }

    TEST(ChatSettings, AreChecked)
    {
        EXPECT_NO_THROW(settings().validate());
        const auto refuses = [](auto change) {
            auto changed = settings();
            change(changed);
            EXPECT_THROW(changed.validate(), Error);
        };
        refuses([](ChatSettings& s) { s.baseUrl = ""; });
        refuses([](ChatSettings& s) { s.baseUrl = "ftp://h"; });
        refuses([](ChatSettings& s) { s.model = " "; });
        refuses([](ChatSettings& s) { s.temperature = 3; });
        refuses([](ChatSettings& s) { s.maxTokens = -1; });
    }

} // namespace
} // namespace winnow::net
