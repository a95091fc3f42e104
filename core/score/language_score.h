#pragma once

#include "core/models/llama.h"
#include "core/score/answer_sequence.h"
#include "core/score/scorer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::text {
class Tokenizer;
}

namespace winnow::score {

struct LanguageScoreOptions {
    std::string promptTemplate = "{}\n"; ///< `{}` = the instruction; the model's own where it has one
    std::string endMark;                 ///< stands between an answer and the next question
    std::string emptyInstruction = "Describe this image in detail."; ///< stands in where a pair has no instruction
    std::int64_t maxTokens = 0;        ///< of the whole conversation, begin token included; 0 = the model's context
    std::int64_t tokensPerPass = 4096; ///< of a forward pass, padding included
    bool wantAlone = true;             ///< also the loss without instruction: twice the work

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// How well a language model foresees the responses of a pair, and how much the instruction helps it.
///   loss       mean cross entropy (natural logarithm) of the response's tokens behind the instruction in the model's
///              prompt template, over all turns; the end mark is no part of it
///   perplexity exp(loss)
///   alone      the same tokens behind the begin token alone, each response for itself
///   IFD        loss / alone: near 1 and above, the instruction does not help (the pair is hard, or does not belong
///              together); near 0 it says all. Ratio of losses as in Cherry LLM (Li et al., arXiv 2308.12032, eq. 3);
///              Superfiltering (arXiv 2402.00530) divides the perplexities instead, which is exp(loss − alone).
/// A conversation longer than maxTokens is cut at its end, for both losses alike, and counted. The picture is not seen.
class LanguageScorer {
public:
    /// The model is in eval mode on its device; the tokenizer outlives the scorer. Throws Error(InvalidInput).
    LanguageScorer(models::Llama model, const text::Tokenizer& tokenizer, LanguageScoreOptions options);

    /// scores = loss; further = {perplexity}, with wantAlone {perplexity, alone, IFD}. A pair whose response has no
    /// token is a failure. Thread: one at a time.
    ScoredChunk score(const std::vector<ScoreItem>& items);

    /// Pairs so far whose text was cut.
    std::int64_t cutCount() const { return m_cutCount; }
    /// The pair with its instructions; what score() runs over.
    AnswerSequence sequenceOf(const ScoreItem& item) const;

private:
    /// Summed loss of each sequence, [n] f64.
    std::vector<double> summedLosses(const std::vector<AnswerSequence>& sequences);

    models::Llama m_model;
    const text::Tokenizer& m_tokenizer;
    LanguageScoreOptions m_options;
    std::int64_t m_maxTokens;
    std::int64_t m_cutCount = 0;
};

/// The answers of a sequence, each without anything before it.
std::vector<AnswerSequence> answersAlone(const AnswerSequence& sequence);

/// All chunks that the sink does not have yet.
ScoreReport runLanguageScore(const ItemSource& items, LanguageScorer& scorer, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
