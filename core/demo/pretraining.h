#pragma once

#include "core/base/run_context.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::demo {

/// How the embedded models are made anew (`winnow demo train`).
struct TrainDemoOptions {
    std::filesystem::path
        outDir;             ///< gets clip/, llm/, vlm/ and reward/; what stages hand to each other lies in training/
    std::uint64_t seed = 0; ///< of first weights, batches and wordings; the scenes are always the same
    std::vector<std::string> stages; ///< names out of stageNames(); empty = all that are not done yet
    double share = 1;                ///< of the steps of each stage; for tests

    void validate() const; ///< throws Error(InvalidInput)
};

/// "vision", "clip" (both need nothing but pictures), "language" (text alone), "bridge", "alignment", "reward" (text
/// alone), in their order. The first two, the third and the last do not wait for each other and may run as processes
/// side by side.
const std::vector<std::string>& stageNames();

struct TrainDemoReport {
    std::vector<std::string> lines; ///< one a finished stage: what it reached, in words
    std::vector<std::filesystem::path> written;
};

/// Trains the embedded CLIP, language model, MiniGPT-4 and reward model from scratch. Every stage can be stopped (a
/// checkpoint each 100 steps) and run alone once those before it are done; one that is done is skipped unless it is
/// named. Runs in one thread, so that equal seeds give equal bytes on the same kind of machine whatever its number of
/// cores. About 40 minutes. Throws Error: InvalidInput, NotFound (a stage whose input is missing), Io, DiskFull,
/// Diverged.
TrainDemoReport trainDemo(const TrainDemoOptions& options, RunContext& context);

} // namespace winnow::demo
