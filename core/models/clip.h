#pragma once

#include "core/base/json.h"
#include "core/models/layers.h"
#include "core/models/trace.h"

#include <torch/nn/modules/container/modulelist.h>

#include <filesystem>
#include <string>
#include <vector>

namespace winnow::models {

/// One tower of CLIP: a pre-norm transformer.
struct ClipTowerConfig {
    int64_t hidden = 512; // C
    int64_t inner = 2048; // F
    int64_t layers = 12;  // L
    int64_t heads = 8;    // H
    double normEps = 1e-5;
    Activation activation = Activation::QuickGelu;

    int64_t headDim() const { return hidden / heads; } // D
    void validate(const char* tower) const;            // throws Error(InvalidInput)
};

struct ClipTextConfig : ClipTowerConfig {
    int64_t vocabulary = 49408; // V
    int64_t contextLength = 77; // the longest T
    /// 2 (in all old published configs) pools at the position of the largest id, any other value at its first
    /// occurrence.
    int64_t eosToken = 49407;
};

struct ClipVisionConfig : ClipTowerConfig {
    int64_t imageSize = 224;
    int64_t patch = 32;
    int64_t channels = 3;

    int64_t patchCount() const { return (imageSize / patch) * (imageSize / patch); } // P
};

/// Hyper-parameters of CLIP, read from a Hub folder's config.json (transformers' CLIPConfig; absent keys take its
/// defaults).
struct ClipConfig {
    ClipTextConfig text;
    ClipVisionConfig vision;
    int64_t embedding = 512;    // E
    double logitScale = 2.6592; // ln(1 / temperature) of a model that is trained from scratch

    ClipConfig();
    /// Throws Error: BadFile (missing or wrong fields), InvalidInput, Unsupported.
    static ClipConfig fromJson(const Json& config);
    /// The published schema again, for a config.json beside weights that were trained here.
    Json toJson() const;
    void validate() const; // throws Error(InvalidInput)
    int64_t parameterCount() const;
};

class ClipAttentionImpl : public torch::nn::Module {
public:
    ClipAttentionImpl(const ClipTowerConfig& config, const torch::TensorOptions& options);
    /// x [B, T, C], mask undefined or [B, 1, T, T] added to the scores, rows undefined or [B] i64 → [B, T, C], with
    /// rows [B, 1, C]
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& mask, const torch::Tensor& rows);
    /// Lays q, k and v in one block; call after loading.
    void pack() { packRows({q_proj, k_proj, v_proj}); }

    Linear q_proj, k_proj, v_proj, out_proj;

private:
    int64_t m_heads;
};
TORCH_MODULE(ClipAttention);

class ClipMlpImpl : public torch::nn::Module {
public:
    ClipMlpImpl(const ClipTowerConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& x); ///< [B, T, C] → [B, T, C]

    Linear fc1, fc2;

private:
    Activation m_activation;
};
TORCH_MODULE(ClipMlp);

class ClipLayerImpl : public torch::nn::Module {
public:
    ClipLayerImpl(const ClipTowerConfig& config, const torch::TensorOptions& options);
    /// As ClipAttention: with `rows`, only the output at one position of each sample, [B, 1, C].
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& mask, const torch::Tensor& rows = {});

    ClipAttention self_attn = nullptr;
    LayerNorm layer_norm1 = nullptr;
    ClipMlp mlp = nullptr;
    LayerNorm layer_norm2 = nullptr;
};
TORCH_MODULE(ClipLayer);

class ClipEncoderImpl : public torch::nn::Module {
public:
    ClipEncoderImpl(const ClipTowerConfig& config, const torch::TensorOptions& options);
    /// x [B, T, C] → [B, T, C]; with rows [B] i64 the last layer is computed at these positions alone → [B, 1, C].
    /// Traces hidden_states.0 … L; a tracing run computes every position.
    torch::Tensor forward(torch::Tensor x, const torch::Tensor& mask, const torch::Tensor& rows, const Trace& trace);

    torch::nn::ModuleList layers;
};
TORCH_MODULE(ClipEncoder);

class ClipTextEmbeddingsImpl : public torch::nn::Module {
public:
    ClipTextEmbeddingsImpl(const ClipTextConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& ids); ///< [B, T] i64 → [B, T, C]

