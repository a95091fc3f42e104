#pragma once

#include "core/base/run_context.h"
#include "core/domain/run.h"
#include "core/pipeline/run_job.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// One fine-tune of a batch, evaluated when done.
struct BatchCell {
    std::string run;       ///< its name
    std::string selection; ///< a selection's name, or "all"
    std::uint64_t seed = 42;
};

/// What a batch of fine-tunes costs, measured on this machine before it starts.
struct BatchForecast {
    std::int64_t cells = 0;     ///< fine-tunes in all
    std::int64_t doneCells = 0; ///< finished already
    std::int64_t steps = 0;     ///< of one fine-tune
    std::int64_t questions = 0; ///< of one evaluation
    std::int64_t pictures = 0;  ///< still to be looked at, once for all (corrected mode)
    double secondsPerStep = 0;
    double secondsPerQuestion = 0;
    double secondsPerPicture = 0;
    double seconds = 0; ///< for what is still to be done
    std::vector<std::string> warnings;
    std::string sentence; ///< "60 fine-tunes of 80 steps with 600 questions each: about 9 min"
};
Json toJson(const BatchForecast& forecast);
/// "about 9 min", "about 40 s", "about 2.5 h".
std::string durationText(double seconds);

/// What a finished cell measured.
struct CellResult {
    RunInfo run;
    std::vector<double> accuracy;      ///< percent, beside the benchmarks
    std::vector<double> questionError; ///< standard error of each by the number of its questions alone
    double trainSeconds =
        0; ///< of the whole fine-tune; of a resumed one scaled from the part that was timed; 0 = unknown
    double evaluateSeconds = 0; ///< 0 = unknown
};

/// Fine-tunes and evaluates cell by cell, all with one loaded model and shared picture features, through the very
/// functions that single runs go through. A cell that is done is not done again; one that was cut off goes on from its
/// last checkpoint and its last answer. Thread: the models lane.
class BatchRunner {
public:
    /// `recipe` gives steps, batch, rates, mode, device and base model; run, selection, seed and batch are set here.
    /// Throws Error: NotFound (a benchmark), InvalidInput (no benchmark).
    BatchRunner(Workspace& workspace, FinetuneOptions recipe, std::string batch, std::vector<std::string> benchmarks,
        std::vector<BatchCell> cells);

    /// Takes a few steps and answers a few questions in a temporary folder: a second or so with a small model.
    BatchForecast forecast(RunContext& context);
    /// `onCell` is called after every cell, also those done before. Progress "Fine-tunes" in hundredths of cells; a log
    /// line with the time to go after every cell; metric("score", cell, mean accuracy). Throws as runFinetune and
    /// runEvaluate; Cancelled.
    void run(RunContext& context, const std::function<void(std::size_t, const CellResult&)>& onCell);

    const std::vector<std::string>& benchmarks() const { return m_benchmarks; }

private:
    FinetuneOptions optionsOf(const BatchCell& cell) const;
    bool isDone(store::Project& project, const BatchCell& cell) const;
    CellResult runCell(store::Project& project, const BatchCell& cell, RunContext& context);
    void trainCell(store::Project& project, const BatchCell& cell, CellResult& result, RunContext& context);
    void evaluateCell(store::Project& project, const BatchCell& cell, CellResult& result, RunContext& context);
    std::vector<EvaluationInfo> evaluationsOf(store::Project& project, const std::string& run) const;

    Workspace& m_workspace;
    FinetuneOptions m_recipe;
    std::string m_batch;
    std::vector<std::string> m_benchmarks;
    std::vector<BatchCell> m_cells;
};

} // namespace winnow::pipeline
