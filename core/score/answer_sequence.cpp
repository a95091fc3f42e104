#include "core/score/answer_sequence.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace winnow::score {

std::int64_t AnswerSequence::answerCount() const { return std::count(isAnswer.begin(), isAnswer.end(), 1); }

std::int64_t AnswerSequence::tokenCount() const
{
    auto count = 1 + sample.answer.size();
    for (const auto& piece : sample.prompt)
        count += piece.size();
    return static_cast<std::int64_t>(count);
}

models::AssembledBatch assemblePass(
    models::Llama& llama, const torch::Tensor& pictureTokens, std::span<const AnswerSequence* const> sequences)
{
    const auto& config = llama->config();
    models::AssemblyOptions options;
    options.bosToken = config.bosToken;
    options.padToken = config.eosTokens.empty() ? 0 : config.eosTokens.front();
    options.maxAnswerTokens = std::numeric_limits<std::int32_t>::max(); // the sequence's maker has cut it
    std::vector<models::PromptedAnswer> samples;
    for (const auto* sequence : sequences)
        samples.push_back(sequence->sample);
    auto batch = models::assembleAnswers(pictureTokens, llama->model->embed_tokens->weight, samples, options);
    auto targets = batch.targets.cpu(); // [B, T]
    const auto kept = batch.attentionMask.sum(1).cpu();
    for (std::int64_t row = 0; row < targets.size(0); ++row) {
        const auto& isAnswer = sequences[static_cast<std::size_t>(row)]->isAnswer;
        const auto begin = kept[row].item<std::int64_t>() - static_cast<std::int64_t>(isAnswer.size());
        for (std::size_t i = 0; i < isAnswer.size(); ++i)
            if (!isAnswer[i])
                targets.index_put_({row, begin + static_cast<std::int64_t>(i)}, -100);
    }
    batch.targets = targets.to(batch.attentionMask.device());
    return batch;
}

AnswerLogits answerLogits(models::Llama& llama, const models::AssembledBatch& batch)
{
    models::LlamaContext context;
    context.keep = batch.attentionMask;
    const auto states = llama->hidden(batch.inputsEmbeds, context); // [B, T, C]
    const auto T = batch.targets.size(1);
    const auto wanted = batch.targets.narrow(1, 1, T - 1).reshape({-1});                                // [B * (T - 1)]
    const auto places = wanted.ne(-100).nonzero().squeeze(1);                                           // [N]
    const auto rows = states.narrow(1, 0, T - 1).reshape({-1, states.size(2)}).index_select(0, places); // [N, C]
    return {llama->logits(rows).to(torch::kFloat), wanted.index_select(0, places),
        places.div(T - 1, "floor")}; // [N, V], [N], [N]
}

torch::Tensor answerLosses(const AnswerLogits& answers)
{
    return torch::cross_entropy_loss(answers.logits, answers.answers, {}, at::Reduction::None);
}

torch::Tensor sumOfRows(const torch::Tensor& values, const torch::Tensor& rows, std::int64_t count)
{
    return torch::zeros({count}, torch::kDouble)
        .index_add(0, rows.cpu(), values.detach().cpu().to(torch::kDouble)); // [count]
}

std::vector<std::vector<std::size_t>> passesByLength(const std::vector<std::int64_t>& lengths, std::int64_t tokens)
{
    std::vector<std::size_t> order(lengths.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return lengths[a] < lengths[b]; });
    std::vector<std::vector<std::size_t>> passes;
    for (const auto i : order) {
        const auto inPass = passes.empty() ? 0 : static_cast<std::int64_t>(passes.back().size());
        if (inPass == 0 || (inPass + 1) * lengths[i] > tokens)
            passes.emplace_back();
        passes.back().push_back(i);
    }
    return passes;
}

} // namespace winnow::score
