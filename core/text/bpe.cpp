#include "core/text/bpe.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/bpe_vocabulary.h"
#include "core/text/bpe_words.h"
#include "core/text/cleaning.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

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

std::vector<std::int64_t> ClipTokenizer::mergedWord(std::string_view word) const
{
    std::vector<std::int32_t> symbols;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const auto byte = static_cast<unsigned char>(word[i]);
        symbols.push_back(i + 1 == word.size() ? m_vocabulary->byteEndIds[byte] : m_vocabulary->byteIds[byte]);
    }
    const auto joined = joinPairs(symbols, m_vocabulary->merges);
    return {joined.begin(), joined.end()};
}

std::string ClipTokenizer::decode(std::span<const std::int64_t> ids) const
{
    std::string out;
    for (const auto id : ids) {
        require(id >= 0 && id < vocabularySize(), ErrorCode::InvalidInput,
            [&] { return join("token ", id, " is outside the vocabulary of ", vocabularySize()); });
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
