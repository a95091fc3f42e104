#pragma once

#include "core/domain/metric.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace winnow {

/// The measured quality of one cluster's pairs: what a model fine-tuned on them alone scored.
struct ClusterLabel {
    std::int32_t cluster = 0;   ///< number in the clustering
    std::int64_t pairCount = 0; ///< pairs the model was fine-tuned on
    double value = kMissing; ///< accuracy in percent, mean over benchmarks, then over repeats; missing = not measured
    /// Of `value`, from the spread of the repeats (s / sqrt(R)); missing with fewer than two.
    double standardError = kMissing;
    /// Of `value`, from the number of questions alone (pictures as the unit), as if the model were fixed.
    double questionError = kMissing;
    std::vector<double> repeats; ///< by repeat: mean over benchmarks, percent
    std::string note;            ///< why there is no value ("the cluster is empty"); else empty

    bool isMeasured() const { return !std::isnan(value); }
};

/// The labels of a clustering's subsets, measured by `winnow label` or imported.
struct LabelSet {
    std::int64_t key = 0; ///< store key
    std::string name;
    std::string clustering;              ///< whose clusters were measured
    std::vector<std::string> benchmarks; ///< on which
    std::vector<ClusterLabel> labels;    ///< one per cluster of the clustering, in its order
    /// JSON: recipe, seeds, hash of the base weights, mode, seconds, clustering hash; or the file it was imported from.
    std::string provenance;
    std::string createdAt; ///< UTC, ISO 8601

    /// Fine-tunes that were measured, over all clusters.
    std::int64_t repeatCount() const
    {
        return std::accumulate(
            labels.begin(), labels.end(), std::int64_t(0), [](std::int64_t sum, const ClusterLabel& label) {
                return sum + static_cast<std::int64_t>(label.repeats.size());
            });
    }
    std::int64_t measuredCount() const
    {
        return std::count_if(
            labels.begin(), labels.end(), [](const ClusterLabel& label) { return label.isMeasured(); });
    }
};

} // namespace winnow
