#include "core/models/llama.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <cassert>
#include <cmath>

namespace winnow::models {

using tensor::expectShape;
using tensor::kAny;

KeyValueCache::KeyValueCache(
    const LlamaConfig& config, int64_t batch, int64_t capacity, const torch::TensorOptions& options)
{
    for (int64_t i = 0; i < config.layers; ++i) {
        m_keys.push_back(torch::empty({batch, config.kvHeads, capacity, config.headWidth}, options));
        m_values.push_back(torch::empty({batch, config.kvHeads, capacity, config.headWidth}, options));
    }
}

std::pair<torch::Tensor, torch::Tensor> KeyValueCache::extend(
    int64_t layer, const torch::Tensor& k, const torch::Tensor& v)
{
    auto& keys = m_keys[size_t(layer)];
    auto& values = m_values[size_t(layer)];
    const auto T = k.size(2);
    assert(m_length + T <= keys.size(2) && "the cache was made for fewer tokens");
    keys.narrow(2, m_length, T).copy_(k);
    values.narrow(2, m_length, T).copy_(v);
    return {keys.narrow(2, 0, m_length + T), values.narrow(2, 0, m_length + T)}; // [B, K, S + T, D]
}

void KeyValueCache::selectRows(const torch::Tensor& rows)
{
    for (auto& keys : m_keys)
        keys = keys.index_select(0, rows);
    for (auto& values : m_values)
        values = values.index_select(0, rows);
}

namespace {

