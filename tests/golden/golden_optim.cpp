#include "core/base/json.h"
#include "core/train/optimizer.h"
#include "core/train/schedule.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    constexpr const char* kConfig = "config.json";

    /// "stage1_every50" lists every 50th step.
    int64_t strideOf(const std::string& name)
    {
        const auto at = name.rfind("_every");
        int64_t stride = 1;
        if (at != std::string::npos)
            text::parseInt(name.substr(at + 6), stride);
        return std::max<int64_t>(1, stride);
    }

    void checkSchedule(Reporter& reporter, const GoldenSet& set, const std::string& name, const Json& settings)
    {
        train::ScheduleOptions options;
        const auto epochs = json::field<int64_t>(settings, "max_epoch", kConfig);
        options.stepsPerEpoch = json::field<int64_t>(settings, "iters_per_epoch", kConfig);
        options.horizonSteps = epochs * options.stepsPerEpoch;
        options.peakRate = json::field<double>(settings, "init_lr", kConfig);
        options.minRate = json::field<double>(settings, "min_lr", kConfig);
        options.warmupStartRate = json::field<double>(settings, "warmup_start_lr", kConfig);
        options.warmupSteps = json::field<int64_t>(settings, "warmup_steps", kConfig);
        const auto want = set("lr." + name).cpu();
        const auto stride = strideOf(name);
        std::vector<double> got;
        for (int64_t i = 0; i < want.size(0); ++i)
            got.push_back(train::learningRate(options, i * stride));
        reporter.compare("lr." + name, got, toDoubles(want), {1e-12, 0});
    }

    torch::Tensor numbered(const GoldenSet& set, const std::string& prefix, int64_t parameter, const std::string& what)
    {
        return set(text::join(prefix, ".p", parameter, ".", what));
    }

    void checkOptimizer(Reporter& reporter, const GoldenSet& set, const std::string& name, const Json& settings)
    {
        const auto betas = json::fieldOr(settings, "betas", std::vector<double>{0.9, 0.999}, kConfig);
        require(betas.size() == 2, ErrorCode::BadFile, "config.json: betas are not two numbers");
        train::AdamWOptions options;
        options.weightDecay = json::fieldOr(settings, "wd", 0.0, kConfig);
        options.beta1 = betas[0];
        options.beta2 = betas[1];
        options.epsilon = json::fieldOr(settings, "eps", 1e-8, kConfig);
        const auto kind = json::fieldOr(settings, "kind", name, kConfig);
        if (kind == "adam"
            && options.weightDecay != 0) { // Adam's own decay is another formula; without decay both are one
            reporter.fail(name, "Adam with weight decay is not built");
            return;
        }
        const auto rates = toDoubles(set(name + ".lr"));
        const auto count = int64_t(set.namesUnder(name + ".p").size()) == 0
            ? 0
            : int64_t(json::field<std::vector<std::vector<int64_t>>>(settings, "shapes", kConfig).size());
        std::vector<train::NamedTensor> tuned;
        for (int64_t p = 0; p < count; ++p)
            tuned.push_back({text::join("p", p), numbered(set, name, p, "init").clone().requires_grad_(true)});
        train::Optimizer optimizer(tuned, options);
        for (size_t step = 0; step < rates.size(); ++step) {
            for (int64_t p = 0; p < count; ++p)
                tuned[size_t(p)].tensor.mutable_grad() = numbered(set, name, p, text::join("grad", step)).clone();
            optimizer.setRate(rates[step]);
            optimizer.step();
            for (int64_t p = 0; p < count; ++p)
                compare(reporter, text::join(name, ".p", p, ".after", step), tuned[size_t(p)].tensor,
                    numbered(set, name, p, text::join("after", step)), {1e-6, 0});
        }
        for (const auto& moment : optimizer.moments())
            compare(
                reporter, name + "." + moment.name, moment.tensor, set(name + "." + moment.name).cpu(), {1e-6, 1e-6});
    }

} // namespace

void checkOptim(const Request& request, Reporter& reporter)
{
    const GoldenSet set(request.dir, torch::kCPU);
    const auto config = json::load(request.dir / kConfig);
    for (const auto& [name, settings] : config.at("schedules").items())
        checkSchedule(reporter, set, name, settings);
    for (const auto& [name, settings] : config.at("optimisers").items())
        checkOptimizer(reporter, set, name, settings);
}

} // namespace winnow::golden
