#pragma once

#include "core/domain/metric.h"
#include "core/domain/pair.h"
#include "core/domain/selection.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace winnow {

/// Everything numeric an open project keeps in memory, per pair and indexed by PairRow. Immutable: a change makes a new
/// Columns that shares the untouched vectors, so any thread may read the one it holds.
struct Columns {
    std::int64_t pairCount = 0;
    std::int64_t dataVersion = 0; ///< of the project when it was read
    std::vector<MetricColumn> metrics;
    std::vector<ClusterColumn> clusterings;
    std::shared_ptr<const std::vector<std::uint8_t>> overrides; ///< values of Override
    std::shared_ptr<const std::vector<std::uint8_t>> stars;     ///< 0 … 5
    std::shared_ptr<const std::vector<std::uint8_t>>
        imageMissing; ///< 1 where the picture was not there when last looked

    std::shared_ptr<const void> stamps; ///< the store's note of what was read at which change

    const MetricColumn* findMetric(std::string_view name) const
    {
        for (const auto& column : metrics)
            if (column.info.name == name)
                return &column;
        return nullptr;
    }
    const ClusterColumn* findClustering(std::string_view name) const
    {
        for (const auto& column : clusterings)
            if (column.info.name == name)
                return &column;
        return nullptr;
    }
};

} // namespace winnow
