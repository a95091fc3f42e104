#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace winnow {

/// Items 0 … n - 1 in sets that only grow together: near duplicates become groups this way (union by size, paths
/// halved, practically constant time a call; Tarjan 1975).
class DisjointSets {
public:
    explicit DisjointSets(std::size_t count)
        : m_parent(count)
        , m_size(count, 1)
    {
        std::iota(m_parent.begin(), m_parent.end(), std::uint32_t(0));
    }

    std::size_t size() const { return m_parent.size(); }

    /// One member that stands for the set.
    std::uint32_t find(std::uint32_t item)
    {
        while (m_parent[item] != item) {
            m_parent[item] = m_parent[m_parent[item]];
            item = m_parent[item];
        }
        return item;
    }

    /// False when both were in one set already.
    bool join(std::uint32_t first, std::uint32_t second)
    {
        first = find(first);
        second = find(second);
        if (first == second)
            return false;
        if (m_size[first] < m_size[second])
            std::swap(first, second);
        m_parent[second] = first;
        m_size[first] += m_size[second];
        return true;
    }

    /// Items in the set of this one.
    std::uint32_t sizeOf(std::uint32_t item) { return m_size[find(item)]; }

    /// A number for each item's set: 0, 1, … in the order of the sets' lowest members, however they were joined.
    std::vector<std::uint32_t> numbered()
    {
        constexpr auto kNone = static_cast<std::uint32_t>(-1);
        std::vector<std::uint32_t> numberOf(size(), kNone), out(size());
        std::uint32_t next = 0;
        for (std::uint32_t item = 0; item < out.size(); ++item) {
            auto& number = numberOf[find(item)];
            if (number == kNone)
                number = next++;
            out[item] = number;
        }
        return out;
    }

private:
    std::vector<std::uint32_t> m_parent;
    std::vector<std::uint32_t> m_size; ///< right for sets' representatives only
};

} // namespace winnow
