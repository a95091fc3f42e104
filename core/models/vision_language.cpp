#include "core/models/vision_language.h"

#include "core/tensor/shape.h"

namespace winnow::models {

MiniGpt4Impl::MiniGpt4Impl(const MiniGpt4Config& config, const torch::TensorOptions& options)
    : m_config(config)
{
    config.validate();
    visual_encoder = register_module("visual_encoder", EvaVit(config.vision, options));
    ln_vision = register_module("ln_vision", LayerNorm(config.vision.width, 1e-5, options));
    query_tokens =
        register_parameter("query_tokens", torch::empty({1, config.qformer.queries, config.qformer.hidden}, options));
    Qformer = register_module("Qformer", QFormer(config.qformer, options));
    llama_proj = register_module(
        "llama_proj", Linear(config.qformer.hidden, config.llama.hidden, LinearImpl::Bias::Yes, options));
    llama_model = register_module("llama_model", Llama(config.llama, options));
}

torch::Tensor MiniGpt4Impl::imageFeatures(const torch::Tensor& pixels, const Trace& trace)
{
    const auto tokens = visual_encoder->forward(pixels, trace.under("visual_encoder.")); // [B, 1 + P, Cv]
    const auto picture = ln_vision(tokens);                                              // [B, 1 + P, Cv]
    trace("ln_vision.out", picture);
    return Qformer->forward(query_tokens, picture, {}, trace.under("qformer.")); // [B, Q, Cq]
}

torch::Tensor MiniGpt4Impl::encodeImage(const torch::Tensor& pixels, const Trace& trace)
{
    const auto tokens = project(imageFeatures(pixels, trace)); // [B, Q, C]
    trace("img_embeds", tokens);
    return tokens;
}

torch::Tensor MiniGpt4Impl::loss(const AssembledBatch& batch)
{
    return llama_model->loss(batch.inputsEmbeds, batch.attentionMask, batch.targets);
}

torch::Tensor MiniGpt4Impl::forward(const AssembledBatch& batch)
{
    LlamaContext context;
    context.keep = batch.attentionMask;
    return llama_model->logits(llama_model->hidden(batch.inputsEmbeds, context)); // [B, T, V]
}

AssembledBatch MiniGpt4Impl::assemble(
    const torch::Tensor& pictureTokens, const std::vector<PromptedAnswer>& samples, const AssemblyOptions& options)
{
    return assembleAnswers(pictureTokens, llama_model->model->embed_tokens->weight, samples, options);
}

AssembledBatch MiniGpt4Impl::assemblePrompts(
    const torch::Tensor& pictureTokens, const std::vector<PromptSegments>& prompts)
{
    return models::assemblePrompts(pictureTokens, llama_model->model->embed_tokens->weight, prompts);
}

void MiniGpt4Impl::freezeAllButProjection()
{
    setTrainable(*this, false);
    setTrainable(*llama_proj, true);
}

std::map<std::string, torch::Tensor> MiniGpt4Impl::tunedParameters() const
{
    return {{"llama_proj.weight", llama_proj->weight}, {"llama_proj.bias", llama_proj->bias}};
}

} // namespace winnow::models
