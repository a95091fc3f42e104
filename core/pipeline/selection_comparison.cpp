#include "core/pipeline/selection_comparison.h"

#include "core/store/selection_store.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace winnow::pipeline {

namespace {

    double meanOf(std::span<const double> values, std::span<const PairRow> rows)
    {
        double sum = 0, count = 0;
        for (const auto row : rows)
            if (row < values.size() && std::isfinite(values[row])) {
                sum += values[row];
                ++count;
            }
        return count > 0 ? sum / count : kMissing;
    }

} // namespace

SelectionComparison compareChoices(const Columns& columns, std::span<const PairRow> first,
    std::span<const PairRow> second, std::span<const double> scores)
{
    SelectionComparison out;
    out.firstCount = static_cast<std::int64_t>(first.size());
    out.secondCount = static_cast<std::int64_t>(second.size());
    std::set_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(out.onlyFirst));
    std::set_difference(second.begin(), second.end(), first.begin(), first.end(), std::back_inserter(out.onlySecond));
    out.bothCount = out.firstCount - static_cast<std::int64_t>(out.onlyFirst.size());
    if (const auto smaller = std::min(out.firstCount, out.secondCount); smaller > 0)
        out.overlap = static_cast<double>(out.bothCount) / static_cast<double>(smaller);
    const auto add = [&](const std::string& name, std::span<const double> values) {
        out.metrics.push_back({name, meanOf(values, first), meanOf(values, second), meanOf(values, out.onlyFirst),
            meanOf(values, out.onlySecond)});
    };
    if (!scores.empty())
        add("score", scores);
    for (const auto& metric : columns.metrics)
        add(metric.info.name, *metric.values);
    return out;
}

SelectionComparison compareSelections(store::Project& project, const std::string& first, const std::string& second)
{
    store::SelectionStore selections(project);
    const auto a = selections.load(first), b = selections.load(second);
    return compareChoices(*project.loadColumns(), a, b);
}

} // namespace winnow::pipeline
