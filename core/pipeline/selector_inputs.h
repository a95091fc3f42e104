#pragma once

#include "core/domain/pair.h"
#include "core/domain/selector.h"
#include "core/pipeline/select_job.h"
#include "core/store/project.h"

#include <torch/types.h>

#include <string>
#include <vector>

namespace winnow::pipeline {

/// What a selector looks at, for the pairs that have all of it.
struct InputMatrix {
    std::vector<PairRow> rows; ///< increasing
    torch::Tensor values;      ///< [rows.size(), F] f32, each number times its factor
    std::int64_t missingCount = 0;
};

/// Width of each input in this project. Throws Error: NotFound (neither a metric nor a feature space of that name),
/// Conflict (both).
std::vector<SelectorInput> resolveInputs(store::Project& project, std::vector<SelectorInput> inputs);

/// The inputs that have no column in the project, by name.
std::vector<std::string> absentInputs(store::Project& project, const std::vector<SelectorInput>& inputs);

/// The order of the published selector (DESIGN 8): image-pca6, text-pca6, clip, 10*reward, 10*length, judge. Where the
/// project has no image-pca6 but clip-image.pca6 (as `features --pca 6` names it), that one stands in; so for the
/// texts.
std::vector<SelectorInput> publishedInputs(store::Project& project);

/// Names of the numbers that go in: "clip", "image-pca6[0]" … "image-pca6[5]".
std::vector<std::string> columnNames(const std::vector<SelectorInput>& inputs);

/// Throws Error: NotFound, BadShape (a width that is not the resolved one).
InputMatrix loadInputs(store::Project& project, const std::vector<SelectorInput>& inputs, MissingRule missing);

} // namespace winnow::pipeline
