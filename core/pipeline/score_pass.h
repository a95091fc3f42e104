#pragma once

#include "core/base/json.h"
#include "core/pipeline/pair_items.h"
#include "core/pipeline/score_job.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// What a column is made of, before it is filled.
struct ColumnPlan {
    std::string column;  ///< "clip", "clip.published"
    std::string keyText; ///< everything the numbers depend on beside the pairs; its hash is the column's key
    Json provenance;     ///< the same for people: mode, model folder, weights hash, prompt, seed
};

/// One run of `winnow score` over a project: what a metric's computation works with. In a trial items() are a few pairs
/// and nothing that is filled is kept. Thread: the models lane.
class ScorePass {
public:
    ScorePass(Workspace& workspace, store::Project& project, const ScoreOptions& options, RunContext& context);

    Workspace& workspace() { return m_workspace; }
    store::Project& project() { return m_project; }
    const ScoreOptions& options() const { return m_options; }
    RunContext& context() { return m_context; }
    const PairItems& items() const { return m_items; }

    /// "clip", or "clip.published" in that mode.
    std::string columnName(const std::string& metric) const;
    /// The folder of the model that plays the role in this pass. Throws Error(NotFound) with what to do.
    std::filesystem::path modelFolder(const std::string& role) const;

    /// Runs over the chunks that the column lacks. A column of the same name with another key is replaced.
    void fill(const ColumnPlan& plan, const std::function<score::ScoreReport(score::ScoreSink&)>& run);
    /// The same for columns that come out of one pass: ScoredChunk::scores is the first plan's, `further` the others'.
    void fillTogether(
        const std::vector<ColumnPlan>& plans, const std::function<score::ScoreReport(score::ScoreSink&)>& run);

    /// Whether the column is there with this key and no pair is left to try; never in a trial.
    bool isComplete(const ColumnPlan& plan);
    /// Whether an earlier metric of this pass has filled the column.
    bool hasFilled(std::string_view column) const
    {
        for (const auto& [name, report] : m_reports)
            if (name == column)
                return true;
        return false;
    }
    /// Of columns that one look at the pairs can fill together: those that are wanted and not filled in this pass yet.
    /// What is complete is reported as such, the rest filled by `run`, which gets the places in `plans` that it has to
    /// fill.
    void fillAsked(const std::vector<ColumnPlan>& plans,
        const std::function<score::ScoreReport(const std::vector<std::size_t>& places, score::ScoreSink&)>& run);
    /// Adds fields to the report of a column that this pass filled; "stopped" says why part of it is missing.
    void amend(const std::string& column, const Json& fields);
    /// The column is not filled, and this is why; the pass goes on with the next metric.
    void skip(const std::string& column, const std::string& reason);

    /// Per column filled: scored, already, failed, seconds, first failures.
    const std::vector<std::pair<std::string, Json>>& reports() const { return m_reports; }

private:
    void report(const std::vector<std::string>& columns,
        const std::function<score::ScoreReport(score::ScoreSink&)>& run, score::ScoreSink& sink, std::int64_t known);

    Workspace& m_workspace;
    store::Project& m_project;
    const ScoreOptions& m_options;
    RunContext& m_context;
    PairItems m_items;
    std::vector<std::pair<std::string, Json>> m_reports;
};

/// A metric that this build computes: what it means, and how a pass fills its column or columns.
struct ComputedMetric {
    MetricDescription description; ///< canCompute is set by the catalog
    void (*compute)(ScorePass& pass) = nullptr;
};

/// One function per family, each in its own file; the catalog joins them in this order.
std::vector<ComputedMetric> clipMetrics();           // clip_metrics.cpp
std::vector<ComputedMetric> rewardMetrics();         // reward_metrics.cpp
std::vector<ComputedMetric> textMetrics();           // text_metrics.cpp
std::vector<ComputedMetric> pictureMetrics();        // picture_metrics.cpp
std::vector<ComputedMetric> duplicateMetrics();      // duplicate_metrics.cpp
std::vector<ComputedMetric> judgeMetrics();          // judge_metrics.cpp
std::vector<ComputedMetric> languageMetrics();       // language_metrics.cpp
std::vector<ComputedMetric> visionLanguageMetrics(); // vision_language_metrics.cpp
std::vector<ComputedMetric> coverageMetrics();       // coverage_metrics.cpp

/// All of them. Thread-safe.
const std::vector<ComputedMetric>& computedMetrics();

} // namespace winnow::pipeline
