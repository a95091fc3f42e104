#include "core/dataset/conversation.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/export_file.h"
#include "core/dataset/exporter.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace winnow::dataset {

namespace {

    constexpr std::string_view kMarker = "<image>";
    constexpr std::string_view kSpace = " \t\r\n";

    bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words)
    {
        return std::find(words.begin(), words.end(), word) != words.end();
    }

    /// Nothing for the system.
    std::optional<Role> toRole(std::string_view from, std::string_view field)
    {
        if (isOneOf(from, {"human", "user"}))
            return Role::User;
        if (isOneOf(from, {"gpt", "assistant", "chatgpt", "model"}))
            return Role::Assistant;
        if (!isOneOf(from, {"system", "developer"}))
            throw Error(ErrorCode::BadFile,
                text::join(field, " has a turn from \"", text::shortened(from, 30),
                    "\", expected human or user, gpt or assistant, or system"));
        return std::nullopt;
    }

    /// The value under the first of the keys that is there.
    jsonrow::element need(jsonrow::object turn, std::string_view first, std::string_view second, std::string_view field)
    {
        auto value = jsonrow::find(turn, first);
        if (!value)
            value = jsonrow::find(turn, second);
        require(value.has_value(), ErrorCode::BadFile,
            [&] { return text::join(field, " has a turn without ", first, " or ", second); });
        return *value;
    }

    int hexDigit(char c)
    {
        if (c >= '0' && c <= '9')
            return c - '0';
        const char low = static_cast<char>(c | 0x20);
        return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
    }

    /// A local path from what stands as address of a picture.
    std::string toLocalPath(const std::string& address)
    {
        require(!address.starts_with("data:"), ErrorCode::BadFile,
            "a picture is written into the row itself as data:, only pictures in files of their own are read; save it "
            "as a file and name its path");
        constexpr std::string_view kFile = "file://";
        if (!address.starts_with(kFile))
            return address;
        std::string out;
        for (std::size_t i = kFile.size(); i < address.size(); ++i) {
            const int high = address[i] == '%' && i + 2 < address.size() ? hexDigit(address[i + 1]) : -1;
            const int low = high < 0 ? -1 : hexDigit(address[i + 2]);
            out += low < 0 ? address[i] : static_cast<char>(high * 16 + low);
            i += low < 0 ? 0 : 2;
        }
        return out;
    }

    /// The path in a picture's part, or nothing where it stands for a picture listed elsewhere.
    std::optional<std::string> imageOf(jsonrow::object part)
    {
        for (const std::string_view key : {"image_url", "image", "path", "url"}) {
            const auto value = jsonrow::find(part, key);
            if (!value)
                continue;
            jsonrow::object inner;
            if (value->get(inner) != simdjson::SUCCESS)
                return toLocalPath(jsonrow::toText(*value, key));
            const auto url = jsonrow::find(inner, "url");
            require(url.has_value(), ErrorCode::BadFile, [&] { return text::join(key, " has no url"); });
            return toLocalPath(jsonrow::toText(*url, "url"));
        }
        return std::nullopt;
    }

    /// The text of a turn; pictures among its parts are added to the talk.
    std::string contentOf(jsonrow::element content, std::string_view field, Talk& out)
    {
        simdjson::dom::array parts;
        if (content.get(parts) != simdjson::SUCCESS)
            return jsonrow::toText(content, field);
        std::vector<std::string> texts;
        for (const jsonrow::element item : parts) {
            const auto part = jsonrow::toObject(item);
            const auto type = jsonrow::find(part, "type");
            const std::string kind = type ? jsonrow::toText(*type, "type") : "text";
            if (kind == "text") {
                const auto value = jsonrow::find(part, "text");
                require(value.has_value(), ErrorCode::BadFile, "a part of type text has no text");
                texts.push_back(jsonrow::toText(*value, "text"));
                continue;
            }
            require(isOneOf(kind, {"image_url", "image", "input_image"}), ErrorCode::BadFile, [&] {
                return text::join(
                    field, " has a part of type \"", text::shortened(kind, 30), "\", expected text or image_url");
            });
            if (auto image = imageOf(part))
                out.images.push_back(std::move(*image));
        }
        return text::joined(texts, "\n");
    }

    std::string quotedTurn(bool isUser, const std::string& text)
    {
        return text::join(R"({"from": ")", isUser ? "human" : "gpt", R"(", "value": )", quotedJson(text), "}");
    }

    /// The turns to write: a single-turn pair's are made.
    std::vector<Turn> turnsOf(const Pair& pair)
    {
        if (!pair.turns.empty())
            return pair.turns;
        return {{Role::User, instructionOrStandIn(pair)}, {Role::Assistant, pair.response}};
    }

} // namespace

