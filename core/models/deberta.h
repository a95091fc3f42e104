#pragma once

#include "core/base/json.h"
#include "core/models/layers.h"
#include "core/models/qformer.h"
#include "core/models/trace.h"

#include <torch/nn/modules/container/modulelist.h>

#include <filesystem>
#include <string>

namespace winnow::tensor {
class WeightFile;
}

namespace winnow::models {

/// Hyper-parameters of DeBERTa-v2 and v3, read from a Hub folder's config.json (transformers' DebertaV2Config; absent
/// keys take its defaults).
struct DebertaConfig {
    int64_t vocabulary = 128100; // V
    int64_t hidden = 1536;       // C
    int64_t embedding = 1536;    // width of the word vectors; another one than C needs a projection
    int64_t layers = 24;         // L
    int64_t heads = 24;          // H
    int64_t headWidth = 64;      // D
    int64_t inner = 6144;        // F
    int64_t positions = 512;     // longest text that the model was trained on
    int64_t tokenTypes = 0;      // 0: no vectors for first and second text
    double normEps = 1e-7;

    bool relativeAttention = false;
    bool absolutePositions = true;  // position_biased_input: a position vector is added to each word
    bool contentToPosition = false; // c2p: a word attends to distances
    bool positionToContent = false; // p2c: a distance attends to words
    bool sharedKeys = false;        // distances go through the words' own query and key projections
    bool normedDistances = false;   // the distances' vectors pass a norm once per pass
    int64_t distanceBuckets = -1; // one vector a distance up to half of it, logarithmic ones beyond; < 1: each its own
    int64_t mostDistance = 512;   // where the last bucket ends

    int64_t convKernel = 0; // 0: no convolution beside the first layer
    int64_t convGroups = 1;
    /// Of the convolution and of the pooler: "tanh" or what activationNamed() knows. The layers' is gelu in all
    /// published models, and nothing else is built.
    std::string convActivation = "tanh";
    std::string poolerActivation = "gelu";
    int64_t labels = 1;

    /// Distances on either side that have a vector of their own.
    int64_t span() const { return distanceBuckets > 0 ? distanceBuckets : mostDistance; }
    int64_t scaleFactor() const { return 1 + (contentToPosition ? 1 : 0) + (positionToContent ? 1 : 0); }
    /// Throws Error: BadFile (missing or wrong fields), InvalidInput, Unsupported.
    static DebertaConfig fromJson(const Json& config);
    /// The published schema again, for a config.json beside weights that were trained here.
    Json toJson() const;
    void validate() const;          // throws Error(InvalidInput)
    int64_t parameterCount() const; // of the classifier
};

/// Distances (query minus key position, any shape, i64) → bucket numbers, i64, negative ones for keys that come later.
/// Exact up to half of `buckets`, logarithmic up to `mostDistance`; buckets < 1: the distances themselves. Bit for bit
/// transformers' make_log_bucket_position, which rounds in f32.
torch::Tensor relativeBuckets(const torch::Tensor& distances, int64_t buckets, int64_t mostDistance);

/// The distances of one text length, as every layer needs them.
struct DebertaDistances {
    torch::Tensor vectors;       ///< [R, C], those of the distances that occur; undefined without relative attention
    torch::Tensor contentIndex;  ///< [T, T] i64, row of vectors by which query i sees key j
    torch::Tensor positionIndex; ///< [T, T] i64, row of vectors by which key i is seen by query j
};

class DebertaSelfAttentionImpl : public torch::nn::Module {
public:
    DebertaSelfAttentionImpl(const DebertaConfig& config, const torch::TensorOptions& options);
    /// x [B, T, C], blocked undefined or [B, 1, T, T] bool → [B, T, H * D]; rows that see nothing are 0.
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& blocked, const DebertaDistances& distances,
        const std::string& name, const Trace& trace);
    void pack() { packRows({query_proj, key_proj, value_proj}); }

    Linear query_proj, key_proj, value_proj;
    Linear pos_key_proj = nullptr, pos_query_proj = nullptr; ///< only where keys are not shared

private:
    torch::Tensor distanceScores(const torch::Tensor& words, const torch::Tensor& vectors) const;

    int64_t m_heads;
    double m_scale;
    bool m_contentToPosition, m_positionToContent;
};
TORCH_MODULE(DebertaSelfAttention);

class DebertaAttentionImpl : public torch::nn::Module {
public:
    DebertaAttentionImpl(const DebertaConfig& config, const torch::TensorOptions& options);

    DebertaSelfAttention self = nullptr;
    BertOutput output = nullptr;
};
TORCH_MODULE(DebertaAttention);

class DebertaLayerImpl : public torch::nn::Module {
public:
    DebertaLayerImpl(const DebertaConfig& config, const torch::TensorOptions& options);
    /// As DebertaSelfAttention → [B, T, C]
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& blocked, const DebertaDistances& distances,
        const std::string& name, const Trace& trace);

    DebertaAttention attention = nullptr;
    BertIntermediate intermediate = nullptr;
    BertOutput output = nullptr;
};
TORCH_MODULE(DebertaLayer);

