#pragma once

#include "core/score/judge_score.h"

namespace winnow::score {

/// One question to a judge, to see whether it is set up well.
struct JudgeTrial {
    std::string question;
    bool showsPicture = false;
    std::string answer;             ///< as it came, but for the key
    double rating = 0;              ///< NaN where the answer has none
    std::int64_t promptTokens = -1; ///< -1: the server does not say
    std::int64_t answerTokens = -1;
    double cost = 0;
    double seconds = 0;
    std::string problem; ///< why there is no answer; one sentence without full stop
};

/// Asks once, without repetition. The answer is kept as the pair's first one unless that is there already.
/// Throws Error: InvalidInput, what reading the picture throws; Cancelled.
JudgeTrial tryJudge(
    const JudgeOptions& options, const ScoreItem& item, const net::Secret& key, JudgeBook& book, RunContext& context);

} // namespace winnow::score
