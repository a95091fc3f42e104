#pragma once

#include "core/base/json.h"
#include "core/models/layers.h"
#include "core/models/packed_rows.h"
#include "core/models/trace.h"

#include <torch/nn/modules/container/modulelist.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace winnow::tensor {
class WeightFile;
}

namespace winnow::models {

/// Hyper-parameters of a LLaMA decoder, read from the checkpoint's config.json (transformers' LlamaConfig).
struct LlamaConfig {
    int64_t vocabulary = 32000; // V
    int64_t hidden = 4096;      // C
    int64_t inner = 11008;      // F
    int64_t layers = 32;        // L
    int64_t heads = 32;         // H
    int64_t kvHeads = 32;       // K, divides H
    int64_t headWidth = 128;    // D
    int64_t positions = 2048;   // the longest T the model was trained for; longer ones work, worse
    double normEps = 1e-6;
    double ropeTheta = 10000;
    double ropeFactor = 1;       // linear scaling: positions are divided by it
    bool attentionBias = false;  // on q, k, v
    bool outputBias = false;     // on the attention's output
    bool tiedEmbeddings = false; // lm_head is embed_tokens
    int64_t bosToken = 1;
    std::vector<int64_t> eosTokens{2};

    /// Throws Error: BadFile (missing or wrong fields), InvalidInput, Unsupported (another family, unknown rotary
    /// scaling).
    static LlamaConfig fromJson(const Json& config);
    /// The published schema again, for a config.json beside weights that were trained here.
    Json toJson() const;
    void validate() const; // throws Error(InvalidInput)
    int64_t parameterCount() const;
};

/// Keys and values of the tokens seen so far, with room for more; one per sequence batch.
class KeyValueCache {
public:
    /// Room for `capacity` tokens of `batch` rows.
    KeyValueCache(const LlamaConfig& config, int64_t batch, int64_t capacity, const torch::TensorOptions& options);

    int64_t length() const { return m_length; } // S
    /// k and v [B, K, T, D] of new tokens → all of the layer so far, [B, K, S + T, D] each
    std::pair<torch::Tensor, torch::Tensor> extend(int64_t layer, const torch::Tensor& k, const torch::Tensor& v);
    /// Counts T tokens as seen; called once after all layers.
    void advance(int64_t tokens) { m_length += tokens; }
    /// Keeps the given rows, in this order (rows that are finished leave the batch).
    void selectRows(const torch::Tensor& rows);

private:
    std::vector<torch::Tensor> m_keys;   // [B, K, capacity, D] a layer
    std::vector<torch::Tensor> m_values; // the same
    int64_t m_length = 0;
};

class LlamaAttentionImpl : public torch::nn::Module {
public:
    LlamaAttentionImpl(const LlamaConfig& config, const torch::TensorOptions& options);
    /// x [B, T, C], mask [1 or B, 1, T, S + T] added to the scores → [B, T, C]
    torch::Tensor forward(
        const torch::Tensor& x, const RopeTable& rope, const torch::Tensor& mask, KeyValueCache* cache, int64_t layer);
    torch::Tensor forward(const torch::Tensor& x, const PackedRows& rows);       ///< [N, C] → [N, C]
    torch::Tensor forwardWanted(const torch::Tensor& x, const PackedRows& rows); ///< [N, C] → [A, C]
    void pack() { packRows({q_proj, k_proj, v_proj}); }

    Linear q_proj, k_proj, v_proj, o_proj;

private:
    int64_t m_heads;
    int64_t m_kvHeads;
    int64_t m_headWidth;
};
TORCH_MODULE(LlamaAttention);

class LlamaMlpImpl : public torch::nn::Module {
public:
    LlamaMlpImpl(const LlamaConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& x); ///< [..., C] → [..., C]
    void pack() { packRows({gate_proj, up_proj}); }

