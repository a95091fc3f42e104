#include "core/models/vit.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <cmath>

namespace winnow::models {

using tensor::expectShape;
using tensor::kAny;

EvaAttentionImpl::EvaAttentionImpl(const EvaVitConfig& config, const torch::TensorOptions& options)
    : m_heads(config.heads)
{
    if (config.qkvBias) {
        q_bias = register_parameter("q_bias", torch::empty({config.width}, options));
        v_bias = register_parameter("v_bias", torch::empty({config.width}, options));
    }
    qkv = register_module("qkv", Linear(config.width, 3 * config.width, LinearImpl::Bias::No, options));
    proj = register_module("proj", Linear(config.width, config.width, LinearImpl::Bias::Yes, options));
}

torch::Tensor EvaAttentionImpl::forward(const torch::Tensor& x)
{
    const auto bias =
        q_bias.defined() ? torch::cat({q_bias, torch::zeros_like(q_bias), v_bias}) : torch::Tensor(); // [3 C]
    const auto parts = torch::linear(x, qkv->weight, bias).chunk(3, -1); // q, k, v [B, T, C]
    const double scale = 1.0 / std::sqrt(double(x.size(2) / m_heads));
    return proj(mergeHeads(attend(splitHeads(parts[0], m_heads), splitHeads(parts[1], m_heads),
        splitHeads(parts[2], m_heads), {}, scale))); // [B, T, C]
}

EvaMlpImpl::EvaMlpImpl(const EvaVitConfig& config, const torch::TensorOptions& options)
    : fc1(register_module("fc1", Linear(config.width, config.inner(), LinearImpl::Bias::Yes, options)))
    , fc2(register_module("fc2", Linear(config.inner(), config.width, LinearImpl::Bias::Yes, options)))
{
}

torch::Tensor EvaMlpImpl::forward(const torch::Tensor& x) { return fc2(activate(fc1(x), Activation::Gelu)); }

EvaBlockImpl::EvaBlockImpl(const EvaVitConfig& config, const torch::TensorOptions& options)
    : norm1(register_module("norm1", LayerNorm(config.width, config.normEps, options)))
    , attn(register_module("attn", EvaAttention(config, options)))
    , norm2(register_module("norm2", LayerNorm(config.width, config.normEps, options)))
    , mlp(register_module("mlp", EvaMlp(config, options)))
{
}

torch::Tensor EvaBlockImpl::forward(const torch::Tensor& x)
{
    const auto y = x + attn(norm1(x)); // [B, T, C]
    return y + mlp(norm2(y));
}

EvaPatchEmbedImpl::EvaPatchEmbedImpl(const EvaVitConfig& config, const torch::TensorOptions& options)
    : proj(register_module(
        "proj", PatchProjection(config.channels, config.width, config.patch, LinearImpl::Bias::Yes, options)))
{
}

EvaVitImpl::EvaVitImpl(const EvaVitConfig& config, const torch::TensorOptions& options)
    : m_config(config)
{
    config.validate();
    cls_token = register_parameter("cls_token", torch::empty({1, 1, config.width}, options));
    pos_embed = register_parameter("pos_embed", torch::empty({1, 1 + config.patchCount(), config.width}, options));
    patch_embed = register_module("patch_embed", EvaPatchEmbed(config, options));
    blocks = register_module("blocks", torch::nn::ModuleList());
    for (int64_t i = 0; i < config.depth; ++i)
        blocks->push_back(EvaBlock(config, options));
}

torch::Tensor EvaVitImpl::forward(const torch::Tensor& pixels, const Trace& trace)
{
    expectShape(pixels, {kAny, m_config.channels, m_config.imageSize, m_config.imageSize}, "pixels");
    const auto patches = patch_embed(pixels.to(pos_embed.scalar_type())); // [B, P, C]
    trace("patch_embed", patches);
    trace("pos_embed_used", pos_embed);
    auto x = torch::cat({cls_token.expand({patches.size(0), 1, -1}), patches}, 1) + pos_embed; // [B, 1 + P, C]
    trace("hidden_states", 0, x);
    for (size_t i = 0; i < blocks->size(); ++i) {
        x = blocks->ptr<EvaBlockImpl>(i)->forward(x);
        trace("block", int64_t(i), x);
        trace("hidden_states", int64_t(i) + 1, x);
    }
    trace("out", x);
    return x;
}

torch::Tensor resizePositions(const torch::Tensor& stored, int64_t grid)
{
    expectShape(stored, {1, kAny, kAny}, "pos_embed");
    const auto P = stored.size(1) - 1, C = stored.size(2);
    const auto side = int64_t(std::llround(std::sqrt(double(P))));
    require(side >= 1 && side * side == P, ErrorCode::BadShape,
        text::join("pos_embed has ", P, " positions beside the class token, which is no square grid"));
    if (side == grid)
        return stored;
    const auto wide = stored.to(torch::kFloat);
    const auto field = wide.narrow(1, 1, P).view({1, side, side, C}).permute({0, 3, 1, 2}); // [1, C, side, side]
    const auto resized =
        torch::upsample_bicubic2d(field.contiguous(), {grid, grid}, /*align_corners=*/false); // [1, C, G, G]
    return torch::cat({wide.narrow(1, 0, 1), resized.flatten(2).transpose(1, 2)}, 1);         // [1, 1 + P, C]
}

} // namespace winnow::models
