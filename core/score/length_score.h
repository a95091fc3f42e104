#pragma once

#include "core/domain/metric.h"
#include "core/score/scorer.h"

#include <cstdint>

namespace winnow::score {

/// Longest caption of cc_sbu_align in characters, the published divisor (METHOD 4.3).
inline constexpr std::int64_t kPublishedLongest = 1009;

/// Characters (Unicode code points) of all responses together.
std::int64_t countCharacters(const ScoreItem& item);
/// Words (runs without white space) of all responses together.
std::int64_t countWords(const ScoreItem& item);

/// 10 · characters / longest (METHOD 4.3): `longest` is 1009 as published, the longest of the set when corrected.
double lengthScore(std::int64_t characters, std::int64_t longest);

/// The longest of the set, for the corrected mode; at least 1. Cost: reads every text once.
std::int64_t findLongest(const ItemSource& items, RunContext& context);

/// Length of every pair; a pair without any text scores 0.
ScoreReport runLengthScore(const ItemSource& items, Mode mode, ScoreSink& sink, RunContext& context);
/// Words of every pair.
ScoreReport runWordCount(const ItemSource& items, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
