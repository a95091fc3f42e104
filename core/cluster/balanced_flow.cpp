#include "core/cluster/balanced_flow.h"

#include "core/base/error.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace winnow::cluster {

namespace {

    constexpr double kUnreached = std::numeric_limits<double>::infinity();

} // namespace

BalancedFlow::BalancedFlow(const double* costs, std::size_t rows, const std::vector<double>& prices)
    : m_costs(costs)
    , m_clusters(prices.size())
    , m_size(static_cast<std::int64_t>(rows / m_clusters))
    , m_extras(static_cast<std::int64_t>(rows % m_clusters))
    , m_potentials(m_clusters + 1, 0)
    , m_labels(rows, -1)
    , m_members(m_clusters)
    , m_places(rows)
    , m_moves(m_clusters * m_clusters)
    , m_hasExtra(m_clusters, false)
{
    for (std::size_t c = 0; c < m_clusters; ++c)
        m_potentials[c] = -prices[c];
    for (std::size_t row = 0; row < rows; ++row) {
        const auto* const cost = costsOf(static_cast<std::int32_t>(row));
        std::size_t best = 0;
        for (std::size_t c = 1; c < m_clusters; ++c)
            if (cost[c] + prices[c] < cost[best] + prices[best])
                best = c;
        enter(static_cast<std::int32_t>(row), best);
    }
    fillReserve();
}

std::vector<double> BalancedFlow::prices() const
{
    std::vector<double> out;
    for (std::size_t c = 0; c < m_clusters; ++c)
        out.push_back(-m_potentials[c]);
    return out;
}

/// The clusters whose rows are dearest elsewhere keep one more, as prices demand.
void BalancedFlow::fillReserve()
{
    auto sorted = std::vector<double>(m_potentials.begin(), m_potentials.end() - 1);
    std::sort(sorted.begin(), sorted.end());
    m_potentials[reserve()] = sorted[static_cast<std::size_t>(m_extras)];
    for (std::size_t c = 0; c < m_clusters; ++c)
        if (m_potentials[c] < m_potentials[reserve()]) {
            m_hasExtra[c] = true;
            ++m_extraCount;
        }
}

std::int64_t BalancedFlow::surplus(std::size_t node) const
{
    if (node == reserve())
        return m_extraCount - m_extras;
    return static_cast<std::int64_t>(m_members[node].size()) - m_size - (m_hasExtra[node] ? 1 : 0);
}

bool BalancedFlow::hasSurplus() const
{
    for (std::size_t node = 0; node <= m_clusters; ++node)
        if (surplus(node) > 0)
            return true;
    return false;
}

void BalancedFlow::enter(std::int32_t row, std::size_t cluster)
{
    m_labels[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(cluster);
    m_places[static_cast<std::size_t>(row)] = m_members[cluster].size();
    m_members[cluster].push_back(row);
    const auto* const cost = costsOf(row);
    for (std::size_t to = 0; to < m_clusters; ++to) {
        auto& known = move(cluster, to);
        const double difference = cost[to] - cost[cluster];
        if (known.row < 0 || std::pair(difference, row) < std::pair(known.cost, known.row))
            known = {difference, row};
    }
}

void BalancedFlow::leave(std::int32_t row, std::size_t cluster)
{
    auto& members = m_members[cluster];
    const auto place = m_places[static_cast<std::size_t>(row)];
    members[place] = members.back();
    m_places[static_cast<std::size_t>(members[place])] = place;
    members.pop_back();
    for (std::size_t to = 0; to < m_clusters; ++to) {
        if (move(cluster, to).row != row)
            continue;
        Move best{kUnreached, -1};
        for (const auto other : members) {
            const auto* const cost = costsOf(other);
            const double difference = cost[to] - cost[cluster];
            if (best.row < 0 || std::pair(difference, other) < std::pair(best.cost, best.row))
                best = {difference, other};
        }
        move(cluster, to) = best;
    }
}

void BalancedFlow::solve(RunContext& context)
{
    while (hasSurplus()) {
        context.checkpoint();
        const auto end = findPath();
        require(end <= m_clusters, ErrorCode::Internal, "no path leads out of a cluster that is too large");
        follow(end);
    }
}

void BalancedFlow::relax(std::size_t from, std::size_t to, double cost)
{
    const double step = std::max(0.0, cost + m_potentials[from] - m_potentials[to]); // never negative but by rounding
    if (m_isDone[to] || m_distance[from] + step >= m_distance[to])
        return;
    m_distance[to] = m_distance[from] + step;
    m_before[to] = from;
}

void BalancedFlow::relaxFrom(std::size_t node)
{
    if (node == reserve()) {
        for (std::size_t to = 0; to < m_clusters; ++to)
            if (m_hasExtra[to])
                relax(node, to, 0);
        return;
    }
    for (std::size_t to = 0; to < m_clusters; ++to)
        if (to != node && move(node, to).row >= 0)
            relax(node, to, move(node, to).cost);
    if (!m_hasExtra[node])
        relax(node, reserve(), 0);
}

/// Dijkstra from all nodes with a surplus at once to the nearest one that lacks something; potentials follow.
std::size_t BalancedFlow::findPath()
{
    const auto nodes = m_clusters + 1;
    m_distance.assign(nodes, kUnreached);
    m_before.assign(nodes, nodes);
    m_isDone.assign(nodes, false);
    for (std::size_t node = 0; node < nodes; ++node)
        if (surplus(node) > 0)
            m_distance[node] = 0;
    std::size_t end = nodes;
    while (true) {
        std::size_t next = nodes;
        for (std::size_t node = 0; node < nodes; ++node)
            if (!m_isDone[node]
                && (next == nodes ? m_distance[node] < kUnreached : m_distance[node] < m_distance[next]))
                next = node;
        if (next == nodes)
            return nodes;
        m_isDone[next] = true;
        if (surplus(next) < 0) {
            end = next;
            break;
        }
        relaxFrom(next);
    }
    for (std::size_t node = 0; node < nodes; ++node)
        m_potentials[node] += std::min(m_distance[node], m_distance[end]);
    return end;
}

/// Makes the moves of the path to `end`, the last one first.
void BalancedFlow::follow(std::size_t end)
{
    for (auto to = end; m_before[to] <= m_clusters; to = m_before[to]) {
        const auto from = m_before[to];
        if (to == reserve()) {
            m_hasExtra[from] = true;
            ++m_extraCount;
        } else if (from == reserve()) {
            m_hasExtra[to] = false;
            --m_extraCount;
        } else {
            const auto row = move(from, to).row;
            leave(row, from);
            enter(row, to);
        }
    }
}

} // namespace winnow::cluster
