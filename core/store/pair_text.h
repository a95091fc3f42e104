#pragma once

#include "core/domain/pair.h"
#include "core/store/database.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::store {

/// A pair's texts as they lie in the project file.
struct PairContent {
    std::string images; ///< one path, or a JSON list of them
    std::string instruction;
    std::string response;
    std::optional<std::string> turns; ///< JSON list of ["user" | "assistant", text]
    bool operator==(const PairContent&) const = default;
    std::string joined() const;
};
std::string toImagesText(const std::vector<std::string>& images);
/// The same without a copy of a single path; what has to be made is kept in `room`.
std::string_view imagesText(const std::vector<std::string>& images, std::string& room);
std::optional<std::string> toTurnsText(const std::vector<Turn>& turns);
PairContent toContent(const Pair& pair);
/// Throws Error(BadFile) where a list is damaged.
Pair toPair(std::string id, const PairContent& content);

/// Everything that a text search looks through, ASCII letters lowered, parts kept apart by a character no text holds.
std::string searchableText(std::string_view id, const PairContent& content);

/// Rows whose searchable text contains the needle, increasing: from the index as far as it reaches, the rest by a scan.
std::vector<PairRow> searchPairs(Database& database, std::string_view needle);
/// Rows before it are in the index.
std::int64_t textsIndexed(Database& database);
/// Puts some pairs into the index, 20 ms of work on average; true when all are in.
bool indexSomePairs(Database& database);
/// Takes a pair out of the index (where it is in) before its texts change, and puts it back after.
void forgetInIndex(Database& database, PairRow row, std::string_view id, const PairContent& content);
void addToIndexAgain(Database& database, PairRow row, std::string_view id, const PairContent& content);

} // namespace winnow::store
