#pragma once

#include "core/query/query.h"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace winnow::query {

/// Rows of a finding of the last pre-flight check, for the term `finding = "missing-picture"`; nothing where that check
/// had no such finding or there was none.
using FindingLookup = std::function<std::optional<std::vector<PairRow>>(std::string_view kind)>;

/// As evaluate(query, source), for those who know what the check found. Without a lookup the term is refused.
EvaluateResult evaluate(const Query& query, const Source& source, const FindingLookup& finding);

} // namespace winnow::query
