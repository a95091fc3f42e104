#include "core/select/labels.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::select {

torch::Tensor TrainingSet::subset(std::int64_t i) const
{
    const auto end = sizes.begin() + i;
    return rows.narrow(0, std::accumulate(sizes.begin(), end, std::int64_t(0)), *end);
}

TrainingSet TrainingSet::only(const std::vector<std::int64_t>& subsets) const
{
    TrainingSet out;
    out.columns = columns;
    std::vector<torch::Tensor> parts;
    for (const auto i : subsets) {
        const auto at = static_cast<std::size_t>(i);
        parts.push_back(subset(i));
        out.sizes.push_back(sizes[at]);
        out.labels.push_back(labels[at]);
        out.names.push_back(names[at]);
    }
    out.rows = parts.empty() ? rows.narrow(0, 0, 0) : torch::cat(parts);
    return out;
}

TrainingSet TrainingSet::without(std::int64_t left) const
{
    std::vector<std::int64_t> kept;
    for (std::int64_t i = 0; i < count(); ++i)
        if (i != left)
            kept.push_back(i);
    return only(kept);
}

TrainingSet TrainingSet::cutToSmallest() const
{
    auto out = *this;
    const auto smallest = *std::min_element(sizes.begin(), sizes.end());
    std::vector<torch::Tensor> parts;
    for (std::int64_t i = 0; i < count(); ++i)
        parts.push_back(subset(i).narrow(0, 0, smallest));
    out.rows = torch::cat(parts);
    out.sizes.assign(sizes.size(), smallest);
    return out;
}

bool TrainingSet::hasEqualSizes() const
{
    return std::all_of(sizes.begin(), sizes.end(), [&](auto size) { return size == sizes.front(); });
}

torch::Tensor TrainingSet::stacked() const
{
    require(hasEqualSizes(), ErrorCode::InvalidInput, "attention across subsets needs subsets of equal size");
    return rows.view({count(), sizes.front(), width()}); // [S, P, F]
}

void TrainingSet::validate() const
{
    require(count() >= 3, ErrorCode::InvalidInput,
        text::join("a selector needs at least 3 labelled subsets, there are ", count()));
    require(labels.size() == sizes.size() && names.size() == sizes.size(), ErrorCode::InvalidInput,
        text::join("there are ", labels.size(), " labels for ", sizes.size(), " subsets"));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        require(sizes[i] > 0, ErrorCode::InvalidInput,
            text::join("subset ", names[i], " has no pair with all inputs of the selector"));
        require(std::isfinite(labels[i]), ErrorCode::InvalidInput,
            text::join("the label of subset ", names[i], " is not a number"));
    }
    require(rows.dim() == 2 && rows.size(1) == static_cast<std::int64_t>(columns.size())
            && rows.size(0) == std::accumulate(sizes.begin(), sizes.end(), std::int64_t(0)),
        ErrorCode::InvalidInput, "the rows of the labelled subsets do not match their sizes and inputs");
    require(rows.isfinite().all().item<bool>(), ErrorCode::InvalidInput,
        "an input of the labelled subsets is not a finite number");
    require(std::any_of(labels.begin(), labels.end(), [&](double label) { return label != labels.front(); }),
        ErrorCode::InvalidInput, "all labels are the same: nothing can be learned from them");
}

std::vector<double> readLabelFile(const std::filesystem::path& file)
{
    const auto value = json::load(file, 1 << 24);
    require(value.is_array(), ErrorCode::BadFile,
        text::join(file.string(), " is not a JSON list of numbers, one label for each subset"));
    std::vector<double> out;
    for (const auto& item : value) {
        require(item.is_number(), ErrorCode::BadFile,
            text::join(file.string(), ": label ", out.size() + 1, " is not a number"));
        out.push_back(item.get<double>());
    }
    return out;
}

} // namespace winnow::select
