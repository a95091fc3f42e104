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

/// Hyper-parameters of the EVA vision transformer; the defaults are those of the published eva_vit_g.pth as MiniGPT-4
/// uses it.
struct EvaVitConfig {
    int64_t imageSize = 224;
    int64_t patch = 14;
    int64_t channels = 3;
    int64_t width = 1408; // C
    int64_t depth = 39;   // L; the file has one block more, which is ignored
    int64_t heads = 16;   // H
    double mlpRatio = 4.3637;
    bool qkvBias = true;
    double normEps = 1e-6;

    int64_t grid() const { return imageSize / patch; }                  // G
    int64_t patchCount() const { return grid() * grid(); }              // P
    int64_t inner() const { return int64_t(double(width) * mlpRatio); } // F

    /// Keys image_size, patch_size, embed_dim, depth, num_heads, mlp_ratio, qkv_bias, layer_norm_eps. Throws Error:
    /// BadFile, InvalidInput.
    static EvaVitConfig fromJson(const Json& config);
    Json toJson() const;
    void validate() const; // throws Error(InvalidInput)
    int64_t parameterCount() const;
};

class EvaAttentionImpl : public torch::nn::Module {
public:
    EvaAttentionImpl(const EvaVitConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& x); ///< [B, T, C] → [B, T, C]

    torch::Tensor q_bias; ///< [C], keys have no offset
    torch::Tensor v_bias; ///< [C]
    Linear qkv = nullptr;
    Linear proj = nullptr;

private:
    int64_t m_heads;
};
TORCH_MODULE(EvaAttention);

class EvaMlpImpl : public torch::nn::Module {
public:
    EvaMlpImpl(const EvaVitConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& x); ///< [B, T, C] → [B, T, C]

    Linear fc1, fc2;
};
TORCH_MODULE(EvaMlp);

class EvaBlockImpl : public torch::nn::Module {
public:
    EvaBlockImpl(const EvaVitConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& x); ///< [B, T, C] → [B, T, C]

    LayerNorm norm1 = nullptr;
    EvaAttention attn = nullptr;
    LayerNorm norm2 = nullptr;
    EvaMlp mlp = nullptr;
};
TORCH_MODULE(EvaBlock);

class EvaPatchEmbedImpl : public torch::nn::Module {
public:
    EvaPatchEmbedImpl(const EvaVitConfig& config, const torch::TensorOptions& options);
    torch::Tensor forward(const torch::Tensor& pixels) { return proj(pixels); } ///< [B, 3, size, size] → [B, P, C]

    PatchProjection proj = nullptr;
};
TORCH_MODULE(EvaPatchEmbed);

/// EVA-CLIP's vision transformer without its final norm and head, under the names of the original eva_vit_g.pth.
class EvaVitImpl : public torch::nn::Module {
public:
    /// Throws Error(InvalidInput). Parameters stay unset (see README).
    explicit EvaVitImpl(const EvaVitConfig& config, const torch::TensorOptions& options = {});

    /// pixels [B, 3, size, size], normalised, of any floating type → [B, 1 + P, C]. Traces patch_embed, pos_embed_used,
    /// block.i, out, and hidden_states.i (0 = what enters the first block). Throws Error(BadShape).
    torch::Tensor forward(const torch::Tensor& pixels, const Trace& trace = {});

    const EvaVitConfig& config() const { return m_config; }

    torch::Tensor cls_token; ///< [1, 1, C]
    torch::Tensor pos_embed; ///< [1, 1 + P, C]
    EvaPatchEmbed patch_embed = nullptr;
    torch::nn::ModuleList blocks;

private:
    EvaVitConfig m_config;
};
TORCH_MODULE(EvaVit);

/// Positions of another grid, [1, 1 + P', C] → [1, 1 + P, C]: the class position is kept, the square grid resized
/// bicubically without corner alignment and without antialiasing, in f32. Throws Error(BadShape) when the stored grid
/// is not square.
torch::Tensor resizePositions(const torch::Tensor& stored, int64_t grid);

/// Fills the tower from the tensors of `file` under `prefix` ("visual_encoder."), strictly; blocks past the depth, a
/// final norm and a head are ignored, positions are resized where the grid differs, HF-style qkv.bias is not expected.
void loadEvaVitInto(EvaVit& model, const tensor::WeightFile& file, const std::string& prefix = {});

/// A folder with config.json and eva_vit_g.pth (or model.safetensors) as a model of the wanted dtype and device, in
/// eval mode, without gradients. Throws Error: NotFound, BadFile, BadShape, InvalidInput.
EvaVit loadEvaVit(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

} // namespace winnow::models
