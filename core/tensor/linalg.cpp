#include "core/tensor/linalg.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <torch/types.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace winnow::tensor {

namespace {

    /// Above this many multiplications the eigenvectors of the D x D covariance are cheaper than the singular vectors
    /// of all rows; they lose digits only in directions of almost no variance.
    constexpr double kMaxDirectCost = 2e9;

    struct Axes {
        torch::Tensor variances;  // [R], descending
        torch::Tensor components; // [R, D]
    };

    Axes axesOf(const torch::Tensor& centered)
    {
        const auto N = centered.size(0), D = centered.size(1);
        const double cost = double(N) * double(D) * double(std::min(N, D));
        if (cost <= kMaxDirectCost || N <= D) {
            const auto [u, s, v] = torch::linalg_svd(centered, false); // v [min(N, D), D]
            return {s.square() / double(N - 1), v};
        }
        const auto covariance = torch::matmul(centered.t(), centered) / double(N - 1); // [D, D]
        const auto [values, vectors] = torch::linalg_eigh(covariance, "L");            // ascending, columns
        return {values.flip(0).clamp_min(0), vectors.t().flip(0)};
    }

    /// Signs [E] of 1 and -1, by which the components [E, D] are to be multiplied.
    torch::Tensor signsOf(const torch::Tensor& components, const torch::Tensor& centered, PcaSign sign)
    {
        const auto deciding =
            sign == PcaSign::LargestEntry ? components : torch::matmul(components, centered.t()); // [E, D or N]
        const auto largest = std::get<1>(deciding.abs().max(1, true));                            // [E, 1]
        const auto value = deciding.gather(1, largest);                                           // [E, 1]
        return torch::where(value < 0, -torch::ones_like(value), torch::ones_like(value));
    }

} // namespace

torch::Tensor Pca::transform(const torch::Tensor& rows) const
{
    expectShape(rows, {kAny, mean.size(0)}, "rows");
    return torch::matmul(rows.to(torch::kCPU, torch::kDouble) - mean, components.t()); // [M, E]
}

Pca computePca(const torch::Tensor& rows, std::int64_t components, PcaSign sign)
{
    expectShape(rows, {kAny, kAny}, "rows");
    const auto N = rows.size(0), D = rows.size(1);
    require(N >= 2, ErrorCode::InvalidInput, text::join("principal components need at least 2 rows, there are ", N));
    require(components >= 1 && components <= std::min(N, D), ErrorCode::InvalidInput,
        text::join("cannot find ", components, " principal components in ", N, " rows of ", D, " numbers"));
    const torch::NoGradGuard noGrad;
    const auto x = rows.to(torch::kCPU, torch::kDouble);
    require(torch::isfinite(x).all().item<bool>(), ErrorCode::InvalidInput,
        "cannot find principal components: some numbers are missing or infinite");
    Pca out;
    out.mean = x.mean(0);
    const auto centered = x - out.mean; // [N, D]
    const auto axes = axesOf(centered);
    out.components = axes.components.narrow(0, 0, components).clone();
    out.components *= signsOf(out.components, centered, sign);
    out.variance = axes.variances.narrow(0, 0, components).clone();
    const auto all = axes.variances.sum();
    out.varianceRatio = all.item<double>() > 0 ? out.variance / all : torch::zeros_like(out.variance);
    out.singularValues = (out.variance * double(N - 1)).sqrt();
    return out;
}

torch::Tensor reduceSubsets(const torch::Tensor& subsets, std::int64_t components)
{
    expectShape(subsets, {kAny, kAny, kAny}, "subsets");
    std::vector<torch::Tensor> reduced;
    for (std::int64_t s = 0; s < subsets.size(0); ++s)
        reduced.push_back(computePca(subsets[s], components, PcaSign::LargestRow).transform(subsets[s])); // [N, E]
    require(!reduced.empty(), ErrorCode::InvalidInput, "cannot reduce subsets: there are none");
    return torch::stack(reduced).to(torch::kFloat); // [S, N, E]
}

torch::Tensor unitRows(const torch::Tensor& rows)
{
    const auto length = rows.norm(2, -1, true);
    return rows / torch::where(length > 0, length, torch::ones_like(length));
}

torch::Tensor cosine(const torch::Tensor& a, const torch::Tensor& b)
{
    expectShape(a, {kAny, kAny}, "a");
    expectShape(b, {kAny, a.size(1)}, "b");
    return torch::matmul(unitRows(a), unitRows(b).t());
}

torch::Tensor squaredDistances(const torch::Tensor& a, const torch::Tensor& b)
{
    expectShape(a, {kAny, kAny}, "a");
    expectShape(b, {kAny, a.size(1)}, "b");
    auto out = torch::matmul(a, b.t()).mul_(-2); // [N, M]
    out.add_(a.square().sum(1, true)).add_(b.square().sum(1));
    return out.clamp_min_(0);
}

} // namespace winnow::tensor
