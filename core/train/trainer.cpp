#include "core/train/trainer.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/compat.h"
#include "core/text/prompt.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace winnow::train {

namespace {

    constexpr std::string_view kStage = "Fine-tuning";
    constexpr std::string_view kEncodeStage = "Looking at pictures";
    constexpr double kFirstScale = 65'536;
    constexpr std::int64_t kScaleGrowthSteps = 2'000;

    std::optional<torch::ScalarType> autocastType(Precision precision)
    {
        switch (precision) {
        case Precision::F16:
            return torch::kHalf;
        case Precision::BF16:
            return torch::kBFloat16;
        default:
            return std::nullopt;
        }
    }

    std::vector<NamedTensor> tunedTensors(const models::MiniGpt4& model)
    {
        std::vector<NamedTensor> out;
        for (const auto& [name, tensor] : model->tunedParameters())
            out.push_back({name, tensor});
        return out;
    }

    bool isFinite(const torch::Tensor& tensor) { return torch::isfinite(tensor).all().item<bool>(); }

    /// Questions of later turns stand among the answer tokens of a row: they are no targets.
    void maskQuestions(
        torch::Tensor& targets, std::int64_t row, std::int64_t answerBegin, const std::vector<char>& isAnswer)
    {
        for (std::size_t i = 0; i < isAnswer.size(); ++i)
            if (!isAnswer[i])
                targets.index_put_({row, answerBegin + static_cast<std::int64_t>(i)}, -100);
    }

    torch::Tensor asIndex(const std::vector<std::int64_t>& rows, const torch::Device& device)
    {
        return torch::tensor(rows, torch::kInt64).to(device);
    }

} // namespace

/// What one run() works on.
struct Trainer::State {
    BatchSource& source;
    std::filesystem::path folder;
    RunContext& context;
    Sampler sampler;
    Optimizer optimizer;
    Random prompts;
    Random crops;
    std::int64_t step = 0;
    double scale = 1;
    std::int64_t scaleGoodSteps = 0;
    double lastLoss = 0;
    torch::Tensor cache;             ///< [slots, Q, C]; undefined = features are computed every step
    std::vector<std::int64_t> slots; ///< per sample, -1 where it is not cached
    std::map<std::int64_t, SkippedSample> skipped;
    TrainReport report;
};

Trainer::Trainer(models::MiniGpt4 model, const text::Tokenizer& tokenizer, TrainOptions options)
    : m_model(std::move(model))
    , m_tokenizer(tokenizer)
    , m_options(std::move(options))
{
    m_options.validate();
    m_model->eval();
    m_model->freezeAllButProjection();
    for (const auto& [name, tensor] : m_model->tunedParameters())
        torch::Tensor(tensor).set_data(tensor.detach().to(torch::kFloat));
    require(m_options.precision != Precision::F16 || m_model->llama_proj->weight.is_cuda(), ErrorCode::InvalidInput,
        "half precision (f16) needs a CUDA device");
}

TrainReport Trainer::run(BatchSource& source, const std::filesystem::path& folder, RunContext& context)
{
    State state{source, folder, context, Sampler(source.sampleCount(), m_options.batch, m_options.seed),
        Optimizer(tunedTensors(m_model), {.weightDecay = m_options.weightDecay}),
        Random(m_options.seed, "train.prompt"), Random(m_options.seed, "train.crop"), 0,
        m_options.precision == Precision::F16 ? kFirstScale : 1, 0, 0, {}, {}, {}, {}};
    resume(state);
    state.report.resumedAt = state.step;
    if (state.step < m_options.steps && m_options.mode == Mode::Corrected)
        cacheFeatures(state);
    context.progress(kStage, state.step, m_options.steps);
    while (state.step < m_options.steps) {
        context.checkpoint();
        state.lastLoss = trainStep(state);
        ++state.step;
        context.metric("loss", static_cast<double>(state.step), state.lastLoss);
        context.metric("rate", static_cast<double>(state.step), state.report.rates.back());
        context.progress(kStage, state.step, m_options.steps);
        if (state.step % m_options.checkpointEvery == 0 || state.step == m_options.steps)
            save(state);
    }
    auto& report = state.report;
    report.steps = state.step;
    report.passes =
        static_cast<double>(state.step * state.sampler.batchSize()) / static_cast<double>(source.sampleCount());
    for (auto& [sample, skipped] : state.skipped)
        report.skipped.push_back(std::move(skipped));
    report.checkpoint = checkpointPath(folder, state.step);
    report.weightsSha256 = weightsSha256(state.optimizer.tuned());
    return report;
}

