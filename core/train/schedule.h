#pragma once

#include <cstdint>

namespace winnow::train {

/// MiniGPT-4's linear warm-up followed by a cosine (common/optims.py, LinearWarmupCosineLRScheduler; METHOD 6.3).
/// Two oddities of the reference are kept: during warm-up the rate follows the step within the epoch (it restarts when
/// warm-up is longer than an epoch), and the cosine runs over all steps, warm-up included, so the rate jumps down where
/// warm-up ends.
struct ScheduleOptions {
    double peakRate = 3e-5;
    double minRate = 1e-5;
    double warmupStartRate = 1e-6;  ///< negative = the peak rate
    std::int64_t warmupSteps = 200; ///< 0 = none
    std::int64_t stepsPerEpoch = 200;
    std::int64_t horizonSteps = 1000; ///< steps over which the cosine falls: epochs x stepsPerEpoch

    /// Throws Error(InvalidInput): a rate that is negative or not finite, a step count out of range.
    void validate() const;
};

/// The rate of the given step (0, 1, …), to be set before the step is taken. Exact to 1e-12 against golden/optim.
double learningRate(const ScheduleOptions& options, std::int64_t step);

} // namespace winnow::train
