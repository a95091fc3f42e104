#include "core/models/deberta.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <algorithm>
#include <cmath>

namespace winnow::models {

using tensor::expectShape;
using tensor::kAny;

namespace {

    torch::Tensor activateNamed(const torch::Tensor& x, const std::string& name)
    {
        return name == "tanh" ? torch::tanh(x) : activate(x, activationNamed(name, "DeBERTa config"));
    }

    /// What BERT's shared parts want to know.
    QFormerConfig bertShape(const DebertaConfig& config)
    {
        QFormerConfig shape;
        shape.hidden = config.hidden;
        shape.inner = config.inner;
        shape.normEps = config.normEps;
        return shape;
    }

} // namespace

torch::Tensor relativeBuckets(const torch::Tensor& distances, int64_t buckets, int64_t mostDistance)
{
    if (buckets < 1 || mostDistance < 1)
        return distances;
    const auto middle = buckets / 2;
    const auto near = distances.lt(middle).logical_and(distances.gt(-middle));
    const auto size = torch::where(near, torch::full_like(distances, middle - 1), distances.abs());
    const auto reach = torch::log(torch::full({}, double(mostDistance - 1) / double(middle), torch::kFloat));
    const auto steps = torch::ceil(torch::log(size.to(torch::kFloat) / double(middle)) / reach.to(distances.device())
                           * double(middle - 1))
        + double(middle);
    return torch::where(size.le(middle), distances, (steps * distances.sign()).to(torch::kLong));
}

DebertaSelfAttentionImpl::DebertaSelfAttentionImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : query_proj(register_module(
        "query_proj", Linear(config.hidden, config.heads * config.headWidth, LinearImpl::Bias::Yes, options)))
    , key_proj(register_module(
          "key_proj", Linear(config.hidden, config.heads * config.headWidth, LinearImpl::Bias::Yes, options)))
    , value_proj(register_module(
          "value_proj", Linear(config.hidden, config.heads * config.headWidth, LinearImpl::Bias::Yes, options)))
    , m_heads(config.heads)
    , m_scale(1.0 / std::sqrt(double(config.headWidth * config.scaleFactor())))
    , m_contentToPosition(config.relativeAttention && config.contentToPosition)
    , m_positionToContent(config.relativeAttention && config.positionToContent)
{
    const auto width = config.heads * config.headWidth;
    if (m_contentToPosition && !config.sharedKeys)
        pos_key_proj = register_module("pos_key_proj", Linear(config.hidden, width, LinearImpl::Bias::Yes, options));
    if (m_positionToContent && !config.sharedKeys)
        pos_query_proj =
            register_module("pos_query_proj", Linear(config.hidden, width, LinearImpl::Bias::Yes, options));
}

/// words [B, T, H * D] against distances [R, H * D], head by head → [B, H, T, R]
torch::Tensor DebertaSelfAttentionImpl::distanceScores(const torch::Tensor& words, const torch::Tensor& vectors) const
{
    const auto B = words.size(0), T = words.size(1), D = words.size(2) / m_heads, R = vectors.size(0);
    const auto byHead = words.view({B * T, m_heads, D}).transpose(0, 1);       // [H, B * T, D]
    const auto other = vectors.view({R, m_heads, D}).permute({1, 2, 0});       // [H, D, R]
    return torch::bmm(byHead, other).view({m_heads, B, T, R}).transpose(0, 1); // [B, H, T, R]
}

torch::Tensor DebertaSelfAttentionImpl::forward(const torch::Tensor& x, const torch::Tensor& blocked,
    const DebertaDistances& distances, const std::string& name, const Trace& trace)
{
    const auto B = x.size(0), T = x.size(1);
    const auto parts = applyTogether({query_proj, key_proj, value_proj}, x); // q, k, v [B, T, H * D]
    const auto q = parts[0] * m_scale, k = parts[1];                         // [B, T, H * D]
    auto scores = torch::matmul(splitHeads(q, m_heads), splitHeads(k, m_heads).transpose(2, 3)); // [B, H, T, T]
    const auto pick = [&](const torch::Tensor& byDistance, const torch::Tensor& index) {
        return byDistance.gather(-1, index.expand({B, m_heads, T, T})); // [B, H, T, T]
    };
    if (m_contentToPosition) {
        const auto keys = (pos_key_proj ? pos_key_proj : key_proj)->forward(distances.vectors); // [R, H * D]
        scores = scores + pick(distanceScores(q, keys), distances.contentIndex);
    }
    if (m_positionToContent) {
        const auto queries =
            (pos_query_proj ? pos_query_proj : query_proj)->forward(distances.vectors) * m_scale; // [R, H * D]
        scores = scores + pick(distanceScores(k, queries), distances.positionIndex).transpose(2, 3);
    }
    if (blocked.defined()) // a finite number: a row that sees nothing is set to 0 below, not to NaN
        scores = scores.masked_fill(blocked, scores.scalar_type() == torch::kHalf ? -65504.0 : -3.3895e38);
    auto probs = scores.softmax(-1, torch::kFloat).to(x.scalar_type()); // [B, H, T, T]
    if (blocked.defined())
        probs = probs.masked_fill(blocked, 0);
    trace(name, probs);
    return mergeHeads(torch::matmul(probs, splitHeads(parts[2], m_heads))); // [B, T, H * D]
}

DebertaAttentionImpl::DebertaAttentionImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : self(register_module("self", DebertaSelfAttention(config, options)))
    , output(register_module("output", BertOutput(config.heads * config.headWidth, bertShape(config), options)))
{
}

DebertaLayerImpl::DebertaLayerImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : attention(register_module("attention", DebertaAttention(config, options)))
    , intermediate(register_module("intermediate", BertIntermediate(bertShape(config), options)))
    , output(register_module("output", BertOutput(config.inner, bertShape(config), options)))
{
}

torch::Tensor DebertaLayerImpl::forward(const torch::Tensor& x, const torch::Tensor& blocked,
    const DebertaDistances& distances, const std::string& name, const Trace& trace)
{
    const auto seen = attention->self->forward(x, blocked, distances, name, trace); // [B, T, H * D]
    const auto y = attention->output->forward(seen, x);                             // [B, T, C]
    return output->forward(intermediate(y), y);                                     // [B, T, C]
}

DebertaKernelImpl::DebertaKernelImpl(const DebertaConfig& config, const torch::TensorOptions& options)
{
    weight = register_parameter(
        "weight", torch::empty({config.hidden, config.hidden / config.convGroups, config.convKernel}, options));
    bias = register_parameter("bias", torch::empty({config.hidden}, options));
}

DebertaConvImpl::DebertaConvImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : conv(register_module("conv", DebertaKernel(config, options)))
    , LayerNorm(register_module("LayerNorm", models::LayerNorm(config.hidden, config.normEps, options)))
    , m_padding((config.convKernel - 1) / 2)
    , m_groups(config.convGroups)
    , m_activation(config.convActivation)
{
}

torch::Tensor DebertaConvImpl::forward(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& mask)
{
    auto out = torch::conv1d(x.transpose(1, 2), conv->weight, conv->bias, 1, m_padding, 1, m_groups)
                   .transpose(1, 2); // [B, T, C]
    if (mask.defined())
        out = out.masked_fill(mask.eq(0).unsqueeze(-1), 0);
    const auto sum = LayerNorm(y + activateNamed(out, m_activation)); // [B, T, C]
    return mask.defined() ? sum * mask.unsqueeze(-1).to(sum.scalar_type()) : sum;
}

DebertaEmbeddingsImpl::DebertaEmbeddingsImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : word_embeddings(register_module("word_embeddings", Embedding(config.vocabulary, config.embedding, options)))
    , LayerNorm(register_module("LayerNorm", models::LayerNorm(config.hidden, config.normEps, options)))
{
    if (config.absolutePositions)
        position_embeddings =
            register_module("position_embeddings", Embedding(config.positions, config.embedding, options));
    if (config.tokenTypes > 0)
        token_type_embeddings =
            register_module("token_type_embeddings", Embedding(config.tokenTypes, config.embedding, options));
    if (config.embedding != config.hidden)
        embed_proj =
            register_module("embed_proj", Linear(config.embedding, config.hidden, LinearImpl::Bias::No, options));
}

torch::Tensor DebertaEmbeddingsImpl::forward(
    const torch::Tensor& ids, const torch::Tensor& mask, const torch::Tensor& types)
{
    auto x = word_embeddings(ids); // [B, T, embedding]
    if (position_embeddings)
        x = x + position_embeddings->weight.narrow(0, 0, ids.size(1));
    if (token_type_embeddings)
        x = x + token_type_embeddings(types.defined() ? types : torch::zeros_like(ids));
    if (embed_proj)
        x = embed_proj(x); // [B, T, C]
    x = LayerNorm(x);
    return mask.defined() ? x * mask.unsqueeze(-1).to(x.scalar_type()) : x;
}

DebertaEncoderImpl::DebertaEncoderImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : layer(register_module("layer", torch::nn::ModuleList()))
    , m_relative(config.relativeAttention)
    , m_span(config.span())
    , m_buckets(config.distanceBuckets)
    , m_mostDistance(config.mostDistance)
{
    for (int64_t i = 0; i < config.layers; ++i)
        layer->push_back(DebertaLayer(config, options));
    if (m_relative)
        rel_embeddings = register_module("rel_embeddings", Embedding(2 * m_span, config.hidden, options));
    if (m_relative && config.normedDistances)
        LayerNorm = register_module("LayerNorm", models::LayerNorm(config.hidden, config.normEps, options));
    if (config.convKernel > 0)
        conv = register_module("conv", DebertaConv(config, options));
}

/// Only the rows that a text of this length can reach are kept: a short text costs few of them.
DebertaDistances DebertaEncoderImpl::distancesOf(int64_t tokens, const Trace& trace)
{
    if (!m_relative)
        return {};
    const auto device = rel_embeddings->weight.device();
    const auto positions = torch::arange(tokens, torch::TensorOptions(torch::kLong).device(device));    // [T]
    const auto bucket = relativeBuckets(positions.unsqueeze(1) - positions, m_buckets, m_mostDistance); // [T, T]
    const auto reach = bucket.max().item<int64_t>();
    const auto first = std::max<int64_t>(0, m_span - reach), last = std::min(2 * m_span - 1, m_span + reach);
    const auto rows = rel_embeddings->weight.narrow(0, first, last - first + 1); // [R, C]
    if (trace) {
        trace("relative_position_index", bucket.unsqueeze(0));
        trace("rel_embeddings_normed", LayerNorm ? LayerNorm(rel_embeddings->weight) : rel_embeddings->weight);
    }
    const auto row = [&](const torch::Tensor& distance) { return (distance + m_span).clamp(first, last) - first; };
    return {LayerNorm ? LayerNorm(rows) : rows, row(bucket), row(-bucket)};
}

torch::Tensor DebertaEncoderImpl::forward(torch::Tensor x, const torch::Tensor& mask, const Trace& trace)
{
    torch::Tensor blocked;
    if (mask.defined()) {
        const auto kept = mask.to(torch::kBool);                                                // [B, T]
        blocked = kept.unsqueeze(1).logical_and(kept.unsqueeze(2)).logical_not_().unsqueeze(1); // [B, 1, T, T]
    }
    const auto distances = distancesOf(x.size(1), trace);
    const auto words = x;
    trace("hidden_states", 0, x);
    for (size_t i = 0; i < layer->size(); ++i) {
        x = layer->ptr<DebertaLayerImpl>(i)->forward(
            x, blocked, distances, trace ? text::join("attentions.", i) : std::string(), trace); // [B, T, C]
        if (i == 0 && conv)
            x = conv->forward(words, x, mask); // [B, T, C]
        trace("hidden_states", int64_t(i) + 1, x);
    }
    return x;
}

DebertaImpl::DebertaImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : embeddings(register_module("embeddings", DebertaEmbeddings(config, options)))
    , encoder(register_module("encoder", DebertaEncoder(config, options)))
{
}

DebertaPoolerImpl::DebertaPoolerImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : dense(register_module("dense", Linear(config.hidden, config.hidden, LinearImpl::Bias::Yes, options)))
    , m_activation(config.poolerActivation)
{
}

torch::Tensor DebertaPoolerImpl::forward(const torch::Tensor& first)
{
    return activateNamed(dense(first), m_activation);
}

DebertaClassifierImpl::DebertaClassifierImpl(const DebertaConfig& config, const torch::TensorOptions& options)
    : m_config(config)
{
    config.validate();
    deberta = register_module("deberta", Deberta(config, options));
    pooler = register_module("pooler", DebertaPooler(config, options));
    classifier = register_module("classifier", Linear(config.hidden, config.labels, LinearImpl::Bias::Yes, options));
}

torch::Tensor DebertaClassifierImpl::forward(
    const torch::Tensor& ids, const torch::Tensor& mask, const torch::Tensor& types, const Trace& trace)
{
    expectShape(ids, {kAny, kAny}, "ids");
    const auto B = ids.size(0), T = ids.size(1);
    require(T >= 1 && (T <= m_config.positions || !m_config.absolutePositions), ErrorCode::BadShape,
        text::join("texts of ", T, " tokens given to a DeBERTa of ", m_config.positions, " positions"));
    if (mask.defined())
        expectShape(mask, {B, T}, "attention mask");
    if (types.defined())
        expectShape(types, {B, T}, "token types");
    const auto x = deberta->embeddings->forward(ids, mask, types); // [B, T, C]
    trace("embeddings", x);
    const auto states = deberta->encoder->forward(x, mask, trace); // [B, T, C]
    const auto pooled = pooler(states.select(1, 0));               // [B, C]
    trace("pooled_output", pooled);
    return classifier(pooled); // [B, labels]
}

void DebertaClassifierImpl::pack()
{
    for (size_t i = 0; i < deberta->encoder->layer->size(); ++i)
        deberta->encoder->layer->ptr<DebertaLayerImpl>(i)->attention->self->pack();
}

} // namespace winnow::models
