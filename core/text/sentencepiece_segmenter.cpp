#include "core/text/sentencepiece_segmenter.h"

#include <algorithm>
#include <limits>
#include <queue>

namespace winnow::text {

using Kind = SentencePiece::Kind;

namespace {

    constexpr float kUnknownPenalty = 10;
    constexpr double kUserDefinedMalus = 0.1;
    constexpr int kMaxSplits = 64;

    /// Bytes of the character at the beginning, by its first byte.
    std::size_t announcedSize(std::string_view rest)
    {
        const auto lead = static_cast<unsigned char>(rest.front());
        const std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        return std::min(size, rest.size());
    }

} // namespace

SentencePieceSegmenter::SentencePieceSegmenter(const SentencePieceContent& content)
    : m_content(content)
{
    std::vector<std::pair<std::string_view, std::int32_t>> all, userDefined;
    m_lowestScore = std::numeric_limits<float>::max();
    m_highestScore = std::numeric_limits<float>::lowest();
    for (std::size_t i = 0; i < content.pieces.size(); ++i) {
        const auto& piece = content.pieces[i];
        const auto id = static_cast<std::int32_t>(i);
        m_ids.emplace(piece.text, id);
        if (piece.kind == Kind::Unknown)
            m_unknownId = id;
        if (piece.kind == Kind::UserDefined)
            userDefined.emplace_back(piece.text, id);
        if (piece.kind == Kind::Normal) {
            m_lowestScore = std::min(m_lowestScore, piece.score);
            m_highestScore = std::max(m_highestScore, piece.score);
        }
        if (piece.kind != Kind::Normal && piece.kind != Kind::UserDefined && piece.kind != Kind::Unused)
            continue;
        m_joinable.emplace(piece.text, id);
        all.emplace_back(piece.text, id);
    }
    m_tree.build(std::move(all));
    m_userDefined.build(std::move(userDefined));
}

std::int32_t SentencePieceSegmenter::idOf(std::string_view text) const
{
    const auto found = m_ids.find(text);
    return found == m_ids.end() ? m_unknownId : found->second;
}

std::vector<SentencePieceSegmenter::Cut> SentencePieceSegmenter::cut(std::string_view normalized) const
{
    if (normalized.empty())
        return {};
    return m_content.options.algorithm == SentencePieceOptions::Algorithm::Unigram ? cutByPaths(normalized)
                                                                                   : cutByJoining(normalized);
}

/// Viterbi over the characters' ends (Kudo, ACL 2018). Sums are kept in float and compared in double, as the library
/// does, so that ties fall alike.
std::vector<SentencePieceSegmenter::Cut> SentencePieceSegmenter::cutByPaths(std::string_view normalized) const
{
    struct Node {
        std::int32_t id = -1;
        float score = 0;
        std::ptrdiff_t start = -1;
    };
    std::vector<Node> best(normalized.size() + 1);
    const auto offer = [&](std::size_t end, std::int32_t id, double score, std::size_t start) {
        auto& node = best[end];
        if (node.start < 0 || score > double(node.score))
            node = {id, static_cast<float>(score), static_cast<std::ptrdiff_t>(start)};
    };
    const float unknownScore = m_lowestScore - kUnknownPenalty;
    for (std::size_t start = 0; start < normalized.size();) {
        const auto rest = normalized.substr(start);
        const auto single = announcedSize(rest);
        const float until = best[start].score;
        bool hasSingle = false;
        m_tree.forEachPrefix(rest, [&](std::size_t length, std::int32_t id) {
            const auto& piece = m_content.pieces[static_cast<std::size_t>(id)];
            if (piece.kind == Kind::Unused)
                return;
            const double score = piece.kind == Kind::UserDefined
                ? double(static_cast<float>(length) * m_highestScore) - kUserDefinedMalus
                : double(piece.score);
            offer(start + length, id, score + double(until), start);
            hasSingle = hasSingle || length == single;
        });
        if (!hasSingle)
            offer(start + single, m_unknownId, double(unknownScore + until), start);
        start += single;
    }
    std::vector<Cut> out;
    for (auto end = static_cast<std::ptrdiff_t>(normalized.size()); end > 0;) {
        const auto& node = best[static_cast<std::size_t>(end)];
        const auto start = static_cast<std::size_t>(node.start);
        out.push_back({normalized.substr(start, static_cast<std::size_t>(end) - start), node.id});
        end = node.start;
    }
    std::reverse(out.begin(), out.end());
    return out;
}

struct SentencePieceSegmenter::Symbol {
    std::string_view text;
    std::int32_t previous = -1;
    std::int32_t next = -1;
    bool isFixed = false; ///< a user-defined piece, never joined
};

/// Two neighbours that make a piece; the higher score first, then the left one.
struct SentencePieceSegmenter::Joinable {
    float score = 0;
    std::int32_t left = 0;
    std::int32_t right = 0;
    std::size_t size = 0;

