#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace winnow::store {

class Database;

/// Where items of one kind lie.
struct ItemKind {
    std::string_view name;
    std::string_view table;
    std::string_view key; ///< its column
};
inline constexpr std::array<ItemKind, 8> kItemKinds = {{{"metric", "metric", "id"}, {"feature", "feature", "id"},
    {"clustering", "clustering", "id"}, {"selection", "selection", "key"}, {"run", "run", "key"},
    {"label", "label_set", "key"}, {"experiment", "experiment", "key"}, {"selector", "selector", "key"}}};

/// Throws Error(InvalidInput) naming the kinds there are.
const ItemKind& itemKindOf(std::string_view name);

/// What the runs that are kept were made from, as (kind, name), with why: "run a was tuned on it", "selection s, which
/// run a was tuned on, was chosen with it". Names stand for all items that bear them, in the trash or not.
using Needs = std::map<std::pair<std::string, std::string>, std::string>;
Needs needsOfRuns(Database& database);

/// Puts a new name where other items say what they were made from: selections, clusterings, reduced spaces, metrics.
/// Call it inside a transaction.
void renameInSources(Database& database, std::string_view kind, const std::string& from, const std::string& to);

} // namespace winnow::store
