#pragma once

#include "core/domain/selector.h"
#include "core/pipeline/selector_job.h"
#include "core/select/labels.h"
#include "core/store/project.h"

#include <string>
#include <vector>

namespace winnow::pipeline {

/// Labelled subsets with the inputs of a selector, and where they came from.
struct TrainingRows {
    select::TrainingSet set;
    std::vector<SelectorInput> inputs; ///< resolved
    std::string labels;                ///< name or file
    Json provenance;
    std::int64_t missingCount = 0; ///< pairs of the subsets left out for want of an input
};

/// The published training files: four matrices of scores in fitting.json (clip, reward, length, gpt), image and text
/// features [S, P, 6] beside it; `inputs` names what they are called in the project and their factors.
/// Throws Error: NotFound, BadFile, BadShape, InvalidInput.
TrainingRows loadPublishedRows(store::Project& project, const TrainSelectorOptions& options);

/// The project's pairs, grouped by the clustering that the labels were measured on. Throws Error: NotFound,
/// InvalidInput.
TrainingRows loadProjectRows(store::Project& project, const TrainSelectorOptions& options);

} // namespace winnow::pipeline