void Trainer::resume(State& state)
{
    const auto found = findLatestCheckpoint(state.folder);
    if (!found)
        return;
    require(json::dump(found->recipe) == json::dump(m_options.recipe()), ErrorCode::Conflict,
        text::join("cannot go on with the run in ", state.folder.string(), ": it was started with other options"));
    require(found->dataFingerprint == state.source.fingerprint(), ErrorCode::Conflict,
        text::join("cannot go on with the run in ", state.folder.string(), ": its training data have changed"));
    torch::NoGradGuard noGrad;
    for (const auto& [name, tensor] : state.optimizer.tuned()) {
        const auto stored =
            std::find_if(found->tuned.begin(), found->tuned.end(), [&](const auto& t) { return t.name == name; });
        require(stored != found->tuned.end() && stored->tensor.sizes() == tensor.sizes(), ErrorCode::BadFile,
            text::join("the checkpoint in ", state.folder.string(), " has no ", name, " of this model's shape"));
        tensor.copy_(stored->tensor);
    }
    state.optimizer.restore(found->moments, found->optimizerSteps);
    state.prompts.restore(found->promptStream);
    state.crops.restore(found->cropStream);
    state.step = found->step;
    state.scale = found->gradientScale;
    state.scaleGoodSteps = found->scaleGoodSteps;
    state.lastLoss = found->lastLoss;
}

void Trainer::save(State& state)
{
    for (const auto& [name, tensor] : state.optimizer.tuned())
        require(isFinite(tensor), ErrorCode::Diverged,
            text::join("training diverged at step ", state.step, ": ", name, " holds values that are not finite"));
    Checkpoint checkpoint;
    checkpoint.step = state.step;
    checkpoint.optimizerSteps = state.optimizer.stepsTaken();
    checkpoint.tuned = state.optimizer.tuned();
    checkpoint.moments = state.optimizer.moments();
    checkpoint.promptStream = state.prompts.state();
    checkpoint.cropStream = state.crops.state();
    checkpoint.gradientScale = state.scale;
    checkpoint.scaleGoodSteps = state.scaleGoodSteps;
    checkpoint.lastLoss = state.lastLoss;
    checkpoint.recipe = m_options.recipe();
    checkpoint.dataFingerprint = state.source.fingerprint();
    saveCheckpoint(checkpointPath(state.folder, state.step), checkpoint);
    pruneCheckpoints(state.folder, m_options.keptCheckpoints);
}

void Trainer::cacheFeatures(State& state)
{
    const auto touched = state.sampler.touched(m_options.steps);
    const auto queries = m_model->config().qformer.queries;
    const auto width = m_model->llama_proj->weight.size(1);
    const auto count = static_cast<std::int64_t>(touched.size());
    if (static_cast<std::uint64_t>(count * queries * width) * sizeof(float) > m_options.cacheLimitBytes)
        return;
    std::vector<char> isNeeded(static_cast<std::size_t>(state.source.sampleCount()), 0);
    for (auto step = state.step; step < m_options.steps; ++step)
        for (const auto sample : state.sampler.batch(step))
            isNeeded[static_cast<std::size_t>(sample)] = 1;
    state.slots.assign(isNeeded.size(), -1);
    for (std::int64_t slot = 0; slot < count; ++slot)
        state.slots[static_cast<std::size_t>(touched[static_cast<std::size_t>(slot)])] = slot;
    state.cache = torch::zeros({count, queries, width}, m_model->llama_proj->weight.options().requires_grad(false));
    // The same pictures share a pass whether the run starts or goes on, else resumed weights would differ in the last
    // bit.
    for (std::int64_t begin = 0; begin < count; begin += m_options.encodeBatch) {
        const auto end = std::min(count, begin + m_options.encodeBatch);
        const std::vector<std::int64_t> samples(touched.begin() + begin, touched.begin() + end);
        state.context.progress(kEncodeStage, begin, count);
        if (std::none_of(
                samples.begin(), samples.end(), [&](auto s) { return isNeeded[static_cast<std::size_t>(s)] != 0; }))
            continue;
        state.context.checkpoint();
        state.cache.slice(0, begin, end).copy_(encode(state, samples, nullptr));
    }
    state.context.progress(kEncodeStage, count, count);
    require(static_cast<std::int64_t>(state.skipped.size()) < count, ErrorCode::InvalidInput,
        text::join("cannot train: none of the ", count, " pairs has a picture that can be read"));
}

torch::Tensor Trainer::encode(State& state, const std::vector<std::int64_t>& samples, Random* crops)
{
    torch::NoGradGuard noGrad;
    const auto leaveOut = [&](std::vector<SkippedSample>& samplesOut) {
        for (auto& skipped : samplesOut) {
            state.context.log(LogLevel::Warning, text::join("left out ", skipped.id, ": ", skipped.reason));
            state.skipped.try_emplace(skipped.sample, std::move(skipped));
        }
    };
    if (crops == nullptr) {
        auto ready = state.source.loadFeatures(samples);
        leaveOut(ready.skipped);
        if (ready.features.defined())
            return ready.features.to(m_model->llama_proj->weight.device()); // [n, Q, C]
    }
    auto batch = state.source.loadPixels(samples, crops);
    leaveOut(batch.skipped);
    const auto like = m_model->query_tokens.options().requires_grad(false);
    return m_model->imageFeatures(batch.pixels.to(like)).to(torch::kFloat); // [n, Q, C]
}

