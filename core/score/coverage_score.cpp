#include "core/score/coverage_score.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/tensor/linalg.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace winnow::score {

namespace {

    constexpr std::int64_t kBlockRows = 1024;
    constexpr std::int64_t kPicksBetweenCheckpoints = 64;

    std::vector<double> toVector(const torch::Tensor& values)
    {
        const auto flat = values.to(torch::kCPU, torch::kDouble).contiguous();
        return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
    }

    /// Rows of one cluster, hard ones first.
    std::vector<std::int64_t> hardFirst(const torch::Tensor& unit, const std::vector<std::int64_t>& members)
    {
        const auto rows = unit.index_select(0, torch::tensor(members, torch::kLong));
        const auto centre = tensor::unitRows(rows.to(torch::kDouble).mean(0, true)); // [1, D]
        const auto nearness = toVector(torch::matmul(rows.to(torch::kDouble), centre.t()).flatten());
        std::vector<std::size_t> order(members.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return nearness[a] < nearness[b]; });
        std::vector<std::int64_t> out;
        for (const auto i : order)
            out.push_back(members[i]);
        return out;
    }

    /// Largest cosine of each row to any row before it, [n].
    torch::Tensor nearestBefore(const torch::Tensor& rows, RunContext& context)
    {
        const auto count = rows.size(0);
        auto out = torch::zeros({count}, torch::kDouble);
        for (std::int64_t begin = 0; begin < count; begin += kBlockRows) {
            context.checkpoint();
            const auto end = std::min(count, begin + kBlockRows);
            auto cosines = torch::matmul(rows.slice(0, begin, end), rows.slice(0, 0, end).t()); // [b, end]
            cosines = cosines.tril(begin - 1); // columns before the row itself; the others become 0
            out.slice(0, begin, end).copy_(cosines.amax(1));
        }
        return out.clamp(0, 1);
    }

} // namespace

std::vector<double> prismScores(const torch::Tensor& vectors)
{
    const auto count = vectors.size(0);
    if (count < 2)
        return std::vector<double>(static_cast<std::size_t>(count), 0);
    auto rows = vectors.to(torch::kCPU, torch::kDouble);
    rows = rows - rows.mean(0, true);
    rows = tensor::unitRows(rows - rows.mean(1, true));
    const auto own = rows.square().sum(1);                          // [N], 1, or 0 for a row without spread
    const auto all = torch::matmul(rows, rows.sum(0).unsqueeze(1)); // [N, 1]
    return toVector((all.squeeze(1) - own) / static_cast<double>(count - 1));
}

std::vector<double> semdedupScores(
    const torch::Tensor& vectors, std::span<const std::int32_t> clusters, RunContext& context)
{
    require(vectors.size(0) == static_cast<std::int64_t>(clusters.size()), ErrorCode::InvalidInput,
        text::join(clusters.size(), " cluster numbers were given for ", vectors.size(0), " vectors"));
    const auto unit = tensor::unitRows(vectors.to(torch::kCPU, torch::kFloat));
    std::map<std::int32_t, std::vector<std::int64_t>> members;
    for (std::size_t row = 0; row < clusters.size(); ++row)
        members[clusters[row]].push_back(static_cast<std::int64_t>(row));
    std::vector<double> out(clusters.size(), 0);
    std::int64_t done = 0;
    for (const auto& [cluster, rows] : members) {
        const auto order = hardFirst(unit, rows);
        const auto values = toVector(nearestBefore(unit.index_select(0, torch::tensor(order, torch::kLong)), context));
        for (std::size_t i = 0; i < order.size(); ++i)
            out[static_cast<std::size_t>(order[i])] = values[i];
        done += static_cast<std::int64_t>(rows.size());
        context.progress("Near duplicates", done, vectors.size(0));
    }
    return out;
}

KCenterOrder kCenterOrder(const torch::Tensor& vectors, const KCenterOptions& options, RunContext& context)
{
    require(options.maxPicks > 0, ErrorCode::InvalidInput, "at least one centre must be picked");
    const auto rows = vectors.to(torch::kCPU, torch::kFloat).contiguous();
    const auto count = rows.size(0);
    const auto picks = std::min(count, options.maxPicks);
    std::vector<std::int64_t> order;
    std::vector<double> squares; // beside order: to the nearest row picked before
    auto nearest = torch::full({count}, std::numeric_limits<float>::infinity()); // squared; -1 = picked
    for (std::int64_t pick = 0; pick < picks; ++pick) {
        if (pick % kPicksBetweenCheckpoints == 0) {
            context.checkpoint();
            context.progress("Picking centres", pick, picks);
        }
        const auto next = pick == 0
            ? static_cast<std::int64_t>(Random(options.seed, "score.kcenter").below(static_cast<std::uint64_t>(count)))
            : nearest.argmax().item<std::int64_t>();
        order.push_back(next);
        squares.push_back(nearest[next].item<double>());
        nearest = torch::minimum(nearest, (rows - rows[next]).square().sum(1));
        nearest[next] = -1;
    }
    context.progress("Picking centres", picks, picks);
    const auto left = toVector(nearest);
    std::vector<std::int64_t> rest;
    for (std::int64_t row = 0; row < count; ++row)
        if (left[static_cast<std::size_t>(row)] >= 0)
            rest.push_back(row);
    std::stable_sort(rest.begin(), rest.end(),
        [&](auto a, auto b) { return left[static_cast<std::size_t>(a)] > left[static_cast<std::size_t>(b)]; });
    for (const auto row : rest) {
        order.push_back(row);
        squares.push_back(left[static_cast<std::size_t>(row)]);
    }
    KCenterOrder out{std::vector<std::int64_t>(order.size(), 0), std::vector<double>(order.size(), 0)};
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto row = static_cast<std::size_t>(order[i]);
        out.ranks[row] = static_cast<std::int64_t>(i) + 1;
        out.radii[row] = i + 1 < order.size() ? std::sqrt(squares[i + 1]) : 0;
    }
    return out;
}

} // namespace winnow::score
