#pragma once

#include "core/domain/selection.h"
#include "core/pipeline/batch_runs.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/select_job.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// The paper's ablations: one table each, every arm against random draws of its size.
enum class Ablation {
    None,
    Indicators,  ///< each metric alone
    Selectors,   ///< each stored selector
    Clusterings, ///< the same scores with the quotas of each clustering, and without
    Sizes,       ///< 50, 100, 200, 400, 800 chosen
};
std::string_view toString(Ablation ablation);
/// "indicators", ... Throws Error(InvalidInput).
Ablation ablationNamed(const std::string& name);

/// Selected against random, full, single-metric and length-only controls. Everything but device and base model's folder
/// decides the result and is stored with it.
struct ExperimentOptions {
    std::string name = "experiment";
    std::string selector;                  ///< how the chosen pairs are chosen: a stored selector, or ...
    std::map<std::string, double> weights; ///< ... weights
    std::string clustering;                ///< quotas of chosen, single-metric and length-only arms; empty = none
    Mode mode = Mode::Corrected;
    MissingRule missing = MissingRule::Exclude;
    Budget budget{200, false};
    std::int64_t seeds = 5;       ///< fine-tunes of every selection
    std::int64_t randomDraws = 5; ///< random selections of the budget's size
    std::uint64_t seed = 42;      ///< of the first fine-tune and the first draw
    /// Single-metric controls; empty = every metric with a weight when there are several, else "clip" where it is
    /// there.
    std::vector<std::string> topMetrics;
    std::vector<std::string> benchmarks; ///< empty = every benchmark of the project
    Ablation ablation = Ablation::None;
    std::vector<std::int64_t> sizes{50, 100, 200, 400, 800}; ///< of the ablation of sizes
    std::optional<std::int64_t> steps;                       ///< unset numbers come with the base model
    std::optional<std::int64_t> batch;
    std::optional<double> peakRate;
    std::optional<std::int64_t> warmupSteps;
    std::string device = "cpu";
    std::filesystem::path vlm;

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// One selection of an arm: a draw of the random arm, the only one of every other.
struct ExperimentDraw {
    std::string selection; ///< its name, or "all"
    std::string hash;      ///< of its pairs; empty for all
    std::int64_t pairs = 0;
    double meanLength = 0;               ///< characters of the responses
    std::vector<std::string> runs;       ///< by seed
    std::vector<std::string> weightsSha; ///< of the tuned tensors, by seed
    std::vector<double> scores;          ///< percent, mean over benchmarks, by seed
};

/// One row of the table.
struct ExperimentArm {
    std::string key;   ///< "chosen", "random", "full", "top clip", "length"
    std::string title; ///< "200 chosen by clip=1"
    std::vector<ExperimentDraw> draws;
    double score = 0; ///< percent: mean over benchmarks, draws and seeds
    double ciLow = 0;
    double ciHigh = 0;
    std::vector<double> benchmarkScores; ///< beside the report's benchmarks
    double seconds = 0;                  ///< mean time of one fine-tune; 0 = unknown
};

struct ExperimentComparison {
    std::string first, second; ///< keys of arms
    std::string benchmark;     ///< a name, or "all" for their mean
    double difference = 0;     ///< first minus second, percentage points
    double ciLow = 0;
    double ciHigh = 0;
    double standardError = 0;
    double degrees = 0; ///< of freedom
    double pValue = 1;
    double adjustedP = 1; ///< Holm, over the comparisons on the same benchmark
    bool isSignificant() const { return adjustedP < 0.05; }
};

/// Whether the chosen pairs may owe their score to their length alone.
struct LengthCheck {
    double poolMean = 0; ///< characters
    double poolDeviation = 0;
    double correlation = kMissing; ///< Spearman, over selections: mean length and score
    double correlationP = 1;
    std::int64_t selections = 0; ///< it was computed over
    bool isControlEqual = false; ///< the length-only control cannot be told from the chosen
    std::string sentence;        ///< what follows, or that nothing does
    bool isWarning = false;
};

/// PRISM's index (arXiv 2502.12119): (full score / subset score) x (selection + tuning time) / full tuning time; below
/// 1 the selection pays.
struct NetCost {
    double selectionSeconds = 0;
    double tuningSeconds = 0; ///< of the chosen pairs
    double fullSeconds = 0;   ///< of all pairs
    double index = kMissing;
    std::string sentence;
};

struct ExperimentReport {
    std::string name;
    Json options;     ///< as stored: what decides the result
    std::string base; ///< SHA-256 of the base model's weights
    Json recipe;      ///< of one fine-tune
    std::int64_t seeds = 0;
    std::vector<std::string> benchmarks;
    std::vector<std::string> benchmarkHashes;
    std::vector<std::int64_t> questions; ///< beside benchmarks
    std::vector<double> baseScores;      ///< of the untouched model, percent, beside benchmarks
    std::vector<ExperimentArm> arms;
    std::vector<ExperimentComparison> comparisons;
    LengthCheck length;
    NetCost cost;
    std::vector<std::string> notes;
    std::string sentence;                           ///< what the data support
    std::vector<std::vector<std::string>> commands; ///< arguments of `winnow`, project left out, that led here
    std::string version;
    int threads = 1;
    std::string finishedAt;

    const ExperimentArm* find(const std::string& key) const;
};

/// What it will cost. Throws as runExperiment.
BatchForecast forecastExperiment(Workspace& workspace, const ExperimentOptions& options, RunContext& context);

/// One resumable batch "experiment:NAME": selections are made and frozen, every one is fine-tuned under every seed and
/// evaluated; what is done is not done again, whenever it was stopped. details: the report as JSON ("timing" holds all
/// that is not the same in a second run). Throws Error: NotFound (metric, selector, clustering, benchmark),
/// InvalidInput, Conflict (other settings under this name), and what selections, fine-tunes and evaluations throw.
JobResult runExperiment(Workspace& workspace, const ExperimentOptions& options, RunContext& context);

/// How far an experiment is: one entry per fine-tune.
struct ExperimentCell {
    std::string arm;
    std::string selection;
    std::string run;
    std::int64_t draw = 0;
    std::int64_t seed = 0;
    RunState state = RunState::Created;
    double score = kMissing; ///< percent, mean over benchmarks, once evaluated
};
std::vector<ExperimentCell> experimentCells(store::Project& project, const std::string& name);

/// Of a finished experiment. Throws Error: NotFound (naming those there are), InvalidInput (not finished yet).
ExperimentReport loadExperiment(store::Project& project, const std::string& name);
/// All of a project for `info --json`: name, finished, sentence.
Json experimentsJson(store::Project& project);

/// `figures`: inline SVG follows the reader's light or dark; images are what QTextDocument can print.
enum class Figures { Inline, Images };
Json toJson(const ExperimentReport& report);
ExperimentReport experimentFromJson(const Json& json);
std::string toText(const ExperimentReport& report);
/// A whole page.
std::string toHtml(const ExperimentReport& report, Figures figures = Figures::Inline);
/// The page's content without head and body, for a larger report.
std::string toHtmlSection(const ExperimentReport& report, Figures figures);

} // namespace winnow::pipeline