Talk toTalk(jsonrow::element list, std::string_view field, std::string system)
{
    simdjson::dom::array items;
    if (list.get(items) != simdjson::SUCCESS)
        throw Error(ErrorCode::BadFile, text::join(field, " is ", jsonrow::kindOf(list), ", expected a list"));
    constexpr std::size_t kUsualTurns = 2;
    Talk out;
    out.turns.reserve(kUsualTurns);
    for (const jsonrow::element item : items) {
        const auto turn = jsonrow::toObject(item);
        const auto role = toRole(jsonrow::toView(need(turn, "from", "role", field), "from"), field);
        std::string content = contentOf(need(turn, "value", "content", field), "value", out);
        if (!role) {
            system += (system.empty() || content.empty() ? "" : "\n\n") + content;
            continue;
        }
        if (*role == Role::User && !system.empty()) {
            content = content.empty() ? std::move(system) : text::join(system, "\n\n", content);
            system.clear();
            out.hadSystem = true;
        }
        out.turns.push_back({*role, std::move(content)});
    }
    if (out.turns.empty())
        throw Error(ErrorCode::BadFile, text::join(field, " is empty"));
    return out;
}

void setConversation(Pair& pair, std::vector<Turn> turns)
{
    const bool isSingle = turns.size() == 2 && turns[0].role == Role::User && turns[1].role == Role::Assistant;
    if (isSingle) {
        pair.instruction = std::move(turns[0].text);
        pair.response = std::move(turns[1].text);
        return;
    }
    const auto firstOf = [&](Role role) {
        const auto found =
            std::find_if(turns.begin(), turns.end(), [&](const Turn& turn) { return turn.role == role; });
        return found == turns.end() ? std::string() : found->text;
    };
    pair.instruction = firstOf(Role::User);
    pair.response = firstOf(Role::Assistant);
    pair.turns = std::move(turns);
}

std::int64_t takeImageMarkers(std::string& text)
{
    const auto first = text.find(kMarker);
    if (first == std::string::npos)
        return 0;
    // One walk, what stays on the left: a marker that two others leave behind is met as well, and a text of markers
    // alone costs no more than any other.
    std::int64_t count = 0;
    std::string kept = text.substr(0, first);
    const auto isSpace = [](char c) { return kSpace.find(c) != std::string_view::npos; };
    std::size_t at = first;
    const auto skipSpace = [&] { at = std::min(text.find_first_not_of(kSpace, at), text.size()); };
    while (at < text.size()) {
        kept += text[at++];
        if (!kept.ends_with(kMarker))
            continue;
        ++count;
        kept.resize(kept.size() - kMarker.size());
        if (kept.empty()) { // before the text
            if (text.compare(at, 1, "\n") == 0)
                ++at;
            else
                skipSpace();
        } else if (at == text.size()) { // after it
            kept.resize(kept.back() == '\n' ? kept.size() - 1 : kept.find_last_not_of(kSpace) + 1);
        } else if (isSpace(kept.back())) { // inside: one of two separators stays
            skipSpace();
        }
    }
    text = std::move(kept);
    return count;
}

std::string instructionOrStandIn(const Pair& pair)
{
    const bool needsOne = pair.instruction.empty() && !pair.images.empty();
    return needsOne ? std::string(kStandInInstruction) : pair.instruction;
}

std::string conversationsAsJson(const Pair& pair, std::size_t imageCount)
{
    std::string marker;
    for (std::size_t i = 0; i < imageCount; ++i)
        marker += text::join(kMarker, "\n");
    std::string out = "[";
    for (const auto& turn : turnsOf(pair)) {
        const bool isUser = turn.role == Role::User;
        out += out.size() > 1 ? ", " : "";
        out += quotedTurn(isUser, isUser ? marker + turn.text : turn.text);
        if (isUser)
            marker.clear();
    }
    return out + "]";
}

std::string messagesAsJson(const Pair& pair, const std::vector<std::string>& images)
{
    std::string out = "[";
    bool isFirstQuestion = true;
    for (const auto& turn : turnsOf(pair)) {
        const bool isUser = turn.role == Role::User;
        out += out.size() > 1 ? ", " : "";
        out += text::join(R"({"role": ")", isUser ? "user" : "assistant", R"(", "content": )");
        if (isUser && isFirstQuestion && !images.empty()) {
            out += "[";
            for (const auto& image : images)
                out += text::join(R"({"type": "image_url", "image_url": {"url": )", quotedJson(image), "}}, ");
            out += text::join(R"({"type": "text", "text": )", quotedJson(turn.text), "}]");
        } else {
            out += quotedJson(turn.text);
        }
        out += "}";
        isFirstQuestion = isFirstQuestion && !isUser;
    }
    return out + "]";
}

} // namespace winnow::dataset
