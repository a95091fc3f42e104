#include "core/select/selector_validity.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace winnow::select {

namespace {

    constexpr double kSignificant = 0.05;
    constexpr std::int64_t kLinearPermutations = 999;
    constexpr std::int64_t kNetPermutations = 99;

    double mean(std::span<const double> values)
    {
        return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    }

    double variance(std::span<const double> values)
    {
        const double centre = mean(values);
        double sum = 0;
        for (const double value : values)
            sum += (value - centre) * (value - centre);
        return sum / static_cast<double>(values.size());
    }

    std::vector<double> ranks(std::span<const double> values)
    {
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
        std::vector<double> out(values.size());
        for (std::size_t begin = 0; begin < order.size();) {
            auto end = begin + 1;
            while (end < order.size() && values[order[end]] == values[order[begin]])
                ++end;
            for (auto i = begin; i < end; ++i)
                out[order[i]] = static_cast<double>(begin + end - 1) / 2;
            begin = end;
        }
        return out;
    }

    TrainingOptions withSteps(const TrainingOptions& training, const FittedSelector& fitted)
    {
        auto out = training;
        out.steps = fitted.steps;
        return out;
    }

    double heldOut(const TrainingSet& set, std::int64_t i, const TrainingOptions& training, RunContext& context)
    {
        const auto known = set.without(i);
        return predictUnseen(fitSelector(known, training, context), known, set.subset(i), context);
    }

    /// The error by which nets are compared with chance.
    double netError(const TrainingSet& set, const TrainingOptions& training, RunContext& context)
    {
        if (training.mode == Mode::Corrected) {
            const auto errors = crossValidatedErrors(set, training, context);
            return *std::min_element(errors.begin(), errors.end());
        }
        double sum = 0;
        for (const auto& fold : drawFolds(set.count(), training.folds, training.seed)) {
            std::vector<std::int64_t> rest;
            for (std::int64_t i = 0; i < set.count(); ++i)
                if (!std::binary_search(fold.begin(), fold.end(), i))
                    rest.push_back(i);
            const auto known = set.only(rest);
            const auto fitted = fitSelector(known, training, context);
            for (const auto i : fold)
                sum += std::pow(
                    predictUnseen(fitted, known, set.subset(i), context) - set.labels[static_cast<std::size_t>(i)], 2);
        }
        return sum / static_cast<double>(set.count());
    }

    void measureChance(SelectorValidity& out, const TrainingSet& set, const TrainingOptions& training,
        const ValidityOptions& options, RunContext& context)
    {
        out.permutations = options.permutations;
        if (out.permutations == 0)
            out.permutations = training.kind == SelectorKind::Linear ? kLinearPermutations : kNetPermutations;
        const bool isLinear = training.kind == SelectorKind::Linear;
        const LinearRefits refits(isLinear ? set : set.only({}), training.mode);
        const auto errorOf = [&](const TrainingSet& labelled) {
            return isLinear ? meanSquaredError(refits.heldOut(labelled.labels), labelled.labels)
                            : netError(labelled, training, context);
        };
        const double observed = errorOf(set);
        auto shuffled = set;
        Random random(options.seed, "selector.permutation");
        std::int64_t asGood = 0;
        for (std::int64_t p = 0; p < out.permutations; ++p) {
            context.checkpoint();
            context.progress("Compare the selector with chance", p, out.permutations);
            random.shuffle(shuffled.labels);
            asGood += errorOf(shuffled) <= observed;
        }
        context.progress("Compare the selector with chance", out.permutations, out.permutations);
        out.pValue = static_cast<double>(1 + asGood) / static_cast<double>(1 + out.permutations);
    }

    void measureImportances(SelectorValidity& out, const TrainingSet& set, const FittedSelector& fitted,
        const ValidityOptions& options, RunContext& context)
    {
        const auto deviation = set.rows.to(torch::kDouble).std(0, /*unbiased=*/false); // [F]
        for (std::int64_t column = 0; column < set.width(); ++column) {
            const auto at = static_cast<std::size_t>(column);
            SelectorImportance one{set.columns[at], 0, kMissing};
            Random random(options.seed, text::join("selector.importance.", column));
            for (std::int64_t repeat = 0; repeat < options.repeats; ++repeat) {
                context.checkpoint();
                std::vector<std::int64_t> order(static_cast<std::size_t>(set.rows.size(0)));
                std::iota(order.begin(), order.end(), std::int64_t(0));
                random.shuffle(order);
                auto changed = set;
                changed.rows = set.rows.clone();
                changed.rows.select(1, column).copy_(set.rows.select(1, column).index_select(0, torch::tensor(order)));
                one.importance +=
                    (meanSquaredError(predictSubsets(fitted, changed, context), set.labels) - out.fitError)
                    / static_cast<double>(options.repeats);
            }
            if (fitted.kind == SelectorKind::Linear) {
                const double scale = fitted.inputDeviation.empty() ? deviation[column].item<double>() : 1;
                one.coefficient = fitted.linear.coefficients[at] * scale * fitted.labelScale;
            }
            out.importances.push_back(std::move(one));
            context.progress("Importance of the inputs", column + 1, set.width());
        }
    }

