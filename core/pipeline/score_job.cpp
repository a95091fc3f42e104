#include "core/pipeline/score_job.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/pair_items.h"
#include "core/score/clip_score.h"
#include "core/score/length_score.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"

#include <chrono>

namespace winnow::pipeline {

namespace {

    std::string columnName(const std::string& metric, Mode mode)
    {
        return mode == Mode::Published ? metric + ".published" : metric;
    }

    Json describe(const score::ScoreReport& report, double seconds, std::int64_t known)
    {
        Json failed = Json::array();
        for (const auto& failure : report.failures) {
            if (failed.size() >= 100)
                break;
            failed.push_back({{"id", failure.id}, {"reason", failure.reason}});
        }
        return {{"scored", report.scoredCount}, {"already", known}, {"failed", report.failures.size()},
            {"seconds", seconds}, {"failures", failed}};
    }

    /// One scoring pass over a project into one column.
    class ScoreRun {
    public:
        ScoreRun(store::Project& project, const ScoreOptions& options, Workspace& workspace, RunContext& context)
            : m_project(project)
            , m_options(options)
            , m_workspace(workspace)
            , m_context(context)
            , m_items(project)
        {
        }

        Json score(const std::string& metric)
        {
            if (metric == "clip")
                return scoreClip();
            if (metric == "length")
                return scoreLength();
            if (metric == "words")
                return timed("words", "words-v1", Json{{"metric", "words"}},
                    [&](ProjectSink& sink) { return score::runWordCount(m_items, sink, m_context); });
            for (const auto& known : knownMetrics())
                require(known.name != metric, ErrorCode::Unsupported,
                    text::join("this version cannot compute ", metric, ": import ready values with import-metrics"));
            throw Error(
                ErrorCode::InvalidInput, text::join("\"", metric, "\" is not a metric: use clip, length or words"));
        }

    private:
        template <typename Run>
        Json timed(const std::string& column, const std::string& keyText, const Json& provenance, Run run)
        {
            store::MetricStore metrics(m_project);
            metrics.begin({column, json::dump(provenance), file::sha256(keyText), 0}, true);
            ProjectSink sink(m_project, column, {});
            const auto start = std::chrono::steady_clock::now();
            const auto report = run(sink);
            const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            auto out = describe(report, seconds, sink.knownCount());
            out["column"] = column;
            return out;
        }

        Json scoreClip()
        {
            const auto folder = resolveModel("clip", m_options.clipModel);
            const auto clip = m_workspace.models().clip(folder, m_options.device);
            const std::string mode(toString(m_options.mode));
            const Json provenance{
                {"metric", "clip"}, {"mode", mode}, {"model", folder.string()}, {"weights_sha256", clip->hash}};
            score::ClipScoreOptions options;
            options.mode = m_options.mode;
            if (m_options.batchSize > 0)
                options.imageBatch = m_options.batchSize;
            score::ClipScorer scorer(clip->model, *clip->tokenizer, options);
            return timed(columnName("clip", m_options.mode), "clip-v1|" + mode + "|" + clip->hash, provenance,
                [&](ProjectSink& sink) { return score::runClipScore(m_items, scorer, sink, m_context); });
        }

        Json scoreLength()
        {
            // The corrected divisor is the longest response of the set: when the set grows, all numbers change with it.
            const bool isPublished = m_options.mode == Mode::Published;
            const auto longest = isPublished ? score::kPublishedLongest : score::findLongest(m_items, m_context);
            const Json provenance{{"metric", "length"}, {"mode", toString(m_options.mode)}, {"longest", longest}};
            return timed(columnName("length", m_options.mode), text::join("length-v1|", longest), provenance,
                [&](ProjectSink& sink) { return score::runLengthScore(m_items, m_options.mode, sink, m_context); });
        }

        store::Project& m_project;
        const ScoreOptions& m_options;
        Workspace& m_workspace;
        RunContext& m_context;
        PairItems m_items;
    };

    std::vector<std::string> recipeArguments(const ScoreOptions& options)
    {
        std::vector<std::string> out{"score", "--metrics", text::joined(options.metrics, ",")};
        if (options.mode == Mode::Published)
            out.insert(out.end(), {"--mode", "published"});
        return out;
    }

} // namespace

JobResult runScore(Workspace& workspace, const ScoreOptions& options, RunContext& context)
{
    require(!options.metrics.empty(), ErrorCode::InvalidInput, "name at least one metric to score");
    auto project = workspace.open();
    const store::Lease lease(project, "score");
    ScoreRun run(project, options, workspace, context);
    JobResult result;
    std::vector<std::string> parts;
    for (const auto& metric : options.metrics) {
        const auto details = run.score(metric);
        const auto column = details.at("column").get<std::string>();
        std::string part = text::join(column, ": ", details.at("scored").get<std::int64_t>(), " scored");
        if (details.at("already").get<std::int64_t>() > 0)
            part += text::join(", ", details.at("already").get<std::int64_t>(), " were done");
        if (details.at("failed").get<std::int64_t>() > 0) {
            part += text::join(", ", details.at("failed").get<std::int64_t>(), " could not be scored");
            result.hasProblems = true;
        }
        parts.push_back(part);
        result.details[column] = details;
    }
    store::Recipe(project).append(recipeArguments(options));
    result.sentence = text::joined(parts, "; ");
    return result;
}

} // namespace winnow::pipeline
