#include "core/store/pair_ids.h"

#include "core/store/column_file.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace winnow::store {

namespace {

    constexpr auto kInsert = "INSERT OR IGNORE INTO pair_id (id, row) VALUES (?, ?)";
    constexpr std::size_t kIdsPerLookAtTheClock = 256;
    constexpr auto kStepTime = std::chrono::milliseconds(15);

    std::int64_t indexedUpTo(Database& database)
    {
        return database.number("SELECT next_row FROM pair_id_state WHERE one = 1").value_or(0);
    }

    void setIndexedUpTo(Database& database, std::int64_t row)
    {
        database.run("UPDATE pair_id_state SET next_row = ? WHERE one = 1", row);
    }

} // namespace

void RowsByHash::add(std::uint32_t hash, PairRow row)
{
    if (m_slots.size() < 2 * (m_count + 1))
        grow();
    put({hash, row});
    ++m_count;
}

void RowsByHash::put(const Slot& slot)
{
    std::size_t at = slot.hash & (m_slots.size() - 1);
    while (m_slots[at].row != kNoRow)
        at = (at + 1) & (m_slots.size() - 1);
    m_slots[at] = slot;
}

void RowsByHash::grow()
{
    constexpr std::size_t kFirstSize = 1024;
    const auto old = std::exchange(m_slots, std::vector<Slot>(std::max(kFirstSize, m_slots.size() * 2)));
    for (const Slot& slot : old)
        if (slot.row != kNoRow)
            put(slot);
}

void RowsByHash::clear()
{
    m_slots.clear();
    m_count = 0;
}

PairIds::PairIds(Database& database, IdTail& tail)
    : m_database(database)
    , m_tail(tail)
    , m_findIndexed(database.prepare("SELECT row FROM pair_id WHERE id = ?"))
    , m_idOf(database.prepare("SELECT id FROM pair WHERE row = ?"))
    , m_insert(database.prepare(kInsert))
{
    refresh();
}

/// Forgets and reads again what others have changed meanwhile.
void PairIds::refresh()
{
    const auto indexed = indexedUpTo(m_database);
    const auto count = pairCount(m_database);
    if (indexed == m_tail.indexed && count == m_tail.known && m_tail.isRead)
        return;
    m_tail.rows.clear();
    auto ids = m_database.prepare("SELECT row, id FROM pair WHERE row >= ?");
    ids.with(indexed);
    while (ids.next())
        m_tail.rows.add(HashedId(ids.textView(1)).hash, static_cast<PairRow>(ids.integer(0)));
    m_tail.isIndexEmpty = !m_database.number("SELECT row FROM pair_id LIMIT 1").has_value();
    m_tail.indexed = indexed;
    m_tail.known = count;
    m_tail.isRead = true;
}

std::optional<PairRow> PairIds::find(const HashedId& wanted, const std::function<void()>& beforeReading)
{
    std::optional<PairRow> row;
    const bool isBehind = m_tail.rows.any(wanted.hash, [&](PairRow candidate) {
        beforeReading();
        m_idOf.with(static_cast<std::int64_t>(candidate));
        const bool isIt = m_idOf.next() && m_idOf.textView(0) == wanted.id;
        m_idOf.reset();
        row = candidate;
        return isIt;
    });
    if (isBehind)
        return row;
    row.reset();
    if (m_tail.isIndexEmpty)
        return row;
    m_findIndexed.with(wanted.id);
    if (m_findIndexed.next())
        row = static_cast<PairRow>(m_findIndexed.integer(0));
    m_findIndexed.reset();
    return row;
}

void PairIds::add(const HashedId& added, PairRow row, IdIndexing indexing)
{
    m_tail.known = static_cast<std::int64_t>(row) + 1;
    if (indexing == IdIndexing::Later) {
        m_tail.rows.add(added.hash, row);
        return;
    }
    m_insert.with(added.id, static_cast<std::int64_t>(row)).run();
    m_tail.isIndexEmpty = false;
    if (m_tail.rows.empty())
        m_tail.indexed = m_tail.known;
}

void PairIds::finish() { setIndexedUpTo(m_database, m_tail.indexed); }

void IdIndexer::collect(Database& database)
{
    m_ids.clear();
    m_next = 0;
    m_end = pairCount(database);
    auto ids = database.prepare("SELECT id, row FROM pair WHERE row >= ? AND row < ?");
    ids.with(indexedUpTo(database), m_end);
    while (ids.next())
        m_ids.emplace_back(ids.text(0), ids.integer(1));
    std::sort(m_ids.begin(), m_ids.end());
}

bool IdIndexer::step(Database& database)
{
    if (m_next == m_ids.size()) {
        if (indexedUpTo(database) == pairCount(database))
            return true;
        collect(database);
    }
    const auto begin = std::chrono::steady_clock::now();
    Transaction transaction(database);
    {
        auto insert = database.prepare(kInsert);
        while (m_next < m_ids.size()) {
            insert.with(m_ids[m_next].first, m_ids[m_next].second).run();
            ++m_next;
            if (m_next % kIdsPerLookAtTheClock == 0 && std::chrono::steady_clock::now() - begin > kStepTime)
                break;
        }
        if (m_next == m_ids.size())
            setIndexedUpTo(database, m_end);
    }
    transaction.commit();
    return m_next == m_ids.size() && m_end == pairCount(database);
}

} // namespace winnow::store
