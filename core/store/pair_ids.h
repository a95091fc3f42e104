#pragma once

#include "core/domain/pair.h"
#include "core/store/database.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::store {

/// When the ids of new pairs reach their index.
enum class IdIndexing {
    Now,   ///< with the pairs
    Later, ///< by IdIndexer: for imports of many pairs, whose ids come in any order
};

/// An id with its hash, which is computed once.
struct HashedId {
    HashedId(std::string_view name) // NOLINT(google-explicit-constructor): an id is one
        : id(name)
        , hash(static_cast<std::uint32_t>(std::hash<std::string_view>{}(name)))
    {
    }
    std::string_view id;
    std::uint32_t hash;
};

/// Rows by the hash of their ids, several rows a hash where ids collide: one flat table of eight bytes a slot, half
/// full at most.
class RowsByHash {
public:
    void add(std::uint32_t hash, PairRow row);
    /// Calls `visit(row)` for each row of the hash until it returns true; tells whether it did.
    template <typename Visit> bool any(std::uint32_t hash, const Visit& visit) const
    {
        if (m_slots.empty())
            return false;
        for (std::size_t at = hash & (m_slots.size() - 1); m_slots[at].row != kNoRow;
             at = (at + 1) & (m_slots.size() - 1))
            if (m_slots[at].hash == hash && visit(m_slots[at].row))
                return true;
        return false;
    }
    /// Tells the processor that the hash will be looked for: in a large table each look is a wait for memory.
    void prefetch(std::uint32_t hash) const
    {
        if (!m_slots.empty())
            __builtin_prefetch(&m_slots[hash & (m_slots.size() - 1)]);
    }
    bool empty() const { return m_count == 0; }
    void clear();

private:
    static constexpr PairRow kNoRow = ~PairRow(0); ///< more than a project holds
    struct Slot {
        std::uint32_t hash = 0;
        PairRow row = kNoRow;
    };
    void grow();
    void put(const Slot& slot);

    std::vector<Slot> m_slots; ///< a power of two of them
    std::size_t m_count = 0;
};

/// What is remembered of the pairs whose ids are not all in the index yet; checked against the project before each use.
struct IdTail {
    std::int64_t indexed = 0; ///< ids of the rows before are in the index
    std::int64_t known = 0;   ///< those of the rows before are in the index or in `rows`
    bool isIndexEmpty = false;
    bool isRead = false; ///< the project was looked at
    RowsByHash rows;
};

/// Which pair has which id, in the index or behind it. Lives inside one transaction, or beside no writer.
class PairIds {
public:
    PairIds(Database& database, IdTail& tail);

    /// `beforeReading` is called before the project's rows are read for an id that is not in the index.
    std::optional<PairRow> find(
        const HashedId& id, const std::function<void()>& beforeReading = [] {});
    /// Notes a new pair whose id nobody has; rows increase.
    void add(const HashedId& id, PairRow row, IdIndexing indexing);
    /// After the last add() of a transaction.
    void finish();

private:
    void refresh();

    Database& m_database;
    IdTail& m_tail;
    Statement m_findIndexed;
    Statement m_idOf;
    Statement m_insert;
};

/// Brings the ids that are missing in the index there, in their own order.
class IdIndexer {
public:
    /// One transaction of some 15 ms; true when nothing is left. The first step of a round reads and sorts all missing
    /// ids (about a second for a million).
    bool step(Database& database);

private:
    void collect(Database& database);

    std::vector<std::pair<std::string, std::int64_t>> m_ids;
    std::size_t m_next = 0;
    std::int64_t m_end = 0; ///< rows before it are in the index once m_ids are
};

} // namespace winnow::store
