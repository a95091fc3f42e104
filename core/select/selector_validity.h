#pragma once

#include "core/base/run_context.h"
#include "core/domain/selector.h"
#include "core/select/selector_training.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace winnow::select {

struct ValidityOptions {
    std::int64_t permutations = 0; ///< shuffles of the labels; 0 = 999 for linear selectors, 99 for nets
    std::int64_t repeats = 10;     ///< shuffles of each input for its importance
    std::uint64_t seed = 0;        ///< of both
    /// Throws Error(InvalidInput).
    void validate() const;
};

/// How far a selector may be trusted (METHOD 11, 5): `fitted` is the selector that `training` made of `set`.
///   Held out: each subset is predicted by a selector fitted anew to all others, scales and penalty included; a net
///   keeps the number of steps that was chosen on all of them.
///   Chance: the labels are shuffled among the subsets and everything is done again; the p-value is
///   (1 + shuffles that come out as well or better) / (1 + shuffles). Linear selectors are compared by their
///   leave-one-out error; nets by the error of 5-fold cross-validation, of which a corrected net takes the best step
///   each time, because refitting every fold of every shuffle would take hours.
///   Importances: growth of the squared error on the labels when one input is shuffled over all rows, mean of the
///   repeats (Breiman 2001).
/// Deterministic by seed. Stops between fits. Cost: S + permutations · (S or 5) fits.
/// Throws Error(InvalidInput).
SelectorValidity measureValidity(const TrainingSet& set, const TrainingOptions& training, const FittedSelector& fitted,
    const ValidityOptions& options, RunContext& context);

/// Spearman's rank correlation, ties share their mean rank; NaN where one side is constant. Sizes must be equal.
double rankCorrelation(std::span<const double> a, std::span<const double> b);
double meanSquaredError(std::span<const double> predicted, std::span<const double> labels);
/// 1 - error / variance of the labels.
double determination(std::span<const double> predicted, std::span<const double> labels);
/// Mean squared error of predicting each label by the mean of the others.
double othersMeanError(std::span<const double> labels);
/// The plain sentence without a full stop: whether the selector is better than chance, and by how much.
std::string verdictOf(const SelectorValidity& validity);

} // namespace winnow::select
