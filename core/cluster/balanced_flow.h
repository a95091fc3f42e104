#pragma once

#include "core/base/run_context.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace winnow::cluster {

/// The minimum-cost flow behind assignBalanced(): N rows stand in K clusters; what a cluster has above N / K rounded
/// down must leave it, by the cheapest exchanges. Nodes are the clusters 0 … K − 1 and one more, K, the reserve:
/// through it a cluster may keep one row above N / K, as long as there are rows left over by that rounding.
///
/// Successive shortest paths under prices (Ahuja, Magnanti and Orlin, Network Flows, 1993, 9.7): a row starts in the
/// cluster whose cost and price together are least, for any prices; then one row after another goes along the path that
/// costs least until all sizes fit, and prices follow so that no exchange ever gains anything. So the end is the
/// optimum whatever the prices at the start, and good ones (of a problem almost the same) leave little to do.
class BalancedFlow {
public:
    /// costs [N, K], finite, kept by the caller; prices [K].
    BalancedFlow(const double* costs, std::size_t rows, const std::vector<double>& prices);

    void solve(RunContext& context); ///< checkpoints between paths
    const std::vector<std::int32_t>& labels() const { return m_labels; }
    std::vector<double> prices() const; ///< [K] of the solution

private:
    /// The cheapest exchange from one cluster to another; row −1 where there is none.
    struct Move {
        double cost = 0;
        std::int32_t row = -1;
    };

    std::size_t reserve() const { return m_clusters; }
    std::int64_t surplus(std::size_t node) const;
    const double* costsOf(std::int32_t row) const { return m_costs + static_cast<std::size_t>(row) * m_clusters; }
    Move& move(std::size_t from, std::size_t to) { return m_moves[from * m_clusters + to]; }
    void enter(std::int32_t row, std::size_t cluster);
    void leave(std::int32_t row, std::size_t cluster);
    void fillReserve();
    bool hasSurplus() const;
    std::size_t findPath();
    void relaxFrom(std::size_t node);
    void relax(std::size_t from, std::size_t to, double cost);
    void follow(std::size_t end);

    const double* m_costs; // [N, K]
    std::size_t m_clusters;
    std::int64_t m_size;              // N / K rounded down
    std::int64_t m_extras;            // clusters that may have one more
    std::vector<double> m_potentials; // [K + 1] minus the prices
    std::vector<std::int32_t> m_labels;
    std::vector<std::vector<std::int32_t>> m_members; // of each cluster
    std::vector<std::size_t> m_places;                // [N] of each row among them
    std::vector<Move> m_moves;                        // [K, K]
    std::vector<bool> m_hasExtra;                     // [K]
    std::int64_t m_extraCount = 0;
    std::vector<double> m_distance; // [K + 1] of the search under way
    std::vector<std::size_t> m_before;
    std::vector<bool> m_isDone;
};

} // namespace winnow::cluster
