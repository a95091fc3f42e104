#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

/// The missing value of a metric.
inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Which of METHOD 11's two readings a number follows.
enum class Mode { Corrected, Published };

inline std::string_view toString(Mode mode) { return mode == Mode::Published ? "published" : "corrected"; }

/// Where a column came from and what it means.
struct MetricInfo {
    std::string name;       ///< "clip", "clip.published", "length"; unique in a project
    std::string provenance; ///< JSON: how it was made (model hash, mode, parameters) or which file it was imported from
    std::string key;        ///< hash of inputs and parameters; equal key = same numbers
    std::int64_t valueCount = 0; ///< pairs that have a value
};

/// One number per pair, indexed by PairRow; kMissing where there is none. Shared between threads, never changed in
/// place.
struct MetricColumn {
    MetricInfo info;
    std::shared_ptr<const std::vector<double>> values;
};

inline constexpr std::int32_t kNoCluster = -1;

struct ClusteringInfo {
    std::string name;
    std::string algorithm;                 ///< "kmeans", "spectral", "imported"
    std::string parameters;                ///< JSON: k, space, seed, inertia, model hash
    std::vector<std::string> clusterNames; ///< index = cluster number
    std::vector<std::int64_t> sizes;       ///< pairs of each cluster
};

/// One cluster number per pair, indexed by PairRow; kNoCluster where a pair has none.
struct ClusterColumn {
    ClusteringInfo info;
    std::shared_ptr<const std::vector<std::int32_t>> assignment;
};

struct FeatureInfo {
    std::string name; ///< "clip-image", "clip-image.pca6"
    std::int64_t dimension = 0;
    std::int64_t pairCount = 0; ///< pairs that have a vector
    std::string provenance;
    std::string key;
};

} // namespace winnow