    LinearImpl::Bias biasIf(bool wanted) { return wanted ? LinearImpl::Bias::Yes : LinearImpl::Bias::No; }

} // namespace

LlamaAttentionImpl::LlamaAttentionImpl(const LlamaConfig& config, const torch::TensorOptions& options)
    : q_proj(register_module(
        "q_proj", Linear(config.hidden, config.heads * config.headWidth, biasIf(config.attentionBias), options)))
    , k_proj(register_module(
          "k_proj", Linear(config.hidden, config.kvHeads * config.headWidth, biasIf(config.attentionBias), options)))
    , v_proj(register_module(
          "v_proj", Linear(config.hidden, config.kvHeads * config.headWidth, biasIf(config.attentionBias), options)))
    , o_proj(register_module(
          "o_proj", Linear(config.heads * config.headWidth, config.hidden, biasIf(config.outputBias), options)))
    , m_heads(config.heads)
    , m_kvHeads(config.kvHeads)
    , m_headWidth(config.headWidth)
{
}

torch::Tensor LlamaAttentionImpl::forward(
    const torch::Tensor& x, const RopeTable& rope, const torch::Tensor& mask, KeyValueCache* cache, int64_t layer)
{
    const auto parts = applyTogether({q_proj, k_proj, v_proj}, x); // [B, T, H * D], [B, T, K * D] twice
    const auto q = rope.apply(splitHeads(parts[0], m_heads));      // [B, H, T, D]
    auto k = rope.apply(splitHeads(parts[1], m_kvHeads));          // [B, K, T, D]
    auto v = splitHeads(parts[2], m_kvHeads);                      // [B, K, T, D]
    if (cache)
        std::tie(k, v) = cache->extend(layer, k, v);                                        // [B, K, S + T, D]
    return o_proj(mergeHeads(attend(q, k, v, mask, 1.0 / std::sqrt(double(m_headWidth))))); // [B, T, C]
}

torch::Tensor LlamaAttentionImpl::forward(const torch::Tensor& x, const PackedRows& rows)
{
    return o_proj(rows.attend(applyJoint({q_proj, k_proj, v_proj}, x), {m_heads, m_kvHeads, m_headWidth})); // [N, C]
}

torch::Tensor LlamaAttentionImpl::forwardWanted(const torch::Tensor& x, const PackedRows& rows)
{
    const auto queries = q_proj(x.index_select(0, rows.wanted())); // [A, H * D]
    return o_proj(
        rows.attendWanted(queries, applyJoint({k_proj, v_proj}, x), {m_heads, m_kvHeads, m_headWidth})); // [A, C]
}

LlamaMlpImpl::LlamaMlpImpl(const LlamaConfig& config, const torch::TensorOptions& options)
    : gate_proj(register_module("gate_proj", Linear(config.hidden, config.inner, LinearImpl::Bias::No, options)))
    , up_proj(register_module("up_proj", Linear(config.hidden, config.inner, LinearImpl::Bias::No, options)))
    , down_proj(register_module("down_proj", Linear(config.inner, config.hidden, LinearImpl::Bias::No, options)))
{
}

torch::Tensor LlamaMlpImpl::forward(const torch::Tensor& x)
{
    if (const auto joint = applyPacked({gate_proj, up_proj}, x); joint.defined()) // [..., 2 F]
        return down_proj(openGate(joint));                                        // [..., C]
    return down_proj(activate(gate_proj(x), Activation::Silu) * up_proj(x));
}

LlamaLayerImpl::LlamaLayerImpl(const LlamaConfig& config, const torch::TensorOptions& options)
    : self_attn(register_module("self_attn", LlamaAttention(config, options)))
    , mlp(register_module("mlp", LlamaMlp(config, options)))
    , input_layernorm(register_module("input_layernorm", RmsNorm(config.hidden, config.normEps, options)))
    , post_attention_layernorm(
          register_module("post_attention_layernorm", RmsNorm(config.hidden, config.normEps, options)))
{
}

torch::Tensor LlamaLayerImpl::forward(
    const torch::Tensor& x, const RopeTable& rope, const torch::Tensor& mask, KeyValueCache* cache, int64_t layer)
{
    const auto y = x + self_attn->forward(input_layernorm(x), rope, mask, cache, layer); // [B, T, C]
    return y + mlp(post_attention_layernorm(y));
}

torch::Tensor LlamaLayerImpl::forward(const torch::Tensor& x, const PackedRows& rows)
{
    const auto y = x + self_attn->forward(input_layernorm(x), rows); // [N, C]
    return y + mlp(post_attention_layernorm(y));
}

torch::Tensor LlamaLayerImpl::forwardWanted(const torch::Tensor& x, const PackedRows& rows)
{
    const auto y = x.index_select(0, rows.wanted()) + self_attn->forwardWanted(input_layernorm(x), rows); // [A, C]
    return y + mlp(post_attention_layernorm(y));
}

LlamaModelImpl::LlamaModelImpl(const LlamaConfig& config, const torch::TensorOptions& options)
    : embed_tokens(register_module("embed_tokens", Embedding(config.vocabulary, config.hidden, options)))
    , layers(register_module("layers", torch::nn::ModuleList()))
    , norm(register_module("norm", RmsNorm(config.hidden, config.normEps, options)))
{
    for (int64_t i = 0; i < config.layers; ++i)
        layers->push_back(LlamaLayer(config, options));
}

LlamaImpl::LlamaImpl(const LlamaConfig& config, const torch::TensorOptions& options)
    : m_config(config)
{
    config.validate();
    model = register_module("model", LlamaModel(config, options));
    if (!config.tiedEmbeddings)
        lm_head = register_module("lm_head", Linear(config.hidden, config.vocabulary, LinearImpl::Bias::No, options));
}

torch::Tensor LlamaImpl::embed(const torch::Tensor& ids) const
{
    if (ids.device().is_cpu() && ids.numel() > 0)
        require(ids.min().item<int64_t>() >= 0 && ids.max().item<int64_t>() < m_config.vocabulary, ErrorCode::BadShape,
            text::join("a token id lies outside the vocabulary of ", m_config.vocabulary, " pieces"));
    return model->embed_tokens->forward(ids); // [B, T, C]
}

torch::Tensor LlamaImpl::maskFor(const torch::Tensor& embeds, const LlamaContext& context, int64_t cached) const
{
    if (context.mask.defined())
        return context.mask;
    const auto T = embeds.size(1), S = cached;
    const auto options = embeds.options().requires_grad(false);
    if (!context.keep.defined())
        return T == 1 ? torch::Tensor() : causalMask(T, S, options); // one new token sees everything
    expectShape(context.keep, {embeds.size(0), S + T}, "attention mask");
    const auto causal = torch::ones({T, S + T}, options.dtype(torch::kBool)).tril_(S); // [T, S + T]
    const auto kept = context.keep.to(torch::kBool).view({-1, 1, 1, S + T});           // [B, 1, 1, S + T]
    return additiveMask(causal.logical_and(kept), embeds.scalar_type());               // [B, 1, T, S + T]
}

RopeTable LlamaImpl::ropeFor(const torch::Tensor& positions) const
{
    return {m_config.ropeFactor == 1 ? positions : positions.to(torch::kFloat) / m_config.ropeFactor,
        m_config.headWidth, m_config.ropeTheta};
}

torch::Tensor LlamaImpl::hidden(const torch::Tensor& embeds, const LlamaContext& context, const Trace& trace)
{
    expectShape(embeds, {kAny, kAny, m_config.hidden}, "embeddings");
    const auto S = context.cache ? context.cache->length() : 0;
    auto positions = context.positions;
    if (!positions.defined())
        positions =
            torch::arange(S, S + embeds.size(1), embeds.options().dtype(torch::kLong).requires_grad(false)); // [T]
    const auto rope = ropeFor(positions);
    const auto mask = maskFor(embeds, context, S);

    auto x = embeds; // [B, T, C]
    trace("hidden_states", 0, x);
    const auto count = int64_t(model->layers->size());
    for (int64_t i = 0; i < count; ++i) {
        x = model->layers->ptr<LlamaLayerImpl>(size_t(i))->forward(x, rope, mask, context.cache, i); // [B, T, C]
        if (i + 1 < count)
            trace("hidden_states", i + 1, x);
    }
    if (context.cache)
        context.cache->advance(embeds.size(1));
    x = model->norm(x);
    trace("hidden_states", count, x);
    return x;
}

torch::Tensor LlamaImpl::logits(const torch::Tensor& hidden) const
{
    return torch::linear(hidden, lm_head ? lm_head->weight : model->embed_tokens->weight); // [..., V]
}

torch::Tensor LlamaImpl::forward(const torch::Tensor& ids, const torch::Tensor& keep, const Trace& trace)
{
    expectShape(ids, {kAny, kAny}, "ids");
    const auto embeds = embed(ids); // [B, T, C]
    trace("inputs_embeds", embeds);
    LlamaContext context;
    context.keep = keep;
    return logits(hidden(embeds, context, trace)); // [B, T, V]
}

torch::Tensor LlamaImpl::statesAt(const torch::Tensor& embeds, const torch::Tensor& keep, const torch::Tensor& wanted)
{
    expectShape(embeds, {kAny, kAny, m_config.hidden}, "embeddings");
    const auto B = embeds.size(0), T = embeds.size(1);
    if (keep.defined())
        expectShape(keep, {B, T}, "attention mask");
    const auto kept = keep.defined() ? keep.to(torch::kCPU, torch::kBool) : torch::ones({B, T}, torch::kBool);
    const PackedRows rows(
        kept, wanted, embeds.device(), [&](const torch::Tensor& columns) { return ropeFor(columns); });
    auto x = embeds.flatten(0, 1).index_select(0, rows.places()); // [N, C]
    for (size_t i = 0; i + 1 < model->layers->size(); ++i)
        x = model->layers->ptr<LlamaLayerImpl>(i)->forward(x, rows);
    x = model->layers->ptr<LlamaLayerImpl>(model->layers->size() - 1)->forwardWanted(x, rows); // [A, C]
    return model->norm(x);
}

torch::Tensor LlamaImpl::lossAt(
    const torch::Tensor& embeds, const torch::Tensor& keep, const torch::Tensor& labels, int64_t reduction)
{
    expectShape(labels, {embeds.size(0), embeds.size(1)}, "labels");
    const auto T = labels.size(1);
    const auto next = labels.to(torch::kCPU).narrow(1, 1, T - 1); // [B, T - 1]
    const auto hasLabel = next.ne(-100);
    const auto places = hasLabel.flatten().nonzero().squeeze(1); // [A]
    require(places.size(0) > 0, ErrorCode::InvalidInput, "no token of the batch has a label, so there is no loss");
    const auto states = statesAt(embeds, keep, torch::constant_pad_nd(hasLabel, {0, 1})); // [A, C]
    const auto answers = next.flatten().index_select(0, places).to(embeds.device());      // [A]
    const auto losses =
        torch::cross_entropy_loss(logits(states).to(torch::kFloat), answers, {}, reduction); // [] or [A]
    if (reduction == at::Reduction::Mean)
        return losses;
    return torch::zeros({next.numel()}, losses.options())
        .index_copy(0, places.to(losses.device()), losses)
        .view({labels.size(0), T - 1}); // [B, T - 1]
}

torch::Tensor LlamaImpl::loss(const torch::Tensor& embeds, const torch::Tensor& keep, const torch::Tensor& labels)
{
    return lossAt(embeds, keep, labels, at::Reduction::Mean);
}

torch::Tensor LlamaImpl::tokenLoss(const torch::Tensor& embeds, const torch::Tensor& keep, const torch::Tensor& labels)
{
    return lossAt(embeds, keep, labels, at::Reduction::None);
}

void LlamaImpl::pack()
{
    for (size_t i = 0; i < model->layers->size(); ++i) {
        const auto layer = model->layers->ptr<LlamaLayerImpl>(i);
        layer->self_attn->pack();
        layer->mlp->pack();
    }
}

} // namespace winnow::models
