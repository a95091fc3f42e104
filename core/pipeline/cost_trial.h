#pragma once

#include "core/base/run_context.h"
#include "core/pipeline/run_job.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>

namespace winnow::pipeline {

/// Seconds of one step of this fine-tune on this machine, from `steps` steps of the real trainer in `folder`, which the
/// caller removes; the model is as it was afterwards. 0 with fewer than two steps. Throws as runFinetune.
double timeFinetuneStep(Workspace& workspace, const FinetuneOptions& options, std::int64_t steps,
    const std::filesystem::path& folder, RunContext& context);

/// What evaluating one run costs.
struct EvaluationCost {
    std::int64_t questions = 0; ///< of all benchmarks
    std::int64_t pictures = 0;
    std::int64_t cachedPictures = 0; ///< in the project's cache, of any kind
    double secondsPerQuestion = 0;   ///< with its picture in the cache
    double secondsPerPicture = 0;    ///< 0 = all that were tried were in the cache
};

/// Answers the first `questions` questions of each benchmark into `folder`. Throws as runEvaluate.
EvaluationCost timeEvaluation(Workspace& workspace, const EvaluateOptions& options, std::int64_t questions,
    const std::filesystem::path& folder, RunContext& context);

} // namespace winnow::pipeline
