#include "core/store/column_store.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/row_set.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::store {

namespace {

    template <typename Entry>
    [[noreturn]] void failMissing(std::string_view kind, std::string_view name, const std::vector<Entry>& all)
    {
        std::vector<std::string> names;
        for (const auto& entry : all)
            names.push_back(entry.info.name);
        throw Error(ErrorCode::NotFound,
            text::join("the project has no ", kind, " \"", text::shortened(name, 60), "\"; there ",
                names.empty() ? "is none" : "are " + text::joined(names, ", ")));
    }

    MetricEntry entryOf(Database& database, std::string_view name)
    {
        const auto entries = metricEntries(database);
        for (const auto& entry : entries)
            if (entry.info.name == name)
                return entry;
        failMissing("metric", name, entries);
    }

    void checkRows(Database& database, std::span<const PairRow> rows)
    {
        const auto count = pairCount(database);
        for (const auto row : rows)
            require(row < count, ErrorCode::NotFound,
                text::join("the project has ", count, " pairs, there is no row ", row));
    }

    /// Positions of `rows` in increasing order of row, equal rows in the order given.
    std::vector<std::size_t> orderOf(std::span<const PairRow> rows)
    {
        std::vector<std::size_t> order(rows.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        if (!std::is_sorted(rows.begin(), rows.end()))
            std::stable_sort(
                order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows[a] < rows[b]; });
        return order;
    }

} // namespace

MetricStore::MetricStore(Project& project)
    : m_project(project)
{
}

std::vector<MetricInfo> MetricStore::list()
{
    std::vector<MetricInfo> infos;
    for (auto& entry : metricEntries(m_project.database()))
        infos.push_back(std::move(entry.info));
    return infos;
}

MetricColumn MetricStore::load(std::string_view name)
{
    auto& database = m_project.database();
    Transaction reading(database, Transaction::Kind::Read);
    const auto entry = entryOf(database, name);
    auto values = readColumn<double>(database, entry.column, pairCount(database), kMissing);
    reading.commit();
    return {entry.info, std::make_shared<const std::vector<double>>(std::move(values))};
}

std::optional<MetricInfo> MetricStore::find(std::string_view name)
{
    for (auto& info : list())
        if (info.name == name)
            return info;
    return std::nullopt;
}

void MetricStore::begin(const MetricInfo& info, bool replace)
{
    checkName("metric", info.name);
    auto& database = m_project.database();
    Transaction transaction(database);
    const auto existing = find(info.name);
    if (existing && existing->key == info.key)
        return transaction.commit();
    if (existing) {
        require(replace, ErrorCode::Conflict,
            text::join("the project has a metric \"", info.name,
                "\" made another way; rename or remove it, or ask for it to be replaced"));
        const auto old = entryOf(database, info.name);
        database.run("DELETE FROM metric WHERE id = ?", old.id);
        dropColumn(database, old.column);
    }
    const auto column = makeColumn(database, sizeof(double));
    database.run("INSERT INTO metric (name, provenance, key, column_id) VALUES (?, ?, ?, ?)", info.name,
        info.provenance, info.key, column);
    transaction.commit();
}

void MetricStore::write(std::string_view name, std::span<const PairRow> rows, std::span<const double> values)
{
    require(rows.size() == values.size(), ErrorCode::InvalidInput,
        text::join("metric \"", name, "\" got ", values.size(), " values for ", rows.size(), " pairs"));
    auto& database = m_project.database();
    Transaction transaction(database);
    const auto entry = entryOf(database, name);
    checkRows(database, rows);
    const bool hasFailures =
        database.number("SELECT 1 FROM metric_failure WHERE metric = ? LIMIT 1", entry.id).has_value();
    ColumnEditor<double> editor(database, entry.column, kMissing);
    std::int64_t gained = 0;
    for (const auto i : orderOf(rows)) {
        const double before = editor.exchange(rows[i], values[i]);
        gained += int(!std::isnan(values[i])) - int(!std::isnan(before));
        if (hasFailures && !std::isnan(values[i]))
            database.run("DELETE FROM metric_failure WHERE metric = ? AND row = ?", entry.id, rows[i]);
    }
    editor.finish();
    database.run("UPDATE metric SET value_count = value_count + ? WHERE id = ?", gained, entry.id);
    transaction.commit();
}

void MetricStore::recordFailures(std::string_view name, std::span<const std::pair<PairRow, std::string>> failures)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    const auto entry = entryOf(database, name);
    for (const auto& [row, reason] : failures)
        database.run("INSERT OR REPLACE INTO metric_failure (metric, row, reason) VALUES (?, ?, ?)", entry.id, row,
            text::shortened(reason, 1000));
    transaction.commit();
}

std::vector<std::pair<PairRow, std::string>> MetricStore::failures(std::string_view name, std::size_t limit)
{
    auto& database = m_project.database();
    std::vector<std::pair<PairRow, std::string>> out;
    auto rows = database.prepare("SELECT row, reason FROM metric_failure WHERE metric = ? ORDER BY row LIMIT ?");
    rows.with(entryOf(database, name).id, static_cast<std::int64_t>(limit));
    while (rows.next())
        out.emplace_back(static_cast<PairRow>(rows.integer(0)), rows.text(1));
    return out;
}

