#include "core/store/selection_store.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/row_set.h"
#include "core/store/selection_hash.h"

#include <algorithm>

namespace winnow::store {

namespace {

    constexpr auto kSelect =
        "SELECT key, name, pair_count, hash, provenance, created_at, batch FROM selection WHERE trashed = 0 ";

    SelectionInfo selectionOf(const Statement& row)
    {
        return {row.integer(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.text(5), row.text(6)};
    }

    [[noreturn]] void failMissing(std::string_view name, const std::vector<SelectionInfo>& all)
    {
        std::vector<std::string> names;
        for (const auto& info : all)
            names.push_back(info.name);
        throw Error(ErrorCode::NotFound,
            text::join("the project has no selection \"", text::shortened(name, 60), "\"; there ",
                names.empty() ? "is none" : "are " + text::joined(names, ", ")));
    }

} // namespace

std::string selectionHash(Database& database, std::span<const PairRow> rows)
{
    std::vector<std::string> ids;
    ids.reserve(rows.size());
    auto find = database.prepare("SELECT id FROM pair WHERE row = ?");
    for (const auto row : rows) {
        find.with(row);
        require(find.next(), ErrorCode::NotFound, text::join("the project has no pair in row ", row));
        ids.push_back(find.text(0));
        find.reset();
    }
    std::sort(ids.begin(), ids.end());
    file::Sha256 hash;
    for (const auto& id : ids) {
        hash.add(std::string_view(id));
        hash.add(std::string_view("\n"));
    }
    return hash.hexDigest();
}

SelectionStore::SelectionStore(Project& project)
    : m_project(project)
{
}

std::vector<SelectionInfo> SelectionStore::list(std::string_view batch)
{
    std::vector<SelectionInfo> out;
    auto rows = m_project.database().prepare(text::join(kSelect, "AND batch = ? ORDER BY key"));
    rows.with(batch);
    while (rows.next())
        out.push_back(selectionOf(rows));
    return out;
}

std::optional<SelectionInfo> SelectionStore::find(std::string_view name)
{
    auto row = m_project.database().prepare(text::join(kSelect, "AND name = ?"));
    row.with(name);
    return row.next() ? std::optional(selectionOf(row)) : std::nullopt;
}

std::vector<PairRow> SelectionStore::load(std::string_view name)
{
    auto& database = m_project.database();
    auto row = database.prepare("SELECT rows FROM selection WHERE trashed = 0 AND name = ?");
    row.with(name);
    if (!row.next())
        failMissing(name, list());
    std::size_t at = 0;
    auto rows = decodeRows(row.blob(0), at);
    require(rows.empty() || rows.back() < pairCount(database), ErrorCode::BadFile,
        text::join("selection \"", text::shortened(name, 60), "\" names pairs that the project does not have"));
    return rows;
}

SelectionInfo SelectionStore::save(
    std::string_view name, std::span<const PairRow> rows, std::string_view provenanceJson, std::string_view batch)
{
    checkName("selection", name);
    require(name != "all", ErrorCode::InvalidInput, "a selection cannot be named all: that word stands for every pair");
    auto& database = m_project.database();
    const auto sorted = sortedUnique(rows);
    const auto hash = selectionHash(database, sorted);
    Transaction transaction(database, Transaction::Kind::Durable);
    if (const auto old = find(name)) {
        require(old->hash == hash, ErrorCode::Conflict,
            text::join("there is a selection \"", name,
                "\" with other pairs already; choose another name, or rename or remove it"));
        transaction.commit();
        return *old;
    }
    SelectionInfo info{0, std::string(name), static_cast<std::int64_t>(sorted.size()), hash,
        std::string(provenanceJson), utcNow(), std::string(batch)};
    database.run("INSERT INTO selection (name, pair_count, hash, provenance, created_at, rows, batch) VALUES (?, ?, ?, "
                 "?, ?, ?, ?)",
        name, info.pairCount, hash, provenanceJson, info.createdAt, std::span<const std::byte>(encodeRows(sorted)),
        batch);
    info.key = database.lastRowId();
    transaction.commit();
    return info;
}

} // namespace winnow::store
