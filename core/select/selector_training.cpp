#include "core/select/selector_training.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/tensor/doubles.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::select {

namespace {

    /// Mean over the rows of each subset: values [R] → [S]
    torch::Tensor subsetMeans(const torch::Tensor& values, const TrainingSet& set)
    {
        if (set.hasEqualSizes())
            return values.view({set.count(), -1}).mean(1); // [S]
        std::vector<torch::Tensor> means;
        for (const auto& part : values.split_with_sizes(set.sizes))
            means.push_back(part.mean());
        return torch::stack(means); // [S]
    }

    bool runsAcrossSubsets(const FittedSelector& selector)
    {
        return selector.kind == SelectorKind::Attention && selector.mode == Mode::Published;
    }

    void fitLabelScale(FittedSelector& selector, const std::vector<double>& labels)
    {
        if (selector.mode == Mode::Published)
            return;
        const auto n = static_cast<double>(labels.size());
        double squares = 0;
        selector.labelMean = std::accumulate(labels.begin(), labels.end(), 0.0) / n;
        for (const double label : labels)
            squares += (label - selector.labelMean) * (label - selector.labelMean);
        selector.labelScale = squares > 0 ? std::sqrt(squares / n) : 1;
    }

    /// Standardises by the rows and labels of the set (corrected), or leaves both as they are.
    void fitScales(FittedSelector& selector, const TrainingSet& set)
    {
        if (selector.mode == Mode::Published)
            return;
        const auto rows = set.rows.to(torch::kDouble);
        auto deviation = rows.std(0, /*unbiased=*/false); // [F]
        const auto tiny = 1e-9 * rows.abs().amax(0);      // rounding of a constant column
        deviation = torch::where(deviation > tiny, deviation, torch::ones_like(deviation));
        selector.inputMean = tensor::toVector(rows.mean(0));
        selector.inputDeviation = tensor::toVector(deviation);
        fitLabelScale(selector, set.labels);
    }

    /// [S, F] means of the scaled rows of each subset, row-major.
    std::vector<double> meanRows(const FittedSelector& selector, const TrainingSet& set)
    {
        auto rows = set.rows.to(torch::kDouble);
        if (!selector.inputMean.empty())
            rows = (rows - tensor::toTensor(selector.inputMean)) / tensor::toTensor(selector.inputDeviation);
        std::vector<torch::Tensor> means;
        for (const auto& part : rows.split_with_sizes(set.sizes))
            means.push_back(part.mean(0));
        return tensor::toVector(torch::stack(means));
    }

    /// labels = labelMean + labelScale · (fit of the scaled means)
    LinearFit fitMeans(const MatrixView& x, const std::vector<double>& labels, const FittedSelector& scales)
    {
        std::vector<double> y;
        for (const double label : labels)
            y.push_back((label - scales.labelMean) / scales.labelScale);
        return fitLinear(x, y, scales.mode == Mode::Published ? 0 : chooseRidge(x, y, ridgeCandidates()));
    }

