#include "core/models/bert.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

namespace winnow::models {

using tensor::expectShape;
using tensor::kAny;

namespace {

    /// What BERT's shared parts want to know.
    QFormerConfig shapeOf(const BertConfig& config)
    {
        QFormerConfig shape;
        shape.hidden = config.hidden;
        shape.inner = config.inner;
        shape.heads = config.heads;
        shape.normEps = config.normEps;
        return shape;
    }

} // namespace

BertEmbeddingsImpl::BertEmbeddingsImpl(const BertConfig& config, const torch::TensorOptions& options)
    : word_embeddings(register_module("word_embeddings", Embedding(config.vocabulary, config.hidden, options)))
    , position_embeddings(register_module("position_embeddings", Embedding(config.positions, config.hidden, options)))
    , token_type_embeddings(
          register_module("token_type_embeddings", Embedding(config.tokenTypes, config.hidden, options)))
    , LayerNorm(register_module("LayerNorm", models::LayerNorm(config.hidden, config.normEps, options)))
{
}

torch::Tensor BertEmbeddingsImpl::forward(const torch::Tensor& ids, const torch::Tensor& types)
{
    const auto kinds = types.defined() ? types : torch::zeros_like(ids);
    const auto words = word_embeddings(ids) + token_type_embeddings(kinds);          // [B, T, C]
    return LayerNorm(words + position_embeddings->weight.narrow(0, 0, ids.size(1))); // [B, T, C]
}

BertLayerImpl::BertLayerImpl(const BertConfig& config, const torch::TensorOptions& options)
    : attention(register_module("attention", BertAttention(shapeOf(config), config.hidden, options)))
    , intermediate(register_module("intermediate", BertIntermediate(shapeOf(config), options)))
    , output(register_module("output", BertOutput(config.inner, shapeOf(config), options)))
{
}

torch::Tensor BertLayerImpl::forward(const torch::Tensor& x, const torch::Tensor& mask)
{
    const auto y = attention->forward(x, x, mask); // [B, T, C]
    return output->forward(intermediate(y), y);    // [B, T, C]
}

BertEncoderImpl::BertEncoderImpl(const BertConfig& config, const torch::TensorOptions& options)
    : layer(register_module("layer", torch::nn::ModuleList()))
{
    for (int64_t i = 0; i < config.layers; ++i)
        layer->push_back(BertLayer(config, options));
}

BertImpl::BertImpl(const BertConfig& config, const torch::TensorOptions& options)
    : m_config(config)
{
    config.validate();
    embeddings = register_module("embeddings", BertEmbeddings(config, options));
    encoder = register_module("encoder", BertEncoder(config, options));
}

torch::Tensor BertImpl::forward(
    const torch::Tensor& ids, const torch::Tensor& keep, const torch::Tensor& types, const Trace& trace)
{
    expectShape(ids, {kAny, kAny}, "ids");
    const auto B = ids.size(0), T = ids.size(1);
    require(T >= 1 && T <= m_config.positions, ErrorCode::BadShape,
        text::join("texts of ", T, " tokens given to a BERT of ", m_config.positions, " positions"));
    if (types.defined())
        expectShape(types, {B, T}, "token types");
    torch::Tensor mask;
    if (keep.defined()) {
        expectShape(keep, {B, T}, "attention mask");
        mask = additiveMask(keep.to(torch::kBool), embeddings->LayerNorm->weight.scalar_type())
                   .view({B, 1, 1, T}); // [B, 1, 1, T]
    }
    auto x = embeddings->forward(ids, types); // [B, T, C]
    trace("hidden_states", 0, x);
    for (size_t i = 0; i < encoder->layer->size(); ++i) {
        x = encoder->layer->ptr<BertLayerImpl>(i)->forward(x, mask); // [B, T, C]
        trace("hidden_states", int64_t(i) + 1, x);
    }
    return x;
}

} // namespace winnow::models
