#pragma once

#include "core/base/run_context.h"
#include "core/select/labels.h"
#include "core/select/selector.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace winnow::select {

/// How a selector is fitted (METHOD 7 and 11).
///   Published: inputs as they are, Adam at 0.01, 20 steps over all subsets at once, the last step is kept; attention
///   runs across the subsets. Linear: least squares without a penalty.
///   Corrected: inputs and labels standardised over the training subsets, every pair scored alone, a subset's
///   prediction is the mean of its pairs; the number of steps (nets) or the penalty (linear) is the one with the least
///   held-out error.
struct TrainingOptions {
    SelectorKind kind = SelectorKind::Linear;
    Mode mode = Mode::Corrected;
    std::uint64_t seed = 42;
    std::int64_t heads = 4;                   ///< attention
    std::int64_t layers = 2;                  ///< attention
    std::vector<std::int64_t> hidden{12, 12}; ///< MLP
    double rate = 0.01;
    std::int64_t publishedSteps = 20;
    std::int64_t maxSteps = 200; ///< corrected: steps are looked for up to here
    std::int64_t folds = 5;      ///< corrected nets: cross-validation that chooses the steps
    std::int64_t steps = 0;      ///< above 0: exactly so many, nothing is chosen

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// Full-batch Adam on the mean squared error between `predict()` [S] and the labels [S]. Gives the loss before each
/// step; `afterStep` (may be empty) hears the number of steps done. Stops between steps.
struct DescentOptions {
    double rate = 0.01;
    std::int64_t steps = 20;
};
std::vector<double> descend(std::vector<torch::Tensor> parameters, const std::function<torch::Tensor()>& predict,
    const torch::Tensor& labels, const DescentOptions& options, RunContext& context,
    const std::function<void(std::int64_t)>& afterStep = {});

/// Deterministic by seed. Throws Error: InvalidInput (the set, the options), Diverged.
FittedSelector fitSelector(const TrainingSet& set, const TrainingOptions& options, RunContext& context);

/// What the selector says of each subset of the set it is given: the mean over its pairs.
std::vector<double> predictSubsets(const FittedSelector& selector, const TrainingSet& set, RunContext& context);

/// What the selector, fitted to `known`, says of a subset [P, F] that it never saw. Published attention: the subset is
/// appended to the sequence of the known ones.
double predictUnseen(
    const FittedSelector& selector, const TrainingSet& known, const torch::Tensor& unseen, RunContext& context);

/// Mean squared held-out error after 1 … steps steps, from cross-validation over `folds` folds of subsets (drawn by the
/// seed). Corrected nets only.
std::vector<double> crossValidatedErrors(const TrainingSet& set, const TrainingOptions& options, RunContext& context);

/// Steps that a corrected net is trained for: those with the least crossValidatedErrors().
std::int64_t chooseSteps(const TrainingSet& set, const TrainingOptions& options, RunContext& context);

/// Subset numbers of each fold, drawn by the seed; no fold is empty.
std::vector<std::vector<std::int64_t>> drawFolds(std::int64_t subsets, std::int64_t folds, std::uint64_t seed);

/// Leave-one-subset-out of linear selectors for many labellings of the same subsets: everything that does not depend on
/// the labels is computed once. heldOut() gives what fitSelector() to the others and predictUnseen() would.
class LinearRefits {
public:
    LinearRefits(const TrainingSet& set, Mode mode);
    /// Prediction of each subset from the others under these labels.
    std::vector<double> heldOut(const std::vector<double>& labels) const;

private:
    struct Left {
        std::vector<double> known;  ///< [S - 1, F], means of the scaled rows
        std::vector<double> unseen; ///< [F]
    };
    std::vector<Left> m_left;
    std::size_t m_width;
    Mode m_mode;
};

} // namespace winnow::select
