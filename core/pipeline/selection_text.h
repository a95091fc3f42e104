#pragma once

#include "core/domain/selection.h"

#include <map>
#include <string>
#include <string_view>

namespace winnow::pipeline {

/// "200" or "6%" (white space around both allowed): a whole count, or a percentage up to 100, above zero. Throws
/// Error(InvalidInput) with a sentence that says what was expected.
Budget parseBudget(std::string_view text);
/// "clip=1, reward=-0.5": metrics and finite weights, by commas; empty for an empty text. Throws Error(InvalidInput):
/// names the part that reads otherwise, or the metric that comes twice.
std::map<std::string, double> parseWeights(std::string_view text);

/// As the functions above read them; numbers in their shortest exact form.
std::string budgetText(const Budget& budget);
std::string weightsText(const std::map<std::string, double>& weights);

} // namespace winnow::pipeline
