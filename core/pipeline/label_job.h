#pragma once

#include "core/domain/metric.h"
#include "core/pipeline/batch_runs.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// Genuine quality labels (METHOD 5): every cluster's pairs fine-tune the base model by themselves; the label is what
/// that model scores. Unset numbers of the fine-tune come with the base model.
struct LabelOptions {
    std::string name;                    ///< of the label set; empty = the clustering's name
    std::string clustering;              ///< whose clusters are the subsets
    std::vector<std::string> benchmarks; ///< at least one
    std::optional<std::int64_t> steps;
    std::optional<std::int64_t> batch;
    std::optional<double> peakRate;
    std::optional<std::int64_t> warmupSteps;
    /// Fine-tunes of each subset, with seeds seed, seed + 1, ...; 0 = two, or one as published (METHOD 11, 6).
    std::int64_t repeats = 0;
    std::uint64_t seed = 42;
    /// Published: random crops in training, one repeat. Answers are greedy in both modes: the evaluator does not
    /// sample.
    Mode mode = Mode::Corrected;
    std::string device = "cpu";
    std::filesystem::path vlm; ///< empty = the default of its role
};

/// What it will cost, from a few timed steps and answers. Throws as runLabels.
BatchForecast forecastLabels(Workspace& workspace, const LabelOptions& options, RunContext& context);

/// One resumable batch "label:NAME": the same options again go on where it was, finished fine-tunes are not repeated;
/// labels are stored as they come. The subsets are frozen as selections of the batch at the first start. details: name,
/// clustering, benchmarks, repeats, labels, seconds, spread, noise, reliability, p_value, forecast. Throws Error:
/// NotFound (clustering, benchmark), InvalidInput (no benchmark, all clusters empty), Conflict (other settings under
/// this name), and what fine-tunes and evaluations throw.
JobResult runLabels(Workspace& workspace, const LabelOptions& options, RunContext& context);

/// All label sets of a project for `info --json`: name, clustering, benchmarks, labels with values and errors.
Json labelsJson(store::Project& project);

} // namespace winnow::pipeline
