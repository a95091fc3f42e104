#pragma once

#include "core/evaluate/statistics.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace winnow::evaluate {

/// Numbers over draws x seeds x units, the last index running fastest. A draw is one of several selections made at
/// random (one otherwise), a seed one fine-tune, a unit one picture with its questions: all that is random here.
struct Grid {
    std::size_t draws = 1;
    std::size_t seeds = 1;
    std::size_t units = 0;
    std::vector<double> values; ///< draws * seeds * units

    double at(std::size_t draw, std::size_t seed, std::size_t unit) const
    {
        return values[(draw * seeds + seed) * units + unit];
    }
    double& at(std::size_t draw, std::size_t seed, std::size_t unit)
    {
        return values[(draw * seeds + seed) * units + unit];
    }
    /// Throws Error(InvalidInput): an extent of 0, another number of values.
    void validate() const;
};

/// What one part of the randomness adds to the variance of the mean.
struct VariancePart {
    std::string factor; ///< "draws", "seeds", "questions"
    double share = 0;   ///< its mean square over the number of values, in squared points
};

/// A mean with all that is uncertain about it.
struct GridEstimate {
    double mean = 0;
    double standardError = 0;
    double degrees = 1; ///< of freedom of the standard error (Satterthwaite)
    Interval interval;  ///< 95 %, Student's t
    double pValue = 1;  ///< two-sided, of mean = 0
    std::vector<VariancePart> parts;
};

/// Mean of a grid whose draws, seeds and units are all taken as random samples (crossed random effects), so that the
/// interval speaks of new draws, new seeds and new questions, not of these alone. Variance of the grand mean from the
/// analysis of variance: sum of mean squares of all factors with more than one level, minus those of their two-way
/// interactions, plus that of the three-way one, over the number of values (unbiased; Searle, Casella and McCulloch,
/// Variance Components, 1992, ch. 4), never below the largest single factor's; degrees of freedom after Satterthwaite
/// (1946). With five seeds the intervals cover 92 to 96 % (tests/unit/evaluate); a percentile bootstrap over five seeds
/// is too narrow by construction.
GridEstimate estimateMean(const Grid& grid);

/// first - second, paired by seed and unit; the one with a single draw is compared with every draw of the other. Throws
/// Error(InvalidInput): other seeds or units, or two different numbers of draws above one.
Grid difference(const Grid& first, const Grid& second);

/// Answers of one model to one benchmark as units: the mean of the units is the accuracy in percent. Units are the
/// pictures in the order of their numbers; one with more questions weighs more.
std::vector<double> unitScores(const Outcomes& outcomes);
/// Units of several benchmarks as one list whose mean is the mean of the benchmarks' accuracies.
std::vector<double> joinBenchmarks(const std::vector<std::vector<double>>& benchmarks);

} // namespace winnow::evaluate
