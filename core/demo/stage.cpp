#include "core/demo/stage.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/train/checkpoint.h"

#include <torch/nn/utils/clip_grad.h>

#include <cmath>
#include <numeric>

namespace winnow::demo {

namespace {

    constexpr std::int64_t kCheckpointInterval = 100;

    double rateAt(const StageOptions& options, std::int64_t step)
    {
        if (step < options.warmupSteps)
            return options.peakRate * double(step + 1) / double(options.warmupSteps);
        const double done =
            double(step - options.warmupSteps) / double(std::max<std::int64_t>(1, options.steps - options.warmupSteps));
        return options.finalRate
            + (options.peakRate - options.finalRate) * 0.5 * (1 + std::cos(3.14159265358979 * done));
    }

    /// Puts back the latest checkpoint of this very loop; those of another seed or length are removed.
    std::int64_t restoreLatest(
        const StageOptions& options, const std::vector<train::NamedTensor>& parameters, train::Optimizer& optimizer)
    {
        const auto found = train::findLatestCheckpoint(options.checkpoints);
        if (!found || found->dataFingerprint != text::join(options.name, "-", options.seed, "-", options.steps)) {
            std::filesystem::remove_all(options.checkpoints);
            return 0;
        }
        const torch::NoGradGuard noGrad;
        for (const auto& [name, tensor] : parameters) {
            const auto stored = std::find_if(
                found->tuned.begin(), found->tuned.end(), [&](const auto& other) { return other.name == name; });
            if (stored == found->tuned.end() || stored->tensor.sizes() != tensor.sizes())
                return 0;
        }
        for (const auto& [name, tensor] : parameters)
            for (const auto& other : found->tuned)
                if (other.name == name)
                    torch::Tensor(tensor).copy_(other.tensor);
        optimizer.restore(found->moments, found->optimizerSteps);
        return found->step;
    }

    void save(const StageOptions& options, const train::Optimizer& optimizer, std::int64_t step)
    {
        train::Checkpoint checkpoint;
        checkpoint.step = step;
        checkpoint.optimizerSteps = optimizer.stepsTaken();
        checkpoint.tuned = optimizer.tuned();
        checkpoint.moments = optimizer.moments();
        checkpoint.dataFingerprint = text::join(options.name, "-", options.seed, "-", options.steps);
        checkpoint.recipe = Json::object();
        train::saveCheckpoint(train::checkpointPath(options.checkpoints, step), checkpoint);
        train::pruneCheckpoints(options.checkpoints, 1);
    }

} // namespace

std::vector<train::NamedTensor> namedParameters(torch::nn::Module& module, const std::string& prefix)
{
    std::vector<train::NamedTensor> out;
    for (const auto& item : module.named_parameters())
        out.push_back({prefix + item.key(), item.value()});
    return out;
}

void runSteps(const StageOptions& options, const std::vector<train::NamedTensor>& parameters,
    const std::function<torch::Tensor(std::int64_t step, Random& random)>& lossOf, RunContext& context)
{
    train::AdamWOptions settings;
    settings.weightDecay = options.weightDecay;
    train::Optimizer optimizer(parameters, settings);
    std::vector<torch::Tensor> tensors;
    for (const auto& parameter : parameters)
        tensors.push_back(parameter.tensor);
    double average = 0;
    for (auto step = restoreLatest(options, parameters, optimizer); step < options.steps; ++step) {
        context.checkpoint();
        Random random(options.seed, text::join(options.name, "-", step));
        optimizer.setRate(rateAt(options, step));
        optimizer.zeroGradients();
        const auto loss = lossOf(step, random);
        loss.backward();
        torch::nn::utils::clip_grad_norm_(tensors, options.clipNorm);
        optimizer.step();
        const double value = loss.item<double>();
        require(std::isfinite(value), ErrorCode::Diverged,
            text::join("the stage ", options.name, " diverged at step ", step));
        average = average == 0 ? value : average * 0.98 + value * 0.02;
        context.metric("loss." + options.name, double(step), value);
        context.progress(options.name, step + 1, options.steps);
        if ((step + 1) % kCheckpointInterval == 0 || step + 1 == options.steps) {
            save(options, optimizer, step + 1);
            context.log(LogLevel::Info, text::join(options.name, " step ", step + 1, " loss ", average));
        }
    }
}

RowOrder::RowOrder(std::uint64_t seed, std::string name, std::int64_t size, std::int64_t batch)
    : m_seed(seed)
    , m_name(std::move(name))
    , m_size(size)
    , m_batch(std::min(batch, size))
{
}

std::vector<std::int64_t> RowOrder::at(std::int64_t step)
{
    const std::int64_t perPass = m_size / m_batch, pass = step / perPass;
    if (pass != m_pass) {
        m_order.resize(std::size_t(m_size));
        std::iota(m_order.begin(), m_order.end(), 0);
        Random random(m_seed, text::join(m_name, "-pass-", pass));
        random.shuffle(m_order);
        m_pass = pass;
    }
    const auto first = m_order.begin() + (step % perPass) * m_batch;
    return {first, first + m_batch};
}

} // namespace winnow::demo
