// Nearest neighbours by cosine, inside the clusters nearest to each row.
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/domain/metric.h"
#include "core/score/duplicate_score.h"
#include "core/tensor/linalg.h"

#include <algorithm>
#include <map>

namespace winnow::score {

namespace {

    constexpr std::int64_t kBlockRows = 1024;

    using Rows = std::vector<std::int64_t>;

    /// Cluster numbers 0, 1, … without gaps → their rows.
    std::vector<Rows> membersOf(std::span<const std::int32_t> clusters)
    {
        std::map<std::int32_t, Rows> byNumber;
        for (std::size_t row = 0; row < clusters.size(); ++row)
            byNumber[clusters[row]].push_back(static_cast<std::int64_t>(row));
        std::vector<Rows> out;
        for (auto& [number, rows] : byNumber)
            out.push_back(std::move(rows));
        return out;
    }

    torch::Tensor selected(const torch::Tensor& unit, const Rows& rows)
    {
        return unit.index_select(0, torch::tensor(rows, torch::kLong));
    }

    /// The rows that look into each cluster: those for which its mean direction is among the nearest.
    std::vector<Rows> visitorsOf(
        const torch::Tensor& unit, const std::vector<Rows>& members, const NearestCosineOptions& options)
    {
        std::vector<torch::Tensor> means;
        for (const auto& rows : members)
            means.push_back(selected(unit, rows).mean(0));
        const auto centres = tensor::unitRows(torch::stack(means)); // [K, D]
        const auto probes = std::min<std::int64_t>(options.probes, centres.size(0));
        std::vector<Rows> out(members.size());
        for (std::int64_t begin = 0; begin < unit.size(0); begin += kBlockRows) {
            const auto end = std::min(unit.size(0), begin + kBlockRows);
            const auto nearness = torch::matmul(unit.slice(0, begin, end), centres.t());                       // [b, K]
            const auto chosen = std::get<1>(nearness.topk(probes, 1)).to(torch::kLong).contiguous().flatten(); // [b P]
            const auto* const cluster = chosen.data_ptr<std::int64_t>();
            for (std::int64_t i = 0; i < chosen.numel(); ++i)
                out[static_cast<std::size_t>(cluster[i])].push_back(begin + i / probes);
        }
        return out;
    }

    /// Raises the visitors' best cosines by those to the members; a row is not compared with itself.
    void raise(std::vector<double>& best, const torch::Tensor& unit, const Rows& visitors, const Rows& members)
    {
        const auto own = torch::tensor(members, torch::kLong);
        const auto rows = torch::tensor(visitors, torch::kLong);
        auto cosines = torch::matmul(unit.index_select(0, rows), unit.index_select(0, own).t()); // [v, m]
        cosines.masked_fill_(rows.unsqueeze(1) == own.unsqueeze(0), -2);
        const auto highest = cosines.amax(1).to(torch::kDouble).contiguous(); // [v]
        for (std::size_t i = 0; i < visitors.size(); ++i) {
            auto& value = best[static_cast<std::size_t>(visitors[i])];
            value = std::max(value, highest.data_ptr<double>()[i]);
        }
    }

} // namespace

std::vector<double> nearestCosines(const torch::Tensor& vectors, std::span<const std::int32_t> clusters,
    const NearestCosineOptions& options, RunContext& context)
{
    require(vectors.size(0) == static_cast<std::int64_t>(clusters.size()), ErrorCode::InvalidInput,
        text::join(clusters.size(), " cluster numbers were given for ", vectors.size(0), " vectors"));
    require(options.probes >= 1, ErrorCode::InvalidInput, "a neighbour must be looked for in one cluster at least");
    std::vector<double> best(clusters.size(), -2);
    if (clusters.empty())
        return best;
    const auto unit = tensor::unitRows(vectors.to(torch::kCPU, torch::kFloat));
    const auto members = membersOf(clusters);
    const auto visitors = visitorsOf(unit, members, options);
    for (std::size_t c = 0; c < members.size(); ++c) {
        for (std::size_t begin = 0; begin < visitors[c].size(); begin += kBlockRows) {
            context.checkpoint();
            const auto end = std::min(visitors[c].size(), begin + kBlockRows);
            raise(best, unit,
                Rows(visitors[c].begin() + std::ptrdiff_t(begin), visitors[c].begin() + std::ptrdiff_t(end)),
                members[c]);
        }
        context.progress(
            "Nearest pictures", static_cast<std::int64_t>(c + 1), static_cast<std::int64_t>(members.size()));
    }
    for (auto& value : best)
        value = value < -1.5 ? kMissing : std::clamp(value, -1.0, 1.0);
    return best;
}

} // namespace winnow::score
