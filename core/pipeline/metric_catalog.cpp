#include "core/pipeline/score_pass.h"
#include "core/pipeline/search_job.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    std::vector<ComputedMetric> joinFamilies()
    {
        std::vector<ComputedMetric> out;
        for (const auto& family : {clipMetrics, rewardMetrics, textMetrics, pictureMetrics, duplicateMetrics,
                 judgeMetrics, languageMetrics, visionLanguageMetrics, coverageMetrics}) {
            const auto metrics = family();
            out.insert(out.end(), metrics.begin(), metrics.end());
        }
        for (auto& metric : out)
            metric.description.canCompute = true;
        return out;
    }

    /// Metrics that this build does not compute, so that imported columns of these names explain themselves.
    std::vector<MetricDescription> importedMetrics()
    {
        return {
            {.name = "judge.spread",
                .title = "Judge spread",
                .meaning =
                    "How far the judge's answers about one response lie apart: their standard deviation over the "
                    "repeats, or that of a local judge's distribution. A large one means that the judge is unsure. "
                    "It is computed together with the judge score.",
                .source = "",
                .unit = "",
                .role = "",
                .family = "judge"},
        };
    }

    /// The column of a search. It is no metric that a table of metrics offers: it needs a text.
    MetricDescription searchMetric()
    {
        return {.name = kSimilarColumn,
            .title = "Similarity to a text",
            .meaning = "Cosine between the pair's vector and that of a text which was typed, -1 to 1; higher is nearer "
                       "in meaning. The text and the feature space stand in its provenance.",
            .source = "",
            .unit = "",
            .role = "",
            .family = "text"};
    }

} // namespace

const std::vector<ComputedMetric>& computedMetrics()
{
    static const std::vector<ComputedMetric> kMetrics = joinFamilies();
    return kMetrics;
}

const std::vector<MetricDescription>& knownMetrics()
{
    static const std::vector<MetricDescription> kMetrics = [] {
        std::vector<MetricDescription> out;
        for (const auto& metric : computedMetrics())
            out.push_back(metric.description);
        const auto imported = importedMetrics();
        out.insert(out.end(), imported.begin(), imported.end());
        return out;
    }();
    return kMetrics;
}

MetricDescription describeMetric(std::string_view column)
{
    static constexpr std::string_view kPublished = ".published";
    const bool isPublished = column.ends_with(kPublished);
    const auto base = isPublished ? column.substr(0, column.size() - kPublished.size()) : column;
    const auto& metrics = knownMetrics();
    const auto found =
        std::find_if(metrics.begin(), metrics.end(), [&](const MetricDescription& m) { return m.name == base; });
    MetricDescription out;
    if (found != metrics.end())
        out = *found;
    else if (column == kSimilarColumn)
        out = searchMetric();
    out.name = std::string(column);
    if (out.title.empty())
        out.title = out.name;
    if (isPublished) {
        out.title += " (published)";
        out.meaning += " Computed to the letter of the published recipe, quirks included.";
    }
    return out;
}

} // namespace winnow::pipeline
