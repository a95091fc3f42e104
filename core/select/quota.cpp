#include "core/select/quota.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <numeric>

namespace winnow::select {

namespace {

    constexpr std::int64_t kPublishedPairs = 3439;
    constexpr std::int64_t kPublishedBudget = 200;
    constexpr std::int64_t kPublishedFactor = 204;

    /// a · b / c and its remainder; a and b stay below 2^32, as rows do.
    struct Share {
        std::int64_t whole;
        std::int64_t remainder; ///< 0 … c - 1
    };

    Share shareOf(std::int64_t a, std::int64_t b, std::int64_t c)
    {
        const auto product = static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b);
        return {static_cast<std::int64_t>(product / static_cast<std::uint64_t>(c)),
            static_cast<std::int64_t>(product % static_cast<std::uint64_t>(c))};
    }

    /// Plain largest remainder over the clusters that are still open.
    void apportionOpen(const std::vector<QuotaBounds>& clusters, const std::vector<char>& isOpen, std::int64_t budget,
        std::vector<std::int64_t>& quotas)
    {
        std::int64_t total = 0;
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < clusters.size(); ++i)
            if (isOpen[i]) {
                total += clusters[i].size;
                open.push_back(i);
            }
        if (total == 0)
            return;
        std::vector<std::int64_t> remainders(clusters.size(), 0);
        std::int64_t left = budget;
        for (const auto i : open) {
            const auto share = shareOf(budget, clusters[i].size, total);
            quotas[i] = share.whole;
            remainders[i] = share.remainder;
            left -= share.whole;
        }
        std::stable_sort(open.begin(), open.end(), [&](auto a, auto b) { return remainders[a] > remainders[b]; });
        for (std::size_t n = 0; n < open.size() && left > 0; ++n, --left)
            ++quotas[open[n]];
    }

    /// Closes every open cluster that lies below its minimum (or else above its size) at that bound; false when there
    /// was none.
    bool closeViolations(const std::vector<QuotaBounds>& clusters, std::vector<char>& isOpen,
        std::vector<std::int64_t>& quotas, std::int64_t& budget)
    {
        const auto closeWhere = [&](auto isViolated, auto bound) {
            bool any = false;
            for (std::size_t i = 0; i < clusters.size(); ++i)
                if (isOpen[i] && isViolated(i)) {
                    quotas[i] = bound(i);
                    budget -= quotas[i];
                    isOpen[i] = 0;
                    any = true;
                }
            return any;
        };
        return closeWhere(
                   [&](auto i) { return quotas[i] < clusters[i].minimum; }, [&](auto i) { return clusters[i].minimum; })
            || closeWhere(
                [&](auto i) { return quotas[i] > clusters[i].size; }, [&](auto i) { return clusters[i].size; });
    }

    std::vector<std::int64_t> scaledQuotas(
        const std::vector<std::int64_t>& sizes, std::int64_t factor, std::int64_t pairCount)
    {
        std::vector<std::int64_t> quotas;
        for (const auto size : sizes)
            quotas.push_back(size == 0 ? 0 : std::max<std::int64_t>(1, shareOf(factor, size, pairCount).whole));
        return quotas;
    }

} // namespace

std::vector<std::int64_t> largestRemainder(const std::vector<QuotaBounds>& clusters, std::int64_t budget)
{
    std::int64_t sizes = 0, minimums = 0;
    for (const auto& cluster : clusters) {
        sizes += std::max(cluster.size, cluster.minimum);
        minimums += cluster.minimum;
    }
    require(minimums <= budget, ErrorCode::Conflict,
        text::join("the quotas' minimums add up to ", minimums, ", more than the budget of ", budget));
    std::vector<std::int64_t> quotas(clusters.size(), 0);
    std::vector<char> isOpen(clusters.size(), 1);
    auto left = std::min(budget, sizes);
    do {
        apportionOpen(clusters, isOpen, left, quotas);
    } while (closeViolations(clusters, isOpen, quotas, left));
    return quotas;
}

std::vector<std::int64_t> publishedQuotas(const std::vector<std::int64_t>& sizes, std::int64_t budget)
{
    const auto pairCount = std::accumulate(sizes.begin(), sizes.end(), std::int64_t(0));
    if (pairCount == 0 || (pairCount == kPublishedPairs && budget == kPublishedBudget))
        return scaledQuotas(sizes, kPublishedFactor, std::max<std::int64_t>(1, pairCount));
    const auto sumAt = [&](std::int64_t factor) {
        const auto quotas = scaledQuotas(sizes, factor, pairCount);
        return std::accumulate(quotas.begin(), quotas.end(), std::int64_t(0));
    };
    // The sum grows with the factor, reaches every pair at factor = pairCount, and falls short of the budget by less
    // than one a cluster.
    auto low = std::min(budget, pairCount), high = pairCount;
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        if (sumAt(middle) >= budget)
            high = middle;
        else
            low = middle + 1;
    }
    return scaledQuotas(sizes, low, pairCount);
}

} // namespace winnow::select
