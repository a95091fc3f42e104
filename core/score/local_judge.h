#pragma once

#include "core/models/llama.h"
#include "core/score/judge_prompt.h"
#include "core/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace winnow::score {

/// What a language model would write as its rating, as a distribution over whole numbers.
struct ExpectedRating {
    double mean = 0;   ///< expected value, 0 … 100
    double spread = 0; ///< standard deviation of the distribution
    double mass = 0;   ///< probability that the answer starts with such a number at all, 0 … 1
};

/// A LLaMA-family model as judge. It is asked the published question, and instead of writing an answer its next-token
/// probabilities are read: P(s) of every whole number s from 0 to 100, digit by digit, renormalised over these; the
/// rating is the expected value Σ s · P(s). With p(d) the probability of digit d first, q(e | d) of digit e after it, r
/// of a 0 after "10": P(0) = p(0); P(d) = p(d) · (1 − Σ q(e | d)); P(de) = p(d) · q(e | d); P(10) = p(1) · q(0 | 1) ·
/// (1 − r); P(100) = p(1) · q(0 | 1) · r. A further digit after other pairs of digits is not looked for. Deterministic:
/// no sampling, so no repeats. Source: expected score over rating tokens as in G-Eval (Liu et al., EMNLP 2023, section
/// 3), on METHOD 4.4's scale. Thread: one at a time. Cost: three passes, two of them of one token.
class LocalJudge {
public:
    /// `promptTemplate` holds `{}` for the question. Throws Error: InvalidInput (no `{}`), Unsupported (the tokenizer
    /// joins digits or has none).
    LocalJudge(models::Llama& model, const text::Tokenizer& tokenizer, std::string promptTemplate, Mode mode);

    /// Throws Error(TooLarge) for a pair whose question is far beyond what the model reads (four times its positions).
    ExpectedRating rate(const ScoreItem& item);

private:
    std::vector<std::int64_t> promptIds(const ScoreItem& item) const;
    /// states [B, C] of the last position → probabilities of the ten digits, [B, 10] f64 on the CPU
    torch::Tensor digitProbabilities(const torch::Tensor& states) const;

    models::Llama& m_model;
    const text::Tokenizer& m_tokenizer;
    std::string m_template;
    Mode m_mode;
    std::array<std::int64_t, 10> m_digits{}; ///< token of each digit behind the prompt
};

/// Rates every pair; the chunk's scores are the means, `further[0]` the spreads. Throws Error; Cancelled.
ScoreReport runLocalJudge(const ItemSource& items, LocalJudge& judge, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
