#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::text {

/// Finds which texts of a fixed list begin at a place, by narrowing a sorted list byte by byte. The texts must outlive
/// it.
class PieceTree {
public:
    /// Each text once, with its id.
    void build(std::vector<std::pair<std::string_view, std::int32_t>> pieces);

    bool isEmpty() const { return m_pieces.empty(); }

    /// Calls take(length, id) for each text that `line` begins with, shortest first.
    template <typename Take> void forEachPrefix(std::string_view line, const Take& take) const
    {
        Range range{0, m_pieces.size()};
        for (std::size_t depth = 0; depth < line.size(); ++depth) {
            range = narrowed(range, depth, static_cast<unsigned char>(line[depth]));
            if (range.begin == range.end)
                return;
            const auto& [text, id] = m_pieces[range.begin]; // the shortest of a range comes first
            if (text.size() == depth + 1)
                take(depth + 1, id);
        }
    }

    /// Length of the longest text that `line` begins with, or 0.
    std::size_t longestPrefix(std::string_view line) const;

private:
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    Range narrowed(Range range, std::size_t depth, unsigned char byte) const;

    std::vector<std::pair<std::string_view, std::int32_t>> m_pieces;
    std::vector<std::size_t> m_firstBytes; ///< where each first byte starts, 257 entries
};

} // namespace winnow::text
