#include "core/net/chat.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace winnow::net {

namespace {

    /// A count the server reports, -1 where it does not or not sensibly.
    std::int64_t countOf(const Json& usage, const char* name)
    {
        if (!usage.is_object() || !usage.contains(name) || !usage.at(name).is_number_integer())
            return -1;
        const auto count = usage.at(name).get<std::int64_t>();
        return count >= 0 && count <= 100'000'000 ? count : -1;
    }

    /// The text of a message: a string, or the text parts of a list.
    std::string textOf(const Json& content)
    {
        if (content.is_string())
            return content.get<std::string>();
        require(content.is_array(), ErrorCode::BadFile, "the server's answer has no text in its first choice");
        std::string out;
        for (const auto& part : content)
            if (part.is_object() && part.contains("text") && part.at("text").is_string())
                out += part.at("text").get<std::string>();
        return out;
    }

} // namespace

void ChatSettings::validate() const
{
    checkAddress(chatAddress(baseUrl), false);
    require(!text::trimmed(model).empty() && model.size() <= 200, ErrorCode::InvalidInput,
        "name the model that is to judge, as the server calls it");
    require(std::isfinite(temperature) && temperature <= 2, ErrorCode::InvalidInput,
        text::join("the temperature is ", temperature, ", expected 0 to 2"));
    require(maxTokens >= 0 && maxTokens <= 100'000, ErrorCode::InvalidInput,
        text::join("the answer's limit is ", maxTokens, " tokens, expected 0 to 100000"));
}

std::string chatAddress(const std::string& baseUrl)
{
    std::string base(text::trimmed(baseUrl));
    while (base.ends_with('/'))
        base.pop_back();
    if (base.ends_with("/chat/completions"))
        return base;
    const auto scheme = base.find("://");
    const bool isBare = base.find('/', scheme == std::string::npos ? 0 : scheme + 3) == std::string::npos;
    return base + (isBare ? "/v1/chat/completions" : "/chat/completions");
}

HttpRequest makeChatRequest(const ChatSettings& settings, const ChatMessage& message, const Secret& key)
{
    Json content = message.text;
    if (!message.jpeg.empty())
        content = Json::array({{{"type", "text"}, {"text", message.text}},
            {{"type", "image_url"}, {"image_url", {{"url", "data:image/jpeg;base64," + toBase64(message.jpeg)}}}}});
    Json body{{"model", settings.model}, {"messages", Json::array({{{"role", "user"}, {"content", content}}})}};
    if (settings.temperature >= 0)
        body["temperature"] = settings.temperature;
    if (settings.maxTokens > 0)
        body["max_tokens"] = settings.maxTokens;
    HttpRequest request;
    request.url = chatAddress(settings.baseUrl);
    request.body = json::dump(body);
    request.bearer = key;
    return request;
}

ChatReply parseChatReply(std::string_view body)
{
    const auto parsed = json::parse(body, "the server's answer");
    const bool hasChoice = parsed.is_object() && parsed.contains("choices") && parsed.at("choices").is_array()
        && !parsed.at("choices").empty() && parsed.at("choices")[0].is_object();
    require(hasChoice, ErrorCode::BadFile, "the server's answer is no chat completion: it has no choices");
    const auto& choice = parsed.at("choices")[0];
    const bool hasMessage =
        choice.contains("message") && choice.at("message").is_object() && choice.at("message").contains("content");
    require(hasMessage, ErrorCode::BadFile, "the server's answer has no message in its first choice");
    ChatReply reply;
    const auto& answer = choice.at("message").at("content");
    reply.text = answer.is_null() ? "" : textOf(answer); // a refusal or an answer cut before its first word
    if (choice.contains("finish_reason") && choice.at("finish_reason").is_string())
        reply.finishReason = choice.at("finish_reason").get<std::string>();
    if (parsed.contains("usage")) {
        reply.promptTokens = countOf(parsed.at("usage"), "prompt_tokens");
        reply.completionTokens = countOf(parsed.at("usage"), "completion_tokens");
    }
    return reply;
}

std::string errorCodeOf(std::string_view body)
{
    try {
        const auto parsed = json::parse(body, "the answer");
        if (parsed.is_object() && parsed.contains("error") && parsed.at("error").is_object()
            && parsed.at("error").contains("code") && parsed.at("error").at("code").is_string())
            return parsed.at("error").at("code").get<std::string>();
    } catch (const Error&) {
        return {}; // not JSON: no code in it
    }
    return {};
}

std::string toBase64(std::string_view bytes)
{
    static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k)
            out += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

} // namespace winnow::net
