#include "core/evaluate/distributions.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace winnow::evaluate {

namespace {

    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

    /// The continued fraction of the incomplete beta function, by the modified method of Lentz.
    double betaFraction(double a, double b, double x)
    {
        constexpr double kTiny = 1e-300;
        constexpr int kMaxTerms = 10'000;
        const auto guarded = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
        double c = 1, d = 1 / guarded(1 - (a + b) * x / (a + 1));
        double out = d;
        for (int m = 1; m <= kMaxTerms; ++m) {
            const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / guarded(1 + even * d);
            c = guarded(1 + even / c);
            out *= d * c;
            const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / guarded(1 + odd * d);
            c = guarded(1 + odd / c);
            out *= d * c;
            if (std::abs(d * c - 1) < 1e-15)
                break;
        }
        return out;
    }

    std::vector<double> ranksOf(const std::vector<double>& values)
    {
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
        std::vector<double> out(values.size());
        for (std::size_t begin = 0; begin < order.size();) {
            std::size_t end = begin + 1;
            while (end < order.size() && values[order[end]] == values[order[begin]])
                ++end;
            for (std::size_t i = begin; i < end; ++i)
                out[order[i]] = static_cast<double>(begin + end + 1) / 2;
            begin = end;
        }
        return out;
    }

} // namespace

double incompleteBeta(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * betaFraction(a, b, x) / a : 1 - front * betaFraction(b, a, 1 - x) / b;
}

double studentTwoSided(double t, double degrees)
{
    if (!std::isfinite(t))
        return std::isnan(t) ? 1 : 0;
    return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

double studentQuantile(double level, double degrees)
{
    double low = 0, high = 1;
    while (studentTwoSided(high, degrees) > 1 - level && high < 1e12)
        high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-13 * high; ++i) {
        const double middle = (low + high) / 2;
        (studentTwoSided(middle, degrees) > 1 - level ? low : high) = middle;
    }
    return (low + high) / 2;
}

double fisherUpper(double f, double firstDegrees, double secondDegrees)
{
    if (!(f > 0))
        return 1;
    if (std::isinf(f))
        return 0;
    return incompleteBeta(secondDegrees / 2, firstDegrees / 2, secondDegrees / (secondDegrees + firstDegrees * f));
}

std::vector<double> holm(const std::vector<double>& pValues)
{
    std::vector<std::size_t> order(pValues.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return pValues[a] < pValues[b]; });
    std::vector<double> out(pValues.size());
    double highest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        highest = std::max(highest, std::min(1.0, static_cast<double>(order.size() - i) * pValues[order[i]]));
        out[order[i]] = highest;
    }
    return out;
}

double meanOf(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double pearson(const std::vector<double>& first, const std::vector<double>& second)
{
    require(first.size() == second.size(), ErrorCode::InvalidInput, "a correlation needs two lists of one length");
    if (first.size() < 3)
        return kNaN;
    const double meanFirst = meanOf(first), meanSecond = meanOf(second);
    double product = 0, squareFirst = 0, squareSecond = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        product += (first[i] - meanFirst) * (second[i] - meanSecond);
        squareFirst += (first[i] - meanFirst) * (first[i] - meanFirst);
        squareSecond += (second[i] - meanSecond) * (second[i] - meanSecond);
    }
    if (squareFirst <= 0 || squareSecond <= 0)
        return kNaN;
    return std::clamp(product / std::sqrt(squareFirst * squareSecond), -1.0, 1.0);
}

double spearman(const std::vector<double>& first, const std::vector<double>& second)
{
    return pearson(ranksOf(first), ranksOf(second));
}

double correlationP(double correlation, std::size_t points)
{
    if (points < 3 || std::isnan(correlation))
        return 1;
    const double degrees = static_cast<double>(points) - 2;
    const double rest = 1 - correlation * correlation;
    return rest <= 0 ? 0 : studentTwoSided(correlation * std::sqrt(degrees / rest), degrees);
}

GroupTest compareGroups(const std::vector<std::vector<double>>& groups)
{
    double count = 0, sum = 0, used = 0, squaredSizes = 0;
    for (const auto& group : groups)
        if (group.size() >= 2) {
            const auto size = static_cast<double>(group.size());
            used += 1;
            count += size;
            squaredSizes += size * size;
            sum += std::accumulate(group.begin(), group.end(), 0.0);
        }
    GroupTest out;
    if (used < 2)
        return out;
    double between = 0, within = 0;
    for (const auto& group : groups) {
        if (group.size() < 2)
            continue;
        const double mean = meanOf(group);
        between += static_cast<double>(group.size()) * (mean - sum / count) * (mean - sum / count);
        for (const double value : group)
            within += (value - mean) * (value - mean);
    }
    const double betweenMean = between / (used - 1), withinMean = within / (count - used);
    const double typicalSize = (count - squaredSizes / count) / (used - 1);
    out.withinVariance = withinMean;
    out.betweenVariance = std::max(0.0, (betweenMean - withinMean) / typicalSize);
    if (betweenMean <= 0)
        return out;
    out.f = withinMean > 0 ? betweenMean / withinMean : std::numeric_limits<double>::infinity();
    out.pValue = fisherUpper(out.f, used - 1, count - used);
    out.reliability = std::max(0.0, 1 - withinMean / betweenMean);
    return out;
}

} // namespace winnow::evaluate
