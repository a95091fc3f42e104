#include "core/tensor/linalg.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <torch/types.h>

#include <algorithm>
#include <tuple>

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

} // namespace

torch::Tensor Pca::transform(const torch::Tensor& rows) const
{
    expectShape(rows, {kAny, mean.size(0)}, "rows");
    return torch::matmul(rows.to(torch::kCPU, torch::kDouble) - mean, components.t()); // [M, E]
}

Pca computePca(const torch::Tensor& rows, std::int64_t components)
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
    const auto axes = axesOf(x - out.mean);
    out.components = axes.components.narrow(0, 0, components).clone();
    const auto largest = std::get<1>(out.components.abs().max(1, true));
    out.components *= out.components.gather(1, largest).sign(); // the sign is free, so it is fixed
    out.variance = axes.variances.narrow(0, 0, components).clone();
    const auto all = axes.variances.sum();
    out.varianceRatio = all.item<double>() > 0 ? out.variance / all : torch::zeros_like(out.variance);
    out.singularValues = (out.variance * double(N - 1)).sqrt();
    return out;
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
