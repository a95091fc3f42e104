#pragma once

#include "core/domain/metric.h"
#include "core/domain/pair.h"
#include "core/store/project.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::store {

/// Metrics, stored as chunks of doubles so that a million pairs times ten metrics open in under half a second.
class MetricStore {
public:
    explicit MetricStore(Project& project);

    std::vector<MetricInfo> list();
    /// Throws Error(NotFound).
    MetricColumn load(std::string_view name);
    std::optional<MetricInfo> find(std::string_view name);

    /// Makes the column, or continues one of the same name and key (what it holds stays). A column of the same name
    /// with another key is replaced only when `replace` is set, else Error(Conflict).
    void begin(const MetricInfo& info, bool replace);
    /// One transaction; NaN = still missing. Durable when it returns.
    void write(std::string_view name, std::span<const PairRow> rows, std::span<const double> values);
    /// Why a pair has no value; cleared when it gets one.
    void recordFailures(std::string_view name, std::span<const std::pair<PairRow, std::string>> failures);
    std::vector<std::pair<PairRow, std::string>> failures(std::string_view name, std::size_t limit = 1000);
    /// How many pairs of each column have a failure; columns without one are left out.
    std::map<std::string, std::int64_t> failureCounts();

private:
    Project& m_project;
};

class ClusterStore {
public:
    explicit ClusterStore(Project& project);

    std::vector<ClusteringInfo> list();
    ClusterColumn load(std::string_view name);
    /// `column.info.sizes` is computed here. A clustering of the same name is replaced.
    void save(ClusterColumn column);
    /// Other names and parameters for the clusters of `info.name`; the pairs stay where they are. Throws
    /// Error(InvalidInput) unless there is one name a cluster.
    void relabel(const ClusteringInfo& info);

private:
    Project& m_project;
};

} // namespace winnow::store