Trainer::Batch Trainer::makeBatch(State& state)
{
    const auto drawn = state.sampler.batch(state.step);
    const auto instruction = text::alignmentPrompts()[state.prompts.below(text::alignmentPrompts().size())];
    torch::Tensor features;              // [n, Q, C], of all drawn samples
    std::vector<std::int64_t> positions; // of the usable ones
    if (state.cache.defined()) {
        std::vector<std::int64_t> slots;
        for (const auto sample : drawn)
            slots.push_back(state.slots[static_cast<std::size_t>(sample)]);
        features = state.cache.index_select(0, asIndex(slots, state.cache.device()));
    } else {
        features = encode(state, drawn, m_options.mode == Mode::Published ? &state.crops : nullptr);
    }
    Batch batch;
    SequenceOptions options;
    options.maxAnswerTokens =
        m_options.maxAnswerTokens > 0 ? m_options.maxAnswerTokens : m_model->config().maxAnswerTokens;
    options.promptTemplate = m_model->config().promptTemplate;
    options.endMark = m_model->config().endMark;
    options.maxTokens = std::max<std::int64_t>(16, m_model->config().llama.positions - features.size(1) - 1);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        if (state.skipped.contains(drawn[i]))
            continue;
        positions.push_back(static_cast<std::int64_t>(i));
        batch.sequences.push_back(makeSequence(state.source.text(drawn[i]), instruction, m_tokenizer, options));
    }
    batch.features = features.index_select(0, asIndex(positions, features.device()));
    return batch;
}

double Trainer::trainStep(State& state)
{
    const auto rate = learningRate(m_options.schedule(), state.step);
    state.optimizer.setRate(rate);
    state.report.rates.push_back(rate);
    const auto batch = makeBatch(state);
    state.optimizer.zeroGradients();
    const double loss = backward(state, batch);
    state.report.losses.push_back(loss);
    require(std::isfinite(loss), ErrorCode::Diverged,
        text::join(
            "training diverged at step ", state.step + 1, ": the loss is ", loss, "; a lower learning rate may help"));
    if (batch.sequences.empty())
        return loss;
    applyGradients(state);
    return loss;
}

double Trainer::backward(const State& state, const Batch& batch)
{
    if (batch.sequences.empty())
        return 0;
    torch::Tensor loss;
    {
        const tensor::compat::Autocast autocast(batch.features.device().type(), autocastType(m_options.precision));
        const auto assembled = assemble(batch);
        if (!assembled.targets.ne(-100).any().item<bool>())
            return 0;
        loss = m_model->loss(assembled);
    }
    (loss * state.scale).backward();
    return loss.item<double>();
}

models::AssembledBatch Trainer::assemble(const Batch& batch)
{
    const auto& config = m_model->config().llama;
    models::AssemblyOptions options;
    options.bosToken = config.bosToken;
    options.padToken = config.eosTokens.empty() ? 0 : config.eosTokens.front();
    options.maxAnswerTokens = std::numeric_limits<std::int32_t>::max(); // makeSequence() has cut them
    std::vector<models::PromptedAnswer> samples;
    for (const auto& sequence : batch.sequences)
        samples.push_back(sequence.sample);
    const auto type = m_model->llama_model->model->embed_tokens->weight.scalar_type();
    auto assembled = m_model->assemble(m_model->project(batch.features).to(type), samples, options);
    for (std::size_t row = 0; row < batch.sequences.size(); ++row) {
        const auto& sequence = batch.sequences[row];
        const auto begin =
            1 + batch.features.size(1) + sequence.tokenCount() - static_cast<std::int64_t>(sequence.isAnswer.size());
        maskQuestions(assembled.targets, static_cast<std::int64_t>(row), begin, sequence.isAnswer);
    }
    return assembled;
}

void Trainer::applyGradients(State& state)
{
    bool areFinite = true;
    for (const auto& [name, tensor] : state.optimizer.tuned()) {
        if (state.scale != 1)
            tensor.mutable_grad().div_(state.scale);
        areFinite = areFinite && isFinite(tensor.grad());
    }
    if (areFinite) {
        state.optimizer.step();
        if (m_options.precision == Precision::F16 && ++state.scaleGoodSteps >= kScaleGrowthSteps) {
            state.scale *= 2;
            state.scaleGoodSteps = 0;
        }
        return;
    }
    // In f16 a gradient that overflows says that the scale is too large: the step is passed over, as torch's GradScaler
    // does.
    require(m_options.precision == Precision::F16 && state.scale > 1, ErrorCode::Diverged,
        text::join("training diverged at step ", state.step + 1,
            ": a gradient is not finite; a lower learning rate may help"));
    state.scale = std::max(1.0, state.scale / 2);
    state.scaleGoodSteps = 0;
}

} // namespace winnow::train