    Embedding token_embedding, position_embedding;
};
TORCH_MODULE(ClipTextEmbeddings);

class ClipVisionEmbeddingsImpl : public torch::nn::Module {
public:
    ClipVisionEmbeddingsImpl(const ClipVisionConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& pixels); ///< [B, channels, size, size] → [B, 1 + P, C]

    torch::Tensor class_embedding; ///< [C]
    PatchProjection patch_embedding = nullptr;
    Embedding position_embedding = nullptr;
};
TORCH_MODULE(ClipVisionEmbeddings);

class ClipTextTransformerImpl : public torch::nn::Module {
public:
    ClipTextTransformerImpl(const ClipTextConfig& config, const torch::TensorOptions& options);
    /// ids [B, T] i64, mask undefined or [B, T] (0 = padding) → hidden state after the final norm at the end-of-text
    /// token, [B, C]. Traces hidden_states.i, last_hidden_state, pooler_output. Without a trace, nothing past the last
    /// end-of-text token of the batch is computed: attention is causal, so it cannot matter.
    torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& mask, const Trace& trace);

    ClipTextEmbeddings embeddings = nullptr;
    ClipEncoder encoder = nullptr;
    LayerNorm final_layer_norm = nullptr;

private:
    torch::Tensor endPositions(const torch::Tensor& ids) const;
    int64_t m_eosToken;
};
TORCH_MODULE(ClipTextTransformer);

class ClipVisionTransformerImpl : public torch::nn::Module {
public:
    ClipVisionTransformerImpl(const ClipVisionConfig& config, const torch::TensorOptions& options);
    /// pixels [B, 3, size, size] → class token after the post norm, [B, C]. Traces hidden_states.i, last_hidden_state,
    /// pooler_output.
    torch::Tensor forward(const torch::Tensor& pixels, const Trace& trace);
    /// All tokens before the post norm, [B, 1 + P, C]: what a Q-Former reads when this tower is its eye.
    torch::Tensor tokens(const torch::Tensor& pixels);

    ClipVisionEmbeddings embeddings = nullptr;
    LayerNorm pre_layrnorm = nullptr; // spelled as published
    ClipEncoder encoder = nullptr;
    LayerNorm post_layernorm = nullptr;
};
TORCH_MODULE(ClipVisionTransformer);

/// CLIP (Radford et al., 2021) under the names of transformers' CLIPModel.
class ClipImpl : public torch::nn::Module {
public:
    /// Throws Error(InvalidInput). Parameters stay unset (see README) but for logit_scale.
    explicit ClipImpl(const ClipConfig& config, const torch::TensorOptions& options = {});

    /// pixels [B, 3, size, size], normalised → [B, E], projected, not of unit length. Throws Error(BadShape).
    torch::Tensor imageFeatures(const torch::Tensor& pixels, const Trace& trace = {});
    /// ids [B, T] i64, T ≤ contextLength, mask undefined or [B, T] → [B, E], projected, not of unit length. Throws
    /// Error(BadShape).
    torch::Tensor textFeatures(const torch::Tensor& ids, const torch::Tensor& mask = {}, const Trace& trace = {});
    /// Unit image features [B, E] and unit text features [N, E] → logits [B, N] = exp(logit_scale) cos.
    torch::Tensor logitsPerImage(const torch::Tensor& imageEmbeds, const torch::Tensor& textEmbeds) const;
    /// Lays the attention's three input projections together for faster inference; the loading function calls it.
    void pack();

    const ClipConfig& config() const { return m_config; }

    ClipTextTransformer text_model = nullptr;
    ClipVisionTransformer vision_model = nullptr;
    Linear visual_projection = nullptr;
    Linear text_projection = nullptr;
    torch::Tensor logit_scale; ///< []

private:
    ClipConfig m_config;
};
TORCH_MODULE(Clip);

/// The symmetric loss of CLIP: mean of the cross entropies of rows and columns of the square logits, the diagonal being
/// right.
torch::Tensor contrastiveLoss(const torch::Tensor& logitsPerImage);

/// A Hub folder (config.json and weights of any kind that WeightFile reads) as a model of the wanted dtype and device,
/// in eval mode, without gradients. Throws Error: NotFound, BadFile, BadShape, InvalidInput, Unsupported, Device.
Clip loadClip(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

} // namespace winnow::models
