#pragma once

#include <map>
#include <string>
#include <vector>

namespace winnow::dataset {

/// Field → column for the columns a source has: what the user gave, the rest by the names that data sets commonly use
/// (first match in the order of preference; a column serves one field; of `text` and `label` without a question the
/// first is the question). Metrics are never guessed.
std::map<std::string, std::string> guessFields(
    const std::vector<std::string>& columns, const std::map<std::string, std::string>& given);

} // namespace winnow::dataset
