#include "core/pipeline/score_job.h"

#include "core/base/text.h"
#include "core/pipeline/recipe_models.h"
#include "core/pipeline/score_forecast.h"
#include "core/pipeline/score_pass.h"
#include "core/pipeline/unfinished_job.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <cstdio>

namespace winnow::pipeline {

namespace {

    /// Throws Error: Unsupported (known, but only imported), InvalidInput.
    const ComputedMetric& findMetric(const std::string& name)
    {
        const auto& computed = computedMetrics();
        const auto found = std::find_if(
            computed.begin(), computed.end(), [&](const ComputedMetric& m) { return m.description.name == name; });
        if (found != computed.end())
            return *found;
        for (const auto& known : knownMetrics())
            require(known.name != name, ErrorCode::Unsupported,
                text::join("this version cannot compute ", name, ": import ready values with import-metrics"));
        std::vector<std::string> names;
        for (const auto& metric : computed)
            names.push_back(metric.description.name);
        throw Error(ErrorCode::InvalidInput,
            text::join("\"", name, "\" is not a metric: choose among ", text::joined(names, ", ")));
    }

    std::vector<std::string> recipeArguments(store::Project& project, const ScoreOptions& options)
    {
        std::vector<std::string> out{"score", "--metrics", text::joined(options.metrics, ",")};
        if (options.isPublished())
            out.insert(out.end(), {"--mode", "published"});
        appendModels(out, options.models);
        if (std::find(options.metrics.begin(), options.metrics.end(), "judge") != options.metrics.end()) {
            const auto judge = judgeArguments(loadJudgeSettings(project));
            out.insert(out.end(), judge.begin(), judge.end());
        }
        return out;
    }

    /// How long a pair took, for forecasts; a handful of pairs of a run says nothing.
    void keepRate(store::Project& project, const ScoreOptions& options, const std::string& metric, const Json& report)
    {
        constexpr std::int64_t kFewPairs = 32;
        const auto scored = report.at("scored").get<std::int64_t>();
        if (scored == 0 || (!options.isTrial() && scored < kFewPairs))
            return;
        ScoreForecast measured;
        measured.measuredPairs = scored;
        measured.secondsPerPair = report.at("seconds").get<double>() / static_cast<double>(scored);
        measured.basis = options.isTrial() ? ScoreForecast::Basis::Trial : ScoreForecast::Basis::Run;
        keepScoreRate(project, options, metric, measured);
    }

    std::string trialSentence(const std::string& column, const Json& report)
    {
        const auto scored = report.at("scored").get<std::int64_t>();
        if (scored == 0)
            return column + ": none of the pairs tried could be scored";
        char milliseconds[32];
        std::snprintf(milliseconds, sizeof milliseconds, "%.3g",
            1000 * report.at("seconds").get<double>() / static_cast<double>(scored));
        return text::join(column, ": ", milliseconds, " ms a pair, measured on ", scored);
    }

    std::string sentenceOf(const std::string& column, const Json& report)
    {
        const auto count = [&](const char* field) { return report.at(field).get<std::int64_t>(); };
        std::string out = text::join(column, ": ", count("scored"), " scored");
        if (count("already") > 0)
            out += text::join(", ", count("already"), " were done");
        if (count("failed") > 0)
            out += text::join(", ", count("failed"), " could not be scored");
        if (report.contains("stopped"))
            out += text::join(", the rest is missing: ", report.at("stopped").get<std::string>());
        return out;
    }

} // namespace

JobResult runScore(Workspace& workspace, const ScoreOptions& options, RunContext& context)
{
    require(!options.metrics.empty(), ErrorCode::InvalidInput, "name at least one metric to score");
    for (const auto& metric : options.metrics) {
        findMetric(metric); // a wrong name is said before the first one takes an hour
        require(!options.isTrial() || canTryScore(metric), ErrorCode::InvalidInput,
            text::join(metric, " cannot be timed on a few pairs: leave it out of the trial"));
    }
    auto project = workspace.open();
    // A judge may take hours of somebody else's machine: other metrics are computed meanwhile.
    const bool onlyJudges = std::all_of(
        options.metrics.begin(), options.metrics.end(), [](const std::string& metric) { return metric == "judge"; });
    const store::Lease lease(project, onlyJudges ? "judge" : "score", toWish(options));
    ScorePass pass(workspace, project, options, context);
    for (const auto& metric : options.metrics) {
        const auto before = pass.reports().size();
        findMetric(metric).compute(pass);
        if (pass.reports().size() > before)
            keepRate(project, options, metric, pass.reports()[before].second);
    }
    JobResult result;
    std::vector<std::string> parts;
    for (const auto& [column, report] : pass.reports()) {
        parts.push_back(options.isTrial() ? trialSentence(column, report) : sentenceOf(column, report));
        result.hasProblems =
            result.hasProblems || report.at("failed").get<std::int64_t>() > 0 || report.contains("stopped");
        result.details[column] = report;
        result.details[column]["column"] = column;
    }
    if (!options.isTrial())
        store::Recipe(project).append(recipeArguments(project, options));
    result.sentence = text::joined(parts, "; ");
    return result;
}

} // namespace winnow::pipeline
