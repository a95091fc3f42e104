#include "core/evaluate/experiment.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evaluate/distributions.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>

namespace winnow::evaluate {

namespace {

    constexpr double kLevel = 0.95;
    constexpr unsigned kFactors = 3; // draws, seeds, units
    constexpr unsigned kDraws = 1, kSeeds = 2, kUnits = 4;

    /// Means over all levels that a subset of the factors leaves out, spread back over the grid's indices.
    class Margins {
    public:
        explicit Margins(const Grid& grid)
            : m_grid(grid)
        {
            for (unsigned kept = 0; kept < 8; ++kept)
                m_means[kept] = meansOf(kept);
        }
        double mean(unsigned kept, std::size_t draw, std::size_t seed, std::size_t unit) const
        {
            return m_means[kept][index(kept, draw, seed, unit)];
        }
        double grand() const { return m_means[0].front(); }

        /// Mean square of the effect of these factors: the alternating sum of margins, squared.
        double meanSquare(unsigned factors) const
        {
            const auto D = factors & kDraws ? m_grid.draws : 1, S = factors & kSeeds ? m_grid.seeds : 1,
                       U = factors & kUnits ? m_grid.units : 1;
            double sum = 0;
            for (std::size_t d = 0; d < D; ++d)
                for (std::size_t s = 0; s < S; ++s)
                    for (std::size_t u = 0; u < U; ++u) {
                        const double effect = effectAt(factors, d, s, u);
                        sum += effect * effect;
                    }
            const auto repeats = static_cast<double>(m_grid.values.size()) / static_cast<double>(D * S * U);
            return repeats * sum / degrees(factors);
        }
        double degrees(unsigned factors) const
        {
            double out = 1;
            if (factors & kDraws)
                out *= static_cast<double>(m_grid.draws - 1);
            if (factors & kSeeds)
                out *= static_cast<double>(m_grid.seeds - 1);
            if (factors & kUnits)
                out *= static_cast<double>(m_grid.units - 1);
            return out;
        }

    private:
        std::size_t index(unsigned kept, std::size_t draw, std::size_t seed, std::size_t unit) const
        {
            std::size_t out = kept & kDraws ? draw : 0;
            out = out * (kept & kSeeds ? m_grid.seeds : 1) + (kept & kSeeds ? seed : 0);
            return out * (kept & kUnits ? m_grid.units : 1) + (kept & kUnits ? unit : 0);
        }
        std::vector<double> meansOf(unsigned kept) const
        {
            const auto cells = (kept & kDraws ? m_grid.draws : 1) * (kept & kSeeds ? m_grid.seeds : 1)
                * (kept & kUnits ? m_grid.units : 1);
            std::vector<double> out(cells, 0.0);
            for (std::size_t d = 0; d < m_grid.draws; ++d)
                for (std::size_t s = 0; s < m_grid.seeds; ++s)
                    for (std::size_t u = 0; u < m_grid.units; ++u)
                        out[index(kept, d, s, u)] += m_grid.at(d, s, u);
            for (auto& value : out)
                value *= static_cast<double>(cells) / static_cast<double>(m_grid.values.size());
            return out;
        }
        double effectAt(unsigned factors, std::size_t draw, std::size_t seed, std::size_t unit) const
        {
            double out = 0;
            for (unsigned kept = 0; kept < 8; ++kept)
                if ((kept & ~factors) == 0)
                    out += (std::popcount(factors ^ kept) % 2 == 0 ? 1 : -1) * mean(kept, draw, seed, unit);
            return out;
        }

        const Grid& m_grid;
        std::array<std::vector<double>, 8> m_means;
    };

    struct Variance {
        double value = 0;
        double degrees = 1;
        std::vector<VariancePart> parts;
    };