    Linear gate_proj, up_proj, down_proj;
};
TORCH_MODULE(LlamaMlp);

class LlamaLayerImpl : public torch::nn::Module {
public:
    LlamaLayerImpl(const LlamaConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(
        const torch::Tensor& x, const RopeTable& rope, const torch::Tensor& mask, KeyValueCache* cache, int64_t layer);
    torch::Tensor forward(const torch::Tensor& x, const PackedRows& rows);       ///< [N, C] → [N, C]
    torch::Tensor forwardWanted(const torch::Tensor& x, const PackedRows& rows); ///< [N, C] → [A, C]

    LlamaAttention self_attn = nullptr;
    LlamaMlp mlp = nullptr;
    RmsNorm input_layernorm = nullptr;
    RmsNorm post_attention_layernorm = nullptr;
};
TORCH_MODULE(LlamaLayer);

/// The decoder without its head.
class LlamaModelImpl : public torch::nn::Module {
public:
    LlamaModelImpl(const LlamaConfig& config, const torch::TensorOptions& options);

    Embedding embed_tokens = nullptr;
    torch::nn::ModuleList layers;
    RmsNorm norm = nullptr;
};
TORCH_MODULE(LlamaModel);

/// What a forward pass may be told beside the embeddings; every member may stay as it is.
struct LlamaContext {
    torch::Tensor keep;             ///< [B, S + T] i64 or bool, 0 = padding; undefined: nothing is padding
    torch::Tensor mask;             ///< [1 or B, 1, T, S + T] added to the scores instead of the causal mask and `keep`
    torch::Tensor positions;        ///< [T] or [B, T] i64; undefined: S, S + 1, ...
    KeyValueCache* cache = nullptr; ///< read, then extended by the T tokens
};

/// LLaMA (Touvron et al., 2023; grouped keys as in LLaMA 2) under the names of the Hub's files.
class LlamaImpl : public torch::nn::Module {
public:
    /// Throws Error(InvalidInput). Parameters stay unset (see README).
    explicit LlamaImpl(const LlamaConfig& config, const torch::TensorOptions& options = {});

    /// ids [B, T] i64 → [B, T, C]. Throws Error(BadShape) for an id outside the vocabulary.
    torch::Tensor embed(const torch::Tensor& ids) const;
    /// embeds [B, T, C] → hidden states after the final norm, [B, T, C]. Traces hidden_states.0 … L. Throws
    /// Error(BadShape).
    torch::Tensor hidden(const torch::Tensor& embeds, const LlamaContext& context = {}, const Trace& trace = {});
    /// hidden [..., C] → logits [..., V]
    torch::Tensor logits(const torch::Tensor& hidden) const;
    /// ids [B, T] i64, keep undefined or [B, T] → logits [B, T, V]
    torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& keep = {}, const Trace& trace = {});

    /// Mean cross entropy over all labels that are not -100, labels [B, T] i64 shifted by one as usual. Nothing is
    /// computed for padding; the last layer and the logits are computed where a label follows. Throws Error(BadShape);
    /// InvalidInput when no label is left.
    torch::Tensor loss(const torch::Tensor& embeds, const torch::Tensor& keep, const torch::Tensor& labels);
    /// The same per position: [B, T - 1], 0 where ignored.
    torch::Tensor tokenLoss(const torch::Tensor& embeds, const torch::Tensor& keep, const torch::Tensor& labels);

    /// Lays q, k, v and gate, up together for faster inference; the loading functions call it.
    void pack();
    const LlamaConfig& config() const { return m_config; }

    LlamaModel model = nullptr;
    Linear lm_head = nullptr; ///< empty with tied embeddings

private:
    torch::Tensor maskFor(const torch::Tensor& embeds, const LlamaContext& context, int64_t cached) const;
    RopeTable ropeFor(const torch::Tensor& positions) const;
    /// embeds [B, T, C], keep undefined or [B, T], wanted [B, T] bool → states of the wanted tokens, [A, C]
    torch::Tensor statesAt(const torch::Tensor& embeds, const torch::Tensor& keep, const torch::Tensor& wanted);
    torch::Tensor lossAt(
        const torch::Tensor& embeds, const torch::Tensor& keep, const torch::Tensor& labels, int64_t reduction);

    LlamaConfig m_config;
};
TORCH_MODULE(Llama);

/// A Hub folder as a model of the wanted dtype and device, in eval mode, without gradients.
/// Throws Error: NotFound, BadFile, BadShape, InvalidInput, Unsupported, Device.
Llama loadLlama(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

/// Fills a decoder that already exists from the tensors of `file`, strictly; the names start at `prefix`
/// ("llama_model.").
void loadLlamaInto(Llama& model, const tensor::WeightFile& file, const std::string& prefix = {});

} // namespace winnow::models
