#pragma once

#include "core/models/llama.h"
#include "core/models/vision_language_input.h"
#include "core/score/scorer.h"

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace winnow::score {

/// One pair as a language model reads it: begin token, prompt with places for pictures, answer.
struct AnswerSequence {
    models::PromptedAnswer sample; ///< questions of later turns stand among the answer's tokens
    std::vector<char> isAnswer;    ///< beside sample.answer: 1 = counts in the loss
    bool isCut = false;            ///< something was left out because the answer or the whole is too long

    std::int64_t answerCount() const;
    std::int64_t tokenCount() const; ///< begin token included, pictures not
};

/// Writes a pair as the model wants it; the caller knows template, tokenizer and limits.
using SequenceMaker = std::function<AnswerSequence(const ScoreItem&)>;

/// Logits at the places whose next token is an answer's.
struct AnswerLogits {
    torch::Tensor logits;  ///< [N, V] f32
    torch::Tensor answers; ///< [N] i64, the token that comes
    torch::Tensor rows;    ///< [N] i64, the sample it belongs to
};

/// The given sequences as one batch, right padded, with targets at answer tokens alone.
///   pictureTokens [n * pictures, Q, C] (no rows where prompts have no place for a picture); differentiable in these.
/// Throws Error: InvalidInput, BadShape.
models::AssembledBatch assemblePass(
    models::Llama& llama, const torch::Tensor& pictureTokens, std::span<const AnswerSequence* const> sequences);

/// Only answer positions meet the head, as in Llama::loss(). A batch without any answer token gives N = 0.
AnswerLogits answerLogits(models::Llama& llama, const models::AssembledBatch& batch);

/// Cross entropy of each answer token, [N] f32; differentiable.
torch::Tensor answerLosses(const AnswerLogits& answers);

/// values [N] → sum of each of `count` rows, [count] f64 on the CPU.
torch::Tensor sumOfRows(const torch::Tensor& values, const torch::Tensor& rows, std::int64_t count);

/// Indices into `lengths` in passes of at most `tokens` tokens, padding included (one sample at least), short ones
/// first: the same lengths always give the same passes.
std::vector<std::vector<std::size_t>> passesByLength(const std::vector<std::int64_t>& lengths, std::int64_t tokens);

} // namespace winnow::score
