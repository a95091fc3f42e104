#pragma once

#include "core/base/run_context.h"
#include "core/demo/grammar.h"
#include "core/demo/measures.h"
#include "core/models/deberta.h"
#include "core/text/sentencepiece.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace winnow::demo {

/// The size of the embedded reward model: DeBERTa-v3's layout in small.
models::DebertaConfig embeddedRewardConfig(std::int64_t vocabulary);

/// A question and what was answered, as a reward model reads it.
struct Judged {
    std::string question;
    std::string answer;
};

/// Logits of the model for these, [N]; with gradients where they are on. Answers are cut where the model ends.
torch::Tensor rewardsOf(
    models::DebertaClassifier& model, const text::SentencePieceTokenizer& tokenizer, const std::vector<Judged>& judged);

/// A caption of some sentences about nothing of this world, out of words that nobody knows ("The tolmir gadeps a
/// vun."): so that a word never met says something by itself.
std::string writeNonsense(Random& random);

struct RewardFigures {
    std::array<Measure, kFaultCount> auc; ///< of clean captions against those with the fault; index 0 is unused
};
/// On held-out scenes, off-topic sentences out of the set that no training has seen.
RewardFigures measureReward(models::DebertaClassifier& model, const text::SentencePieceTokenizer& tokenizer,
    std::uint64_t seed, std::int64_t scenes, RunContext& context);

struct StageContext;
/// The stage "reward" of pretraining: writes reward/. The returned sentence says what it reached on held-out scenes.
std::string trainReward(const StageContext& stage);

} // namespace winnow::demo
