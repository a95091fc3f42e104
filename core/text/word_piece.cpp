#include "core/text/word_piece.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>

namespace winnow::text {

WordPieceModel::WordPieceModel(TokenVocabulary vocabulary, WordPieceOptions options, const std::string& what)
    : m_vocabulary(std::move(vocabulary))
    , m_options(std::move(options))
    , m_unknown(m_vocabulary.find(m_options.unknownToken))
{
    require(m_unknown >= 0, ErrorCode::BadFile,
        join(what, " has no token ", shortened(m_options.unknownToken, 40), " for unknown words"));
    for (std::int64_t id = 0; id < m_vocabulary.size(); ++id)
        m_longest = std::max(m_longest, m_vocabulary.spelling(id).size());
}

void WordPieceModel::append(std::string_view word, std::vector<std::int64_t>& out) const
{
    const auto before = out.size();
    if (countCodePoints(word) > m_options.maxWordLength) {
        out.push_back(m_unknown);
        return;
    }
    std::string wanted;
    for (std::size_t begin = 0; begin < word.size();) {
        const auto& front = begin == 0 ? std::string() : m_options.continuation;
        auto length = std::min(word.size() - begin, m_longest);
        std::int32_t id = -1;
        for (; length > 0; --length) {
            const bool isInside = begin + length < word.size() && (word[begin + length] & 0xC0) == 0x80;
            if (isInside)
                continue; // never in the middle of a character
            wanted = front;
            wanted += word.substr(begin, length);
            if (id = m_vocabulary.find(wanted); id >= 0)
                break;
        }
        if (id < 0) {
            out.resize(before);
            out.push_back(m_unknown);
            return;
        }
        out.push_back(id);
        begin += length;
    }
}

} // namespace winnow::text