    bool operator<(const Joinable& other) const
    {
        return score < other.score || (score == other.score && left > other.left);
    }
};

class SentencePieceSegmenter::JoinQueue {
public:
    std::priority_queue<Joinable> joins;
    /// How an unused piece came about: it is taken apart again in the end.
    std::unordered_map<std::string_view, std::pair<std::string_view, std::string_view>> unused;
};

std::vector<SentencePieceSegmenter::Symbol> SentencePieceSegmenter::singleSymbols(std::string_view normalized) const
{
    std::vector<Symbol> out;
    while (!normalized.empty()) {
        const auto fixed = m_userDefined.longestPrefix(normalized);
        const auto size = fixed > 0 ? fixed : announcedSize(normalized);
        const auto index = static_cast<std::int32_t>(out.size());
        out.push_back({normalized.substr(0, size), index - 1, index + 1, fixed > 0});
        normalized.remove_prefix(size);
    }
    out.back().next = -1;
    return out;
}

void SentencePieceSegmenter::offerJoin(
    const std::vector<Symbol>& symbols, std::int32_t left, std::int32_t right, JoinQueue& queue) const
{
    if (left < 0 || right < 0)
        return;
    const auto& a = symbols[static_cast<std::size_t>(left)];
    const auto& b = symbols[static_cast<std::size_t>(right)];
    if (a.isFixed || b.isFixed)
        return;
    const std::string_view whole(a.text.data(), a.text.size() + b.text.size());
    const auto found = m_joinable.find(whole);
    if (found == m_joinable.end())
        return;
    const auto& piece = m_content.pieces[static_cast<std::size_t>(found->second)];
    queue.joins.push({piece.score, left, right, whole.size()});
    if (piece.kind == Kind::Unused)
        queue.unused[whole] = {a.text, b.text};
}

void SentencePieceSegmenter::appendSplit(
    std::string_view text, const JoinQueue& queue, std::vector<Cut>& out, int depth) const
{
    const auto id = idOf(text);
    const auto parts = queue.unused.find(text);
    const bool isUnused = m_content.pieces[static_cast<std::size_t>(id)].kind == Kind::Unused;
    if (!isUnused || parts == queue.unused.end() || depth > kMaxSplits) {
        out.push_back({text, id});
        return;
    }
    appendSplit(parts->second.first, queue, out, depth + 1);
    appendSplit(parts->second.second, queue, out, depth + 1);
}

std::vector<SentencePieceSegmenter::Cut> SentencePieceSegmenter::cutByJoining(std::string_view normalized) const
{
    auto symbols = singleSymbols(normalized);
    JoinQueue queue;
    for (std::int32_t i = 1; i < static_cast<std::int32_t>(symbols.size()); ++i)
        offerJoin(symbols, i - 1, i, queue);
    while (!queue.joins.empty()) {
        const Joinable join = queue.joins.top();
        queue.joins.pop();
        auto& left = symbols[static_cast<std::size_t>(join.left)];
        auto& right = symbols[static_cast<std::size_t>(join.right)];
        if (left.text.empty() || right.text.empty() || left.text.size() + right.text.size() != join.size)
            continue; // one of them was joined with another meanwhile
        left.text = {left.text.data(), join.size};
        left.next = right.next;
        if (right.next >= 0)
            symbols[static_cast<std::size_t>(right.next)].previous = join.left;
        right.text = {};
        offerJoin(symbols, left.previous, join.left, queue);
        offerJoin(symbols, join.left, left.next, queue);
    }
    std::vector<Cut> out;
    for (std::int32_t i = 0; i >= 0; i = symbols[static_cast<std::size_t>(i)].next)
        appendSplit(symbols[static_cast<std::size_t>(i)].text, queue, out, 0);
    return out;
}

} // namespace winnow::text