std::map<std::string, std::int64_t> MetricStore::failureCounts()
{
    std::map<std::string, std::int64_t> out;
    auto rows = m_project.database().prepare("SELECT metric.name, COUNT(*) FROM metric_failure JOIN metric ON "
                                             "metric.id = metric_failure.metric WHERE trashed = 0 GROUP BY metric.id");
    while (rows.next())
        out[rows.text(0)] = rows.integer(1);
    return out;
}

ClusterStore::ClusterStore(Project& project)
    : m_project(project)
{
}

std::vector<ClusteringInfo> ClusterStore::list()
{
    std::vector<ClusteringInfo> infos;
    for (auto& entry : clusteringEntries(m_project.database()))
        infos.push_back(std::move(entry.info));
    return infos;
}

ClusterColumn ClusterStore::load(std::string_view name)
{
    auto& database = m_project.database();
    Transaction reading(database, Transaction::Kind::Read);
    const auto entries = clusteringEntries(database);
    for (const auto& entry : entries)
        if (entry.info.name == name) {
            auto values = readColumn<std::int32_t>(database, entry.column, pairCount(database), kNoCluster);
            reading.commit();
            const auto clusters = static_cast<std::int64_t>(entry.info.sizes.size());
            require(std::all_of(values.begin(), values.end(),
                        [&](std::int32_t cluster) { return cluster >= kNoCluster && cluster < clusters; }),
                ErrorCode::BadFile,
                text::join("clustering \"", name,
                    "\" is damaged: a pair is in a cluster that is not there; "
                    "make it anew with winnow cluster"));
            return {entry.info, std::make_shared<const std::vector<std::int32_t>>(std::move(values))};
        }
    failMissing("clustering", name, entries);
}

namespace {

    /// Pairs of each cluster; cluster numbers must be below the count of names, where there are names.
    std::vector<std::int64_t> sizesOf(const ClusterColumn& column)
    {
        std::vector<std::int64_t> sizes(column.info.clusterNames.size(), 0);
        for (const auto cluster : *column.assignment) {
            require(cluster >= kNoCluster && cluster < (1 << 20), ErrorCode::InvalidInput, [&] {
                return text::join("clustering \"", column.info.name, "\" holds cluster ", cluster, ", expected -1 to ",
                    (1 << 20) - 1);
            });
            if (cluster == kNoCluster)
                continue;
            const auto index = static_cast<std::size_t>(cluster);
            if (index >= sizes.size())
                sizes.resize(index + 1, 0);
            ++sizes[index];
        }
        return sizes;
    }

} // namespace

void ClusterStore::save(ClusterColumn column)
{
    checkName("clustering", column.info.name);
    require(column.assignment != nullptr, ErrorCode::InvalidInput, "a clustering without assignment cannot be saved");
    auto& info = column.info;
    info.sizes = sizesOf(column);
    while (info.clusterNames.size() < info.sizes.size())
        info.clusterNames.push_back(std::to_string(info.clusterNames.size()));
    auto& database = m_project.database();
    Transaction transaction(database);
    const auto count = pairCount(database);
    require(static_cast<std::int64_t>(column.assignment->size()) <= count, ErrorCode::InvalidInput,
        text::join(
            "clustering \"", info.name, "\" assigns ", column.assignment->size(), " pairs, the project has ", count));
    for (const auto& old : clusteringEntries(database))
        if (old.info.name == info.name) {
            database.run("DELETE FROM clustering WHERE id = ?", old.id);
            dropColumn(database, old.column);
        }
    const auto id = makeColumn(database, sizeof(std::int32_t));
    ColumnEditor<std::int32_t> editor(database, id, kNoCluster);
    for (std::size_t row = 0; row < column.assignment->size(); ++row)
        editor.exchange(static_cast<PairRow>(row), (*column.assignment)[row]);
    editor.finish();
    database.run("INSERT INTO clustering (name, algorithm, parameters, cluster_names, sizes, column_id) VALUES (?, ?, "
                 "?, ?, ?, ?)",
        info.name, info.algorithm, info.parameters, json::dump(info.clusterNames), json::dump(info.sizes), id);
    transaction.commit();
}

void ClusterStore::relabel(const ClusteringInfo& info)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    const auto entries = clusteringEntries(database);
    for (const auto& entry : entries)
        if (entry.info.name == info.name) {
            require(info.clusterNames.size() == entry.info.sizes.size(), ErrorCode::InvalidInput,
                text::join("clustering \"", info.name, "\" has ", entry.info.sizes.size(), " clusters, not ",
                    info.clusterNames.size()));
            database.run("UPDATE clustering SET cluster_names = ?, parameters = ? WHERE id = ?",
                json::dump(info.clusterNames), info.parameters, entry.id);
            return transaction.commit();
        }
    failMissing("clustering", info.name, entries);
}

} // namespace winnow::store
