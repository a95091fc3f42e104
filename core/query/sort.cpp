#include "core/query/query.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

namespace winnow::query {

namespace {

    struct Keyed {
        std::uint64_t key; ///< in the order of the values
        PairRow row;
    };

    /// Bits in the order of the numbers they stand for; missing values come last whichever way it goes.
    std::uint64_t keyOf(double value, bool descending)
    {
        if (std::isnan(value))
            return ~std::uint64_t(0);
        const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value); // -0 and 0 are one value
        const auto ascending = bits ^ ((bits >> 63) != 0 ? ~std::uint64_t(0) : std::uint64_t(1) << 63);
        return descending ? ~ascending : ascending;
    }

    constexpr int kDigitBits = 11;
    constexpr std::size_t kDigits = std::size_t(1) << kDigitBits;

    std::size_t digitOf(std::uint64_t key, int pass) { return key >> (32 + pass * kDigitBits) & (kDigits - 1); }

    /// Stable radix sort by the upper half of the key, least digit first; a digit that all keys share costs nothing.
    void sortByUpperHalf(std::vector<Keyed>& items)
    {
        std::array<std::array<std::uint32_t, kDigits>, 3> counts{};
        for (const auto& item : items)
            for (int pass = 0; pass < 3; ++pass)
                ++counts[static_cast<std::size_t>(pass)][digitOf(item.key, pass)];
        std::vector<Keyed> other(items.size());
        for (int pass = 0; pass < 3; ++pass) {
            auto& places = counts[static_cast<std::size_t>(pass)];
            if (places[digitOf(items.front().key, pass)] == items.size())
                continue;
            std::uint32_t sum = 0;
            for (auto& place : places)
                sum += std::exchange(place, sum);
            for (const auto& item : items)
                other[places[digitOf(item.key, pass)]++] = item;
            items.swap(other);
        }
    }

    /// Runs that agree in the upper half are short: they are put in order by the whole key.
    void sortRuns(std::vector<Keyed>& items)
    {
        const auto byKey = [](const Keyed& a, const Keyed& b) { return a.key < b.key; };
        for (auto from = items.begin(); from != items.end();) {
            const auto upper = from->key >> 32;
            auto to = from + 1;
            bool isOrdered = true;
            for (; to != items.end() && to->key >> 32 == upper; ++to)
                isOrdered &= !((to->key) < (to - 1)->key);
            if (!isOrdered)
                std::stable_sort(from, to, byKey);
            from = to;
        }
    }

} // namespace

std::vector<PairRow> sortedBy(std::vector<PairRow> rows, const MetricColumn& column, bool descending)
{
    if (rows.empty())
        return rows;
    if (!std::is_sorted(rows.begin(), rows.end()))
        std::sort(rows.begin(), rows.end());
    std::vector<Keyed> items;
    items.reserve(rows.size());
    const auto& values = *column.values;
    for (const auto row : rows)
        items.push_back({keyOf(row < values.size() ? values[row] : kMissing, descending), row});
    sortByUpperHalf(items);
    sortRuns(items);
    for (std::size_t i = 0; i < items.size(); ++i)
        rows[i] = items[i].row;
    return rows;
}

} // namespace winnow::query
