#pragma once

#include "core/domain/metric.h"
#include "core/score/scorer.h"

#include <optional>
#include <string>
#include <string_view>

namespace winnow::score {

/// What a judge is shown.
enum class JudgePrompt {
    Text,  ///< instruction and caption alone, as published: the judge never sees the picture
    Image, ///< the picture too: what the caption says is held against what is there
};

/// "text", "image"
std::string_view toString(JudgePrompt prompt);

/// The instruction of the published scores; it also stands in for a pair that has none (METHOD 4.4).
inline constexpr std::string_view kPublishedInstruction = "Describe this image in detail.";

/// The fixed part of the question, before instruction and caption.
std::string_view judgeTask(JudgePrompt prompt);

/// What the judge is asked about a pair (METHOD 4.4; own words, the published facts: an assistant wrote a caption from
/// a picture and an instruction; quality and variety, 0 to 100; the number alone on the first line; then an unbiased
/// explanation). As published the instruction is always the fixed one; corrected it is the pair's own (METHOD 11, #11).
/// All turns of a longer conversation are shown, numbered.
std::string judgeQuestion(const ScoreItem& item, JudgePrompt prompt, Mode mode);

/// The first whole number from 0 to 100 in the first line that is not empty, which may read "92/100", "**92**" or
/// "Score (0-100): 92". Nothing where the line has none, or rates out of something else ("8/10").
std::optional<int> parseRating(std::string_view answer);

/// The published rule to the letter: the first two characters as a number; where they are none, 60; 10 means 100.
int parsePublishedRating(std::string_view answer);

} // namespace winnow::score
