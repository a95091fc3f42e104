#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::select {

/// Subsets whose quality was measured, with what a selector looks at: the rows of all subsets, one after another.
struct TrainingSet {
    torch::Tensor rows;               ///< [R, F] f32, finite
    std::vector<std::int64_t> sizes;  ///< rows of each subset, in order; their sum is R
    std::vector<double> labels;       ///< one per subset: what a model fine-tuned on it scored
    std::vector<std::string> names;   ///< one per subset
    std::vector<std::string> columns; ///< F names

    std::int64_t count() const { return static_cast<std::int64_t>(sizes.size()); }
    std::int64_t width() const { return rows.size(1); }
    /// [size, F]
    torch::Tensor subset(std::int64_t i) const;
    /// The subsets of these numbers, in this order.
    TrainingSet only(const std::vector<std::int64_t>& subsets) const;
    /// All subsets but one.
    TrainingSet without(std::int64_t subset) const;
    /// The first rows of each subset, as many as the smallest has: what attention across subsets needs (METHOD 7).
    TrainingSet cutToSmallest() const;
    bool hasEqualSizes() const;
    /// [S, P, F], for subsets of equal size.
    torch::Tensor stacked() const;
    /// Throws Error(InvalidInput): fewer than 3 subsets, an empty one, counts that do not match, numbers that are not
    /// finite, labels that are all the same.
    void validate() const;
};

/// A JSON list of numbers, one per subset. Throws Error: NotFound, BadFile.
std::vector<double> readLabelFile(const std::filesystem::path& file);

} // namespace winnow::select
