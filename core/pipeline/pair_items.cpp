#include "core/pipeline/pair_items.h"

#include "core/media/picture_file.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace winnow::pipeline {

PairItems::PairItems(store::Project& project)
    : m_pairs(project)
    , m_count(m_pairs.count())
{
}

PairItems::PairItems(store::Project& project, std::vector<PairRow> rows)
    : m_pairs(project)
    , m_rows(std::move(rows))
    , m_count(static_cast<std::int64_t>(m_rows.size()))
{
}

std::int64_t PairItems::chunkCount() const { return (m_count + kChunkPairs - 1) / kChunkPairs; }

std::vector<score::ScoreItem> PairItems::chunk(std::int64_t number) const
{
    const auto first = number * kChunkPairs;
    std::vector<PairRow> rows(static_cast<std::size_t>(std::min(kChunkPairs, m_count - first)));
    if (m_rows.empty())
        std::iota(rows.begin(), rows.end(), static_cast<PairRow>(first));
    else
        std::copy_n(m_rows.begin() + first, rows.size(), rows.begin());
    std::vector<score::ScoreItem> items;
    items.reserve(rows.size());
    for (auto& stored : m_pairs.load(rows))
        items.push_back(
            {stored.row, stored.pair.id.value, stored.image, stored.pair.responses(), stored.pair.instructions()});
    return items;
}

ProjectSink::ProjectSink(store::Project& project, std::vector<std::string> metrics, std::string space)
    : m_project(project)
    , m_metrics(std::move(metrics))
    , m_space(std::move(space))
    , m_settled(static_cast<std::size_t>(store::PairStore(project).count()), 1)
{
    for (const auto& metric : m_metrics)
        settle(metric);
    if (!m_space.empty()) {
        const auto written = store::FeatureStore(m_project).writtenRows(m_space);
        for (std::size_t row = 0; row < m_settled.size(); ++row)
            m_settled[row] = m_settled[row] && row < written.size() && written[row];
    }
    m_known = std::count(m_settled.begin(), m_settled.end(), std::uint8_t(1));
}

void ProjectSink::settle(const std::string& metric)
{
    store::MetricStore metrics(m_project);
    const auto column = metrics.load(metric);
    std::vector<std::uint8_t> settled(m_settled.size());
    for (std::size_t row = 0; row < settled.size(); ++row)
        settled[row] = row < column.values->size() && !std::isnan((*column.values)[row]);
    // A pair that failed before is tried again only when its picture is there now.
    store::PairStore pairs(m_project);
    for (const auto& [row, reason] : metrics.failures(metric, settled.size()))
        if (row < settled.size() && !media::findPictureStamp(pairs.load(row).image))
            settled[row] = 1;
    for (std::size_t row = 0; row < settled.size(); ++row)
        m_settled[row] = m_settled[row] && settled[row];
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
    assert(m_metrics.empty() || chunk.further.size() + 1 == m_metrics.size() || chunk.rows.empty());
    std::vector<std::pair<PairRow, std::string>> failures;
    for (const auto& failure : chunk.failures)
        failures.emplace_back(failure.row, failure.reason);
    store::MetricStore metrics(m_project);
    for (std::size_t i = 0; i < m_metrics.size(); ++i) {
        if (!chunk.rows.empty())
            metrics.write(m_metrics[i], chunk.rows, i == 0 ? chunk.scores : chunk.further[i - 1]);
        if (!failures.empty())
            metrics.recordFailures(m_metrics[i], failures);
    }
}

} // namespace winnow::pipeline
