#include "core/train/schedule.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace winnow::train {

void ScheduleOptions::validate() const
{
    const auto isRate = [](double rate) { return std::isfinite(rate) && rate >= 0; };
    require(isRate(peakRate) && peakRate > 0, ErrorCode::InvalidInput,
        text::join("the learning rate must be a number above 0, not ", peakRate));
    require(isRate(minRate), ErrorCode::InvalidInput,
        text::join("the smallest learning rate must be a number of at least 0, not ", minRate));
    require(std::isfinite(warmupStartRate), ErrorCode::InvalidInput,
        "the learning rate at the start of warm-up must be finite");
    require(warmupSteps >= 0, ErrorCode::InvalidInput, text::join("warm-up cannot last ", warmupSteps, " steps"));
    require(stepsPerEpoch > 0, ErrorCode::InvalidInput, text::join("an epoch cannot have ", stepsPerEpoch, " steps"));
    require(horizonSteps > 0, ErrorCode::InvalidInput, text::join("the schedule cannot span ", horizonSteps, " steps"));
}

double learningRate(const ScheduleOptions& options, std::int64_t step)
{
    if (step < options.warmupSteps) {
        const double start = options.warmupStartRate < 0 ? options.peakRate : options.warmupStartRate;
        const auto stepInEpoch = static_cast<double>(step % options.stepsPerEpoch);
        const auto length = static_cast<double>(std::max<std::int64_t>(options.warmupSteps, 1));
        return std::min(options.peakRate, start + (options.peakRate - start) * stepInEpoch / length);
    }
    const double angle = std::numbers::pi * static_cast<double>(step) / static_cast<double>(options.horizonSteps);
    return (options.peakRate - options.minRate) * 0.5 * (1 + std::cos(angle)) + options.minRate;
}

} // namespace winnow::train
