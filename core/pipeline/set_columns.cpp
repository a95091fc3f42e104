#include "core/pipeline/set_columns.h"

#include "core/base/text.h"

#include <cmath>

namespace winnow::pipeline {

namespace {

    score::ScoreReport writeAll(ScorePass& pass, const SetValues& values, score::ScoreSink& sink,
        const std::function<std::string(const score::ScoreItem&)>& whyMissing)
    {
        return score::runChunks(pass.items(), sink, "Writing", pass.context(),
            [&](std::int64_t, const std::vector<score::ScoreItem>& chunk) {
                score::ScoredChunk out;
                out.further.resize(values.size() - 1);
                for (const auto& item : chunk) {
                    if (std::isnan(values[0][item.row])) {
                        out.failures.push_back({item.row, item.id, whyMissing(item)});
                        continue;
                    }
                    out.rows.push_back(item.row);
                    out.scores.push_back(values[0][item.row]);
                    for (std::size_t c = 1; c < values.size(); ++c)
                        out.further[c - 1].push_back(values[c][item.row]);
                }
                return out;
            });
    }

    bool isWritten(const ScorePass& pass, const score::ScoreSink& sink)
    {
        for (std::int64_t chunk = 0; chunk < pass.items().chunkCount(); ++chunk)
            if (!sink.hasChunk(chunk))
                return false;
        return true;
    }

} // namespace

void fillSet(ScorePass& pass, const SetPlan& plan, const std::function<SetValues()>& compute,
    const std::function<std::string(const score::ScoreItem&)>& whyMissing)
{
    if (pass.hasFilled(plan.columns.front()))
        return;
    std::vector<ColumnPlan> columns;
    for (const auto& name : plan.columns) {
        ColumnPlan column;
        column.column = name;
        column.keyText = text::join(plan.version, "|", name, "|", plan.inputs, "|", pass.items().itemCount());
        column.provenance = plan.provenance;
        column.provenance["metric"] = name;
        columns.push_back(std::move(column));
    }
    pass.fillTogether(columns, [&](score::ScoreSink& sink) {
        if (isWritten(pass, sink))
            return score::ScoreReport();
        return writeAll(pass, compute(), sink, whyMissing);
    });
}

} // namespace winnow::pipeline
