#pragma once

#include "core/base/run_context.h"
#include "core/cluster/points.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::cluster {

/// Lowers the inertia of balanced clusters where alternating between assignments and centres is stuck: two rows of two
/// clusters change places, or a row leaves a cluster that has one more than another, when that pays with the centres
/// moved along (the exchanges of Hartigan's method, for fixed sizes). Of each cluster the rows nearest to the border
/// are tried.
class BalancedSwaps {
public:
    /// rows [N, D] f64, contiguous.
    BalancedSwaps(const torch::Tensor& rows, Metric metric, std::int64_t clusters);

    /// One pass over all pairs of clusters, each cluster changed once at most; `labels` change. Returns the number of
    /// exchanges made: after a pass without any none is left among the rows tried. Checkpoints between clusters.
    std::int64_t pass(std::vector<std::int32_t>& labels, RunContext& context);

private:
    struct Exchange {
        double gain = 0;        ///< by which the inertia falls
        std::int64_t row = -1;  ///< that goes to the other of the two clusters; −1 = nothing pays
        std::int64_t back = -1; ///< that comes in return; −1 = none
    };

    void measure(const std::vector<std::int32_t>& labels);
    double cost(std::int64_t row, std::size_t cluster) const;
    double spread(double square, double size) const;
    std::vector<std::int64_t> nearestTo(std::size_t from, std::size_t to) const;
    Exchange bestExchange(std::size_t first, std::size_t second) const;
    double gainOf(std::int64_t row, std::int64_t back, std::size_t first, std::size_t second, double square) const;
    double mostSquare(std::int64_t row, std::int64_t back, std::size_t second) const;
    void tryMoves(std::size_t from, std::size_t to, const std::vector<std::int64_t>& rows, Exchange& best) const;
    double product(std::int64_t row, std::size_t cluster) const
    {
        return m_products.data_ptr<double>()[row * m_clusters + static_cast<std::int64_t>(cluster)];
    }
    double sizeOf(std::size_t cluster) const { return static_cast<double>(m_members[cluster].size()); }

    torch::Tensor m_rows; // [N, D]
    Metric m_metric;
    std::int64_t m_clusters;
    std::vector<double> m_rowSquares; // [N] |x|²
    double m_least;                   // a gain below it is rounding
    // As the labels were at the beginning of the pass:
    std::vector<std::vector<std::int64_t>> m_members;
    torch::Tensor m_products;      // [N, K] x · S, S the sum of a cluster's rows
    std::vector<double> m_squares; // [K] |S|²
};

} // namespace winnow::cluster
