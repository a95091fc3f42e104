#pragma once

#include "core/base/json.h"
#include "core/models/llama.h"
#include "core/models/qformer.h"
#include "core/models/trace.h"
#include "core/models/vision_language_input.h"
#include "core/models/vit.h"

#include <torch/nn/modules/container/modulelist.h>

#include <filesystem>
#include <map>
#include <string>

namespace winnow::models {

/// Hyper-parameters of MiniGPT-4 and how it was trained to be spoken to. The published model has no single config file;
/// here it is one object: image_size, patch_size, num_query_token, visual_encoder {}, Qformer {}, llama_model {},
/// prompt_template, end_sym, max_txt_len.
struct MiniGpt4Config {
    EvaVitConfig vision;
    QFormerConfig qformer;
    LlamaConfig llama;
    std::string promptTemplate = "###Human: {} ###Assistant: ";
    std::string endMark = "###";
    int64_t maxAnswerTokens = 160; // end mark included

    /// `llamaFolder`: its config.json stands in where the object has no llama_model. Throws Error: BadFile,
    /// InvalidInput, Unsupported.
    static MiniGpt4Config fromJson(const Json& config, const std::filesystem::path& llamaFolder = {});
    Json toJson() const;
    void validate() const; // throws Error(InvalidInput)
    int64_t parameterCount() const;
};

/// MiniGPT-4 (Zhu et al., 2023): EVA ViT, norm, Q-Former, projection, LLaMA, under its own names
/// (visual_encoder.*, ln_vision.*, query_tokens, Qformer.bert.*, llama_proj.*, llama_model.*).
class MiniGpt4Impl : public torch::nn::Module {
public:
    /// Throws Error(InvalidInput). Parameters stay unset (see README).
    explicit MiniGpt4Impl(const MiniGpt4Config& config, const torch::TensorOptions& options = {});

    /// pixels [B, 3, size, size], normalised → what the Q-Former made of them, [B, Q, Cq]: frozen in stage 2, so it can
    /// be kept. Traces visual_encoder.*, ln_vision.out, qformer.*. Throws Error(BadShape).
    torch::Tensor imageFeatures(const torch::Tensor& pixels, const Trace& trace = {});
    /// features [B, Q, Cq] → picture tokens in the language model's width, [B, Q, C]
    torch::Tensor project(const torch::Tensor& features) { return llama_proj(features); }
    /// pixels → picture tokens [B, Q, C]
    torch::Tensor encodeImage(const torch::Tensor& pixels, const Trace& trace = {});

    /// Mean loss over all answer tokens of the batch; logits are computed at those positions alone. Throws Error:
    /// BadShape, InvalidInput.
    torch::Tensor loss(const AssembledBatch& batch);
    /// Logits at every position, [B, T, V].
    torch::Tensor forward(const AssembledBatch& batch);
    /// Prompts and answers around the picture tokens [B, Q, C]; embeddings of this model.
    AssembledBatch assemble(
        const torch::Tensor& pictureTokens, const std::vector<PromptedAnswer>& samples, const AssemblyOptions& options);
    /// Prompts alone, left padded, ready for generation.
    AssembledBatch assemblePrompts(const torch::Tensor& pictureTokens, const std::vector<PromptSegments>& prompts);

    /// Stage 2: gradients for llama_proj alone.
    void freezeAllButProjection();
    /// The tuned tensors by their checkpoint names.
    std::map<std::string, torch::Tensor> tunedParameters() const;
    void pack() { llama_model->pack(); }

    const MiniGpt4Config& config() const { return m_config; }

    EvaVit visual_encoder = nullptr;
    LayerNorm ln_vision = nullptr;
    torch::Tensor query_tokens; ///< [1, Q, Cq]
    QFormer Qformer = nullptr;  // capital as published
    Linear llama_proj = nullptr;
    Llama llama_model = nullptr;

private:
    MiniGpt4Config m_config;
};
TORCH_MODULE(MiniGpt4);

/// A folder that holds either the assembled model (config.json and model.safetensors, model.pth or a sharded set) or
/// the four original files (eva_vit_g.pth, blip2_pretrained*.pth, a LLaMA folder, *minigpt4*.pth; with config.json
/// where sizes differ from the published ones). Eval mode, llama_proj alone trainable. Throws Error: NotFound (naming
/// what is missing), BadFile, BadShape, InvalidInput.
MiniGpt4 loadMiniGpt4(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

/// Which files a folder offers; where both forms are there, loadMiniGpt4() takes the assembled one.
enum class MiniGpt4Form { Assembled, OriginalFiles };
/// The same, of the form asked for.
MiniGpt4 loadMiniGpt4(const std::filesystem::path& folder, MiniGpt4Form form, const torch::TensorOptions& options = {});

/// The sizes that a folder of either form gives. Throws as loadMiniGpt4().
MiniGpt4Config loadMiniGpt4Config(const std::filesystem::path& folder);

/// Fills the whole model from one assembled file or folder, strictly; extra blocks, the text branch and heads are
/// ignored.
void loadAssembledInto(MiniGpt4& model, const std::filesystem::path& fileOrFolder);

/// Replaces llama_proj by that of a checkpoint ({"model": {"llama_proj.weight", "llama_proj.bias"}} or flat), strictly.
void loadProjectionInto(MiniGpt4& model, const std::filesystem::path& file);

/// The folder with the LLaMA's config.json and tokenizer.model: `folder`/llama, or the only sub-folder whose
/// config.json is a LLaMA's, or `folder` itself for an assembled model with its tokenizer beside it. Throws
/// Error(NotFound).
std::filesystem::path findLlamaFolder(const std::filesystem::path& folder);

} // namespace winnow::models
