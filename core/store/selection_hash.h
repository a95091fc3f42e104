#pragma once

#include "core/domain/pair.h"

#include <span>
#include <string>

namespace winnow::store {

class Database;

/// SHA-256 of the pairs' ids, sorted bytewise, each ended by a line feed: what `sort | sha256sum` says in the C locale.
/// Throws Error(NotFound) for a row that is not there.
std::string selectionHash(Database& database, std::span<const PairRow> rows);

} // namespace winnow::store
