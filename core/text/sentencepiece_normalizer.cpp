#include "core/base/text.h"
#include "core/text/sentencepiece_segmenter.h"

#include <algorithm>
#include <cstring>

namespace winnow::text {

namespace {

    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

    /// Bytes of the valid UTF-8 character at the beginning, or 0.
    std::size_t validSize(std::string_view rest)
    {
        const auto lead = static_cast<unsigned char>(rest.front());
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        return rest.size() >= size && isValidUtf8(rest.substr(0, size)) ? size : 0;
    }

} // namespace

SentencePieceNormalizer::SentencePieceNormalizer(const SentencePieceContent& content, const PieceTree& userDefined)
    : m_content(content)
    , m_userDefined(userDefined)
{
    const std::string_view table = content.normalization;
    if (table.empty())
        return;
    std::uint32_t trieBytes = 0;
    std::memcpy(&trieBytes, table.data(), 4);
    m_trie = table.substr(4, trieBytes);
    m_texts = table.substr(4 + std::size_t(trieBytes));
}

std::uint32_t SentencePieceNormalizer::unit(std::size_t index) const
{
    std::uint32_t out = 0;
    std::memcpy(&out, m_trie.data() + 4 * index, 4);
    return out;
}

/// A walk through the double array (Yata's Darts-clone): the reader has checked that no step leaves it.
SentencePieceNormalizer::Step SentencePieceNormalizer::longestRule(std::string_view rest) const
{
    const auto offsetOf = [](std::uint32_t value) { return std::size_t(value >> 10) << ((value & (1u << 9)) >> 6); };
    Step out;
    if (m_trie.empty())
        return out;
    std::size_t at = offsetOf(unit(0));
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const auto byte = static_cast<unsigned char>(rest[i]);
        at ^= byte;
        const auto value = unit(at);
        if ((value & (1u << 31 | 0xFFu)) != byte)
            break;
        at ^= offsetOf(value);
        if ((value >> 8 & 1) == 0)
            continue;
        const auto text = m_texts.substr(unit(at) & 0x7FFFFFFFu);
        out = {text.substr(0, text.find('\0')), i + 1};
    }
    return out;
}

SentencePieceNormalizer::Step SentencePieceNormalizer::step(std::string_view rest) const
{
    if (const auto kept = m_userDefined.longestPrefix(rest); kept > 0)
        return {rest.substr(0, kept), kept};
    if (const auto rule = longestRule(rest); rule.used > 0)
        return rule;
    const auto size = validSize(rest);
    return size == 0 ? Step{kReplacement, 1} : Step{rest.substr(0, size), size};
}

std::string SentencePieceNormalizer::normalize(std::string_view line) const
{
    const bool removesExtra = m_content.options.removeExtraWhitespace;
    const std::string_view blank = m_content.escapesWhitespace ? kBlank : " ";
    while (removesExtra && !line.empty() && step(line).text == " ")
        line.remove_prefix(step(line).used);
    if (line.empty())
        return {};
    std::string out;
    const bool addsBlank = m_content.options.addDummyPrefix;
    if (addsBlank && !m_content.whitespaceIsSuffix)
        out += blank;
    bool isBehindBlank = removesExtra;
    while (!line.empty()) {
        auto [text, used] = step(line);
        while (isBehindBlank && text.starts_with(' '))
            text.remove_prefix(1);
        if (!text.empty()) {
            for (const char c : text)
                c == ' ' ? out += blank : out += c;
            isBehindBlank = text.ends_with(' ');
        }
        line.remove_prefix(used);
        isBehindBlank = isBehindBlank && removesExtra;
    }
    while (removesExtra && out.ends_with(blank))
        out.resize(out.size() - blank.size());
    if (addsBlank && m_content.whitespaceIsSuffix)
        out += blank;
    return out;
}

} // namespace winnow::text
