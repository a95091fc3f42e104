#include "core/query/query.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

namespace winnow::query {

namespace {

    /// Eight bytes: sorting a million is a matter of memory.
    struct Keyed {
        std::uint32_t upper; ///< half of the key
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

    std::size_t digitOf(std::uint32_t upper, int pass) { return upper >> (pass * kDigitBits) & (kDigits - 1); }

    /// Stable radix sort, least digit first; a digit that all keys share costs nothing.
    void sortByUpperHalf(std::vector<Keyed>& items)
    {
        std::array<std::array<std::uint32_t, kDigits>, 3> counts{};
        for (const auto& item : items)
            for (int pass = 0; pass < 3; ++pass)
                ++counts[static_cast<std::size_t>(pass)][digitOf(item.upper, pass)];
        std::vector<Keyed> other(items.size());
        for (int pass = 0; pass < 3; ++pass) {
            auto& places = counts[static_cast<std::size_t>(pass)];
            if (places[digitOf(items.front().upper, pass)] == items.size())
                continue;
            std::uint32_t sum = 0;
            for (auto& place : places)
                sum += std::exchange(place, sum);
            for (const auto& item : items)
                other[places[digitOf(item.upper, pass)]++] = item;
            items.swap(other);
        }
    }

    /// Runs that agree in the upper half, short ones or equal values, are put in order by the whole key.
    template <typename KeyOf> void sortRuns(std::vector<Keyed>& items, const KeyOf& keyOfRow)
    {
        const auto byKey = [&](const Keyed& a, const Keyed& b) { return keyOfRow(a.row) < keyOfRow(b.row); };
        for (auto from = items.begin(); from != items.end();) {
            auto to = from + 1;
            if (to == items.end() || to->upper != from->upper) {
                from = to;
                continue;
            }
            bool isOrdered = true;
            for (auto before = keyOfRow(from->row); to != items.end() && to->upper == from->upper; ++to) {
                const auto key = keyOfRow(to->row);
                isOrdered &= key >= before;
                before = key;
            }
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
    const auto keyOfRow = [&](PairRow row) { return keyOf(row < values.size() ? values[row] : kMissing, descending); };
    for (const auto row : rows)
        items.push_back({static_cast<std::uint32_t>(keyOfRow(row) >> 32), row});
    sortByUpperHalf(items);
    sortRuns(items, keyOfRow);
    for (std::size_t i = 0; i < items.size(); ++i)
        rows[i] = items[i].row;
    return rows;
}

} // namespace winnow::query
