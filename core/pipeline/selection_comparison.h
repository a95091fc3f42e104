#pragma once

#include "core/domain/columns.h"
#include "core/domain/pair.h"
#include "core/store/project.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// Two choices side by side: two stored selections, or the published and the corrected rule over one selector.
struct SelectionComparison {
    std::int64_t firstCount = 0;
    std::int64_t secondCount = 0;
    std::int64_t bothCount = 0;
    double overlap = kMissing;       ///< share of the smaller one that is in both, 0 … 1; missing where one is empty
    std::vector<PairRow> onlyFirst;  ///< increasing
    std::vector<PairRow> onlySecond; ///< increasing

    /// Means of one metric, over the pairs that have it; missing where none has.
    struct Means {
        std::string metric;
        double first = kMissing;
        double second = kMissing;
        double onlyFirst = kMissing;
        double onlySecond = kMissing;
        double difference() const { return second - first; }
    };
    std::vector<Means> metrics; ///< in the order of the columns; first the scores, as "score", where they are given
};

/// `first` and `second` are increasing rows; `scores` (one per pair, may be empty) is what both choices follow.
/// Any thread.
SelectionComparison compareChoices(const Columns& columns, std::span<const PairRow> first,
    std::span<const PairRow> second, std::span<const double> scores = {});

/// Two stored selections. Throws Error(NotFound).
SelectionComparison compareSelections(store::Project& project, const std::string& first, const std::string& second);

} // namespace winnow::pipeline
