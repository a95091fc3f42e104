#pragma once

#include "core/dataset/json_row.h"
#include "core/domain/pair.h"

#include <string>
#include <vector>

namespace winnow::dataset {

/// LLaVA's `conversations`: a list of {"from": "human" | "gpt", "value": text}; `user` and `assistant` are read too.
/// Throws Error(BadFile) with half a sentence.
std::vector<Turn> toTurns(jsonrow::element conversations);

/// The same list as JSON text, with the marker of each picture and a line end before the first question.
/// A single-turn pair's empty instruction becomes the stand-in.
std::string conversationsAsJson(const Pair& pair, std::size_t imageCount);

/// The pair's instruction, or the stand-in where it has none.
std::string instructionOrStandIn(const Pair& pair);

} // namespace winnow::dataset
