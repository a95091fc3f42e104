#pragma once

#include "core/pipeline/experiment_job.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace winnow::pipeline {

/// One arm before its selections are made.
struct PlannedArm {
    std::string key;
    std::string title;
    std::vector<SelectOptions> draws; ///< empty = all pairs
};

/// What an experiment consists of.
struct ExperimentPlan {
    std::vector<PlannedArm> arms;
    std::vector<std::pair<std::size_t, std::size_t>> comparisons; ///< into arms
    std::vector<std::string> notes;                               ///< what was left out and why
};

/// Throws Error: NotFound, InvalidInput.
ExperimentPlan planExperiment(store::Project& project, const ExperimentOptions& options);

/// What decides the result, and back. Throws Error(BadFile).
Json toJson(const ExperimentOptions& options);
ExperimentOptions experimentOptionsFromJson(const Json& json);
/// As `winnow experiment` takes them, without program and project.
std::vector<std::string> commandOf(const ExperimentOptions& options);

} // namespace winnow::pipeline
