#pragma once

#include "core/base/random.h"
#include "core/base/run_context.h"
#include "core/train/optimizer.h"

#include <torch/nn/module.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace winnow::demo {

/// One loop of optimiser steps.
struct StageOptions {
    std::string name; ///< of curves, random streams and checkpoints
    std::uint64_t seed = 0;
    std::int64_t steps = 1000;
    double peakRate = 1e-3;
    double finalRate = 2e-5; ///< reached by a cosine
    std::int64_t warmupSteps = 60;
    double weightDecay = 0.02;
    double clipNorm = 1;
    std::filesystem::path checkpoints; ///< folder; one is written every 100 steps and removed by the caller at the end
};

/// Parameters of a module as the optimiser takes them, under `prefix`.
std::vector<train::NamedTensor> namedParameters(torch::nn::Module& module, const std::string& prefix = {});

/// Runs the loop from its latest checkpoint, or the beginning. `lossOf` gives the loss of one step; the stream it gets
/// depends on seed, name and step alone, so a resumed loop ends with the same bits. Throws Error(Diverged).
void runSteps(const StageOptions& options, const std::vector<train::NamedTensor>& parameters,
    const std::function<torch::Tensor(std::int64_t step, Random& random)>& lossOf, RunContext& context);

/// `count` row numbers below `size`, each pass over all rows in a fresh order; the same for equal seed, name and step.
class RowOrder {
public:
    RowOrder(std::uint64_t seed, std::string name, std::int64_t size, std::int64_t batch);
    std::vector<std::int64_t> at(std::int64_t step);

private:
    std::uint64_t m_seed;
    std::string m_name;
    std::int64_t m_size, m_batch, m_pass = -1;
    std::vector<std::int64_t> m_order;
};

} // namespace winnow::demo
