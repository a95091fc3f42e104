#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::models {

/// Token ids of a prompt, cut at the places of pictures: one piece more than there are pictures. Pieces are tokenised
/// alone.
using PromptSegments = std::vector<std::vector<int64_t>>;

/// One training sample: the prompt without the begin token, and the answer with its end mark.
struct PromptedAnswer {
    PromptSegments prompt;
    std::vector<int64_t> answer;
};

struct AssemblyOptions {
    int64_t bosToken = 1;
    /// Its embedding fills the right end; answer tokens equal to it are no targets (the reference masks by id: "$$" in
    /// the newest code, "</s>" in the first release).
    int64_t padToken = 2;
    int64_t maxAnswerTokens = 160; ///< longer answers are cut, the end mark with them
    /// Reference: every row as long as the longest prompt and the longest answer together; Tight: as the longest row
    /// needs.
    enum class Padding { Tight, Reference };
    Padding padding = Padding::Tight;
};

/// A batch as it enters the language model.
struct AssembledBatch {
    torch::Tensor inputsEmbeds;  ///< [B, T, C]
    torch::Tensor attentionMask; ///< [B, T] i64, 0 = padding
    torch::Tensor targets;       ///< [B, T] i64, -100 = no target; undefined for prompts alone
};

/// The rows of `pictureTokens` and `embeddings` put together.
///   pictureTokens [B * pictures, Q, C]; embeddings [V, C]
/// Right padded: begin token, prompt with picture tokens between its pieces, answer, padding. Targets are the answer
/// tokens. Differentiable in pictureTokens. Throws Error(InvalidInput): pieces do not fit the pictures; BadShape: an id
/// outside the vocabulary.
AssembledBatch assembleAnswers(const torch::Tensor& pictureTokens, const torch::Tensor& embeddings,
    const std::vector<PromptedAnswer>& samples, const AssemblyOptions& options);

/// Prompts alone, left padded with zeros; the first piece carries the begin token already.
AssembledBatch assemblePrompts(
    const torch::Tensor& pictureTokens, const torch::Tensor& embeddings, const std::vector<PromptSegments>& prompts);

} // namespace winnow::models
