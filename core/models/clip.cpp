#include "core/models/clip.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <cmath>

namespace winnow::models {

using tensor::expectShape;
using tensor::kAny;

ClipAttentionImpl::ClipAttentionImpl(const ClipTowerConfig& config, const torch::TensorOptions& options)
    : q_proj(register_module("q_proj", Linear(config.hidden, config.hidden, LinearImpl::Bias::Yes, options)))
    , k_proj(register_module("k_proj", Linear(config.hidden, config.hidden, LinearImpl::Bias::Yes, options)))
    , v_proj(register_module("v_proj", Linear(config.hidden, config.hidden, LinearImpl::Bias::Yes, options)))
    , out_proj(register_module("out_proj", Linear(config.hidden, config.hidden, LinearImpl::Bias::Yes, options)))
    , m_heads(config.heads)
{
}

torch::Tensor ClipAttentionImpl::forward(const torch::Tensor& x, const torch::Tensor& mask, const torch::Tensor& rows)
{
    const double scale = 1.0 / std::sqrt(double(x.size(2) / m_heads));
    if (!rows.defined()) {
        const auto parts = applyTogether({q_proj, k_proj, v_proj}, x); // q, k, v [B, T, C]
        return out_proj(mergeHeads(attend(
            splitHeads(parts[0], m_heads), splitHeads(parts[1], m_heads), splitHeads(parts[2], m_heads), mask, scale)));
    }
    const auto parts = applyTogether({k_proj, v_proj}, x); // k, v [B, T, C]
    const auto q = q_proj(pickRows(x, rows));              // [B, 1, C]
    const auto rowMask = mask.defined()
        ? pickRows(mask.expand({x.size(0), 1, -1, -1}).squeeze(1), rows).unsqueeze(1) // [B, 1, 1, T]
        : mask;
    return out_proj(mergeHeads(attend(splitHeads(q, m_heads), splitHeads(parts[0], m_heads),
        splitHeads(parts[1], m_heads), rowMask, scale))); // [B, 1, C]
}

ClipMlpImpl::ClipMlpImpl(const ClipTowerConfig& config, const torch::TensorOptions& options)
    : fc1(register_module("fc1", Linear(config.hidden, config.inner, LinearImpl::Bias::Yes, options)))
    , fc2(register_module("fc2", Linear(config.inner, config.hidden, LinearImpl::Bias::Yes, options)))
    , m_activation(config.activation)
{
}

torch::Tensor ClipMlpImpl::forward(const torch::Tensor& x) { return fc2(activate(fc1(x), m_activation)); }

ClipLayerImpl::ClipLayerImpl(const ClipTowerConfig& config, const torch::TensorOptions& options)
    : self_attn(register_module("self_attn", ClipAttention(config, options)))
    , layer_norm1(register_module("layer_norm1", LayerNorm(config.hidden, config.normEps, options)))
    , mlp(register_module("mlp", ClipMlp(config, options)))
    , layer_norm2(register_module("layer_norm2", LayerNorm(config.hidden, config.normEps, options)))
{
}

torch::Tensor ClipLayerImpl::forward(const torch::Tensor& x, const torch::Tensor& mask, const torch::Tensor& rows)
{
    const auto residual = rows.defined() ? pickRows(x, rows) : x;             // [B, T or 1, C]
    const auto y = residual + self_attn->forward(layer_norm1(x), mask, rows); // [B, T or 1, C]
    return y + mlp(layer_norm2(y));
}

ClipEncoderImpl::ClipEncoderImpl(const ClipTowerConfig& config, const torch::TensorOptions& options)
    : layers(register_module("layers", torch::nn::ModuleList()))
{
    for (int64_t i = 0; i < config.layers; ++i)
        layers->push_back(ClipLayer(config, options));
}

torch::Tensor ClipEncoderImpl::forward(
    torch::Tensor x, const torch::Tensor& mask, const torch::Tensor& rows, const Trace& trace)
{
    trace("hidden_states", 0, x);
    const auto count = int64_t(layers->size());
    for (int64_t i = 0; i < count; ++i) {
        const bool last = i + 1 == count;
        x = layers->ptr<ClipLayerImpl>(size_t(i))->forward(
            x, mask, last && !trace ? rows : torch::Tensor()); // [B, T or 1, C]
        trace("hidden_states", i + 1, x);
    }
    if (trace)
        trace("encoded", x);
    return rows.defined() && x.size(1) != 1 ? pickRows(x, rows) : x; // [B, 1, C] with rows
}

ClipTextEmbeddingsImpl::ClipTextEmbeddingsImpl(const ClipTextConfig& config, const torch::TensorOptions& options)
    : token_embedding(register_module("token_embedding", Embedding(config.vocabulary, config.hidden, options)))
    , position_embedding(register_module("position_embedding", Embedding(config.contextLength, config.hidden, options)))
{
}

torch::Tensor ClipTextEmbeddingsImpl::forward(const torch::Tensor& ids)
{
    return token_embedding(ids) + position_embedding->weight.narrow(0, 0, ids.size(1)); // [B, T, C]
}

ClipVisionEmbeddingsImpl::ClipVisionEmbeddingsImpl(const ClipVisionConfig& config, const torch::TensorOptions& options)
    : class_embedding(register_parameter("class_embedding", torch::empty({config.hidden}, options)))
    , patch_embedding(register_module("patch_embedding",
          PatchProjection(config.channels, config.hidden, config.patch, LinearImpl::Bias::No, options)))
    , position_embedding(
          register_module("position_embedding", Embedding(1 + config.patchCount(), config.hidden, options)))
{
}

torch::Tensor ClipVisionEmbeddingsImpl::forward(const torch::Tensor& pixels)
{
    const auto patches = patch_embedding(pixels.to(class_embedding.scalar_type())); // [B, P, C]
    const auto first = class_embedding.expand({patches.size(0), 1, -1});            // [B, 1, C]
    return torch::cat({first, patches}, 1) + position_embedding->weight;            // [B, 1 + P, C]
}

ClipTextTransformerImpl::ClipTextTransformerImpl(const ClipTextConfig& config, const torch::TensorOptions& options)
    : embeddings(register_module("embeddings", ClipTextEmbeddings(config, options)))
    , encoder(register_module("encoder", ClipEncoder(config, options)))
    , final_layer_norm(register_module("final_layer_norm", LayerNorm(config.hidden, config.normEps, options)))
    , m_eosToken(config.eosToken)
{
}

torch::Tensor ClipTextTransformerImpl::endPositions(const torch::Tensor& ids) const
{
    if (m_eosToken == 2)
        return ids.argmax(1);                             // [B]
    return (ids == m_eosToken).to(torch::kInt).argmax(1); // [B], the first occurrence, 0 without one
}

torch::Tensor ClipTextTransformerImpl::forward(
    const torch::Tensor& allIds, const torch::Tensor& allMask, const Trace& trace)
{
    const auto ends = endPositions(allIds); // [B]
    const auto T = trace ? allIds.size(1) : ends.max().item<int64_t>() + 1;
    const auto ids = allIds.narrow(1, 0, T);                        // [B, T]
    auto x = embeddings(ids);                                       // [B, T, C]
    auto mask = causalMask(T, 0, x.options().requires_grad(false)); // [1, 1, T, T]
    if (allMask.defined()) {
        const auto causal = torch::ones({T, T}, x.options().dtype(torch::kBool).requires_grad(false)).tril_(); // [T, T]
        const auto kept = allMask.narrow(1, 0, T).to(torch::kBool).view({-1, 1, 1, T}); // [B, 1, 1, T]
        mask = additiveMask(causal.logical_and(kept), x.scalar_type());                 // [B, 1, T, T]
    }
    Trace withNorm; // the text tower's last_hidden_state is the encoder's output after the final norm
    if (trace)
        withNorm = Trace([&](const std::string& name, const torch::Tensor& value) {
            trace(name == "encoded" ? "last_hidden_state" : name, name == "encoded" ? final_layer_norm(value) : value);
        });
    const auto pooled = final_layer_norm(encoder->forward(x, mask, ends, withNorm)).squeeze(1); // [B, C]
    trace("pooler_output", pooled);
    return pooled;
}

ClipVisionTransformerImpl::ClipVisionTransformerImpl(
    const ClipVisionConfig& config, const torch::TensorOptions& options)
    : embeddings(register_module("embeddings", ClipVisionEmbeddings(config, options)))
    , pre_layrnorm(register_module("pre_layrnorm", LayerNorm(config.hidden, config.normEps, options)))
    , encoder(register_module("encoder", ClipEncoder(config, options)))
    , post_layernorm(register_module("post_layernorm", LayerNorm(config.hidden, config.normEps, options)))
{
}

torch::Tensor ClipVisionTransformerImpl::forward(const torch::Tensor& pixels, const Trace& trace)
{
    const auto x = pre_layrnorm(embeddings(pixels)); // [B, 1 + P, C]
    const auto classRows = torch::zeros({x.size(0)}, x.options().dtype(torch::kLong).requires_grad(false)); // [B]
    Trace renamed;
    if (trace)
        renamed = Trace([&](const std::string& name, const torch::Tensor& value) {
            trace(name == "encoded" ? "last_hidden_state" : name, value);
        });
    const auto pooled = post_layernorm(encoder->forward(x, {}, classRows, renamed)).squeeze(1); // [B, C]
    trace("pooler_output", pooled);
    return pooled;
}

torch::Tensor ClipVisionTransformerImpl::tokens(const torch::Tensor& pixels)
{
    return encoder->forward(pre_layrnorm(embeddings(pixels)), {}, {}, {}); // [B, 1 + P, C]
}

ClipImpl::ClipImpl(const ClipConfig& config, const torch::TensorOptions& options)
    : m_config(config)
{
    config.validate();
    text_model = register_module("text_model", ClipTextTransformer(config.text, options));
    vision_model = register_module("vision_model", ClipVisionTransformer(config.vision, options));
    visual_projection = register_module(
        "visual_projection", Linear(config.vision.hidden, config.embedding, LinearImpl::Bias::No, options));
    text_projection =
        register_module("text_projection", Linear(config.text.hidden, config.embedding, LinearImpl::Bias::No, options));
    logit_scale = register_parameter("logit_scale", torch::full({}, config.logitScale, options));
}

torch::Tensor ClipImpl::imageFeatures(const torch::Tensor& pixels, const Trace& trace)
{
    const auto& vision = m_config.vision;
    expectShape(pixels, {kAny, vision.channels, vision.imageSize, vision.imageSize}, "pixels");
    return visual_projection(vision_model->forward(pixels, trace.under("vision."))); // [B, E]
}

torch::Tensor ClipImpl::textFeatures(const torch::Tensor& ids, const torch::Tensor& mask, const Trace& trace)
{
    expectShape(ids, {kAny, kAny}, "ids");
    require(ids.size(1) >= 1 && ids.size(1) <= m_config.text.contextLength, ErrorCode::BadShape,
        text::join(
            "texts of ", ids.size(1), " tokens given to a text tower of ", m_config.text.contextLength, " positions"));
    if (mask.defined())
        expectShape(mask, {ids.size(0), ids.size(1)}, "attention mask");
    return text_projection(text_model->forward(ids, mask, trace.under("text."))); // [B, E]
}

torch::Tensor ClipImpl::logitsPerImage(const torch::Tensor& imageEmbeds, const torch::Tensor& textEmbeds) const
{
    return torch::matmul(imageEmbeds, textEmbeds.t()) * logit_scale.exp(); // [B, N]
}

void ClipImpl::pack()
{
    for (const auto& encoder : {text_model->encoder, vision_model->encoder})
        for (size_t i = 0; i < encoder->layers->size(); ++i)
            encoder->layers->ptr<ClipLayerImpl>(i)->self_attn->pack();
}

torch::Tensor contrastiveLoss(const torch::Tensor& logitsPerImage)
{
    expectShape(logitsPerImage, {kAny, logitsPerImage.size(0)}, "contrastive logits");
    const auto right =
        torch::arange(logitsPerImage.size(0), logitsPerImage.options().dtype(torch::kLong).requires_grad(false));
    return (torch::cross_entropy_loss(logitsPerImage, right) + torch::cross_entropy_loss(logitsPerImage.t(), right))
        / 2;
}

} // namespace winnow::models
