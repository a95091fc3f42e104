#pragma once

#include "core/base/json.h"
#include "core/text/text_pattern.h"

#include <string>

namespace winnow::text {

/// Parts that a "Sequence" of a tokenizer file may have.
inline constexpr std::size_t kMostSteps = 32;

/// {"pattern": {"String": ...} or {"Regex": ...}} of a tokenizer.json. Throws Error: BadFile, Unsupported.
inline TextPattern readPattern(const Json& object, const std::string& what)
{
    const auto pattern = json::field<Json>(object, "pattern", what);
    if (pattern.is_object() && pattern.contains("Regex"))
        return TextPattern::regex(json::field<std::string>(pattern, "Regex", what), what);
    return TextPattern::literal(json::field<std::string>(pattern, "String", what));
}

} // namespace winnow::text
