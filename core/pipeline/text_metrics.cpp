#include "core/base/text.h"
#include "core/pipeline/score_pass.h"
#include "core/score/length_score.h"
#include "core/score/text_statistics_score.h"

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

    using score::TextMeasure;

    void computeStatistics(ScorePass& pass)
    {
        std::vector<ColumnPlan> plans;
        for (int i = 0; i < score::kTextMeasureCount; ++i) {
            const std::string name(score::toString(static_cast<TextMeasure>(i)));
            plans.push_back({name, text::join("text-v1|", name), {{"metric", name}}});
        }
        pass.fillAsked(plans, [&](const std::vector<std::size_t>& places, score::ScoreSink& sink) {
            std::vector<TextMeasure> wanted;
            for (const auto place : places)
                wanted.push_back(static_cast<TextMeasure>(place));
            return score::runTextMeasures(pass.items(), wanted, sink, pass.context());
        });
    }

    ComputedMetric described(TextMeasure measure, const char* title, const char* meaning, const char* unit = "",
        const char* source = "", const char* family = "text")
    {
        return {{.name = std::string(score::toString(measure)),
                    .title = title,
                    .meaning = meaning,
                    .source = source,
                    .unit = unit,
                    .role = "",
                    .family = family},
            &computeStatistics};
    }

    constexpr const char* kDistinct = "distinct-n: Li et al. (arXiv 1510.03055)";
    constexpr const char* kLanguage = "language of the text";

    std::vector<ComputedMetric> statistics()
    {
        return {
            described(TextMeasure::Characters, "Characters", "Number of characters in the response.", "characters"),
            described(TextMeasure::Sentences, "Sentences", "Number of sentences in the response, in any language.",
                "sentences", "Unicode Standard Annex 29"),
            described(TextMeasure::Distinct1, "Different words",
                "Different words divided by words of the response, 0 to 1. Low says the same again; long texts are "
                "lower "
                "by nature.",
                "", kDistinct),
            described(TextMeasure::Distinct2, "Different word pairs",
                "Different pairs of neighbouring words divided by such pairs, 0 to 1.", "", kDistinct),
            described(TextMeasure::Repetition, "Repetition",
                "Share of the response's words in a run of five words that it says twice or more, 0 to 1. Above 0.3 it "
                "repeats whole sentences.",
                "", "after the repetition filters of Gopher (Rae et al., arXiv 2112.11446)"),
            described(TextMeasure::Punctuation, "Punctuation",
                "Share of punctuation and symbols in the response's visible characters, 0 to 1. Prose has 0.02 to "
                "0.06."),
            described(TextMeasure::NonText, "Not prose",
                "Share of the response's visible characters in web addresses, HTML tags, code, control characters, "
                "emoji "
                "and broken characters, 0 to 1."),
            described(TextMeasure::InstructionWords, "Words of the instruction",
                "Number of words in the instruction; 0 where the pair has none.", "words"),
            described(TextMeasure::Language, "Language",
                "Number of the response's likeliest language: 0 unknown, 1 English, 2 Chinese, 3 German, 4 French, 5 "
                "Spanish; the help lists all. A code, not a quantity: filter by it, do not weigh it.",
                "", "", kLanguage),
            described(TextMeasure::LanguageProbability, "Certainty of the language",
                "Probability of the likeliest language, 0 to 1. A guess by script and common words; low for single "
                "words.",
                "", "", kLanguage),
            described(TextMeasure::English, "English", "Probability that the response is English, 0 to 1.", "", "",
                kLanguage),
            described(TextMeasure::Latin, "Latin letters",
                "Share of Latin letters among all letters of the response, 0 to 1; 0 without letters.", "", "",
                kLanguage),
        };
    }

} // namespace

std::vector<ComputedMetric> textMetrics()
{
    std::vector<ComputedMetric> out{
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
    const auto further = statistics();
    out.insert(out.end(), further.begin(), further.end());
    return out;
}

} // namespace winnow::pipeline
