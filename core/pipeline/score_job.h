#pragma once

#include "core/domain/metric.h"
#include "core/pipeline/judge_settings.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// What a metric means, for tooltips, dialogs and help.
struct MetricDescription {
    std::string name;          ///< "clip"
    std::string title;         ///< "CLIP score"
    std::string meaning;       ///< one or two sentences: what, range, which way is better
    std::string source;        ///< paper or tool
    std::string unit;          ///< may be empty
    std::string role;          ///< of the model it needs ("clip"); empty = none
    std::string family;        ///< what it looks at, for grouping: "picture and text", "text", "judge", …
    bool hasPublished = false; ///< it can also be computed to the letter of the published recipe, as `<name>.published`
    bool canCompute = false;   ///< false: known by name only, its values are imported
};

/// Every metric this build computes, family by family, then those known by name only.
const std::vector<MetricDescription>& knownMetrics();
/// The description of a column, also of "clip.published"; for unknown names only the name is filled.
MetricDescription describeMetric(std::string_view column);

struct ScoreOptions {
    std::vector<std::string> metrics{"clip", "length"};
    Mode mode = Mode::Corrected; ///< published columns are named `<metric>.published`
    std::string device = "cpu";
    std::map<std::string, std::filesystem::path> models; ///< role -> folder; a role not named uses its default
    int batchSize = 0;                                   ///< 0 = chosen by the model
    std::optional<JudgeSettings> judge; ///< new settings of the judge, kept with the project; none = the project's own
    /// Above 0: only so many pairs, spread over the project, are scored to see how long they take; no score is kept.
    std::int64_t trialPairs = 0;

    bool isPublished() const { return mode == Mode::Published; }
    bool isTrial() const { return trialPairs > 0; }
};

/// Scores every pair that has no value yet. details: per metric column, scored, already, failed, seconds, first
/// failures.
JobResult runScore(Workspace& workspace, const ScoreOptions& options, RunContext& context);

struct FeatureOptions {
    /// clip-image, clip-text, llm-text are computed; of any other space of the project only components are made.
    std::vector<std::string> spaces{"clip-image"};
    int pcaDimensions = 0; ///< 0 = none; else also `<space>.pca<n>`
    bool refit = false;    ///< fit the components anew; else those fitted before serve for pairs that came later too
    std::string device = "cpu";
    std::map<std::string, std::filesystem::path> models; ///< role -> folder; a role not named uses its default
};

/// Makes the vectors that are missing. details: per space, dimension, computed, already, failed; components: basis,
/// version, fitted_pairs.
JobResult runFeatures(Workspace& workspace, const FeatureOptions& options, RunContext& context);

struct ClusterOptions {
    std::string name = "clusters";
    std::string method = "kmeans"; ///< or "spectral"
    int k = 10;
    std::string space = "clip-image"; ///< computed first when it is not there
    std::uint64_t seed = 0;
    Mode mode = Mode::Corrected; ///< published: vectors as they are, 10 neighbours, seed 0, equalised without distances
    int neighbors = 10;          ///< of the spectral method's graph, the pair itself counted
    std::string metric = "euclidean"; ///< or "cosine": spherical k-means; neighbours by cosine
    int landmarks = 0;                ///< of the spectral method; 0 = above 20,000 pairs as many as fit, none below
    bool normalize = false;           ///< vectors of unit length first, Euclidean after that
    bool balanced = false; ///< sizes that differ by one at most; published: one size, what is left over in no cluster
    std::string device = "cpu";

    /// Throws Error(InvalidInput), also for what contradicts the published mode.
    void validate() const;
};

/// details: name, k, sizes, inertia, iterations, restarts, seconds; spectral: components, eigenvalues, landmarks;
/// cosine: without_direction; published and balanced: moved, dropped.
JobResult runCluster(Workspace& workspace, const ClusterOptions& options, RunContext& context);

} // namespace winnow::pipeline