    Variance varianceOfMean(const Grid& grid, const Margins& margins)
    {
        static constexpr std::array<const char*, kFactors> kNames = {"draws", "seeds", "questions"};
        const unsigned active =
            (grid.draws > 1 ? kDraws : 0) | (grid.seeds > 1 ? kSeeds : 0) | (grid.units > 1 ? kUnits : 0);
        const auto count = static_cast<double>(grid.values.size());
        Variance out;
        double largest = 0, largestDegrees = 1, fewestDegrees = count, squares = 0;
        for (unsigned factors = 1; factors < 8; ++factors) {
            if ((factors & ~active) != 0)
                continue;
            const double share = margins.meanSquare(factors) / count, degrees = margins.degrees(factors);
            out.value += (std::popcount(factors) % 2 == 1 ? 1 : -1) * share;
            squares += share * share / degrees;
            if (std::popcount(factors) != 1)
                continue;
            out.parts.push_back({kNames[static_cast<std::size_t>(std::countr_zero(factors))], share});
            fewestDegrees = std::min(fewestDegrees, degrees);
            if (share > largest) {
                largest = share;
                largestDegrees = degrees;
            }
        }
        if (out.value <= largest) {
            out.value = largest;
            out.degrees = largestDegrees;
            return out;
        }
        out.degrees = std::max(fewestDegrees, out.value * out.value / squares);
        return out;
    }

} // namespace

void Grid::validate() const
{
    require(draws > 0 && seeds > 0 && units > 0 && values.size() == draws * seeds * units, ErrorCode::InvalidInput,
        text::join("an experiment's numbers are ", values.size(), ", expected ", draws, " draws x ", seeds, " seeds x ",
            units, " units"));
}

GridEstimate estimateMean(const Grid& grid)
{
    grid.validate();
    const Margins margins(grid);
    auto variance = varianceOfMean(grid, margins);
    GridEstimate out;
    out.mean = margins.grand();
    out.standardError = std::sqrt(variance.value);
    out.degrees = variance.degrees;
    out.parts = std::move(variance.parts);
    const double half = studentQuantile(kLevel, out.degrees) * out.standardError;
    out.interval = {out.mean - half, out.mean + half};
    if (out.standardError > 0)
        out.pValue = studentTwoSided(out.mean / out.standardError, out.degrees);
    else
        out.pValue = std::abs(out.mean) > 0 && grid.values.size() > 1 ? 0 : 1;
    return out;
}

Grid difference(const Grid& first, const Grid& second)
{
    first.validate();
    second.validate();
    require(first.seeds == second.seeds && first.units == second.units, ErrorCode::InvalidInput,
        "two arms of an experiment can only be compared on the same seeds and questions");
    require(first.draws == second.draws || first.draws == 1 || second.draws == 1, ErrorCode::InvalidInput,
        text::join("arms of ", first.draws, " and ", second.draws, " draws cannot be paired"));
    Grid out{std::max(first.draws, second.draws), first.seeds, first.units, {}};
    out.values.reserve(out.draws * out.seeds * out.units);
    for (std::size_t d = 0; d < out.draws; ++d)
        for (std::size_t s = 0; s < out.seeds; ++s)
            for (std::size_t u = 0; u < out.units; ++u)
                out.values.push_back(
                    first.at(first.draws == 1 ? 0 : d, s, u) - second.at(second.draws == 1 ? 0 : d, s, u));
    return out;
}

std::vector<double> unitScores(const Outcomes& outcomes)
{
    require(!outcomes.isCorrect.empty() && outcomes.isCorrect.size() == outcomes.image.size(), ErrorCode::InvalidInput,
        "there is no answered question to score");
    std::map<std::int64_t, double> right; // by picture, so that the order of the questions does not matter
    for (std::size_t i = 0; i < outcomes.isCorrect.size(); ++i)
        right[outcomes.image[i]] += outcomes.isCorrect[i] != 0 ? 1 : 0;
    std::vector<double> out;
    const double scale = 100 * static_cast<double>(right.size()) / static_cast<double>(outcomes.isCorrect.size());
    for (const auto& [image, count] : right)
        out.push_back(scale * count);
    return out;
}

std::vector<double> joinBenchmarks(const std::vector<std::vector<double>>& benchmarks)
{
    std::size_t units = 0;
    for (const auto& benchmark : benchmarks)
        units += benchmark.size();
    std::vector<double> out;
    for (const auto& benchmark : benchmarks)
        for (const double value : benchmark)
            out.push_back(value * static_cast<double>(units)
                / (static_cast<double>(benchmarks.size()) * static_cast<double>(benchmark.size())));
    return out;
}

} // namespace winnow::evaluate
