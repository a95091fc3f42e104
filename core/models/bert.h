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

/// Hyper-parameters of BERT, read from a Hub folder's config.json (transformers' BertConfig; absent keys take its
/// defaults).
struct BertConfig {
    int64_t vocabulary = 30522; // V
    int64_t hidden = 768;       // C
    int64_t layers = 12;        // L
    int64_t heads = 12;         // H
    int64_t inner = 3072;       // F
    int64_t positions = 512;    // the longest T
    int64_t tokenTypes = 2;
    double normEps = 1e-12;

    /// Throws Error: BadFile (missing or wrong fields), InvalidInput, Unsupported (another activation, relative
    /// positions).
    static BertConfig fromJson(const Json& config);
    Json toJson() const;
    void validate() const;          // throws Error(InvalidInput)
    int64_t parameterCount() const; // without pooler and heads
};

class BertEmbeddingsImpl : public torch::nn::Module {
public:
    BertEmbeddingsImpl(const BertConfig& config, const torch::TensorOptions& options);
    /// ids [B, T] i64, types undefined (all 0) or [B, T] i64 → [B, T, C]
    torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& types);

    Embedding word_embeddings = nullptr;
    Embedding position_embeddings = nullptr;
    Embedding token_type_embeddings = nullptr;
    models::LayerNorm LayerNorm = nullptr; // capital as published
};
TORCH_MODULE(BertEmbeddings);

class BertLayerImpl : public torch::nn::Module {
public:
    BertLayerImpl(const BertConfig& config, const torch::TensorOptions& options);
    /// x [B, T, C], mask undefined or [B, 1, 1, T] added to the scores → [B, T, C]
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& mask);

    BertAttention attention = nullptr;
    BertIntermediate intermediate = nullptr;
    BertOutput output = nullptr;
};
TORCH_MODULE(BertLayer);

class BertEncoderImpl : public torch::nn::Module {
public:
    BertEncoderImpl(const BertConfig& config, const torch::TensorOptions& options);

    torch::nn::ModuleList layer;
};
TORCH_MODULE(BertEncoder);

/// BERT (Devlin et al., NAACL 2019) without pooler and heads, under the names of transformers' BertModel.
class BertImpl : public torch::nn::Module {
public:
    /// Throws Error(InvalidInput). Parameters stay unset (see README).
    explicit BertImpl(const BertConfig& config, const torch::TensorOptions& options = {});

    /// ids [B, T] i64, keep undefined or [B, T] (0 = padding), types undefined or [B, T] i64 → [B, T, C]; rows of
    /// padding mean nothing. Traces hidden_states.i (0 after the embeddings). Throws Error(BadShape).
    torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& keep = {}, const torch::Tensor& types = {},
        const Trace& trace = {});

    const BertConfig& config() const { return m_config; }

    BertEmbeddings embeddings = nullptr;
    BertEncoder encoder = nullptr;

private:
    BertConfig m_config;
};
TORCH_MODULE(Bert);

/// Fills the model from a file in BertModel's naming, or BertFor…'s ("bert....") whose heads are passed over, strictly.
/// Throws Error(BadShape).
void loadBertInto(Bert& model, const tensor::WeightFile& file);

/// A Hub folder in eval mode, without gradients. Throws Error: NotFound, BadFile, BadShape, InvalidInput, Unsupported.
Bert loadBert(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

} // namespace winnow::models
