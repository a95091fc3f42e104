#include "core/score/text_statistics_score.h"

#include "core/base/text.h"
#include "core/text/language_guess.h"
#include "core/text/text_statistics.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace winnow::score {

namespace {

    struct Numbers {
        text::TextStatistics statistics;
        text::LanguageGuess guess;
        std::size_t instructionWords = 0;
    };

    struct Measure {
        std::string_view name;
        double (*of)(const Numbers&);
    };

    /// Beside TextMeasure.
    constexpr std::array<Measure, kTextMeasureCount> kMeasures{{
        {"characters", [](const Numbers& n) { return static_cast<double>(n.statistics.characters); }},
        {"sentences", [](const Numbers& n) { return static_cast<double>(n.statistics.sentences); }},
        {"distinct-1", [](const Numbers& n) { return n.statistics.distinct1; }},
        {"distinct-2", [](const Numbers& n) { return n.statistics.distinct2; }},
        {"repetition", [](const Numbers& n) { return n.statistics.repetition; }},
        {"punctuation", [](const Numbers& n) { return n.statistics.punctuation; }},
        {"non-text", [](const Numbers& n) { return n.statistics.nonText; }},
        {"language", [](const Numbers& n) { return static_cast<double>(n.guess.language); }},
        {"language.probability", [](const Numbers& n) { return n.guess.probability; }},
        {"language.english", [](const Numbers& n) { return n.guess.english; }},
        {"language.latin", [](const Numbers& n) { return n.guess.latin; }},
        {"instruction.words", [](const Numbers& n) { return static_cast<double>(n.instructionWords); }},
    }};

    const Measure& measureOf(TextMeasure measure) { return kMeasures[static_cast<std::size_t>(measure)]; }

    bool isGuessed(TextMeasure measure) { return measure >= TextMeasure::Language && measure <= TextMeasure::Latin; }

    Numbers measureItem(const ScoreItem& item, std::span<const TextMeasure> wanted, text::TextMeter& meter)
    {
        const auto response = text::joined(item.responses, "\n");
        Numbers out;
        if (std::any_of(wanted.begin(), wanted.end(), [](auto m) { return m < TextMeasure::Language; }))
            out.statistics = meter.measure(response);
        if (std::any_of(wanted.begin(), wanted.end(), isGuessed))
            out.guess = text::guessLanguage(response);
        for (const auto& instruction : item.instructions)
            out.instructionWords += text::countWords(instruction);
        return out;
    }

} // namespace

std::string_view toString(TextMeasure measure) { return measureOf(measure).name; }

ScoreReport runTextMeasures(
    const ItemSource& items, std::span<const TextMeasure> wanted, ScoreSink& sink, RunContext& context)
{
    assert(!wanted.empty() && "a pass fills one column at least");
    text::TextMeter meter;
    return runChunks(items, sink, "Texts", context, [&](std::int64_t, const std::vector<ScoreItem>& chunk) {
        ScoredChunk out;
        out.further.resize(wanted.size() - 1);
        for (const auto& item : chunk) {
            const auto numbers = measureItem(item, wanted, meter);
            out.rows.push_back(item.row);
            out.scores.push_back(measureOf(wanted[0]).of(numbers));
            for (std::size_t c = 1; c < wanted.size(); ++c)
                out.further[c - 1].push_back(measureOf(wanted[c]).of(numbers));
        }
        return out;
    });
}

} // namespace winnow::score
