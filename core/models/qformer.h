#pragma once

#include "core/base/json.h"
#include "core/models/layers.h"
#include "core/models/trace.h"

#include <torch/nn/modules/container/modulelist.h>

#include <filesystem>
#include <string>

namespace winnow::tensor {
class WeightFile;
}

namespace winnow::models {

/// Hyper-parameters of BLIP-2's Q-Former: BERT-base with learned queries that also look at the picture in every second
/// layer. The defaults are those of the published files.
struct QFormerConfig {
    int64_t hidden = 768;        // C
    int64_t inner = 3072;        // F
    int64_t layers = 12;         // L
    int64_t heads = 12;          // H
    int64_t queries = 32;        // Q
    int64_t encoderWidth = 1408; // width of the picture's tokens
    int64_t crossEvery = 2;      // layers 0, crossEvery, 2 crossEvery, ... have cross attention
    double normEps = 1e-12;

    /// transformers' BertConfig with encoder_width, cross_attention_freq and query_length. Throws Error: BadFile,
    /// InvalidInput, Unsupported.
    static QFormerConfig fromJson(const Json& config);
    Json toJson() const;
    void validate() const;          // throws Error(InvalidInput)
    int64_t parameterCount() const; // without queries
};

/// The three input projections of BERT's attention; keys and values may come from elsewhere.
class BertSelfAttentionImpl : public torch::nn::Module {
public:
    BertSelfAttentionImpl(const QFormerConfig& config, int64_t keyWidth, const torch::TensorOptions& options);
    /// x [B, T, C], other [B, S, keyWidth], mask undefined or [B, 1, 1, S] added to the scores → [B, T, C]
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& other, const torch::Tensor& mask);

    Linear query, key, value;

private:
    int64_t m_heads;
};
TORCH_MODULE(BertSelfAttention);

/// LayerNorm(dense(y) + residual)
class BertOutputImpl : public torch::nn::Module {
public:
    BertOutputImpl(int64_t in, const QFormerConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& y, const torch::Tensor& residual); ///< [B, T, in], [B, T, C] → [B, T, C]

    Linear dense = nullptr;
    models::LayerNorm LayerNorm = nullptr; // capital as published
};
TORCH_MODULE(BertOutput);

class BertAttentionImpl : public torch::nn::Module {
public:
    BertAttentionImpl(const QFormerConfig& config, int64_t keyWidth, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& other, const torch::Tensor& mask);

    BertSelfAttention self = nullptr;
    BertOutput output = nullptr;
};
TORCH_MODULE(BertAttention);

/// The inner half of BERT's MLP.
class BertIntermediateImpl : public torch::nn::Module {
public:
    BertIntermediateImpl(const QFormerConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& x); ///< [B, T, C] → [B, T, F]

    Linear dense = nullptr;
};
TORCH_MODULE(BertIntermediate);

class QFormerLayerImpl : public torch::nn::Module {
public:
    QFormerLayerImpl(const QFormerConfig& config, bool seesPicture, const torch::TensorOptions& options);
    /// x [B, Q, C], picture [B, S, encoderWidth], mask undefined or [B, 1, 1, S] → [B, Q, C]
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& picture, const torch::Tensor& mask);

    BertAttention attention = nullptr;
    BertAttention crossattention = nullptr; ///< empty in layers that do not see the picture
    BertIntermediate intermediate_query = nullptr;
    BertOutput output_query = nullptr;
};
TORCH_MODULE(QFormerLayer);

class QFormerEmbeddingsImpl : public torch::nn::Module {
public:
    QFormerEmbeddingsImpl(const QFormerConfig& config, const torch::TensorOptions& options);

    models::LayerNorm LayerNorm = nullptr; // capital as published
};
TORCH_MODULE(QFormerEmbeddings);

class QFormerEncoderImpl : public torch::nn::Module {
public:
    QFormerEncoderImpl(const QFormerConfig& config, const torch::TensorOptions& options);

    torch::nn::ModuleList layer;
};
TORCH_MODULE(QFormerEncoder);

class QFormerBertImpl : public torch::nn::Module {
public:
    QFormerBertImpl(const QFormerConfig& config, const torch::TensorOptions& options);

    QFormerEmbeddings embeddings = nullptr;
    QFormerEncoder encoder = nullptr;
};
TORCH_MODULE(QFormerBert);

/// BLIP-2's Q-Former (Li et al., 2023) without its text branch, under the names of the original files
/// ("Qformer.bert....").
class QFormerImpl : public torch::nn::Module {
public:
    /// Throws Error(InvalidInput). Parameters stay unset (see README).
    explicit QFormerImpl(const QFormerConfig& config, const torch::TensorOptions& options = {});

    /// queries [1 or B, Q, C], picture [B, S, encoderWidth], keep undefined or [B, S] (0 = not to be looked at) → [B,
    /// Q, C]. Traces hidden_states.i (0 after the embedding norm) and last_hidden_state. Throws Error(BadShape).
    torch::Tensor forward(const torch::Tensor& queries, const torch::Tensor& picture, const torch::Tensor& keep = {},
        const Trace& trace = {});

    const QFormerConfig& config() const { return m_config; }

    QFormerBert bert = nullptr;

private:
    QFormerConfig m_config;
};
TORCH_MODULE(QFormer);

/// What the original BLIP-2 file holds: queries, the norm between the towers, and the Q-Former.
class Blip2QFormerImpl : public torch::nn::Module {
public:
    explicit Blip2QFormerImpl(const QFormerConfig& config, const torch::TensorOptions& options = {});
    /// visionTokens [B, S, encoderWidth] before ln_vision → [B, Q, C]. Traces ln_vision.out and the Q-Former's names.
    torch::Tensor forward(const torch::Tensor& visionTokens, const torch::Tensor& keep = {}, const Trace& trace = {});

    torch::Tensor query_tokens;    ///< [1, Q, C]
    LayerNorm ln_vision = nullptr; ///< eps 1e-5
    QFormer Qformer = nullptr;     // capital as published
};
TORCH_MODULE(Blip2QFormer);

/// Fills queries, norm and Q-Former from an original BLIP-2 file ({"model": ...} or flat; the text branch and heads of
/// other tasks are ignored), strictly. Throws Error(BadShape).
void loadBlip2QFormerInto(Blip2QFormer& model, const tensor::WeightFile& file);

/// A folder with config.json and blip2_pretrained*.pth (or model.safetensors), in eval mode, without gradients.
Blip2QFormer loadBlip2QFormer(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

} // namespace winnow::models
