#include "core/evaluate/statistics.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace winnow::evaluate {

namespace {

    constexpr double kZ95 = 1.959963984540054; // standard normal quantile at 0.975

    /// Sum of a quantity over the questions of one picture.
    struct ImageSum {
        double sum = 0;
        double count = 0;
    };

    /// In the order of the pictures' numbers, so that the draw does not depend on the order of the questions.
    std::vector<ImageSum> sumByImage(
        const std::vector<std::int64_t>& images, const std::function<double(std::size_t)>& value)
    {
        std::map<std::int64_t, ImageSum> sums;
        for (std::size_t i = 0; i < images.size(); ++i) {
            auto& entry = sums[images[i]];
            entry.sum += value(i);
            entry.count += 1;
        }
        std::vector<ImageSum> out;
        for (const auto& [image, entry] : sums)
            out.push_back(entry);
        return out;
    }

    /// The value at the given share of a sorted list, between neighbours by straight line (type 7 of Hyndman and Fan
    /// 1996).
    double quantile(const std::vector<double>& sorted, double share)
    {
        const double position = share * static_cast<double>(sorted.size() - 1);
        const auto below = static_cast<std::size_t>(position);
        const auto above = std::min(below + 1, sorted.size() - 1);
        return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
    }

    Interval bootstrapMean(const std::vector<ImageSum>& images, const BootstrapOptions& options)
    {
        Random random(options.seed, "evaluate.bootstrap");
        std::vector<double> means;
        means.reserve(static_cast<std::size_t>(options.resamples));
        for (std::int64_t n = 0; n < options.resamples; ++n) {
            ImageSum total;
            for (std::size_t i = 0; i < images.size(); ++i) {
                const auto& drawn = images[random.below(images.size())];
                total.sum += drawn.sum;
                total.count += drawn.count;
            }
            means.push_back(total.sum / total.count);
        }
        std::sort(means.begin(), means.end());
        return {quantile(means, 0.025), quantile(means, 0.975)};
    }

    double signFlipP(const std::vector<ImageSum>& images, const BootstrapOptions& options)
    {
        double observed = 0;
        std::vector<double> differences;
        for (const auto& image : images) {
            observed += image.sum;
            if (image.sum != 0)
                differences.push_back(image.sum);
        }
        Random random(options.seed, "evaluate.permutation");
        std::int64_t asExtreme = 1; // the observed arrangement is one of those possible
        for (std::int64_t n = 0; n < options.resamples; ++n) {
            double sum = 0;
            std::uint64_t bits = 0;
            for (std::size_t i = 0; i < differences.size(); ++i) {
                if (i % 64 == 0)
                    bits = random.next();
                sum += (bits >> (i % 64)) & 1 ? differences[i] : -differences[i];
            }
            asExtreme += std::abs(sum) >= std::abs(observed) - 1e-9;
        }
        return static_cast<double>(asExtreme) / static_cast<double>(options.resamples + 1);
    }

    void validate(const Outcomes& outcomes, const BootstrapOptions& options)
    {
        require(!outcomes.isCorrect.empty(), ErrorCode::InvalidInput,
            "there is no answered question to compute an interval of");
        require(outcomes.isCorrect.size() == outcomes.image.size(), ErrorCode::InvalidInput,
            text::join(outcomes.isCorrect.size(), " answers come with ", outcomes.image.size(), " pictures"));
        require(options.resamples > 0 && options.resamples <= 10'000'000, ErrorCode::InvalidInput,
            text::join("a bootstrap cannot take ", options.resamples, " resamples"));
    }

} // namespace

Interval wilsonInterval(std::int64_t successes, std::int64_t trials)
{
    if (trials <= 0)
        return {0, 1};
    const auto n = static_cast<double>(trials);
    const double p = static_cast<double>(successes) / n;
    const double square = kZ95 * kZ95;
    const double centre = (p + square / (2 * n)) / (1 + square / n);
    const double half = kZ95 / (1 + square / n) * std::sqrt(p * (1 - p) / n + square / (4 * n * n));
    return {successes == 0 ? 0 : std::max(0.0, centre - half), successes == trials ? 1 : std::min(1.0, centre + half)};
}

Proportion clusterBootstrap(const Outcomes& outcomes, const BootstrapOptions& options)
{
    validate(outcomes, options);
    const auto images = sumByImage(outcomes.image, [&](std::size_t i) { return outcomes.isCorrect[i] ? 1.0 : 0.0; });
    Proportion out;
    const auto right =
        std::count_if(outcomes.isCorrect.begin(), outcomes.isCorrect.end(), [](auto c) { return c != 0; });
    out.value = static_cast<double>(right) / static_cast<double>(outcomes.isCorrect.size());
    out.interval = bootstrapMean(images, options);
    return out;
}

double mcnemarExact(std::int64_t onlyFirst, std::int64_t onlySecond)
{
    const auto n = onlyFirst + onlySecond;
    if (n == 0)
        return 1;
    const auto logFactorial = [](std::int64_t k) { return std::lgamma(static_cast<double>(k) + 1); };
    double tail = 0;
    for (std::int64_t k = 0; k <= std::min(onlyFirst, onlySecond); ++k)
        tail +=
            std::exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) - static_cast<double>(n) * std::log(2.0));
    return std::min(1.0, 2 * tail);
}

PairedComparison compareRuns(const Outcomes& first, const Outcomes& second, const BootstrapOptions& options)
{
    validate(first, options);
    validate(second, options);
    require(first.image == second.image, ErrorCode::InvalidInput,
        "two runs can only be compared on the same questions in the same order");
    PairedComparison out;
    out.questionCount = static_cast<std::int64_t>(first.isCorrect.size());
    const auto differenceOf = [&](std::size_t i) {
        return int(second.isCorrect[i] != 0) - int(first.isCorrect[i] != 0);
    };
    for (std::size_t i = 0; i < first.isCorrect.size(); ++i) {
        out.onlyFirst += differenceOf(i) < 0;
        out.onlySecond += differenceOf(i) > 0;
    }
    const auto images = sumByImage(first.image, [&](std::size_t i) { return static_cast<double>(differenceOf(i)); });
    out.difference = static_cast<double>(out.onlySecond - out.onlyFirst) / static_cast<double>(out.questionCount);
    out.interval = bootstrapMean(images, options);
    out.mcnemarP = mcnemarExact(out.onlyFirst, out.onlySecond);
    out.permutationP = signFlipP(images, options);
    return out;
}

} // namespace winnow::evaluate
