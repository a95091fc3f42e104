#include "core/pipeline/score_forecast.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/score_pass.h"
#include "core/store/column_store.h"
#include "core/store/pair_store.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace winnow::pipeline {

namespace {

    constexpr const char* kSetting = "score rates";

    /// Tells machines apart without naming them in the project.
    std::string machineKey()
    {
        std::array<char, 256> name{};
        if (gethostname(name.data(), name.size() - 1) != 0)
            return "unknown";
        return file::sha256(std::string(name.data())).substr(0, 12);
    }

    const MetricDescription& findKnown(const std::string& metric)
    {
        const auto& known = knownMetrics();
        const auto found =
            std::find_if(known.begin(), known.end(), [&](const MetricDescription& m) { return m.name == metric; });
        require(found != known.end(), ErrorCode::InvalidInput, text::join("\"", metric, "\" is not a metric"));
        return *found;
    }

    bool isPublishedColumn(const MetricDescription& metric, const ScoreOptions& options)
    {
        return options.isPublished() && metric.hasPublished;
    }

    /// Everything the speed depends on. Throws Error(NotFound) where the role has no model.
    std::string rateKey(const MetricDescription& metric, const ScoreOptions& options)
    {
        const auto folder = metric.role.empty() ? std::string() : resolveModel(metric.role, options.models).string();
        const auto device = metric.role.empty() ? std::string("cpu") : options.device;
        return text::join(metric.name, isPublishedColumn(metric, options) ? "|published|" : "|corrected|", folder, "|",
            device, "|", machineKey());
    }

    void readRate(const Json& rates, const std::string& key, ScoreForecast& out)
    {
        const auto found = rates.is_object() ? rates.find(key) : rates.end();
        if (!rates.is_object() || found == rates.end() || !found->is_object())
            return;
        const auto seconds = found->value("seconds_per_pair", kMissing);
        if (!std::isfinite(seconds) || seconds < 0)
            return;
        out.secondsPerPair = seconds;
        out.measuredPairs = found->value("pairs", std::int64_t(0));
        out.basis = found->value("trial", false) ? ScoreForecast::Basis::Trial : ScoreForecast::Basis::Run;
    }

    std::string basisText(ScoreForecast::Basis basis)
    {
        return basis == ScoreForecast::Basis::Run ? "run" : basis == ScoreForecast::Basis::Trial ? "trial" : "unknown";
    }

    std::string durationText(double seconds)
    {
        const auto whole = static_cast<std::int64_t>(std::llround(seconds));
        if (whole < 60)
            return text::join(whole < 1 ? "under 1" : text::join(whole), " s");
        if (whole < 3600)
            return text::join(whole / 60, " min ", whole % 60, " s");
        return text::join(whole / 3600, " h ", whole % 3600 / 60, " min");
    }

    std::string sentenceOf(const ScoreForecast& forecast)
    {
        if (!forecast.problem.empty())
            return text::join(forecast.column, ": ", forecast.problem);
        if (forecast.pairs == 0)
            return text::join(forecast.column, ": every pair has a value");
        if (forecast.basis == ScoreForecast::Basis::Unknown)
            return text::join(forecast.column, ": ", forecast.pairs,
                " pairs to score, not measured on this machine yet (score --trial 32 measures)");
        return text::join(forecast.column, ": about ", durationText(forecast.seconds()), " for ", forecast.pairs,
            " pairs, measured on ", forecast.measuredPairs);
    }

} // namespace

std::vector<ScoreForecast> forecastScore(store::Project& project, const ScoreOptions& options)
{
    const auto pairCount = store::PairStore(project).count();
    const Json rates = project.setting(kSetting);
    store::MetricStore metrics(project);
    std::vector<ScoreForecast> out;
    for (const auto& name : options.metrics) {
        const auto& metric = findKnown(name);
        ScoreForecast forecast;
        forecast.metric = name;
        forecast.column = isPublishedColumn(metric, options) ? name + ".published" : name;
        const auto stored = metrics.find(forecast.column);
        forecast.pairs = pairCount - (stored ? stored->valueCount : 0);
        try {
            readRate(rates, rateKey(metric, options), forecast);
        } catch (const Error& error) {
            forecast.problem = error.message();
        }
        if (!metric.canCompute)
            forecast.problem = "this version cannot compute it: import ready values";
        out.push_back(std::move(forecast));
    }
    return out;
}

JobResult describeForecasts(const std::vector<ScoreForecast>& forecasts)
{
    JobResult result;
    std::vector<std::string> parts;
    for (const auto& forecast : forecasts) {
        parts.push_back(sentenceOf(forecast));
        Json entry{{"pairs", forecast.pairs}, {"basis", basisText(forecast.basis)},
            {"measured_pairs", forecast.measuredPairs}, {"problem", forecast.problem}};
        const bool isKnown = std::isfinite(forecast.seconds());
        entry["seconds"] = isKnown ? Json(forecast.seconds()) : Json();
        entry["seconds_per_pair"] = std::isfinite(forecast.secondsPerPair) ? Json(forecast.secondsPerPair) : Json();
        result.details[forecast.column] = entry;
        result.hasProblems = result.hasProblems || !forecast.problem.empty();
    }
    result.sentence = text::joined(parts, "; ");
    return result;
}

bool canTryScore(const std::string& metric)
{
    // A judge is paid by the question; what depends on the whole set tells nothing from a few pairs.
    static constexpr std::string_view kNotTried[] = {"judge", "coverage of the set", "duplicates"};
    const auto& known = knownMetrics();
    return std::any_of(known.begin(), known.end(), [&](const MetricDescription& m) {
        return m.name == metric && m.canCompute
            && std::find(std::begin(kNotTried), std::end(kNotTried), m.family) == std::end(kNotTried);
    });
}

void keepScoreRate(
    store::Project& project, const ScoreOptions& options, const std::string& metric, const ScoreForecast& measured)
{
    const auto key = rateKey(findKnown(metric), options);
    Json rates = project.setting(kSetting);
    if (!rates.is_object())
        rates = Json::object();
    const bool isTrial = measured.basis == ScoreForecast::Basis::Trial;
    if (isTrial && rates.contains(key) && !rates.at(key).value("trial", true))
        return;
    rates[key] = {{"seconds_per_pair", measured.secondsPerPair}, {"pairs", measured.measuredPairs}, {"trial", isTrial}};
    project.setSetting(kSetting, rates);
}

} // namespace winnow::pipeline
