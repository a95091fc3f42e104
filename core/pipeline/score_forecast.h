#pragma once

#include "core/domain/metric.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/score_job.h"
#include "core/store/project.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// What filling a metric's column would cost, before it starts.
struct ScoreForecast {
    enum class Basis { Unknown, Run, Trial };

    std::string metric;
    std::string column;               ///< "clip", "clip.published"
    std::int64_t pairs = 0;           ///< that have no value yet
    double secondsPerPair = kMissing; ///< missing while nothing was measured with this model, device and machine
    Basis basis = Basis::Unknown;     ///< what the rate was measured in
    std::int64_t measuredPairs = 0;   ///< by how many pairs
    std::string problem;              ///< why it cannot be computed now (no model of its role); empty = it can

    /// Missing while no rate is known and pairs are left.
    double seconds() const { return pairs == 0 ? 0 : secondsPerPair * static_cast<double>(pairs); }
};

/// One forecast a metric of the options, in their order. Rates come from earlier runs and trials of this project on
/// this machine, with the same model folder and device. Throws Error(InvalidInput) for a name that is no metric.
std::vector<ScoreForecast> forecastScore(store::Project& project, const ScoreOptions& options);
/// The same as a sentence and as JSON: per column pairs, seconds, seconds_per_pair, measured_pairs, basis, problem.
JobResult describeForecasts(const std::vector<ScoreForecast>& forecasts);

/// Whether a trial on a few pairs says what the metric costs: it looks at one pair after another, and nobody is paid
/// for it.
bool canTryScore(const std::string& metric);

/// Keeps how long a metric took, for later forecasts: of a run the newest, of a trial only where no run was.
void keepScoreRate(
    store::Project& project, const ScoreOptions& options, const std::string& metric, const ScoreForecast& measured);

} // namespace winnow::pipeline
