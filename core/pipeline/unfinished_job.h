#pragma once

#include "core/pipeline/import_job.h"
#include "core/pipeline/run_job.h"
#include "core/pipeline/score_job.h"

#include <string>
#include <vector>

namespace winnow::pipeline {

/// Work whose process ended before it was done: a kill, a crash, a power cut. What was done of it stays.
struct UnfinishedJob {
    std::string lease; ///< "score", "run:a": what it held
    std::string wish;  ///< what was asked for, as JSON
    std::string title; ///< "Fine-tune a"
    std::string since; ///< UTC, ISO 8601
};

/// Those that can be taken up again. Cheap.
std::vector<UnfinishedJob> unfinishedJobs(store::Project& project);
/// Takes it off that list; what was done of it stays.
void forgetUnfinished(store::Project& project, const UnfinishedJob& job);
/// Goes on with what was asked for, to the end that it would have had. Throws Error(BadFile) for a wish of another
/// version, and what the job throws.
JobResult continueJob(Workspace& workspace, const UnfinishedJob& job, RunContext& context);

/// What a job keeps with its lease, with every option that changes its result.
std::string toWish(const ImportOptions& options);
std::string toWish(const ScoreOptions& options);
std::string toWish(const ClusterOptions& options);
std::string toWish(const FinetuneOptions& options);
std::string toWish(const EvaluateOptions& options);

} // namespace winnow::pipeline
