#include "core/score/scorer.h"

namespace winnow::score {

ScoreReport runChunks(const ItemSource& items, ScoreSink& sink, std::string_view stage, RunContext& context,
    const std::function<ScoredChunk(std::int64_t number, const std::vector<ScoreItem>&)>& scoreChunk)
{
    ScoreReport report;
    std::int64_t done = 0;
    const auto total = items.itemCount();
    context.progress(stage, 0, total);
    for (std::int64_t number = 0; number < items.chunkCount(); ++number) {
        const auto chunk = items.chunk(number);
        done += static_cast<std::int64_t>(chunk.size());
        if (sink.hasChunk(number)) {
            ++report.passedChunks;
            context.progress(stage, done, total);
            continue;
        }
        context.checkpoint();
        auto scored = scoreChunk(number, chunk);
        scored.number = number;
        sink.write(scored);
        report.itemCount += static_cast<std::int64_t>(chunk.size());
        report.scoredCount += static_cast<std::int64_t>(scored.rows.size());
        report.failures.insert(report.failures.end(), scored.failures.begin(), scored.failures.end());
        context.progress(stage, done, total);
    }
    return report;
}

} // namespace winnow::score
