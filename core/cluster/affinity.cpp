#include "core/cluster/affinity.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kBlockRows = 256;     // rows whose neighbours are looked for at a time
    constexpr std::int64_t kBlockColumns = 4096; // rows they are compared with at a time
    constexpr std::int64_t kMostGaussianRows = 8000;

    using Candidate = std::pair<double, std::int64_t>; // squared distance, row

    torch::Tensor checkedRows(const torch::Tensor& rows)
    {
        require(rows.dim() == 2 && rows.size(0) > 0 && rows.size(1) > 0, ErrorCode::BadShape,
            text::join("clustering needs rows of features [N, D], not ", rows.sizes()));
        require(rows.size(0) <= std::numeric_limits<std::int32_t>::max(), ErrorCode::TooLarge,
            text::join("cannot cluster ", rows.size(0), " rows at once"));
        const auto type = rows.scalar_type() == torch::kDouble ? torch::kDouble : torch::kFloat;
        const auto out = rows.detach().to(torch::kCPU, type).contiguous();
        require(torch::isfinite(out).all().item<bool>(), ErrorCode::InvalidInput,
            "cannot cluster: the features hold values that are not finite");
        return out;
    }

    /// Part of the rows around the mean of all, in float64, with their squared lengths.
    struct Block {
        torch::Tensor rows;  // [n, D]
        torch::Tensor norms; // [n]

        Block(const torch::Tensor& all, const torch::Tensor& mean, std::int64_t begin, std::int64_t length)
            : rows(all.slice(0, begin, std::min(begin + length, all.size(0))).to(torch::kDouble) - mean)
            , norms(rows.square().sum(1))
        {
        }
        /// [n, m], never negative
        torch::Tensor squaredDistances(const Block& other) const
        {
            return torch::addmm(other.norms, rows, other.rows.t(), 1, -2).add_(norms.unsqueeze(1)).clamp_min_(0);
        }
    };

    /// The nearest so far of one row, the farthest of them at the front of a heap.
    void keepNearest(std::vector<Candidate>& nearest, std::size_t count, const double* distances, std::int64_t first,
        std::int64_t length, std::int64_t self)
    {
        for (std::int64_t j = 0; j < length; ++j) {
            const Candidate candidate{first + j == self ? -1 : distances[j], first + j}; // itself before its doubles
            if (nearest.size() == count && !(candidate < nearest.front()))
                continue;
            if (nearest.size() == count) {
                std::pop_heap(nearest.begin(), nearest.end());
                nearest.pop_back();
            }
            nearest.push_back(candidate);
            std::push_heap(nearest.begin(), nearest.end());
        }
    }

    void store(std::vector<Candidate>& nearest, std::int64_t row, Neighbors& out)
    {
        std::sort_heap(nearest.begin(), nearest.end());
        auto* const rows = out.rows.data_ptr<std::int64_t>() + row * out.rows.size(1);
        auto* const squares = out.squares.data_ptr<double>() + row * out.rows.size(1);
        for (std::size_t n = 0; n < nearest.size(); ++n) {
            rows[n] = nearest[n].second;
            squares[n] = std::max(nearest[n].first, 0.0);
        }
    }

    void findBlock(
        const torch::Tensor& all, const torch::Tensor& mean, std::int64_t begin, Neighbors& out, RunContext& context)
    {
        const auto count = static_cast<std::size_t>(out.rows.size(1));
        const Block block(all, mean, begin, kBlockRows);
        std::vector<std::vector<Candidate>> nearest(static_cast<std::size_t>(block.rows.size(0)));
        for (std::int64_t first = 0; first < all.size(0); first += kBlockColumns) {
            context.checkpoint();
            const auto distances = block.squaredDistances({all, mean, first, kBlockColumns}); // [n, m]
            const auto* row = distances.data_ptr<double>();
            for (std::size_t i = 0; i < nearest.size(); ++i, row += distances.size(1))
                keepNearest(nearest[i], count, row, first, distances.size(1), begin + static_cast<std::int64_t>(i));
        }
        for (std::size_t i = 0; i < nearest.size(); ++i)
            store(nearest[i], begin + static_cast<std::int64_t>(i), out);
    }

    /// The entries of one row, in ascending columns, equal ones added up.
    void appendRow(std::vector<std::int32_t>& entries, double weight, Affinity& out)
    {
        std::sort(entries.begin(), entries.end());
        for (std::size_t e = 0; e < entries.size(); ++e) {
            if (e > 0 && entries[e] == entries[e - 1]) {
                out.weights.back() += weight;
                continue;
            }
            out.columns.push_back(entries[e]);
            out.weights.push_back(weight);
        }
        out.starts.push_back(static_cast<std::int64_t>(out.columns.size()));
    }

} // namespace

