#include "core/store/ledger.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/file_checks.h"
#include "core/store/row_set.h"

#include <algorithm>
#include <map>
#include <utility>

namespace winnow::store {

namespace {

    /// Rows and the values to put there; putting them gives the values for the way back.
    struct Swap {
        std::vector<PairRow> rows;
        std::vector<std::uint8_t> values;
    };

    std::vector<std::byte> encode(const Swap& swap)
    {
        auto bytes = encodeRows(swap.rows);
        appendRuns(bytes, swap.values);
        return bytes;
    }

    Swap decode(std::span<const std::byte> bytes)
    {
        std::size_t at = 0;
        Swap swap;
        swap.rows = decodeRows(bytes, at);
        swap.values = decodeRuns(bytes, at, swap.rows.size());
        return swap;
    }

    void exchangeValues(Database& database, std::int64_t column, Swap& swap)
    {
        ColumnEditor<std::uint8_t> editor(database, column, 0);
        for (std::size_t i = 0; i < swap.rows.size(); ++i)
            swap.values[i] = editor.exchange(swap.rows[i], swap.values[i]);
        editor.finish();
    }

    constexpr std::string_view kEntryColumns = "number, what, reason, pair_count, at, undone";

    LedgerEntry entryOf(const Statement& row)
    {
        return {row.integer(0), row.text(1), row.text(2), row.integer(3), row.text(4), row.integer(5) != 0};
    }

    /// Only rows whose value changes.
    Swap withoutUnchanged(Database& database, std::int64_t column, Swap swap)
    {
        const auto present = readColumn<std::uint8_t>(database, column, pairCount(database), 0);
        Swap out;
        for (std::size_t i = 0; i < swap.rows.size(); ++i)
            if (present[swap.rows[i]] != swap.values[i]) {
                out.rows.push_back(swap.rows[i]);
                out.values.push_back(swap.values[i]);
            }
        return out;
    }

    LedgerEntry apply(
        Database& database, std::int64_t column, Swap wanted, std::string_view what, std::string_view reason)
    {
        require(reason.size() <= 10000 && text::isValidUtf8(reason), ErrorCode::InvalidInput,
            "a reason has at most 10000 bytes of valid UTF-8");
        Transaction transaction(database, Transaction::Kind::Durable);
        const auto count = pairCount(database);
        require(wanted.rows.empty() || wanted.rows.back() < count, ErrorCode::NotFound,
            text::join(
                "the project has ", count, " pairs, there is no row ", wanted.rows.empty() ? 0 : wanted.rows.back()));
        auto swap = withoutUnchanged(database, column, std::move(wanted));
        LedgerEntry entry{
            0, std::string(what), std::string(reason), static_cast<std::int64_t>(swap.rows.size()), utcNow(), false};
        if (!swap.rows.empty()) {
            exchangeValues(database, column, swap);
            database.run("UPDATE ledger SET dropped = 1 WHERE undone = 1");
            database.run("INSERT INTO ledger (column_id, what, reason, pair_count, first_row, last_row, at, swap) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                column, what, reason, entry.pairCount, swap.rows.front(), swap.rows.back(), entry.at,
                std::span<const std::byte>(encode(swap)));
            entry.number = database.lastRowId();
        }
        transaction.commit();
        return entry;
    }

    constexpr auto kNextUndo = "SELECT max(number) FROM ledger WHERE undone = 0 HAVING max(number) IS NOT NULL";
    constexpr auto kNextRedo =
        "SELECT min(number) FROM ledger WHERE undone = 1 AND dropped = 0 HAVING min(number) IS NOT NULL";

    /// Undo and redo: swaps what the entry holds with what stands.
    std::optional<LedgerEntry> swapEntry(Database& database, const char* which, bool undone)
    {
        Transaction transaction(database, Transaction::Kind::Durable);
        const auto number = database.number(which);
        if (!number) {
            transaction.commit();
            return std::nullopt;
        }
        LedgerEntry entry;
        std::int64_t column = 0;
        Swap swap;
        {
            auto row = database.prepare(
                text::join("SELECT ", kEntryColumns, ", column_id, swap FROM ledger WHERE number = ?"));
            row.with(*number);
            require(row.next(), ErrorCode::Internal, "a ledger entry vanished inside a transaction");
            entry = entryOf(row);
            column = row.integer(6);
            swap = decode(row.blob(7));
        }
        require(swap.rows.empty() || swap.rows.back() < pairCount(database), ErrorCode::BadFile,
            text::join("entry ", *number, " of the history names pairs that the project does not have"));
        exchangeValues(database, column, swap);
        database.run("UPDATE ledger SET undone = ?, swap = ? WHERE number = ?", undone,
            std::span<const std::byte>(encode(swap)), *number);
        transaction.commit();
        entry.undone = undone;
        return entry;
    }

