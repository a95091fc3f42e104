#include "core/text/bpe.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/bpe_vocabulary.h"
#include "core/text/bpe_words.h"
#include "core/text/cleaning.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <queue>
#include <shared_mutex>
#include <tuple>

namespace winnow::text {

/// Ids of words seen before. Safe for several threads.
class ClipTokenizer::WordCache {
public:
    bool append(std::string_view word, std::vector<std::int64_t>& out) const
    {
        const std::shared_lock lock(m_mutex);
        const auto found = m_words.find(std::string(word));
        if (found == m_words.end())
            return false;
        out.insert(out.end(), found->second.begin(), found->second.end());
        return true;
    }

    void add(std::string_view word, const std::vector<std::int64_t>& ids)
    {
        if (word.size() > kMaxWordSize)
            return;
        const std::unique_lock lock(m_mutex);
        if (m_words.size() < kMaxWords)
            m_words.emplace(word, ids);
    }

private:
    static constexpr std::size_t kMaxWords = 100'000;
    static constexpr std::size_t kMaxWordSize = 64;

    mutable std::shared_mutex m_mutex;
    std::unordered_map<std::string, std::vector<std::int64_t>> m_words;
};

ClipTokenizer::ClipTokenizer(const std::filesystem::path& folderOrFile)
    : m_vocabulary(std::make_unique<const Vocabulary>(Vocabulary::load(folderOrFile)))
    , m_cache(std::make_unique<WordCache>())
{
}

ClipTokenizer::~ClipTokenizer() = default;

std::int64_t ClipTokenizer::vocabularySize() const { return static_cast<std::int64_t>(m_vocabulary->spelled.size()); }
std::int64_t ClipTokenizer::beginToken() const { return m_vocabulary->begin; }
std::int64_t ClipTokenizer::endToken() const { return m_vocabulary->end; }

std::vector<std::int64_t> ClipTokenizer::encode(std::string_view line) const
{
    std::vector<std::int64_t> out;
    forEachClipWord(cleanForClip(line), [&](std::string_view word) { appendWord(word, out); });
    return out;
}

void ClipTokenizer::appendWord(std::string_view word, std::vector<std::int64_t>& out) const
{
    if (m_cache->append(word, out))
        return;
    const auto ids = mergedWord(word);
    m_cache->add(word, ids);
    out.insert(out.end(), ids.begin(), ids.end());
}

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

std::vector<std::int64_t> ClipTokenizer::mergedWord(std::string_view word) const
{
    std::vector<Link> links(word.size());
    const auto count = static_cast<std::int32_t>(word.size());
    for (std::int32_t i = 0; i < count; ++i) {
        const auto byte = static_cast<unsigned char>(word[static_cast<std::size_t>(i)]);
        const bool isLast = i + 1 == count;
        links[static_cast<std::size_t>(i)] = {
            isLast ? m_vocabulary->byteEndIds[byte] : m_vocabulary->byteIds[byte], i - 1, isLast ? -1 : i + 1};
    }
    std::priority_queue<Join, std::vector<Join>, std::greater<>> queue;
    const auto offer = [&](std::int32_t at) {
        const auto& left = links[static_cast<std::size_t>(at)];
        if (left.next < 0)
            return;
        const auto right = links[static_cast<std::size_t>(left.next)].id;
        if (const auto* const merge = m_vocabulary->findMerge(left.id, right))
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
    std::vector<std::int64_t> out;
    for (const auto& link : links)
        if (!link.isGone)
            out.push_back(link.id);
    return out;
}

std::string ClipTokenizer::decode(std::span<const std::int64_t> ids) const
{
    std::string out;
    for (const auto id : ids) {
        require(id >= 0 && id < vocabularySize(), ErrorCode::InvalidInput,
            join("token ", id, " is outside the vocabulary of ", vocabularySize()));
        out += m_vocabulary->spelled[static_cast<std::size_t>(id)];
    }
    return out;
}

std::vector<std::int64_t> ClipTokenizer::encodeForModel(std::string_view line, std::size_t contextLength) const
{
    require(contextLength >= 2, ErrorCode::InvalidInput, "a CLIP text needs room for its begin and end token");
    auto ids = encode(line);
    ids.resize(std::min(ids.size(), contextLength - 2));
    ids.insert(ids.begin(), beginToken());
    ids.push_back(endToken());
    return ids;
}

std::vector<std::int64_t> ClipTokenizer::encodePadded(std::string_view line, std::size_t contextLength) const
{
    auto ids = encodeForModel(line, contextLength);
    ids.resize(contextLength, padToken());
    return ids;
}

} // namespace winnow::text
