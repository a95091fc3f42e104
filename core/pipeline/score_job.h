#pragma once

#include "core/domain/metric.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// What a metric means, for tooltips, dialogs and help.
struct MetricDescription {
    std::string name;    ///< "clip"
    std::string title;   ///< "CLIP score"
    std::string meaning; ///< one or two sentences: what, range, which way is better
    std::string source;  ///< paper or tool
    std::string unit;    ///< may be empty
    bool needsModel = false;
    bool canCompute = false; ///< false: known by name only (imported reward, judge)
};

/// Every metric this build computes, then those known by name only.
const std::vector<MetricDescription>& knownMetrics();
/// The description of a column, also of "clip.published"; for unknown names only the name is filled.
MetricDescription describeMetric(std::string_view column);

struct ScoreOptions {
    std::vector<std::string> metrics{"clip", "length"};
    Mode mode = Mode::Corrected; ///< published columns are named `<metric>.published`
    std::string device = "cpu";
    std::filesystem::path clipModel; ///< empty = the default of its role
    int batchSize = 0;               ///< 0 = chosen by the model
};

/// Scores every pair that has no value yet. details: per metric column, scored, already, failed, seconds, first
/// failures.
JobResult runScore(Workspace& workspace, const ScoreOptions& options, RunContext& context);

struct FeatureOptions {
    std::vector<std::string> spaces{"clip-image"};
    int pcaDimensions = 0; ///< 0 = none; else also `<space>.pca<n>`
    std::string device = "cpu";
    std::filesystem::path clipModel;
};

JobResult runFeatures(Workspace& workspace, const FeatureOptions& options, RunContext& context);

struct ClusterOptions {
    std::string name = "clusters";
    std::string method = "kmeans";
    int k = 10;
    std::string space = "clip-image"; ///< computed first when it is not there
    std::uint64_t seed = 0;
    std::string device = "cpu";
};

/// details: name, k, sizes, inertia, seconds.
JobResult runCluster(Workspace& workspace, const ClusterOptions& options, RunContext& context);

} // namespace winnow::pipeline