Neighbors nearestNeighbors(const torch::Tensor& rows, std::int64_t count, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    const auto all = checkedRows(rows);
    const auto N = all.size(0);
    require(count >= 1, ErrorCode::InvalidInput, text::join("cannot look for ", count, " neighbours"));
    require(count <= N, ErrorCode::InvalidInput,
        text::join("cannot find ", count, " neighbours among ", N, N == 1 ? " pair" : " pairs",
            " (each counts itself): choose fewer neighbours"));
    const auto mean = all.mean(0).to(torch::kDouble); // [D]; any point near the rows keeps the digits
    Neighbors out{torch::empty({N, count}, torch::kInt64), torch::empty({N, count}, torch::kDouble)};
    context.progress("Neighbours", 0, N);
    for (std::int64_t begin = 0; begin < N; begin += kBlockRows) {
        findBlock(all, mean, begin, out, context);
        context.progress("Neighbours", std::min(begin + kBlockRows, N), N);
    }
    return out;
}

torch::Tensor Affinity::toDense() const
{
    auto out = torch::zeros({count, count}, torch::kDouble);
    auto* const values = out.data_ptr<double>();
    for (std::int64_t i = 0; i < count; ++i)
        for (auto e = starts[static_cast<std::size_t>(i)]; e < starts[static_cast<std::size_t>(i) + 1]; ++e)
            values[i * count + columns[static_cast<std::size_t>(e)]] = weights[static_cast<std::size_t>(e)];
    return out;
}

Affinity neighborAffinity(const torch::Tensor& rows, std::int64_t count, RunContext& context)
{
    const auto neighbors = nearestNeighbors(rows, count, context);
    const auto N = neighbors.rows.size(0);
    std::vector<std::vector<std::int32_t>> entries(static_cast<std::size_t>(N)); // i → j stands in both rows
    const auto* neighbor = neighbors.rows.data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < N; ++i)
        for (std::int64_t n = 0; n < count; ++n, ++neighbor) {
            entries[static_cast<std::size_t>(i)].push_back(static_cast<std::int32_t>(*neighbor));
            entries[static_cast<std::size_t>(*neighbor)].push_back(static_cast<std::int32_t>(i));
        }
    Affinity out;
    out.count = N;
    out.starts.push_back(0);
    for (auto& row : entries)
        appendRow(row, 0.5, out);
    return out;
}

Affinity gaussianAffinity(const torch::Tensor& rows, double gamma, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    require(std::isfinite(gamma) && gamma > 0, ErrorCode::InvalidInput, "gamma must be a number above 0");
    const auto all = checkedRows(rows);
    const auto N = all.size(0);
    require(N <= kMostGaussianRows, ErrorCode::TooLarge,
        text::join("cannot weigh all pairs of ", N, " rows: at most ", kMostGaussianRows, ", use neighbours"));
    const auto mean = all.mean(0).to(torch::kDouble); // [D]; any point near the rows keeps the digits
    const Block columns(all, mean, 0, N);
    Affinity out;
    out.count = N;
    out.starts.push_back(0);
    for (std::int64_t begin = 0; begin < N; begin += kBlockRows) {
        context.checkpoint();
        const Block block(all, mean, begin, kBlockRows);
        const auto weights = block.squaredDistances(columns).mul_(-gamma).exp_(); // [n, N]
        const auto* weight = weights.data_ptr<double>();
        for (std::int64_t i = begin; i < begin + weights.size(0); ++i) {
            for (std::int64_t j = 0; j < N; ++j, ++weight)
                if (*weight > 0 || i == j) {
                    out.columns.push_back(static_cast<std::int32_t>(j));
                    out.weights.push_back(i == j ? 1 : *weight);
                }
            out.starts.push_back(static_cast<std::int64_t>(out.columns.size()));
        }
    }
    return out;
}

} // namespace winnow::cluster