    /// The order in which PyTorch's shuffling DataLoader hands out the subsets, draw for draw: one draw for its
    /// workers, one that seeds the permutation. Attention has no order; only the rounding follows it.
    torch::Tensor drawOrder(std::int64_t count, at::Generator& generator)
    {
        torch::empty({}, torch::kLong).random_(generator);
        const auto seed = torch::empty({}, torch::kLong).random_(generator).item<std::int64_t>();
        return torch::randperm(count, at::make_generator<at::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed)),
            torch::TensorOptions(torch::kLong)); // [S]
    }

    /// A net before its first step.
    struct Start {
        FittedSelector net;
        at::Generator generator;
    };

    Start makeNet(const TrainingSet& set, const TrainingOptions& options)
    {
        Start start;
        auto& out = start.net;
        out.kind = options.kind;
        out.mode = options.mode;
        fitScales(out, set);
        if (options.kind == SelectorKind::Mlp) {
            out.mlp = MlpNet(MlpShape{set.width(), options.hidden});
            start.generator = initialise(*out.mlp, options.seed);
        } else if (options.kind == SelectorKind::Attention) {
            out.attention = AttentionNet(AttentionShape{set.width(), options.layers, options.heads, true});
            start.generator = initialise(*out.attention, options.seed);
        }
        return start;
    }

    /// What the net says of each subset, in the scale of its labels: [S]
    torch::Tensor forwardSubsets(
        const FittedSelector& selector, const TrainingSet& set, const torch::Tensor& rows, RunContext& context)
    {
        if (runsAcrossSubsets(selector))
            return selector.attention->forward(rows.view({set.count(), set.sizes.front(), set.width()}), context)
                .mean(1); // [S, P, F] → [S, P] → [S]
        if (selector.kind == SelectorKind::Attention)
            return subsetMeans(selector.attention->forward(rows.unsqueeze(0), context).squeeze(0), set);
        return subsetMeans(selector.mlp->forward(rows), set);
    }

    std::vector<torch::Tensor> parametersOf(FittedSelector& selector)
    {
        return selector.kind == SelectorKind::Mlp ? selector.mlp->parameters() : selector.attention->parameters();
    }

    void trainNet(Start& start, const TrainingSet& set, const DescentOptions& options, RunContext& context,
        const std::function<void(std::int64_t)>& afterStep = {})
    {
        auto& net = start.net;
        require(!runsAcrossSubsets(net) || set.hasEqualSizes(), ErrorCode::InvalidInput,
            "the published attention selector pairs the i-th member of every subset: its subsets must be of equal "
            "size");
        const auto rows = net.scaled(set.rows);
        const auto labels = ((tensor::toTensor(set.labels) - net.labelMean) / net.labelScale).to(torch::kFloat); // [S]
        if (!runsAcrossSubsets(net)) {
            descend(
                parametersOf(net), [&] { return forwardSubsets(net, set, rows, context); }, labels, options, context,
                afterStep);
            return;
        }
        const auto subsets = rows.view({set.count(), set.sizes.front(), set.width()}); // [S, P, F]
        const auto predictShuffled = [&] {
            const auto order = drawOrder(set.count(), start.generator);
            const auto said = forwardSubsets(net, set, subsets.index_select(0, order).flatten(0, 1), context);
            return said.index_select(0, order.argsort()); // back to the order of the labels
        };
        descend(parametersOf(net), predictShuffled, labels, options, context, afterStep);
    }

} // namespace

void TrainingOptions::validate() const
{
    require(kind != SelectorKind::Weights, ErrorCode::InvalidInput, "a set of weights is not fitted to labels");
    require(std::isfinite(rate) && rate > 0, ErrorCode::InvalidInput,
        text::join("the learning rate must be above 0, not ", rate));
    require(publishedSteps > 0 && maxSteps > 0 && maxSteps <= 100000 && steps >= 0 && steps <= 100000,
        ErrorCode::InvalidInput, "the number of steps must be between 1 and 100000");
    require(folds >= 2, ErrorCode::InvalidInput, text::join("cross-validation needs at least 2 folds, not ", folds));
}

std::vector<double> descend(std::vector<torch::Tensor> parameters, const std::function<torch::Tensor()>& predict,
    const torch::Tensor& labels, const DescentOptions& options, RunContext& context,
    const std::function<void(std::int64_t)>& afterStep)
{
    for (auto& parameter : parameters)
        parameter.requires_grad_(true);
    torch::optim::Adam adam(parameters, torch::optim::AdamOptions(options.rate));
    std::vector<double> losses;
    for (std::int64_t step = 0; step < options.steps; ++step) {
        context.checkpoint();
        adam.zero_grad();
        const auto loss = torch::mse_loss(predict(), labels);
        losses.push_back(loss.item<double>());
        require(std::isfinite(losses.back()), ErrorCode::Diverged,
            text::join("the selector's loss is not a finite number at step ", step,
                ": its inputs may be too large for training without standardisation"));
        loss.backward();
        adam.step();
        if (afterStep) {
            const torch::NoGradGuard noGrad;
            afterStep(step + 1);
        }
    }
    return losses;
}

FittedSelector fitSelector(const TrainingSet& set, const TrainingOptions& options, RunContext& context)
{
    set.validate();
    options.validate();
    if (options.kind == SelectorKind::Linear) {
        FittedSelector out;
        out.kind = options.kind;
        out.mode = options.mode;
        fitScales(out, set);
        const auto means = meanRows(out, set);
        out.linear = fitMeans({means, static_cast<std::size_t>(set.width())}, set.labels, out);
        return out;
    }
    auto steps = options.steps;
    if (steps == 0)
        steps = options.mode == Mode::Published ? options.publishedSteps : chooseSteps(set, options, context);
    auto start = makeNet(set, options);
    start.net.steps = steps;
    trainNet(start, set, {options.rate, steps}, context);
    return start.net;
}

