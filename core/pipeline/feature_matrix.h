#pragma once

#include "core/domain/pair.h"
#include "core/pipeline/score_job.h"
#include "core/store/project.h"
#include "core/tensor/linalg.h"

#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

// Spaces that this build computes; those of a vision-language model are in vision_features.h.
inline constexpr const char* kClipImage = "clip-image";  ///< CLIP's image tower
inline constexpr const char* kClipText = "clip-text";    ///< its text tower, mean over the response's sentences
inline constexpr const char* kLanguageText = "llm-text"; ///< a LLaMA's last hidden state of the response
inline constexpr const char* kSentenceText = "text";     ///< a sentence encoder's vector of the response

/// The vectors of a feature space that are there, in row order.
struct FeatureRows {
    std::vector<PairRow> rows;
    torch::Tensor vectors; ///< [rows.size(), D] f32 on the CPU
    std::string key;       ///< of the space
};

/// Throws Error: NotFound, InvalidInput (an empty space).
FeatureRows loadMatrix(store::Project& project, const std::string& space);

/// Whether the space is there under this key (empty: any) and knows every pair of the project, also those without
/// vector.
bool isSpaceComplete(store::Project& project, std::string_view space, std::string_view key = {});

/// Runs runFeatures() for options.spaces unless the space is there. Long. Throws as runFeatures().
void ensureSpace(Workspace& workspace, store::Project& project, const FeatureOptions& options, RunContext& context);

} // namespace winnow::pipeline
