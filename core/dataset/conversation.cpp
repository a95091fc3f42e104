#include "core/dataset/conversation.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/export_file.h"
#include "core/dataset/exporter.h"

namespace winnow::dataset {

namespace {

    Role toRole(const std::string& from)
    {
        if (from == "human" || from == "user")
            return Role::User;
        if (from == "gpt" || from == "assistant")
            return Role::Assistant;
        throw Error(ErrorCode::BadFile,
            text::join("conversations has a turn from \"", text::shortened(from, 30), "\", expected human or gpt"));
    }

    jsonrow::element need(jsonrow::object turn, std::string_view key)
    {
        const auto value = jsonrow::find(turn, key);
        if (!value) // a message for each sound row would cost more than reading it
            throw Error(ErrorCode::BadFile, text::join("conversations has a turn without ", key));
        return *value;
    }

} // namespace

std::vector<Turn> toTurns(jsonrow::element conversations)
{
    simdjson::dom::array list;
    if (conversations.get(list) != simdjson::SUCCESS)
        throw Error(
            ErrorCode::BadFile, text::join("conversations is ", jsonrow::kindOf(conversations), ", expected a list"));
    std::vector<Turn> out;
    for (const jsonrow::element item : list) {
        const auto turn = jsonrow::toObject(item);
        out.push_back(
            {toRole(jsonrow::toText(need(turn, "from"), "from")), jsonrow::toText(need(turn, "value"), "value")});
    }
    require(!out.empty(), ErrorCode::BadFile, "conversations is empty");
    return out;
}

std::string instructionOrStandIn(const Pair& pair)
{
    return pair.instruction.empty() ? std::string(kStandInInstruction) : pair.instruction;
}

std::string conversationsAsJson(const Pair& pair, std::size_t imageCount)
{
    std::vector<Turn> turns = pair.turns;
    if (turns.empty())
        turns = {{Role::User, instructionOrStandIn(pair)}, {Role::Assistant, pair.response}};
    std::string marker;
    for (std::size_t i = 0; i < imageCount; ++i)
        marker += "<image>\n";
    std::string out = "[";
    for (const auto& turn : turns) {
        const bool isUser = turn.role == Role::User;
        out += out.size() > 1 ? ", " : "";
        out += R"({"from": ")" + std::string(isUser ? "human" : "gpt") + R"(", "value": )";
        out += quotedJson(isUser ? marker + turn.text : turn.text) + "}";
        if (isUser)
            marker.clear();
    }
    return out + "]";
}

} // namespace winnow::dataset