std::vector<double> predictSubsets(const FittedSelector& selector, const TrainingSet& set, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    if (!runsAcrossSubsets(selector))
        return tensor::toVector(subsetMeans(selector.score(set.rows, context), set));
    const auto said = forwardSubsets(selector, set, selector.scaled(set.rows), context).to(torch::kDouble);
    return tensor::toVector(selector.labelMean + selector.labelScale * said);
}

double predictUnseen(
    const FittedSelector& selector, const TrainingSet& known, const torch::Tensor& unseen, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    if (!runsAcrossSubsets(selector))
        return selector.score(unseen, context).mean().item<double>();
    auto longer = known;
    longer.rows = torch::cat({known.rows, unseen});
    longer.sizes.push_back(unseen.size(0));
    return predictSubsets(selector, longer, context).back();
}

std::vector<std::vector<std::int64_t>> drawFolds(std::int64_t subsets, std::int64_t folds, std::uint64_t seed)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(subsets));
    std::iota(order.begin(), order.end(), std::int64_t(0));
    Random random(seed, "selector.folds");
    random.shuffle(order);
    std::vector<std::vector<std::int64_t>> out(static_cast<std::size_t>(std::min(subsets, folds)));
    for (std::size_t i = 0; i < order.size(); ++i)
        out[i % out.size()].push_back(order[i]);
    for (auto& fold : out)
        std::sort(fold.begin(), fold.end());
    return out;
}

namespace {

    std::vector<std::int64_t> others(std::int64_t subsets, const std::vector<std::int64_t>& fold)
    {
        std::vector<std::int64_t> out;
        for (std::int64_t i = 0; i < subsets; ++i)
            if (!std::binary_search(fold.begin(), fold.end(), i))
                out.push_back(i);
        return out;
    }

} // namespace

std::vector<double> crossValidatedErrors(const TrainingSet& set, const TrainingOptions& options, RunContext& context)
{
    require(options.mode == Mode::Corrected && options.kind != SelectorKind::Linear, ErrorCode::Internal,
        "only the steps of a corrected net are chosen by cross-validation");
    std::vector<double> errors(static_cast<std::size_t>(options.maxSteps), 0);
    for (const auto& fold : drawFolds(set.count(), options.folds, options.seed)) {
        const auto known = set.only(others(set.count(), fold));
        const auto unseen = set.only(fold);
        auto start = makeNet(known, options);
        const auto& net = start.net;
        const auto rows = net.scaled(unseen.rows);
        const auto labels = ((tensor::toTensor(unseen.labels) - net.labelMean) / net.labelScale).to(torch::kFloat);
        trainNet(start, known, {options.rate, options.maxSteps}, context, [&](std::int64_t step) {
            const auto residual = (forwardSubsets(net, unseen, rows, context) - labels) * net.labelScale;
            errors[static_cast<std::size_t>(step - 1)] +=
                residual.square().sum().item<double>() / static_cast<double>(set.count());
        });
    }
    return errors;
}

std::int64_t chooseSteps(const TrainingSet& set, const TrainingOptions& options, RunContext& context)
{
    const auto errors = crossValidatedErrors(set, options, context);
    return std::min_element(errors.begin(), errors.end()) - errors.begin() + 1;
}

LinearRefits::LinearRefits(const TrainingSet& set, Mode mode)
    : m_width(static_cast<std::size_t>(set.width()))
    , m_mode(mode)
{
    for (std::int64_t i = 0; i < set.count(); ++i) {
        FittedSelector scales;
        scales.mode = mode;
        const auto known = set.without(i);
        fitScales(scales, known);
        m_left.push_back({meanRows(scales, known), meanRows(scales, set.only({i}))});
    }
}

std::vector<double> LinearRefits::heldOut(const std::vector<double>& labels) const
{
    std::vector<double> out;
    for (std::size_t i = 0; i < m_left.size(); ++i) {
        auto known = labels;
        known.erase(known.begin() + static_cast<std::ptrdiff_t>(i));
        FittedSelector scales;
        scales.mode = m_mode;
        fitLabelScale(scales, known);
        const auto fit = fitMeans({m_left[i].known, m_width}, known, scales);
        out.push_back(scales.labelMean + scales.labelScale * fit.predict(m_left[i].unseen));
    }
    return out;
}

} // namespace winnow::select
