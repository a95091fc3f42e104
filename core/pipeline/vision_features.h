#pragma once

#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/pipeline/model_cache.h"
#include "core/score/picture_features.h"
#include "core/store/feature_store.h"
#include "core/store/project.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// Pictures as the Q-Former of a MiniGPT-4 leaves them, Q x Cq numbers a pair: frozen, so made once and kept.
inline constexpr const char* kVlmTokens = "vlm-tokens";
/// Pictures as they enter its language model, averaged over their tokens: C numbers a pair (see pooledPictureTokens).
inline constexpr const char* kVlmImage = "vlm-image";

/// The pictures of a project as a MiniGPT-4 sees them. The space `vlm-tokens` is made (or completed) first and read
/// after, unless it would take more than kKeptBytes: then every pass encodes anew. Thread: the models lane.
class KeptPictures {
public:
    static constexpr std::int64_t kKeptBytes = std::int64_t(8) << 30;

    /// `vlm` outlives this. Long: one checkpoint a chunk. Throws as FeatureStore.
    KeptPictures(store::Project& project, LoadedVlm& vlm, RunContext& context, std::int64_t keptBytes = kKeptBytes);

    /// Features of the items; a picture that cannot be read is named in failures.
    score::PictureFeatures load(const std::vector<score::ScoreItem>& items);

private:
    score::PictureEncoder m_encoder;
    std::int64_t m_queries;
    std::int64_t m_width;
    std::shared_ptr<const store::FeatureMatrix> m_kept; ///< null = encode anew
};

/// Makes `vlm-tokens` or `vlm-image`. Gives space, dimension, already, computed, failed.
Json computeVisionSpace(store::Project& project, const std::string& space, const std::filesystem::path& folder,
    LoadedVlm& vlm, RunContext& context);

} // namespace winnow::pipeline
