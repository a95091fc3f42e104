#include "core/models/blip2.h"

namespace winnow::models {

Blip2Impl::Blip2Impl(const Blip2Config& config, const torch::TensorOptions& options)
    : m_config(config)
{
    config.validate();
    visual_encoder = register_module("visual_encoder", EvaVit(config.vision, options));
    ln_vision = register_module("ln_vision", LayerNorm(config.vision.width, config.vision.normEps, options));
    query_tokens =
        register_parameter("query_tokens", torch::empty({1, config.qformer.queries, config.qformer.hidden}, options));
    Qformer = register_module("Qformer", QFormer(config.qformer, options));
    language_projection = register_module(
        "language_projection", Linear(config.qformer.hidden, config.languageWidth, LinearImpl::Bias::Yes, options));
}

torch::Tensor Blip2Impl::forward(const torch::Tensor& pixels, const torch::Tensor& keep, const Trace& trace)
{
    const auto picture = ln_vision(visual_encoder->forward(pixels, trace.under("vision."))); // [B, 1 + P, C]
    trace("vision.last_hidden_state", picture);
    const auto tokens = Qformer->forward(query_tokens, picture, keep, trace.under("qformer.")); // [B, Q, C]
    const auto projected = language_projection(tokens);                                         // [B, Q, languageWidth]
    trace("language_projection", projected);
    return projected;
}

} // namespace winnow::models
