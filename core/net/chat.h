#pragma once

#include "core/net/http.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace winnow::net {

/// A server that speaks OpenAI's chat completions, and how a model there is asked.
struct ChatSettings {
    std::string baseUrl;          ///< "https://api.openai.com/v1", "http://localhost:8000"; /v1 is added to a bare host
    std::string model;            ///< as the server names it
    double temperature = 1;       ///< 0 … 2; below 0 = left to the server
    std::int64_t maxTokens = 512; ///< of one answer; 0 = left to the server
    void validate() const;        // throws Error(InvalidInput)
};

/// One user message: a text, and a picture where one is shown.
struct ChatMessage {
    std::string text;
    std::string jpeg; ///< bytes of a JPEG file; empty = no picture
};

struct ChatReply {
    std::string text;
    std::string finishReason;           ///< "stop", "length", ...; empty where the server says nothing
    std::int64_t promptTokens = -1;     ///< -1: the server does not say
    std::int64_t completionTokens = -1; ///< the same
};

/// Where the requests go: `{base}/chat/completions`, with /v1 where the base is a bare host.
std::string chatAddress(const std::string& baseUrl);

/// The POST of one user message; a picture travels inside as a `data:` URI. Throws Error(InvalidInput).
HttpRequest makeChatRequest(const ChatSettings& settings, const ChatMessage& message, const Secret& key);

/// The first choice of an answer. Throws Error(BadFile) for what is no chat completion.
ChatReply parseChatReply(std::string_view body);

/// An OpenAI-style error code in a refused answer ("insufficient_quota", "invalid_api_key"), or nothing.
std::string errorCodeOf(std::string_view body);

/// RFC 4648 with padding.
std::string toBase64(std::string_view bytes);

} // namespace winnow::net