/// The weights of a convolution over neighbouring words.
class DebertaKernelImpl : public torch::nn::Module {
public:
    DebertaKernelImpl(const DebertaConfig& config, const torch::TensorOptions& options);

    torch::Tensor weight; ///< [C, C / groups, kernel]
    torch::Tensor bias;   ///< [C]
};
TORCH_MODULE(DebertaKernel);

/// What the larger v2 models have beside their first layer: neighbouring words seen directly.
class DebertaConvImpl : public torch::nn::Module {
public:
    DebertaConvImpl(const DebertaConfig& config, const torch::TensorOptions& options);
    /// x [B, T, C] the words' vectors, y [B, T, C] the first layer's output, mask undefined or [B, T] → [B, T, C]
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& mask);

    DebertaKernel conv = nullptr;
    models::LayerNorm LayerNorm = nullptr; // capital as published

private:
    int64_t m_padding, m_groups;
    std::string m_activation;
};
TORCH_MODULE(DebertaConv);

class DebertaEmbeddingsImpl : public torch::nn::Module {
public:
    DebertaEmbeddingsImpl(const DebertaConfig& config, const torch::TensorOptions& options);
    /// ids [B, T] i64, mask undefined or [B, T], types undefined or [B, T] i64 → [B, T, C], 0 at padding
    torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& mask, const torch::Tensor& types);

    Embedding word_embeddings;
    Embedding position_embeddings = nullptr, token_type_embeddings = nullptr;
    Linear embed_proj = nullptr;
    models::LayerNorm LayerNorm = nullptr; // capital as published
};
TORCH_MODULE(DebertaEmbeddings);

class DebertaEncoderImpl : public torch::nn::Module {
public:
    DebertaEncoderImpl(const DebertaConfig& config, const torch::TensorOptions& options);
    /// x [B, T, C], mask undefined or [B, T] → [B, T, C]. Traces hidden_states.i, attentions.i, rel_embeddings_normed,
    /// relative_position_index.
    torch::Tensor forward(torch::Tensor x, const torch::Tensor& mask, const Trace& trace);

    torch::nn::ModuleList layer;
    Embedding rel_embeddings = nullptr;
    models::LayerNorm LayerNorm = nullptr; // capital as published
    DebertaConv conv = nullptr;

private:
    DebertaDistances distancesOf(int64_t tokens, const Trace& trace);

    bool m_relative;
    int64_t m_span, m_buckets, m_mostDistance;
};
TORCH_MODULE(DebertaEncoder);

class DebertaImpl : public torch::nn::Module {
public:
    DebertaImpl(const DebertaConfig& config, const torch::TensorOptions& options);

    DebertaEmbeddings embeddings = nullptr;
    DebertaEncoder encoder = nullptr;
};
TORCH_MODULE(Deberta);

class DebertaPoolerImpl : public torch::nn::Module {
public:
    DebertaPoolerImpl(const DebertaConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& first); ///< [B, C], the first token's state → [B, C]

    Linear dense = nullptr;

private:
    std::string m_activation;
};
TORCH_MODULE(DebertaPooler);

/// DeBERTa (He et al., ICLR 2021; v3: ICLR 2023) with a classifier on its first token, under the names of transformers'
/// DebertaV2ForSequenceClassification: the layout of OpenAssistant/reward-model-deberta-v3-large-v2.
class DebertaClassifierImpl : public torch::nn::Module {
public:
    /// Throws Error(InvalidInput). Parameters stay unset (see README).
    explicit DebertaClassifierImpl(const DebertaConfig& config, const torch::TensorOptions& options = {});

    /// ids [B, T] i64, mask undefined (nothing is padding) or [B, T] (0 = padding), types undefined or [B, T] i64 →
    /// logits [B, labels]. A row's logits do not depend on its padding or its neighbours. Traces embeddings,
    /// pooled_output and what the encoder traces. Throws Error(BadShape).
    torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& mask = {}, const torch::Tensor& types = {},
        const Trace& trace = {});
    /// Lays the attention's three input projections together for faster inference; the loading function calls it.
    void pack();

    const DebertaConfig& config() const { return m_config; }

    Deberta deberta = nullptr;
    DebertaPooler pooler = nullptr;
    Linear classifier = nullptr;

private:
    DebertaConfig m_config;
};
TORCH_MODULE(DebertaClassifier);

/// Fills the model from a file, strictly; positions and heads of the pre-training tasks are passed over. Throws Error:
/// BadShape, BadFile.
void loadDebertaInto(DebertaClassifier& model, const tensor::WeightFile& file);
/// A Hub folder (config.json and weights of any kind that WeightFile reads) as a model of the wanted dtype and device,
/// in eval mode, without gradients. Throws Error: NotFound, BadFile, BadShape, InvalidInput, Unsupported, Device.
DebertaClassifier loadDeberta(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

} // namespace winnow::models
