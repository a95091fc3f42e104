#include "core/pipeline/list_job.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/pipeline/select_job.h"
#include "core/query/query.h"
#include "core/store/pair_store.h"

#include <algorithm>
#include <cmath>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kListRows = 256;
    const char* const kOwnColumns[] = {
        "id", "image", "image_missing", "instruction", "response", "conversations", "verdict", "stars"};

    template <typename Key> void sortBy(std::vector<PairRow>& rows, bool descending, const Key& key)
    {
        std::stable_sort(rows.begin(), rows.end(),
            [&](PairRow a, PairRow b) { return descending ? key(b) < key(a) : key(a) < key(b); });
    }

    std::vector<std::string> columnNames(const Columns& columns)
    {
        std::vector<std::string> names(std::begin(kOwnColumns), std::end(kOwnColumns));
        for (const auto& metric : columns.metrics)
            names.push_back(metric.info.name);
        for (const auto& clustering : columns.clusterings)
            names.push_back(clustering.info.name);
        return names;
    }

    void sortRows(
        store::Project& project, const Columns& columns, const ListOptions& options, std::vector<PairRow>& rows)
    {
        if (options.sort.empty()) {
            if (options.descending)
                std::reverse(rows.begin(), rows.end());
        } else if (const auto* metric = columns.findMetric(options.sort)) {
            rows = query::sortedBy(std::move(rows), *metric, options.descending);
        } else if (options.sort == "stars") {
            sortBy(rows, options.descending, [&](PairRow row) { return columns.stars ? columns.stars->at(row) : 0; });
        } else if (options.sort == "id") {
            const auto ids = store::PairStore(project).ids();
            sortBy(rows, options.descending, [&](PairRow row) -> const std::string& { return ids.at(row); });
        } else {
            std::vector<std::string> names{"id", "stars"};
            for (const auto& known : columns.metrics)
                names.push_back(known.info.name);
            throw Error(ErrorCode::NotFound,
                text::join("cannot sort by \"", text::shortened(options.sort, 60), "\"; there are ",
                    text::joined(names, ", ")));
        }
    }

    Json toJson(const store::StoredPair& stored, const Columns& columns)
    {
        const auto row = stored.row;
        Json out{{"id", stored.pair.id.value}, {"image", stored.image.string()}, {"image_missing", stored.imageMissing},
            {"instruction", stored.pair.instruction}, {"response", stored.pair.response}};
        if (!stored.pair.turns.empty()) {
            out["conversations"] = Json::array();
            for (const auto& turn : stored.pair.turns)
                out["conversations"].push_back(
                    {{"from", turn.role == Role::User ? "human" : "gpt"}, {"value", turn.text}});
        }
        out["metrics"] = Json::object();
        for (const auto& column : columns.metrics) {
            const double value = column.values->at(row);
            out["metrics"][column.info.name] = std::isnan(value) ? Json() : Json(value);
        }
        out["clusters"] = Json::object();
        out["cluster_names"] = Json::object();
        for (const auto& column : columns.clusterings) {
            const auto cluster = column.assignment->at(row);
            out["clusters"][column.info.name] = cluster == kNoCluster ? Json() : Json(cluster);
            if (cluster != kNoCluster)
                out["cluster_names"][column.info.name] = column.info.clusterNames.at(static_cast<std::size_t>(cluster));
        }
        const auto verdict = columns.overrides ? static_cast<Override>(columns.overrides->at(row)) : Override::None;
        out["verdict"] = toString(verdict);
        if (columns.stars)
            out["stars"] = columns.stars->at(row);
        return out;
    }

} // namespace

PairListing::PairListing(store::Project& project, ListOptions options)
    : m_project(project)
    , m_options(std::move(options))
    , m_columns(project.loadColumns())
{
    checkColumns();
    m_rows = rowsWhere(project, m_options.where);
    std::erase_if(m_rows, [&](PairRow row) { return row >= m_columns->pairCount; }); // came after the columns were read
    m_matchCount = static_cast<std::int64_t>(m_rows.size());
    sortRows(project, *m_columns, m_options, m_rows);
    m_rows.erase(m_rows.begin(), m_rows.begin() + std::min(m_options.offset, m_matchCount));
    if (m_options.limit > 0 && m_options.limit < static_cast<std::int64_t>(m_rows.size()))
        m_rows.resize(static_cast<std::size_t>(m_options.limit));
}

void PairListing::checkColumns() const
{
    const auto names = columnNames(*m_columns);
    for (const auto& wanted : m_options.columns)
        require(std::find(names.begin(), names.end(), wanted) != names.end(), ErrorCode::NotFound,
            text::join(
                "there is no column \"", text::shortened(wanted, 60), "\"; there are ", text::joined(names, ", ")));
}

Json PairListing::pick(const Json& pair) const
{
    Json out = Json::object();
    for (const auto& name : m_options.columns) {
        out[name] = nullptr;
        for (const auto* part : {&pair, &pair.at("metrics"), &pair.at("clusters")})
            if (part->contains(name)) {
                out[name] = part->at(name);
                break;
            }
    }
    return out;
}

std::vector<Json> PairListing::next()
{
    const auto count = std::min(kListRows, m_rows.size() - m_at);
    std::vector<Json> out;
    out.reserve(count);
    for (const auto& stored : store::PairStore(m_project).load(std::span(m_rows).subspan(m_at, count))) {
        auto pair = toJson(stored, *m_columns);
        out.push_back(m_options.columns.empty() ? std::move(pair) : pick(pair));
    }
    m_at += count;
    return out;
}

} // namespace winnow::pipeline
