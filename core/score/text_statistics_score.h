#pragma once

#include "core/score/scorer.h"

#include <span>
#include <string_view>

namespace winnow::score {

/// One number of a pair's texts; each is a metric of its own. All are about the responses together but the last.
enum class TextMeasure {
    Characters,
    Sentences,
    Distinct1,
    Distinct2,
    Repetition,
    Punctuation,
    NonText,
    Language,            ///< the number of a text::Language
    LanguageProbability, ///< of that language
    English,             ///< probability that the language is English
    Latin,               ///< share of Latin letters
    InstructionWords,    ///< words (runs without white space) of all instructions together
};
inline constexpr int kTextMeasureCount = 12;

/// Name of the metric: "characters", "distinct-1", "language.english", …
std::string_view toString(TextMeasure measure);

/// The wanted numbers of every pair, one column each, in order; what they are: text::TextStatistics and
/// text::LanguageGuess. A pair without text gets 0 in all of them. Texts are read once for all.
ScoreReport runTextMeasures(
    const ItemSource& items, std::span<const TextMeasure> wanted, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
