#pragma once

#include "core/domain/metric.h"
#include "core/models/deberta.h"
#include "core/score/scorer.h"

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {
class SentencePieceTokenizer;
}

namespace winnow::score {

/// The question that the published recipe puts before every caption, and the stand-in for a missing instruction.
inline constexpr std::string_view kRewardQuestion = "Describe this image in detail.";

struct RewardScoreOptions {
    Mode mode = Mode::Corrected;
    std::int64_t passTokens = 4096; ///< tokens a pass, padding included; one text always fits
    std::int64_t maxTokens = 0;     ///< of question and answer together; 0: as many as the model was trained on

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// One question with its answer.
struct RewardPair {
    std::string question;
    std::string answer;
};

/// How much a text reward model likes a response: the raw logit of [CLS] question [SEP] answer [SEP]; higher is better,
/// usually −4 … 8 with the published model. The picture is never looked at. Corrected: the question is the pair's own
/// instruction (kRewardQuestion where it is empty); several turns give the mean over their answers, each judged with
/// the question before it; turns without text are passed over, a pair without any text is a failure with its reason.
/// Published: the question is always kRewardQuestion, the answer is the first response whatever it holds, rounded to
/// four decimals. A text that is too long loses the end of its answer, and a question takes at most half of the room
/// where both do not fit.
/// Source: InstructionGPT-4 (arXiv 2308.12067), METHOD 4.2; OpenAssistant/reward-model-deberta-v3-large-v2.
class RewardScorer {
public:
    /// The model is in eval mode on its device; tokenizer and model outlive the scorer. Throws Error(InvalidInput): the
    /// options, a model of more than one label, a tokenizer that does not belong to it.
    RewardScorer(
        models::DebertaClassifier model, const text::SentencePieceTokenizer& tokenizer, RewardScoreOptions options);

    /// One chunk. Thread: one at a time.
    ScoredChunk score(const std::vector<ScoreItem>& items);
    /// Logits of any questions with answers, in their order; batched by length.
    std::vector<double> logits(const std::vector<RewardPair>& pairs);

    const RewardScoreOptions& options() const { return m_options; }

private:
    struct Tokens {
        std::vector<std::int64_t> ids;
        std::size_t questionSize = 0; ///< ids before the answer's first
    };
    Tokens encode(const RewardPair& pair) const;
    std::vector<RewardPair> pairsOf(const ScoreItem& item) const;
    torch::Tensor runPass(const std::vector<Tokens>& tokens, const std::vector<std::size_t>& members);

    models::DebertaClassifier m_model;
    const text::SentencePieceTokenizer& m_tokenizer;
    RewardScoreOptions m_options;
    std::size_t m_maxTokens;
};

/// All chunks that the sink does not have yet.
ScoreReport runRewardScore(const ItemSource& items, RewardScorer& scorer, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