    std::string schemeOf(const TrainingSet& set, const TrainingOptions& training, std::int64_t permutations)
    {
        std::string out = text::join("each of the ", set.count(),
            " subsets was predicted by a selector fitted anew to the other ", set.count() - 1);
        if (training.kind == SelectorKind::Attention && training.mode == Mode::Published)
            out += ", appended to their sequence";
        out += text::join("; chance is ", permutations, " shuffles of the labels, ",
            training.kind == SelectorKind::Linear ? "each with the same refits" : "each with 5-fold refits");
        return out;
    }

} // namespace

void ValidityOptions::validate() const
{
    require(permutations >= 0 && permutations <= 1000000 && repeats > 0 && repeats <= 10000, ErrorCode::InvalidInput,
        text::join("a selector cannot be measured with ", permutations, " permutations and ", repeats, " repeats"));
}

double rankCorrelation(std::span<const double> a, std::span<const double> b)
{
    require(a.size() == b.size() && !a.empty(), ErrorCode::InvalidInput,
        text::join("a rank correlation of ", a.size(), " and ", b.size(), " numbers does not exist"));
    const auto x = ranks(a), y = ranks(b);
    const double meanX = mean(x), meanY = mean(y);
    double product = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        product += (x[i] - meanX) * (y[i] - meanY);
    const double scale = static_cast<double>(x.size()) * std::sqrt(variance(x) * variance(y));
    return scale > 0 ? product / scale : kMissing;
}

double meanSquaredError(std::span<const double> predicted, std::span<const double> labels)
{
    double sum = 0;
    for (std::size_t i = 0; i < labels.size(); ++i)
        sum += (predicted[i] - labels[i]) * (predicted[i] - labels[i]);
    return sum / static_cast<double>(labels.size());
}

double determination(std::span<const double> predicted, std::span<const double> labels)
{
    const double spread = variance(labels);
    return spread > 0 ? 1 - meanSquaredError(predicted, labels) / spread : kMissing;
}

double othersMeanError(std::span<const double> labels)
{
    // label - mean of the others = (label - mean) · n / (n - 1)
    const double ratio = static_cast<double>(labels.size()) / static_cast<double>(labels.size() - 1);
    return variance(labels) * ratio * ratio;
}

std::string verdictOf(const SelectorValidity& validity)
{
    const auto figures = text::join("held-out R2 ", text::significant(validity.r2, 2), ", rank correlation ",
        validity.spearman == validity.spearman ? text::significant(validity.spearman, 2) : "undefined",
        ", p = ", text::significant(validity.pValue, 2));
    if (validity.beatsChance)
        return text::join(
            "on ", validity.labelCount, " labels this selector predicts better than chance (", figures, ")");
    return text::join("on ", validity.labelCount, " labels this selector is no better than chance (", figures,
        "): its scores are a guess, compare its selections with a random one");
}

SelectorValidity measureValidity(const TrainingSet& set, const TrainingOptions& training, const FittedSelector& fitted,
    const ValidityOptions& options, RunContext& context)
{
    set.validate();
    options.validate();
    SelectorValidity out;
    out.labelCount = set.count();
    out.labels = set.labels;
    out.subsets = set.names;
    out.labelDeviation = std::sqrt(variance(set.labels));
    out.fitted = predictSubsets(fitted, set, context);
    out.fitError = meanSquaredError(out.fitted, set.labels);
    out.fitR2 = determination(out.fitted, set.labels);
    out.fitSpearman = rankCorrelation(out.fitted, set.labels);
    const auto fixed = withSteps(training, fitted);
    for (std::int64_t i = 0; i < set.count(); ++i) {
        context.progress("Leave one subset out", i, set.count());
        out.predicted.push_back(heldOut(set, i, fixed, context));
    }
    context.progress("Leave one subset out", set.count(), set.count());
    out.error = meanSquaredError(out.predicted, set.labels);
    out.chanceError = othersMeanError(set.labels);
    out.r2 = 1 - out.error / out.chanceError;
    out.spearman = rankCorrelation(out.predicted, set.labels);
    measureChance(out, set, training, options, context);
    measureImportances(out, set, fitted, options, context);
    out.scheme = schemeOf(set, training, out.permutations);
    out.beatsChance = out.pValue < kSignificant && out.r2 > 0;
    out.verdict = verdictOf(out);
    return out;
}

} // namespace winnow::select
