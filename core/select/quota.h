#pragma once

#include <cstdint>
#include <vector>

namespace winnow::select {

/// What one cluster may get.
struct QuotaBounds {
    std::int64_t size = 0;    ///< weight of the cluster in the apportionment: pairs that may be chosen
    std::int64_t minimum = 0; ///< never fewer (pins, and 1 for a cluster that is not empty)
};

/// Largest-remainder (Hamilton) apportionment of `budget` over clusters in proportion to their sizes. A cluster that
/// would get less than its minimum gets the minimum and the others share the rest; no cluster gets more than its size,
/// except where its minimum says so. Equal remainders go to the lower cluster number. The sum is `budget`, or the sum
/// of the sizes where that is less. Minimums that together exceed the budget: Error(Conflict).
std::vector<std::int64_t> largestRemainder(const std::vector<QuotaBounds>& clusters, std::int64_t budget);

/// The published rule (METHOD 8): max(1, floor(q · size / pairCount)) per cluster, 0 for an empty one. The published
/// code has q = 204 for 200 of 3,439 pairs, whatever the clusters; that is kept (METHOD 11, 12). For any other budget
/// or pool q is the smallest whole number from `budget` up at which the sum reaches the budget. The sum may differ from
/// the budget: the cut to the budget comes after.
std::vector<std::int64_t> publishedQuotas(const std::vector<std::int64_t>& sizes, std::int64_t budget);

} // namespace winnow::select