    std::string_view verbOf(Override value)
    {
        switch (value) {
        case Override::None:
            return "clear";
        case Override::Pinned:
            return "pin";
        case Override::Banned:
            return "ban";
        case Override::LockedIn:
        case Override::LockedOut:
            break;
        }
        return "lock";
    }

} // namespace

Ledger::Ledger(Project& project)
    : m_project(project)
{
}

LedgerEntry Ledger::setOverride(std::span<const PairRow> rows, Override value, std::string_view reason)
{
    Swap swap{sortedUnique(rows), {}};
    swap.values.assign(swap.rows.size(), static_cast<std::uint8_t>(value));
    return apply(m_project.database(), kOverrideColumn, std::move(swap), verbOf(value), reason);
}

LedgerEntry Ledger::lock(std::span<const PairRow> rows, std::span<const std::uint8_t> chosen, std::string_view reason)
{
    Swap swap{sortedUnique(rows), {}};
    for (const auto row : swap.rows) {
        const bool isChosen = row < chosen.size() && chosen[row] != 0;
        swap.values.push_back(static_cast<std::uint8_t>(isChosen ? Override::LockedIn : Override::LockedOut));
    }
    return apply(m_project.database(), kOverrideColumn, std::move(swap), "lock", reason);
}

LedgerEntry Ledger::setStars(std::span<const PairRow> rows, int stars)
{
    require(stars >= 0 && stars <= 5, ErrorCode::InvalidInput, text::join("a pair has 0 to 5 stars, not ", stars));
    Swap swap{sortedUnique(rows), {}};
    swap.values.assign(swap.rows.size(), static_cast<std::uint8_t>(stars));
    return apply(m_project.database(), kStarColumn, std::move(swap), text::join("stars ", stars), "");
}

std::optional<LedgerEntry> Ledger::undo() { return swapEntry(m_project.database(), kNextUndo, true); }

std::optional<LedgerEntry> Ledger::redo() { return swapEntry(m_project.database(), kNextRedo, false); }

bool Ledger::canUndo() { return m_project.database().number(kNextUndo).has_value(); }

bool Ledger::canRedo() { return m_project.database().number(kNextRedo).has_value(); }

std::vector<LedgerEntry> Ledger::history(std::size_t limit)
{
    std::vector<LedgerEntry> out;
    auto rows =
        m_project.database().prepare(text::join("SELECT ", kEntryColumns, " FROM ledger ORDER BY number DESC LIMIT ?"));
    rows.with(static_cast<std::int64_t>(std::min<std::size_t>(limit, 1 << 30)));
    while (rows.next())
        out.push_back(entryOf(rows));
    return out;
}

std::vector<std::uint8_t> Ledger::overrides()
{
    auto& database = m_project.database();
    return readColumn<std::uint8_t>(database, kOverrideColumn, pairCount(database), 0);
}

std::vector<std::uint8_t> Ledger::stars()
{
    auto& database = m_project.database();
    return readColumn<std::uint8_t>(database, kStarColumn, pairCount(database), 0);
}

namespace {

    /// Values of one column while the history is walked back.
    struct WalkedColumn {
        std::vector<std::uint8_t> values;
        std::uint8_t largest = 0;
        std::string_view what;
    };

    void checkWalkedBack(const WalkedColumn& column, std::vector<std::string>& problems)
    {
        const auto left =
            std::count_if(column.values.begin(), column.values.end(), [](std::uint8_t value) { return value != 0; });
        if (left > 0)
            problems.push_back(text::join(left, left == 1 ? " pair has " : " pairs have ", column.what,
                " that the history does not explain; what stands is kept, but undo may not lead back to it"));
    }

    void walkBack(const Statement& entry, std::map<std::int64_t, WalkedColumn>& columns)
    {
        const auto name = text::join("entry ", entry.integer(0), " of the history");
        const auto column = columns.find(entry.integer(1));
        require(column != columns.end(), ErrorCode::BadFile, name + " changes a column that holds no decisions");
        const auto swap = decode(entry.blob(5));
        const auto& [values, largest, what] = column->second;
        require(!swap.rows.empty() && static_cast<std::int64_t>(swap.rows.size()) == entry.integer(2)
                && swap.rows.front() == entry.integer(3) && swap.rows.back() == entry.integer(4),
            ErrorCode::BadFile, name + " does not hold the pairs that it counts");
        require(
            swap.rows.back() < values.size(), ErrorCode::BadFile, name + " names pairs that the project does not have");
        require(*std::max_element(swap.values.begin(), swap.values.end()) <= largest, ErrorCode::BadFile,
            text::join(name, " holds ", what, " that do not exist"));
        if (entry.integer(6) != 0)
            return;
        for (std::size_t i = 0; i < swap.rows.size(); ++i)
            column->second.values[swap.rows[i]] = swap.values[i];
    }

} // namespace

std::vector<std::string> verifyLedger(Project& project)
{
    std::vector<std::string> problems;
    auto& database = project.database();
    Ledger ledger(project);
    Transaction reading(database, Transaction::Kind::Read);
    std::map<std::int64_t, WalkedColumn> columns;
    columns[kOverrideColumn] = {ledger.overrides(), static_cast<std::uint8_t>(Override::LockedOut), "decisions"};
    columns[kStarColumn] = {ledger.stars(), 5, "stars"};
    for (const auto& [id, column] : columns)
        if (std::any_of(column.values.begin(), column.values.end(),
                [most = column.largest](std::uint8_t value) { return value > most; }))
            problems.push_back(text::join("some pairs have ", column.what, " that do not exist"));
    {
        auto entries = database.prepare(
            "SELECT number, column_id, pair_count, first_row, last_row, swap, undone FROM ledger ORDER BY number DESC");
        while (entries.next() && problems.size() < 20)
            try {
                walkBack(entries, columns);
            } catch (const Error& e) {
                problems.push_back(e.message());
            }
    }
    if (problems.empty())
        for (const auto& [id, column] : columns)
            checkWalkedBack(column, problems);
    reading.commit();
    return problems;
}

std::string Ledger::reasonOf(PairRow row)
{
    auto entries =
        m_project.database().prepare("SELECT reason, swap, what FROM ledger WHERE column_id = ? AND undone = 0 "
                                     "AND first_row <= ? AND last_row >= ? ORDER BY number DESC");
    entries.with(kOverrideColumn, row, row);
    while (entries.next()) {
        const auto swap = decode(entries.blob(1));
        if (std::binary_search(swap.rows.begin(), swap.rows.end(), row))
            return entries.textView(2) == "clear" ? std::string() : entries.text(0);
    }
    return {};
}

} // namespace winnow::store
