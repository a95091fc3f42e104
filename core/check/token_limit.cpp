#include "core/check/token_limit.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/bpe.h"
#include "core/text/sentences.h"

#include <algorithm>

namespace winnow::check {

bool isSurelyWithin(std::string_view line, std::size_t limit)
{
    return line.size() < limit
        && std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

ClipTokenLimit::ClipTokenLimit(const text::ClipTokenizer& tokenizer, std::size_t contextLength)
    : m_tokenizer(tokenizer)
    , m_contextLength(contextLength)
{
    require(contextLength > 2, ErrorCode::InvalidInput,
        text::join("a CLIP text tower that reads ", contextLength, " tokens has no room for words"));
}

std::optional<std::string> ClipTokenLimit::overrun(const Pair& pair) const
{
    constexpr std::size_t kMarks = 2; // begin and end
    for (const auto& answer : pair.responses())
        for (const auto& sentence : text::splitSentences(answer, text::SentenceMode::Corrected)) {
            if (isSurelyWithin(sentence, m_contextLength - kMarks))
                continue;
            const auto count = m_tokenizer.encode(sentence).size() + kMarks;
            if (count > m_contextLength)
                return text::join("a sentence has ", count, " tokens, CLIP reads ", m_contextLength);
        }
    return std::nullopt;
}

} // namespace winnow::check
