#pragma once

#include "core/dataset/json_row.h"
#include "core/domain/pair.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::dataset {

/// What a list of turns holds.
struct Talk {
    std::vector<Turn> turns;         ///< with their markers `<image>`, which go when the row is finished
    std::vector<std::string> images; ///< paths that stand in the turns themselves, in their order
    bool hadSystem = false;          ///< a system text stands at the head of the question after it
};

/// A conversation as LLaVA and ShareGPT write it ({"from": "human" | "gpt" | "system", "value": text}) or as OpenAI
/// does
/// ({"role": "user" | "assistant" | "system", "content": text or parts}); `field` names it in messages. Parts are
/// {"type": "text", "text"} and pictures by local path: {"type": "image_url", "image_url": path or {"url": path}} or
/// {"type": "image", "image" | "path" | "url": path}, where a picture without a path stands for one that the row lists
/// elsewhere. A pair has no place for a system text: it is put before the next question with a blank line between.
/// `system` is such a text from outside the list. Throws Error(BadFile) with half a sentence: another role, a missing
/// text, a picture given as data:.
Talk toTalk(jsonrow::element list, std::string_view field, std::string system = {});

/// Takes the turns in: instruction, response and, for more than one question and answer, all turns.
void setConversation(Pair& pair, std::vector<Turn> turns);

/// Takes the markers `<image>` out of a text, with each the line end between it and the text, or the white space there;
/// gives how many there were.
std::int64_t takeImageMarkers(std::string& text);

/// LLaVA's list as JSON text, with the marker of each picture and a line end before the first question. A single-turn
/// pair's empty instruction becomes the stand-in.
std::string conversationsAsJson(const Pair& pair, std::size_t imageCount);

/// OpenAI's list as JSON text, with the pictures as parts before the first question's text.
std::string messagesAsJson(const Pair& pair, const std::vector<std::string>& images);

/// The pair's instruction, or the stand-in where a pair with a picture has none.
std::string instructionOrStandIn(const Pair& pair);

} // namespace winnow::dataset
