#include "core/score/length_score.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow::score {

namespace {

    std::int64_t sumOver(const ScoreItem& item, std::size_t (*count)(std::string_view))
    {
        std::size_t sum = 0;
        for (const auto& response : item.responses)
            sum += count(response);
        return static_cast<std::int64_t>(sum);
    }

    ScoreReport runPerItem(const ItemSource& items, ScoreSink& sink, std::string_view stage, RunContext& context,
        const std::function<double(const ScoreItem&)>& score)
    {
        return runChunks(items, sink, stage, context, [&](std::int64_t, const std::vector<ScoreItem>& chunk) {
            ScoredChunk out;
            for (const auto& item : chunk) {
                out.rows.push_back(item.row);
                out.scores.push_back(score(item));
            }
            return out;
        });
    }

} // namespace

std::int64_t countCharacters(const ScoreItem& item) { return sumOver(item, &text::countCodePoints); }

std::int64_t countWords(const ScoreItem& item) { return sumOver(item, &text::countWords); }

double lengthScore(std::int64_t characters, std::int64_t longest)
{
    return 10 * static_cast<double>(characters) / static_cast<double>(longest);
}

std::int64_t findLongest(const ItemSource& items, RunContext& context)
{
    std::int64_t longest = 1;
    for (std::int64_t number = 0; number < items.chunkCount(); ++number) {
        context.checkpoint();
        for (const auto& item : items.chunk(number))
            longest = std::max(longest, countCharacters(item));
    }
    return longest;
}

ScoreReport runLengthScore(const ItemSource& items, Mode mode, ScoreSink& sink, RunContext& context)
{
    const auto longest = mode == Mode::Published ? kPublishedLongest : findLongest(items, context);
    return runPerItem(items, sink, "Length", context,
        [longest](const ScoreItem& item) { return lengthScore(countCharacters(item), longest); });
}

ScoreReport runWordCount(const ItemSource& items, ScoreSink& sink, RunContext& context)
{
    return runPerItem(
        items, sink, "Words", context, [](const ScoreItem& item) { return static_cast<double>(countWords(item)); });
}

} // namespace winnow::score
