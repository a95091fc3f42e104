#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace winnow::evaluate {

/// A 95 % interval.
struct Interval {
    double low = 0;
    double high = 0;
};

/// Wilson's score interval (Wilson 1927) of a proportion, without continuity correction; [0, 1] when there were no
/// trials.
Interval wilsonInterval(std::int64_t successes, std::int64_t trials);

/// Right answers of a benchmark, with the picture each question is about: questions on one picture stand or fall
/// together.
struct Outcomes {
    std::vector<std::uint8_t> isCorrect; ///< one per question, 0 or 1
    std::vector<std::int64_t> image;     ///< number of the picture, any numbering; as long as isCorrect
};

struct BootstrapOptions {
    std::int64_t resamples = 10'000;
    std::uint64_t seed = 0;
};

struct Proportion {
    double value = 0; ///< share of right answers
    Interval interval;
};

/// Share of right answers with a percentile bootstrap interval over pictures (cluster bootstrap; Davison and Hinkley
/// 1997, 3.8): whole pictures are drawn with replacement. Equal seed, equal numbers. Throws Error(InvalidInput): no
/// question, lists of unequal length.
Proportion clusterBootstrap(const Outcomes& outcomes, const BootstrapOptions& options = {});

/// Two-sided exact McNemar test: `onlyFirst` questions were right in the first run alone, `onlySecond` in the second
/// alone; under the hypothesis of no difference each of them falls either way like a coin. 1 when both are 0.
double mcnemarExact(std::int64_t onlyFirst, std::int64_t onlySecond);

/// Two runs on the same questions, second minus first.
struct PairedComparison {
    std::int64_t questionCount = 0;
    std::int64_t onlyFirst = 0;  ///< right in the first run alone
    std::int64_t onlySecond = 0; ///< right in the second run alone
    double difference = 0;       ///< of the shares of right answers, second - first
    Interval interval;           ///< of the difference, paired bootstrap over pictures
    double mcnemarP = 1;         ///< exact, takes questions as independent
    double permutationP = 1;     ///< the two runs swapped picture by picture at random: does not; two-sided
};

/// `first` and `second` are about the same questions in the same order, with the same pictures. Throws
/// Error(InvalidInput) where they are not.
PairedComparison compareRuns(const Outcomes& first, const Outcomes& second, const BootstrapOptions& options = {});

} // namespace winnow::evaluate
