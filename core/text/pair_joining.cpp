#include "core/text/pair_joining.h"

namespace winnow::text {

namespace {

    /// A symbol of a word that is being joined; neighbours are linked so that joining moves nothing.
    struct Link {
        std::int32_t id = 0;
        std::int32_t previous = -1;
        std::int32_t next = -1;
        bool isGone = false;
    };

    /// A possible join: rank first, then place, so that the queue gives the leftmost of the best.
    struct Join {
        std::int32_t rank = 0;
        std::int32_t at = 0;
        std::int32_t left = 0;
        std::int32_t right = 0;
        std::int32_t id = 0;

        bool operator>(const Join& other) const { return std::tie(rank, at) > std::tie(other.rank, other.at); }
    };

} // namespace

std::vector<std::int32_t> joinPairs(const std::vector<std::int32_t>& symbols, const PairMerges& merges)
{
    const auto count = static_cast<std::int32_t>(symbols.size());
    std::vector<Link> links(symbols.size());
    for (std::int32_t i = 0; i < count; ++i)
        links[static_cast<std::size_t>(i)] = {symbols[static_cast<std::size_t>(i)], i - 1, i + 1 == count ? -1 : i + 1};
    std::priority_queue<Join, std::vector<Join>, std::greater<>> queue;
    const auto offer = [&](std::int32_t at) {
        const auto& left = links[static_cast<std::size_t>(at)];
        if (left.next < 0)
            return;
        const auto right = links[static_cast<std::size_t>(left.next)].id;
        if (const auto* const merge = merges.find(left.id, right))
            queue.push({merge->rank, at, left.id, right, merge->id});
    };
    for (std::int32_t i = 0; i < count; ++i)
        offer(i);
    while (!queue.empty()) {
        const Join join = queue.top();
        queue.pop();
        auto& left = links[static_cast<std::size_t>(join.at)];
        const bool isCurrent = !left.isGone && left.id == join.left && left.next >= 0
            && links[static_cast<std::size_t>(left.next)].id == join.right;
        if (!isCurrent)
            continue;
        auto& right = links[static_cast<std::size_t>(left.next)];
        right.isGone = true;
        left.id = join.id;
        left.next = right.next;
        if (left.next >= 0)
            links[static_cast<std::size_t>(left.next)].previous = join.at;
        offer(join.at);
        if (left.previous >= 0)
            offer(left.previous);
    }
    std::vector<std::int32_t> out;
    for (const auto& link : links)
        if (!link.isGone)
            out.push_back(link.id);
    return out;
}

} // namespace winnow::text
