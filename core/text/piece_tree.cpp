#include "core/text/piece_tree.h"

#include <algorithm>

namespace winnow::text {

void PieceTree::build(std::vector<std::pair<std::string_view, std::int32_t>> pieces)
{
    m_pieces = std::move(pieces);
    std::sort(m_pieces.begin(), m_pieces.end());
    m_firstBytes.assign(257, 0);
    for (const auto& piece : m_pieces)
        ++m_firstBytes[static_cast<unsigned char>(piece.first.front()) + std::size_t(1)];
    for (std::size_t i = 1; i < m_firstBytes.size(); ++i)
        m_firstBytes[i] += m_firstBytes[i - 1];
}

PieceTree::Range PieceTree::narrowed(Range range, std::size_t depth, unsigned char byte) const
{
    if (m_pieces.empty())
        return {};
    if (depth == 0)
        return {m_firstBytes[byte], m_firstBytes[byte + std::size_t(1)]};
    const auto byteOf = [depth](const auto& piece) { // -1 sorts a text that ends here before all others
        return piece.first.size() <= depth ? -1 : int(static_cast<unsigned char>(piece.first[depth]));
    };
    const auto first = m_pieces.begin() + static_cast<std::ptrdiff_t>(range.begin);
    const auto last = m_pieces.begin() + static_cast<std::ptrdiff_t>(range.end);
    const auto low = std::partition_point(first, last, [&](const auto& piece) { return byteOf(piece) < int(byte); });
    const auto high = std::partition_point(low, last, [&](const auto& piece) { return byteOf(piece) == int(byte); });
    return {static_cast<std::size_t>(low - m_pieces.begin()), static_cast<std::size_t>(high - m_pieces.begin())};
}

std::size_t PieceTree::longestPrefix(std::string_view line) const
{
    std::size_t longest = 0;
    forEachPrefix(line, [&](std::size_t length, std::int32_t) { longest = length; });
    return longest;
}

} // namespace winnow::text
