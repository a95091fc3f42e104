#pragma once

#include "core/models/llama.h"
#include "core/models/sentence_encoder.h"
#include "core/score/clip_score.h"
#include "core/score/scorer.h"

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::text {
class JsonTokenizer;
class Tokenizer;
} // namespace winnow::text

namespace winnow::score {

struct LanguageEmbedderOptions {
    std::int64_t maxTokens = 0;        ///< of one text, begin token included; 0 = the model's context
    std::int64_t tokensPerPass = 4096; ///< of a forward pass, padding included

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// The vector of a text: a LLaMA's hidden state after the final norm at the last token of `<s>` + text (METHOD 4.5).
/// Nothing stands before or behind the text; a text longer than maxTokens is cut at its end, and counted. Texts of like
/// length share a pass, padded on the right, where no earlier token sees it.
class LanguageEmbedder {
public:
    /// The model is in eval mode on its device; the tokenizer outlives the embedder. Throws Error(InvalidInput): a
    /// tokenizer with more tokens than the model or without a begin token.
    LanguageEmbedder(models::Llama model, const text::Tokenizer& tokenizer, LanguageEmbedderOptions options = {});

    /// texts → [n, C] f32 on the CPU, in their order. Checkpoints between passes.
    torch::Tensor encode(const std::vector<std::string>& texts, RunContext& context);
    /// The responses of each pair, joined by line breaks. A pair without any text is a failure, and one whose vector is
    /// not finite.
    ScoredChunk embed(const std::vector<ScoreItem>& items, RunContext& context);

    std::int64_t dimension() const { return m_model->config().hidden; }
    /// Texts so far that were cut.
    std::int64_t cutCount() const { return m_cutCount; }

private:
    std::vector<std::int64_t> tokensOf(const std::string& text);

    models::Llama m_model;
    const text::Tokenizer& m_tokenizer;
    LanguageEmbedderOptions m_options;
    std::int64_t m_maxTokens;
    std::int64_t m_cutCount = 0;
};

/// All chunks that the sink does not have yet.
ScoreReport runLanguageEmbedding(
    const ItemSource& items, LanguageEmbedder& embedder, ScoreSink& sink, RunContext& context);

struct SentenceEmbedderOptions {
    std::int64_t tokensPerPass = 8192; ///< of a forward pass, padding included

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// The vector of a text under a sentence encoder: the text in its tokenizer's frame ([CLS] ... [SEP]), cut to the
/// encoder's maxTokens (and counted), pooled as its folder says. Texts of like length share a pass; a text's vector
/// does not depend on them. Source: Reimers and Gurevych, Sentence-BERT, EMNLP 2019.
class SentenceEmbedder {
public:
    /// The encoder is in eval mode on its device; the tokenizer outlives the embedder. Throws Error(InvalidInput): a
    /// tokenizer with more tokens than the model, or whose frame leaves no room for a word.
    SentenceEmbedder(
        models::SentenceEncoder encoder, const text::JsonTokenizer& tokenizer, SentenceEmbedderOptions options = {});

    /// texts → [n, C] f32 on the CPU, in their order. Checkpoints between passes.
    torch::Tensor encode(const std::vector<std::string>& texts, RunContext& context);
    /// The responses of each pair, joined by line breaks. A pair without any text is a failure, and one whose vector is
    /// not finite.
    ScoredChunk embed(const std::vector<ScoreItem>& items, RunContext& context);

    std::int64_t dimension() const { return m_encoder.dimension(); }
    /// Texts so far that were cut.
    std::int64_t cutCount() const { return m_cutCount; }

private:
    std::vector<std::int64_t> tokensOf(const std::string& text);

    models::SentenceEncoder m_encoder;
    const text::JsonTokenizer& m_tokenizer;
    SentenceEmbedderOptions m_options;
    std::int64_t m_cutCount = 0;
};

/// All chunks that the sink does not have yet.
ScoreReport runSentenceEmbedding(
    const ItemSource& items, SentenceEmbedder& embedder, ScoreSink& sink, RunContext& context);

/// The mean of the unit vectors of a response's sentences under CLIP's text tower, not of unit length again: with the
/// picture's unit vector v the corrected CLIP score is 100 v · mean. A pair without any text is a failure.
ScoredChunk embedClipTexts(const std::vector<ScoreItem>& items, ClipScorer& scorer);
/// All chunks that the sink does not have yet.
ScoreReport runClipTextEmbedding(const ItemSource& items, ClipScorer& scorer, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
