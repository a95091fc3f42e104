#include "core/models/qformer.h"

#include "core/tensor/shape.h"

#include <cmath>

namespace winnow::models {

using tensor::expectShape;
using tensor::kAny;

BertSelfAttentionImpl::BertSelfAttentionImpl(
    const QFormerConfig& config, int64_t keyWidth, const torch::TensorOptions& options)
    : query(register_module("query", Linear(config.hidden, config.hidden, LinearImpl::Bias::Yes, options)))
    , key(register_module("key", Linear(keyWidth, config.hidden, LinearImpl::Bias::Yes, options)))
    , value(register_module("value", Linear(keyWidth, config.hidden, LinearImpl::Bias::Yes, options)))
    , m_heads(config.heads)
{
}

torch::Tensor BertSelfAttentionImpl::forward(
    const torch::Tensor& x, const torch::Tensor& other, const torch::Tensor& mask)
{
    const auto q = splitHeads(query(x), m_heads);                                 // [B, H, T, D]
    const auto k = splitHeads(key(other), m_heads);                               // [B, H, S, D]
    const auto v = splitHeads(value(other), m_heads);                             // [B, H, S, D]
    return mergeHeads(attend(q, k, v, mask, 1.0 / std::sqrt(double(q.size(3))))); // [B, T, C]
}

BertOutputImpl::BertOutputImpl(int64_t in, const QFormerConfig& config, const torch::TensorOptions& options)
    : dense(register_module("dense", Linear(in, config.hidden, LinearImpl::Bias::Yes, options)))
    , LayerNorm(register_module("LayerNorm", models::LayerNorm(config.hidden, config.normEps, options)))
{
}

torch::Tensor BertOutputImpl::forward(const torch::Tensor& y, const torch::Tensor& residual)
{
    return LayerNorm(dense(y) + residual);
}

BertAttentionImpl::BertAttentionImpl(const QFormerConfig& config, int64_t keyWidth, const torch::TensorOptions& options)
    : self(register_module("self", BertSelfAttention(config, keyWidth, options)))
    , output(register_module("output", BertOutput(config.hidden, config, options)))
{
}

torch::Tensor BertAttentionImpl::forward(const torch::Tensor& x, const torch::Tensor& other, const torch::Tensor& mask)
{
    return output->forward(self->forward(x, other, mask), x);
}

BertIntermediateImpl::BertIntermediateImpl(const QFormerConfig& config, const torch::TensorOptions& options)
    : dense(register_module("dense", Linear(config.hidden, config.inner, LinearImpl::Bias::Yes, options)))
{
}

torch::Tensor BertIntermediateImpl::forward(const torch::Tensor& x) { return activate(dense(x), Activation::Gelu); }

QFormerLayerImpl::QFormerLayerImpl(const QFormerConfig& config, bool seesPicture, const torch::TensorOptions& options)
    : attention(register_module("attention", BertAttention(config, config.hidden, options)))
    , intermediate_query(register_module("intermediate_query", BertIntermediate(config, options)))
    , output_query(register_module("output_query", BertOutput(config.inner, config, options)))
{
    if (seesPicture)
        crossattention = register_module("crossattention", BertAttention(config, config.encoderWidth, options));
}

torch::Tensor QFormerLayerImpl::forward(const torch::Tensor& x, const torch::Tensor& picture, const torch::Tensor& mask)
{
    auto y = attention->forward(x, x, {}); // [B, Q, C]
    if (crossattention)
        y = crossattention->forward(y, picture, mask);      // [B, Q, C]
    return output_query->forward(intermediate_query(y), y); // [B, Q, C]
}

QFormerEmbeddingsImpl::QFormerEmbeddingsImpl(const QFormerConfig& config, const torch::TensorOptions& options)
    : LayerNorm(register_module("LayerNorm", models::LayerNorm(config.hidden, config.normEps, options)))
{
}

QFormerEncoderImpl::QFormerEncoderImpl(const QFormerConfig& config, const torch::TensorOptions& options)
    : layer(register_module("layer", torch::nn::ModuleList()))
{
    for (int64_t i = 0; i < config.layers; ++i)
        layer->push_back(QFormerLayer(config, i % config.crossEvery == 0, options));
}

QFormerBertImpl::QFormerBertImpl(const QFormerConfig& config, const torch::TensorOptions& options)
    : embeddings(register_module("embeddings", QFormerEmbeddings(config, options)))
    , encoder(register_module("encoder", QFormerEncoder(config, options)))
{
}

QFormerImpl::QFormerImpl(const QFormerConfig& config, const torch::TensorOptions& options)
    : m_config(config)
{
    config.validate();
    bert = register_module("bert", QFormerBert(config, options));
}

torch::Tensor QFormerImpl::forward(
    const torch::Tensor& queries, const torch::Tensor& picture, const torch::Tensor& keep, const Trace& trace)
{
    expectShape(queries, {kAny, kAny, m_config.hidden}, "query tokens");
    expectShape(picture, {kAny, kAny, m_config.encoderWidth}, "picture tokens");
    torch::Tensor mask;
    if (keep.defined()) {
        expectShape(keep, {picture.size(0), picture.size(1)}, "picture mask");
        mask = additiveMask(keep.to(torch::kBool), picture.scalar_type())
                   .view({picture.size(0), 1, 1, picture.size(1)}); // [B, 1, 1, S]
    }
    auto x = bert->embeddings->LayerNorm(queries).expand({picture.size(0), -1, -1}); // [B, Q, C]
    trace("hidden_states", 0, x);
    const auto& layers = bert->encoder->layer;
    for (size_t i = 0; i < layers->size(); ++i) {
        x = layers->ptr<QFormerLayerImpl>(i)->forward(x, picture, mask); // [B, Q, C]
        trace("hidden_states", int64_t(i) + 1, x);
    }
    trace("last_hidden_state", x);
    return x;
}

Blip2QFormerImpl::Blip2QFormerImpl(const QFormerConfig& config, const torch::TensorOptions& options)
{
    config.validate();
    query_tokens = register_parameter("query_tokens", torch::empty({1, config.queries, config.hidden}, options));
    ln_vision = register_module("ln_vision", LayerNorm(config.encoderWidth, 1e-5, options));
    Qformer = register_module("Qformer", QFormer(config, options));
}

torch::Tensor Blip2QFormerImpl::forward(
    const torch::Tensor& visionTokens, const torch::Tensor& keep, const Trace& trace)
{
    expectShape(visionTokens, {kAny, kAny, Qformer->config().encoderWidth}, "vision tokens");
    const auto picture = ln_vision(visionTokens); // [B, S, encoderWidth]
    trace("ln_vision.out", picture);
    return Qformer->forward(query_tokens, picture, keep, trace); // [B, Q, C]
}

} // namespace winnow::models
