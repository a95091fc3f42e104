#include "core/base/text.h"
#include "core/pipeline/score_pass.h"
#include "core/score/length_score.h"

namespace winnow::pipeline {

namespace {

    void computeLength(ScorePass& pass)
    {
        // The corrected divisor is the longest response of the set: when the set grows, all numbers change with it.
        const auto mode = pass.options().mode;
        const auto longest =
            pass.options().isPublished() ? score::kPublishedLongest : score::findLongest(pass.items(), pass.context());
        pass.fill({.column = pass.columnName("length"),
                      .keyText = text::join("length-v1|", longest),
                      .provenance = {{"metric", "length"}, {"mode", toString(mode)}, {"longest", longest}}},
            [&](score::ScoreSink& sink) { return score::runLengthScore(pass.items(), mode, sink, pass.context()); });
    }

    void computeWords(ScorePass& pass)
    {
        pass.fill({.column = "words", .keyText = "words-v1", .provenance = {{"metric", "words"}}},
            [&](score::ScoreSink& sink) { return score::runWordCount(pass.items(), sink, pass.context()); });
    }

} // namespace

std::vector<ComputedMetric> textMetrics()
{
    return {
        {{.name = "length",
             .title = "Length score",
             .meaning = "Length of the response, 10 for the longest of the set. Long answers are not better by "
                        "themselves: use it with care.",
             .source = "InstructionGPT-4 (arXiv 2308.12067)",
             .unit = "",
             .role = "",
             .family = "text",
             .hasPublished = true},
            &computeLength},
        {{.name = "words",
             .title = "Words",
             .meaning = "Number of words in the response.",
             .source = "",
             .unit = "words",
             .role = "",
             .family = "text"},
            &computeWords},
    };
}

} // namespace winnow::pipeline
