#pragma once

#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/domain/metric.h"
#include "core/models/vision_language.h"
#include "core/train/batch_source.h"
#include "core/train/checkpoint.h"
#include "core/train/optimizer.h"
#include "core/train/sampler.h"
#include "core/train/schedule.h"
#include "core/train/sequence.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace winnow::text {
class Tokenizer;
}

namespace winnow::train {

/// Type of the operators in a training step; the tuned tensors and the optimiser stay in f32.
enum class Precision { F32, F16, BF16 };

std::string_view toString(Precision precision);
/// "f32", "f16", "bf16". Throws Error(InvalidInput).
Precision precisionNamed(std::string_view name);

/// Stage 2 of MiniGPT-4 (METHOD 6.3); the defaults are the published recipe.
struct TrainOptions {
    std::int64_t steps = 1000;
    std::int64_t batch = 12;
    double peakRate = 3e-5;
    double minRate = 1e-5;
    double warmupStartRate = 1e-6;
    std::int64_t warmupSteps = 200;
    std::int64_t stepsPerEpoch = 200; ///< only warm-up looks at it: it restarts every epoch
    std::int64_t horizonSteps = 0;    ///< steps over which the cosine falls; 0 = steps
    double weightDecay = 0.05;        ///< on matrices only
    std::uint64_t seed = 42;
    Mode mode = Mode::Corrected; ///< Published: a random crop of every picture at every step, so nothing can be cached
    Precision precision = Precision::F32; ///< F16 with gradient scaling
    std::int64_t maxAnswerTokens = 0;     ///< end mark included; 0 = what the model's config says (160 as published)
    std::int64_t checkpointEvery = 20;    ///< steps; the last step always has one
    std::size_t keptCheckpoints = 2;
    std::int64_t encodeBatch = 16; ///< pictures a pass of the frozen vision tower
    std::uint64_t cacheLimitBytes = std::uint64_t(4)
        << 30; ///< of frozen picture features; above it they are computed anew every step

    /// Throws Error(InvalidInput).
    void validate() const;
    ScheduleOptions schedule() const;
    /// What decides the result: everything but checkpoint and batch sizes that only cost time.
    Json recipe() const;
};

struct TrainReport {
    std::int64_t steps = 0;     ///< done in all
    std::int64_t resumedAt = 0; ///< step this run went on from
    std::vector<double> losses; ///< of the steps of this run, each before its update
    std::vector<double> rates;  ///< beside losses
    double passes = 0;          ///< how often every sample was seen, on average
    std::vector<SkippedSample> skipped;
    std::filesystem::path checkpoint; ///< the last one
    std::string weightsSha256;        ///< of the tuned tensors
};

/// Fine-tunes the projection of a MiniGPT-4, everything else frozen: stage 1 and stage 2 alike, for any model of that
/// form.
///
/// One step: the rate is set by ScheduleOptions, a batch drawn by Sampler, one of the four prompts for the whole batch;
/// loss = mean cross entropy over all answer tokens of the batch. Frozen picture features ([Q, C], before the
/// projection) are computed once where mode and memory permit, nothing is computed for padding, and the last layer and
/// the logits at answer positions alone. Reports to the context: metric("loss", step, value) and metric("rate", step,
/// value) with steps counted from 1, progress, checkpoint() between steps. Checkpoints are written atomically to
/// `folder`; run() goes on from the latest one, on the CPU bit for bit as if it had never stopped (same number of
/// threads). A sample whose picture cannot be read is left out of its batches and reported. Thread: one at a time; the
/// model is the trainer's alone meanwhile.
class Trainer {
public:
    /// The model's projection is moved to f32 and trained in place; the model stays on its device. Throws
    /// Error(InvalidInput).
    Trainer(models::MiniGpt4 model, const text::Tokenizer& tokenizer, TrainOptions options);

    /// Throws Error: InvalidInput (no samples), Conflict (a checkpoint of other options or data), Diverged (loss,
    /// gradient or weights not finite; the last good checkpoint stays), DiskFull, Io; Cancelled by the context.
    TrainReport run(BatchSource& source, const std::filesystem::path& folder, RunContext& context);

private:
    struct Batch {
        torch::Tensor features; ///< [n, Q, C] f32 on the model's device, without skipped samples
        std::vector<Sequence> sequences;
    };
    struct State;

    void resume(State& state);
    void save(State& state);
    void cacheFeatures(State& state);
    torch::Tensor encode(State& state, const std::vector<std::int64_t>& samples, Random* crops);
    Batch makeBatch(State& state);
    double trainStep(State& state);
    double backward(const State& state, const Batch& batch);
    models::AssembledBatch assemble(const Batch& batch);
    void applyGradients(State& state);

    models::MiniGpt4 m_model;
    const text::Tokenizer& m_tokenizer;
    TrainOptions m_options;
};

} // namespace winnow::train
