#include "core/cluster/balanced_swaps.h"

#include <algorithm>
#include <cmath>

namespace winnow::cluster {

namespace {

    constexpr std::size_t kMostTried = 16; // rows of a cluster for each other cluster

    double squareBetween(const double* a, const double* b, std::int64_t width)
    {
        double sum = 0;
        for (std::int64_t d = 0; d < width; ++d)
            sum += (a[d] - b[d]) * (a[d] - b[d]);
        return sum;
    }

    std::vector<double> toVector(const torch::Tensor& values)
    {
        const auto flat = values.contiguous();
        return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
    }

} // namespace

BalancedSwaps::BalancedSwaps(const torch::Tensor& rows, Metric metric, std::int64_t clusters)
    : m_rows(rows)
    , m_metric(metric)
    , m_clusters(clusters)
    , m_rowSquares(toVector(rows.square().sum(1)))
    , m_least(1e-10 * (rows.square().sum().item<double>() / static_cast<double>(rows.size(0)) + 1e-300))
{
}

void BalancedSwaps::measure(const std::vector<std::int32_t>& labels)
{
    m_members.assign(static_cast<std::size_t>(m_clusters), {});
    for (std::size_t i = 0; i < labels.size(); ++i)
        m_members[static_cast<std::size_t>(labels[i])].push_back(static_cast<std::int64_t>(i));
    const auto index = torch::tensor(labels, torch::kInt32).to(torch::kInt64);                                 // [N]
    const auto sums = torch::zeros({m_clusters, m_rows.size(1)}, torch::kDouble).index_add_(0, index, m_rows); // [K, D]
    m_products = torch::mm(m_rows, sums.t()).contiguous();                                                     // [N, K]
    m_squares = toVector(sums.square().sum(1));
}

/// What a cluster of this size and |S|² takes off the inertia.
double BalancedSwaps::spread(double square, double size) const
{
    return m_metric == Metric::Cosine ? 2 * std::sqrt(std::max(square, 0.0)) : square / size;
}

/// Of a row in a cluster whose centre stays where it is.
double BalancedSwaps::cost(std::int64_t row, std::size_t cluster) const
{
    const double size = sizeOf(cluster);
    if (m_metric == Metric::Cosine)
        return -2 * product(row, cluster) / std::sqrt(std::max(m_squares[cluster], 1e-300));
    return -2 * product(row, cluster) / size + m_squares[cluster] / (size * size);
}

/// The rows of one cluster that would lose least in the other.
std::vector<std::int64_t> BalancedSwaps::nearestTo(std::size_t from, std::size_t to) const
{
    std::vector<std::pair<double, std::int64_t>> order;
    for (const auto row : m_members[from])
        order.emplace_back(cost(row, to) - cost(row, from), row);
    const auto count = std::min(kMostTried, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
    std::vector<std::int64_t> out;
    for (std::size_t n = 0; n < count; ++n)
        out.push_back(order[n].second);
    return out;
}

/// `row` goes from the first cluster to the second and `back` returns; `square` is the squared distance of the two.
double BalancedSwaps::gainOf(
    std::int64_t row, std::int64_t back, std::size_t first, std::size_t second, double square) const
{
    const double toFirst = product(back, first) - product(row, first); // S · δ, δ = back − row
    const double toSecond = product(back, second) - product(row, second);
    const double a = m_squares[first] + 2 * toFirst + square, b = m_squares[second] - 2 * toSecond + square;
    return spread(a, sizeOf(first)) + spread(b, sizeOf(second)) - spread(m_squares[first], sizeOf(first))
        - spread(m_squares[second], sizeOf(second));
}

/// No less than the squared distance of two rows: by way of the mean of one cluster.
double BalancedSwaps::mostSquare(std::int64_t row, std::int64_t back, std::size_t second) const
{
    const double size = sizeOf(second);
    const auto toMean = [&](std::int64_t i) {
        return m_rowSquares[static_cast<std::size_t>(i)] - 2 * product(i, second) / size
            + m_squares[second] / (size * size);
    };
    return 2 * (toMean(row) + toMean(back));
}

void BalancedSwaps::tryMoves(
    std::size_t from, std::size_t to, const std::vector<std::int64_t>& rows, Exchange& best) const
{
    if (sizeOf(from) != sizeOf(to) + 1)
        return;
    const double before = spread(m_squares[from], sizeOf(from)) + spread(m_squares[to], sizeOf(to));
    for (const auto row : rows) {
        const double square = m_rowSquares[static_cast<std::size_t>(row)];
        const double a = m_squares[from] - 2 * product(row, from) + square;
        const double b = m_squares[to] + 2 * product(row, to) + square;
        const double gain = (sizeOf(from) > 1 ? spread(a, sizeOf(from) - 1) : 0) + spread(b, sizeOf(to) + 1) - before;
        if (gain > best.gain)
            best = {gain, row, -1};
    }
}

BalancedSwaps::Exchange BalancedSwaps::bestExchange(std::size_t first, std::size_t second) const
{
    const auto width = m_rows.size(1);
    const auto* const rows = m_rows.data_ptr<double>();
    const auto leaving = nearestTo(first, second), coming = nearestTo(second, first);
    Exchange best{m_least, -1, -1};
    for (const auto row : leaving)
        for (const auto back : coming) {
            if (gainOf(row, back, first, second, mostSquare(row, back, second)) <= best.gain)
                continue; // not even if they were as far from each other as can be
            const double square = squareBetween(rows + row * width, rows + back * width, width);
            if (const double gain = gainOf(row, back, first, second, square); gain > best.gain)
                best = {gain, row, back};
        }
    if (sizeOf(first) > sizeOf(second))
        tryMoves(first, second, leaving, best);
    else
        tryMoves(second, first, coming, best);
    return best;
}

std::int64_t BalancedSwaps::pass(std::vector<std::int32_t>& labels, RunContext& context)
{
    measure(labels);
    const auto K = static_cast<std::size_t>(m_clusters);
    std::vector<bool> isChanged(K, false);
    std::int64_t made = 0;
    for (std::size_t a = 0; a < K; ++a) {
        context.checkpoint();
        for (std::size_t b = a + 1; b < K && !isChanged[a]; ++b) {
            if (isChanged[b])
                continue;
            const auto best = bestExchange(a, b);
            if (best.row < 0)
                continue;
            for (const auto row : {best.row, best.back})
                if (row >= 0) {
                    auto& label = labels[static_cast<std::size_t>(row)];
                    label = static_cast<std::int32_t>(static_cast<std::size_t>(label) == a ? b : a);
                }
            isChanged[a] = isChanged[b] = true;
            ++made;
        }
    }
    return made;
}

} // namespace winnow::cluster
