#include "core/pipeline/experiment_job.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <cmath>

namespace winnow::pipeline {

namespace {

    const std::string kWhat = "the experiment's result";

    Json numberOrNull(double value) { return std::isfinite(value) ? Json(value) : Json(); }
    template <typename T> T get(const Json& json, const char* name) { return json::field<T>(json, name, kWhat); }
    double numberOf(const Json& json, const char* name) { return json::fieldOr(json, name, kMissing, kWhat); }

    Json toJson(const ExperimentArm& arm)
    {
        Json draws = Json::array();
        for (const auto& draw : arm.draws)
            draws.push_back({{"selection", draw.selection}, {"hash", draw.hash}, {"pairs", draw.pairs},
                {"mean_length", draw.meanLength}, {"runs", draw.runs}, {"weights_sha256", draw.weightsSha},
                {"scores", draw.scores}});
        return {{"arm", arm.key}, {"title", arm.title}, {"value", arm.score}, {"ci_low", arm.ciLow},
            {"ci_high", arm.ciHigh}, {"by_benchmark", arm.benchmarkScores}, {"draws", draws}};
    }

    ExperimentArm armOf(const Json& json)
    {
        ExperimentArm out;
        out.key = get<std::string>(json, "arm");
        out.title = get<std::string>(json, "title");
        out.score = get<double>(json, "value");
        out.ciLow = get<double>(json, "ci_low");
        out.ciHigh = get<double>(json, "ci_high");
        out.benchmarkScores = get<std::vector<double>>(json, "by_benchmark");
        for (const auto& draw : get<Json>(json, "draws"))
            out.draws.push_back(
                {get<std::string>(draw, "selection"), get<std::string>(draw, "hash"), get<std::int64_t>(draw, "pairs"),
                    get<double>(draw, "mean_length"), get<std::vector<std::string>>(draw, "runs"),
                    get<std::vector<std::string>>(draw, "weights_sha256"), get<std::vector<double>>(draw, "scores")});
        return out;
    }

    Json toJson(const ExperimentComparison& c)
    {
        return {{"first", c.first}, {"second", c.second}, {"benchmark", c.benchmark}, {"difference", c.difference},
            {"ci_low", c.ciLow}, {"ci_high", c.ciHigh}, {"standard_error", c.standardError}, {"degrees", c.degrees},
            {"p_value", c.pValue}, {"p_holm", c.adjustedP}, {"significant", c.isSignificant()}};
    }

    ExperimentComparison comparisonOf(const Json& json)
    {
        ExperimentComparison out;
        out.first = get<std::string>(json, "first");
        out.second = get<std::string>(json, "second");
        out.benchmark = get<std::string>(json, "benchmark");
        out.difference = get<double>(json, "difference");
        out.ciLow = get<double>(json, "ci_low");
        out.ciHigh = get<double>(json, "ci_high");
        out.standardError = get<double>(json, "standard_error");
        out.degrees = get<double>(json, "degrees");
        out.pValue = get<double>(json, "p_value");
        out.adjustedP = get<double>(json, "p_holm");
        return out;
    }

    Json toJson(const LengthCheck& check)
    {
        return {{"pool_mean", check.poolMean}, {"pool_deviation", check.poolDeviation},
            {"correlation", numberOrNull(check.correlation)}, {"correlation_p", check.correlationP},
            {"selections", check.selections}, {"control_equal", check.isControlEqual}, {"warning", check.isWarning},
            {"sentence", check.sentence}};
    }

    LengthCheck lengthOf(const Json& json)
    {
        LengthCheck out;
        out.poolMean = get<double>(json, "pool_mean");
        out.poolDeviation = get<double>(json, "pool_deviation");
        out.correlation = numberOf(json, "correlation");
        out.correlationP = get<double>(json, "correlation_p");
        out.selections = get<std::int64_t>(json, "selections");
        out.isControlEqual = get<bool>(json, "control_equal");
        out.isWarning = get<bool>(json, "warning");
        out.sentence = get<std::string>(json, "sentence");
        return out;
    }

    /// All that a second run does not find again.
    Json timingOf(const ExperimentReport& report)
    {
        Json seconds = Json::object();
        for (const auto& arm : report.arms)
            seconds[arm.key] = arm.seconds;
        return {{"fine_tune_seconds", seconds}, {"selection_seconds", report.cost.selectionSeconds},
            {"tuning_seconds", report.cost.tuningSeconds}, {"full_seconds", report.cost.fullSeconds},
            {"net_cost_index", numberOrNull(report.cost.index)}, {"net_cost", report.cost.sentence}};
    }

    void readTiming(const Json& timing, ExperimentReport& report)
    {
        for (auto& arm : report.arms)
            arm.seconds = json::fieldOr(get<Json>(timing, "fine_tune_seconds"), arm.key.c_str(), 0.0, kWhat);
        report.cost = {get<double>(timing, "selection_seconds"), get<double>(timing, "tuning_seconds"),
            get<double>(timing, "full_seconds"), numberOf(timing, "net_cost_index"),
            get<std::string>(timing, "net_cost")};
    }

} // namespace

Json toJson(const ExperimentReport& report)
{
    Json arms = Json::array(), comparisons = Json::array(), benchmarks = Json::array();
    for (const auto& arm : report.arms)
        arms.push_back(toJson(arm));
    for (const auto& comparison : report.comparisons)
        comparisons.push_back(toJson(comparison));
    for (std::size_t b = 0; b < report.benchmarks.size(); ++b)
        benchmarks.push_back({{"name", report.benchmarks[b]}, {"hash", report.benchmarkHashes.at(b)},
            {"questions", report.questions.at(b)}, {"base_value", report.baseScores.at(b)}});
    return {{"name", report.name}, {"sentence", report.sentence}, {"seeds", report.seeds}, {"benchmarks", benchmarks},
        {"arms", arms}, {"comparisons", comparisons}, {"length", toJson(report.length)}, {"notes", report.notes},
        {"options", report.options}, {"recipe", report.recipe}, {"base_sha256", report.base},
        {"winnow", report.version}, {"threads", report.threads}, {"commands", report.commands},
        {"timing", timingOf(report)}};
}

ExperimentReport experimentFromJson(const Json& json)
{
    ExperimentReport out;
    out.name = get<std::string>(json, "name");
    out.sentence = get<std::string>(json, "sentence");
    out.seeds = get<std::int64_t>(json, "seeds");
    for (const auto& benchmark : get<Json>(json, "benchmarks")) {
        out.benchmarks.push_back(get<std::string>(benchmark, "name"));
        out.benchmarkHashes.push_back(get<std::string>(benchmark, "hash"));
        out.questions.push_back(get<std::int64_t>(benchmark, "questions"));
        out.baseScores.push_back(get<double>(benchmark, "base_value"));
    }
    for (const auto& arm : get<Json>(json, "arms"))
        out.arms.push_back(armOf(arm));
    for (const auto& comparison : get<Json>(json, "comparisons"))
        out.comparisons.push_back(comparisonOf(comparison));
    out.length = lengthOf(get<Json>(json, "length"));
    out.notes = get<std::vector<std::string>>(json, "notes");
    out.options = get<Json>(json, "options");
    out.recipe = get<Json>(json, "recipe");
    out.base = get<std::string>(json, "base_sha256");
    out.version = get<std::string>(json, "winnow");
    out.threads = get<int>(json, "threads");
    out.commands = get<std::vector<std::vector<std::string>>>(json, "commands");
    readTiming(get<Json>(json, "timing"), out);
    return out;
}

} // namespace winnow::pipeline
