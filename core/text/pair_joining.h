#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace winnow::text {

/// What two neighbouring symbols become, and when: the lowest rank first.
struct PairMerge {
    std::int32_t rank = 0;
    std::int32_t id = 0;
};

/// Merges by the ids of left and right symbol.
class PairMerges {
public:
    /// A pair that is there already keeps its merge.
    void add(std::int32_t left, std::int32_t right, PairMerge merge) { m_merges.try_emplace(key(left, right), merge); }
    /// Null where the two do not join.
    const PairMerge* find(std::int32_t left, std::int32_t right) const
    {
        const auto found = m_merges.find(key(left, right));
        return found == m_merges.end() ? nullptr : &found->second;
    }
    std::size_t size() const { return m_merges.size(); }

private:
    static std::uint64_t key(std::int32_t left, std::int32_t right)
    {
        return std::uint64_t(std::uint32_t(left)) << 32 | std::uint32_t(right);
    }

    std::unordered_map<std::uint64_t, PairMerge> m_merges;
};

/// The symbols of a word after every join that the merges allow: lowest rank first, the leftmost of equal ones, each
/// time anew (Sennrich et al., ACL 2016). Takes n log n steps.
std::vector<std::int32_t> joinPairs(const std::vector<std::int32_t>& symbols, const PairMerges& merges);

} // namespace winnow::text
