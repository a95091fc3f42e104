#include "ui/models/metric_summary.h"

#include "ui/background.h"
#include "ui/document.h"

#include <algorithm>
#include <cmath>

namespace winnow::ui {
namespace {
    /// A step of 1, 2 or 5 times a power of ten that gives at most the wanted number of bins.
    double roundStep(double width)
    {
        const auto power = std::pow(10.0, std::floor(std::log10(width)));
        for (const auto factor : {1.0, 2.0, 5.0})
            if (width <= factor * power)
                return factor * power;
        return 10 * power;
    }

    void fillBins(MetricSummary& summary, const std::vector<double>& sorted)
    {
        const auto low = sorted.front(), high = sorted.back();
        const auto isSpread = std::isfinite(low) && std::isfinite(high) && high > low;
        summary.binWidth = isSpread ? roundStep((high - low) / static_cast<double>(MetricSummary::kBins)) : 1;
        summary.low =
            isSpread ? std::floor(low / summary.binWidth) * summary.binWidth : (std::isfinite(low) ? low - 0.5 : 0);
        const auto span = isSpread ? (high - summary.low) / summary.binWidth : 0;
        summary.bins.assign(static_cast<std::size_t>(span) + 1, 0);
        for (const auto value : sorted)
            summary.bins[static_cast<std::size_t>(summary.binOf(value))] += 1;
    }
} // namespace

double MetricSummary::percentileOf(double value) const
{
    if (std::isnan(value) || quantiles.empty())
        return kMissing;
    const auto [first, last] = std::equal_range(quantiles.begin(), quantiles.end(), value);
    const auto below = static_cast<double>(first - quantiles.begin());
    const auto equal = static_cast<double>(last - first);
    return 100 * (below + equal / 2) / static_cast<double>(quantiles.size());
}

int MetricSummary::binOf(double value) const
{
    if (std::isnan(value) || bins.empty())
        return -1;
    const auto at = (value - low) / binWidth;
    return static_cast<int>(std::clamp(at, 0.0, static_cast<double>(bins.size() - 1)));
}

MetricSummary computeMetricSummary(std::shared_ptr<const std::vector<double>> values)
{
    MetricSummary summary;
    std::vector<double> sorted;
    sorted.reserve(values->size());
    for (const auto value : *values)
        if (!std::isnan(value))
            sorted.push_back(value);
    std::sort(sorted.begin(), sorted.end());
    summary.values = std::move(values);
    summary.count = static_cast<std::int64_t>(sorted.size());
    if (sorted.empty())
        return summary;
    fillBins(summary, sorted);
    if (sorted.size() <= 2 * MetricSummary::kQuantiles) {
        summary.quantiles = std::move(sorted);
        return summary;
    }
    summary.quantiles.reserve(MetricSummary::kQuantiles);
    for (std::size_t i = 0; i < MetricSummary::kQuantiles; ++i)
        summary.quantiles.push_back(sorted[i * (sorted.size() - 1) / (MetricSummary::kQuantiles - 1)]);
    return summary;
}

std::vector<std::int64_t> computeBins(const MetricSummary& summary, const std::vector<PairRow>& rows)
{
    std::vector<std::int64_t> bins(summary.bins.size(), 0);
    for (const auto row : rows) {
        if (row >= summary.values->size())
            continue;
        const auto bin = summary.binOf((*summary.values)[row]);
        if (bin >= 0)
            bins[static_cast<std::size_t>(bin)] += 1;
    }
    return bins;
}

std::vector<std::int64_t> computeBins(const MetricSummary& summary, const std::vector<std::uint8_t>& bitmap)
{
    std::vector<std::int64_t> bins(summary.bins.size(), 0);
    const auto count = std::min(bitmap.size(), summary.values->size());
    for (std::size_t row = 0; row < count; ++row) {
        const auto bin = bitmap[row] ? summary.binOf((*summary.values)[row]) : -1;
        if (bin >= 0)
            bins[static_cast<std::size_t>(bin)] += 1;
    }
    return bins;
}

MetricSummaries::MetricSummaries(Document& document, QObject* parent)
    : QObject(parent)
    , m_document(document)
{
    connect(&document, &Document::opened, this, &MetricSummaries::refresh);
    connect(&document, &Document::closed, this, &MetricSummaries::refresh);
    connect(&document, &Document::columnsChanged, this, &MetricSummaries::refresh);
    refresh();
}

std::shared_ptr<const MetricSummary> MetricSummaries::find(std::string_view metric) const
{
    const auto found = m_summaries.find(metric);
    return found == m_summaries.end() ? nullptr : found->second;
}

double MetricSummaries::percentileOf(std::string_view metric, PairRow row) const
{
    const auto found = m_summaries.find(metric);
    const auto* column = m_document.columns()->findMetric(metric);
    if (found == m_summaries.end() || !column || !column->values || row >= column->values->size())
        return kMissing;
    return found->second->percentileOf((*column->values)[row]);
}

void MetricSummaries::refresh()
{
    const auto columns = m_document.columns();
    std::erase_if(m_summaries, [&](const auto& entry) { return !columns->findMetric(entry.first); });
    std::erase_if(m_asked, [&](const auto& entry) { return !columns->findMetric(entry.first); });
    for (const auto& metric : columns->metrics) {
        auto& asked = m_asked[metric.info.name];
        if (!metric.values || asked == metric.values)
            continue;
        asked = metric.values;
        m_running += 1;
        inBackground(
            this,
            [values = metric.values] { return std::make_shared<const MetricSummary>(computeMetricSummary(values)); },
            [this, name = metric.info.name](std::shared_ptr<const MetricSummary> summary) {
                m_running -= 1;
                const auto wanted = m_asked.find(name);
                if (wanted == m_asked.end() || wanted->second != summary->values)
                    return;
                m_summaries[name] = std::move(summary);
                Q_EMIT changed();
            });
    }
    Q_EMIT changed();
}

} // namespace winnow::ui
