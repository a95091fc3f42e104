#pragma once

#include "core/domain/metric.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

/// What predicts which pairs help (METHOD 7, DESIGN 4.7): the sliders' weighted sum, or a model fitted to labels.
enum class SelectorKind { Weights, Linear, Mlp, Attention };

inline std::string_view toString(SelectorKind kind)
{
    static constexpr std::string_view kNames[] = {"weights", "linear", "mlp", "attention"};
    return kNames[static_cast<std::size_t>(kind)];
}

/// One input of a trained selector: `factor` times a metric (width 1) or times a feature space (width = its numbers).
struct SelectorInput {
    std::string name;
    double factor = 1;
    std::int64_t width = 0; ///< 0 = not known yet
    bool operator==(const SelectorInput&) const = default;
};

/// How much one number that goes into a selector matters to it.
struct SelectorImportance {
    std::string input;             ///< "clip", "image-pca6[2]"
    double importance = kMissing;  ///< how much the squared error on the labels grows when its values are shuffled
    double coefficient = kMissing; ///< linear only: change of the score for one standard deviation
};

/// How far a trained selector may be trusted: each label predicted by a selector that never saw it.
struct SelectorValidity {
    std::int64_t labelCount = 0;      ///< 0 = never measured (weights, an imported checkpoint without labels)
    double labelDeviation = kMissing; ///< population standard deviation of the labels
    double fitError = kMissing;       ///< mean squared error on the labels it was fitted to
    double fitR2 = kMissing;
    double fitSpearman = kMissing;
    double error = kMissing;       ///< mean squared error of the held-out predictions
    double chanceError = kMissing; ///< the same of the mean of the other labels, which knows nothing
    double r2 = kMissing;          ///< 1 - error / chanceError; 0 or below = no better than the mean
    double spearman = kMissing;    ///< rank correlation of held-out predictions and labels
    double pValue = kMissing;      ///< share of shuffled labels that are predicted as well or better
    std::int64_t permutations = 0;
    bool beatsChance = false;
    std::string scheme;                          ///< how it was measured, one sentence
    std::string verdict;                         ///< what it means, one plain sentence
    std::vector<std::string> subsets;            ///< name of each label's subset
    std::vector<double> labels;                  ///< measured
    std::vector<double> fitted;                  ///< by the stored selector
    std::vector<double> predicted;               ///< held out
    std::vector<SelectorImportance> importances; ///< one per number that goes in
};

/// A stored selector without its weights.
struct SelectorInfo {
    std::int64_t key = 0; ///< store key
    std::string name;
    SelectorKind kind = SelectorKind::Weights;
    Mode mode = Mode::Corrected;
    std::vector<SelectorInput> inputs;     ///< in order; empty for weights
    std::map<std::string, double> weights; ///< metric -> weight, of kind weights only
    std::string settings;                  ///< JSON: shape of the net, seed, steps, label scale, what was chosen
    std::string labels;                    ///< name of the labels it was fitted to; empty = none
    std::int64_t parameterCount = 0;
    std::string weightsSha256; ///< of its weight file; empty for weights
    std::string provenance;    ///< JSON: files, clusterings and keys it was made from
    std::string createdAt;     ///< UTC, ISO 8601
    SelectorValidity validity;
};

} // namespace winnow
