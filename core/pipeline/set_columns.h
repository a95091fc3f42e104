#pragma once

#include "core/base/json.h"
#include "core/pipeline/score_pass.h"

#include <functional>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// Columns whose every value depends on all pairs of the project: they are computed at once and written chunk by chunk.
struct SetPlan {
    std::vector<std::string> columns;
    std::string version; ///< of the computation
    std::string
        inputs;      ///< everything that tells one input from another beside the number of pairs: keys, hashes, counts
    Json provenance; ///< the same for people
};

/// Beside a plan's columns: one value a pair; where the first is missing, so are the others.
using SetValues = std::vector<std::vector<double>>;

/// Fills the columns unless this pass has, or they are there with this key and nothing is left to try. When pairs come
/// in the key changes and all values are made anew. `whyMissing` gives the sentence for a pair without value.
void fillSet(ScorePass& pass, const SetPlan& plan, const std::function<SetValues()>& compute,
    const std::function<std::string(const score::ScoreItem&)>& whyMissing);

} // namespace winnow::pipeline
