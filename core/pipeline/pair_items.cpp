#include "core/pipeline/pair_items.h"

#include "core/store/column_store.h"
#include "core/store/feature_store.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::pipeline {

PairItems::PairItems(store::Project& project)
    : m_pairs(project)
    , m_count(m_pairs.count())
{
}

std::int64_t PairItems::chunkCount() const { return (m_count + kChunkPairs - 1) / kChunkPairs; }

std::vector<score::ScoreItem> PairItems::chunk(std::int64_t number) const
{
    const auto first = number * kChunkPairs;
    std::vector<PairRow> rows(static_cast<std::size_t>(std::min(kChunkPairs, m_count - first)));
    std::iota(rows.begin(), rows.end(), static_cast<PairRow>(first));
    std::vector<score::ScoreItem> items;
    items.reserve(rows.size());
    for (auto& stored : m_pairs.load(rows))
        items.push_back({stored.row, stored.pair.id.value, stored.image, stored.pair.responses()});
    return items;
}

ProjectSink::ProjectSink(store::Project& project, std::string metric, std::string space)
    : m_project(project)
    , m_metric(std::move(metric))
    , m_space(std::move(space))
    , m_settled(static_cast<std::size_t>(store::PairStore(project).count()), 1)
{
    if (!m_metric.empty()) {
        store::MetricStore metrics(m_project);
        const auto column = metrics.load(m_metric);
        for (std::size_t row = 0; row < m_settled.size(); ++row)
            m_settled[row] = row < column.values->size() && !std::isnan((*column.values)[row]);
        // A pair that failed before is tried again only when its picture is there now.
        store::PairStore pairs(m_project);
        for (const auto& [row, reason] : metrics.failures(m_metric, m_settled.size()))
            if (row < m_settled.size() && !std::filesystem::exists(pairs.load(row).image))
                m_settled[row] = 1;
    }
    if (!m_space.empty()) {
        const auto written = store::FeatureStore(m_project).writtenRows(m_space);
        for (std::size_t row = 0; row < m_settled.size(); ++row)
            m_settled[row] = m_settled[row] && row < written.size() && written[row];
    }
    m_known = std::count(m_settled.begin(), m_settled.end(), std::uint8_t(1));
}

bool ProjectSink::hasChunk(std::int64_t number) const
{
    const auto first = m_settled.begin() + number * kChunkPairs;
    const auto last = std::min(first + kChunkPairs, m_settled.end());
    return std::all_of(first, last, [](std::uint8_t settled) { return settled != 0; });
}

void ProjectSink::write(const score::ScoredChunk& chunk)
{
    if (!m_space.empty() && !chunk.featureRows.empty())
        store::FeatureStore(m_project).write(m_space, chunk.featureRows, chunk.features);
    if (m_metric.empty())
        return;
    store::MetricStore metrics(m_project);
    metrics.write(m_metric, chunk.rows, chunk.scores);
    std::vector<std::pair<PairRow, std::string>> failures;
    for (const auto& failure : chunk.failures)
        failures.emplace_back(failure.row, failure.reason);
    if (!failures.empty())
        metrics.recordFailures(m_metric, failures);
}

} // namespace winnow::pipeline
