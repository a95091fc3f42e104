#pragma once

#include "core/domain/metric.h"
#include "core/domain/pair.h"
#include "core/store/database.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace winnow::store {

/// Columns that every project has.
inline constexpr std::int64_t kOverrideColumn = 1;
inline constexpr std::int64_t kStarColumn = 2;
inline constexpr std::int64_t kImageMissingColumn = 3;

inline constexpr std::int64_t kChunkValues = 4096;

/// A new, empty column of values of `width` bytes; its id is never given twice.
std::int64_t makeColumn(Database& database, int width);
void dropColumn(Database& database, std::int64_t column);
/// Grows with every write to the column. Throws Error(BadFile) for a column that is not there.
std::int64_t changeOf(Database& database, std::int64_t column);
/// Number of pairs. Throws Error(BadFile) where the file is too small to hold them.
std::int64_t pairCount(Database& database);

/// Copies a column's chunks over `out`, `count` values of `width` bytes; what no chunk holds stays as it is.
void readColumnBytes(Database& database, std::int64_t column, std::size_t width, std::span<std::byte> out);

/// `count` values; `missing` where nothing was written.
template <typename T> std::vector<T> readColumn(Database& database, std::int64_t column, std::int64_t count, T missing)
{
    std::vector<T> out(static_cast<std::size_t>(count), missing);
    readColumnBytes(database, column, sizeof(T), std::as_writable_bytes(std::span(out)));
    return out;
}

/// The bytes of one chunk of a column, taken out, changed and put back.
class ChunkEditor {
public:
    ChunkEditor(Database& database, std::int64_t column, std::size_t width);
    /// The bytes of the value, to be changed; `missing` (width bytes) fills what was not yet there.
    std::byte* at(PairRow row, const void* missing);
    /// The bytes of the value, or null where nothing was written.
    const std::byte* find(PairRow row);
    /// Writes the chunk in hand and counts the change; call it last, inside the transaction.
    void finish();

private:
    void save();
    void moveTo(PairRow row);

    Database& m_database;
    std::int64_t m_column;
    std::size_t m_width;
    std::int64_t m_chunk = -1;
    bool m_isChanged = false;
    std::vector<std::byte> m_bytes;
};

/// Writes values row by row, best in increasing order; must live inside one transaction and be finished.
template <typename T> class ColumnEditor {
public:
    ColumnEditor(Database& database, std::int64_t column, T missing)
        : m_editor(database, column, sizeof(T))
        , m_missing(missing)
    {
    }
    /// Puts the value and returns the one before.
    T exchange(PairRow row, T value)
    {
        std::byte* const place = m_editor.at(row, &m_missing);
        T before;
        std::memcpy(&before, place, sizeof(T));
        std::memcpy(place, &value, sizeof(T));
        return before;
    }
    void finish() { m_editor.finish(); }

private:
    ChunkEditor m_editor;
    T m_missing;
};

/// A listed column with the place and the state of its numbers.
struct MetricEntry {
    MetricInfo info;
    std::int64_t id = 0;
    std::int64_t column = 0;
    std::int64_t change = 0;
};
struct ClusteringEntry {
    ClusteringInfo info;
    std::int64_t id = 0;
    std::int64_t column = 0;
    std::int64_t change = 0;
};
std::vector<MetricEntry> metricEntries(Database& database);
std::vector<ClusteringEntry> clusteringEntries(Database& database);

/// A name for a metric, feature space, clustering, selection or run: 1 to 200 bytes of UTF-8 without control characters
/// and slashes, not starting with a dot or a space. Throws Error(InvalidInput) naming the kind.
void checkName(std::string_view kind, std::string_view name);

} // namespace winnow::store
