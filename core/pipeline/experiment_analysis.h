#pragma once

#include "core/pipeline/experiment_job.h"
#include "core/pipeline/experiment_plan.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace winnow::pipeline {

/// Fills scores, comparisons, length check and sentence of a report whose arms have their draws and runs, from the
/// answers that lie in the project. `comparisons` are into the arms. Throws Error: NotFound, BadFile.
void analyseExperiment(store::Project& project, ExperimentReport& report,
    const std::vector<std::pair<std::size_t, std::size_t>>& comparisons);

} // namespace winnow::pipeline
