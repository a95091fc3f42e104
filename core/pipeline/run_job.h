#pragma once

#include "core/domain/metric.h"
#include "core/domain/run.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// A fine-tune; unset numbers come with the base model (MiniGPT-4: METHOD 6.3; the embedded one: its own).
struct FinetuneOptions {
    std::string run;       ///< name; the same name again resumes
    std::string selection; ///< a selection's name, or "all"
    std::optional<std::int64_t> steps;
    std::optional<std::int64_t> batch;
    std::optional<double> peakRate;
    std::optional<std::int64_t> warmupSteps;
    std::uint64_t seed = 42;
    Mode mode = Mode::Corrected;
    std::string device = "cpu";
    std::filesystem::path vlm;     ///< empty = the default of its role
    bool evaluateWhenDone = false; ///< on every benchmark of the project
    std::string partOf; ///< "label:NAME" whose part it is: not in the list of runs, no recipe line of its own
};

/// What a fine-tune would do, before it starts.
struct FinetuneForecast {
    std::int64_t pairs = 0;
    std::int64_t steps = 0;
    std::int64_t batch = 0;
    double peakRate = 0;
    std::int64_t warmupSteps = 0;
    double passes = 0; ///< over the chosen pairs
    std::string base;  ///< what the base model is
    std::int64_t memoryBytes = 0;
    std::vector<std::string> warnings; ///< "62 passes over 200 pairs: expect overfitting"
};

/// What starts this run again just as it was begun (selection, steps, batch, rates, seed, mode, base model); device and
/// whether to evaluate come from `wishes`. Throws Error(BadFile).
FinetuneOptions resumeOptions(const RunInfo& run, const FinetuneOptions& wishes);

FinetuneForecast forecastFinetune(Workspace& workspace, const FinetuneOptions& options);

/// Live series: "loss" and "rate" over the step. Resumes from the newest checkpoint; ends with the same weights as an
/// undisturbed run. details: run, steps, loss, weights_sha256, seconds, evaluations.
JobResult runFinetune(Workspace& workspace, const FinetuneOptions& options, RunContext& context);

struct EvaluateOptions {
    std::string run;                     ///< run name; "base" = the untouched base model
    std::vector<std::string> benchmarks; ///< empty = every benchmark of the project
    std::string device = "cpu";
    std::filesystem::path vlm;  ///< for run "base"
    bool isPartOfBatch = false; ///< then it has no recipe line of its own
};

/// Answers are appended as they come and never asked twice. details: per benchmark value, ci_low, ci_high, answered.
JobResult runEvaluate(Workspace& workspace, const EvaluateOptions& options, RunContext& context);

/// What lies at a path, before it becomes a benchmark.
struct BenchmarkPreview {
    std::string format;
    std::int64_t questionCount = 0;
    std::int64_t imageCount = 0;
    std::string question; ///< the first one
    std::string answer;   ///< "yes" or "no"
    std::int64_t badCount = 0;
    std::string firstBad; ///< where and why
};
/// Throws Error as evaluate::loadQuestions.
BenchmarkPreview previewBenchmark(const std::filesystem::path& path, const std::string& format);

/// `format` "mme", "pope", "jsonl", "tsv", "auto".
JobResult addBenchmark(
    Workspace& workspace, const std::string& name, const std::filesystem::path& path, const std::string& format);

struct CurvePoint {
    std::int64_t step = 0;
    double value = 0;
};
struct RunCurve {
    std::string run;
    std::vector<CurvePoint> loss;
    std::vector<CurvePoint> rate;
};
RunCurve loadCurve(store::Project& project, const std::string& run);

struct RunScore {
    std::string run;
    std::string benchmark;
    double value = 0; ///< accuracy, percent
    double ciLow = 0;
    double ciHigh = 0;
    std::int64_t questions = 0;
    double mmeScore = 0; ///< accuracy + accuracy+, as MME sums it
};
struct RunDifference {
    std::string first, second, benchmark;
    double difference = 0; ///< first minus second, percentage points
    double ciLow = 0;
    double ciHigh = 0;
    double pValue = 1;
    std::int64_t onlyFirstRight = 0;
    std::int64_t onlySecondRight = 0;
    bool isSignificant() const { return pValue < 0.05; }
};
struct CompareReport {
    std::vector<RunInfo> runs;
    std::vector<std::string> benchmarks;
    std::vector<RunScore> scores;
    std::vector<RunDifference> differences;
    std::vector<std::string> configurationDifferences; ///< "seed: 42 | 43"
    std::vector<std::string> notes;                    ///< what is missing or not comparable
    std::string sentence;                              ///< what the data supports
};

CompareReport compareRuns(store::Project& project, const std::vector<std::string>& runs);
Json toJson(const CompareReport& report);
std::string toText(const CompareReport& report);
std::string toHtml(const CompareReport& report);

/// One question with the answers of several runs side by side.
struct AnswerRow {
    std::string question;
    std::string truth;
    std::filesystem::path image;
    std::string category;
    std::vector<std::string> answers; ///< parallel to the runs asked for; empty = not answered
    std::vector<std::int8_t> correct; ///< 1, 0, -1 = not answered
};
std::vector<AnswerRow> loadAnswers(
    store::Project& project, const std::string& benchmark, const std::vector<std::string>& runs);

/// One answer of a run about any picture. Throws Error.
std::string chatOnce(Workspace& workspace, const std::string& run, const std::filesystem::path& image,
    const std::string& question, const std::string& device);

} // namespace winnow::pipeline
