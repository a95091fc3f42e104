#pragma once

#include "core/domain/pair.h"
#include "core/store/project.h"
#include "core/tensor/linalg.h"

#include <string>
#include <vector>

namespace winnow::pipeline {

/// The vectors of a feature space that are there, in row order.
struct FeatureRows {
    std::vector<PairRow> rows;
    torch::Tensor vectors; ///< [rows.size(), D] f32 on the CPU
    std::string key;       ///< of the space
};

/// Throws Error: NotFound, InvalidInput (an empty space).
FeatureRows loadMatrix(store::Project& project, const std::string& space);

} // namespace winnow::pipeline
