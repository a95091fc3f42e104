#pragma once

#include "core/models/vision_language.h"
#include "core/score/scorer.h"

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace winnow::score {

/// What the frozen vision side of a MiniGPT-4 (ViT, norm, Q-Former) makes of the pictures of some pairs.
struct PictureFeatures {
    torch::Tensor features;            ///< [n, Q, Cq] f32 on the CPU; rows of failed pictures are 0
    std::vector<std::string> failures; ///< per item, empty where it worked: one sentence without full stop
};

/// Where a scorer takes them from: encoded now, or kept from before.
using PictureSource = std::function<PictureFeatures(const std::vector<ScoreItem>&)>;

struct PictureEncoderOptions {
    std::int64_t imageBatch = 16;  ///< pictures a pass
    std::size_t decodedAhead = 32; ///< pictures that may wait between decoder and tower

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// Pictures from disk through the vision side. Pictures are resized plainly (METHOD 6.4), so the same file always gives
/// the same features, and they may be kept. Thread: one at a time.
class PictureEncoder {
public:
    /// The model is in eval mode on its device.
    PictureEncoder(models::MiniGpt4 model, PictureEncoderOptions options = {});
    PictureFeatures encode(const std::vector<ScoreItem>& items);

private:
    models::MiniGpt4 m_model;
    PictureEncoderOptions m_options;
};

/// How a picture enters the language model: mean over its tokens, [n, C] f32 on the CPU. This is the shallowest layer
/// of the language model, average pooled, the visual feature that PRISM (arXiv 2502.12119) looks at.
torch::Tensor pooledPictureTokens(models::MiniGpt4& model, const torch::Tensor& features);

} // namespace winnow::score
