#pragma once

#include "core/base/json.h"
#include "core/domain/selector.h"

#include <map>
#include <string>
#include <vector>

namespace winnow::store {

/// The parts of a selector as JSON, for the store and for `--json`; missing numbers are null. Reading throws
/// Error(BadFile), `what` names the selector.
Json inputsToJson(const std::vector<SelectorInput>& inputs);
std::vector<SelectorInput> inputsFromJson(const Json& value, const std::string& what);
Json weightsToJson(const std::map<std::string, double>& weights);
std::map<std::string, double> weightsFromJson(const Json& value, const std::string& what);
Json validityToJson(const SelectorValidity& validity);
SelectorValidity validityFromJson(const Json& value, const std::string& what);

} // namespace winnow::store
