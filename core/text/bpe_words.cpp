#include "core/text/bpe_words.h"

#include "core/base/text.h"
#include "core/text/cleaning.h"

#include <array>
#include <cstddef>

namespace winnow::text {

namespace {

    struct Character {
        char32_t code = 0;
        std::size_t size = 1;
    };

    /// The text is valid UTF-8.
    Character characterAt(std::string_view line, std::size_t at)
    {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(line[at + i]); };
        const unsigned char lead = byte(0);
        if (lead < 0x80)
            return {lead, 1};
        const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        char32_t code = lead & (0xFFu >> (size + 1));
        for (std::size_t i = 1; i < size; ++i)
            code = code << 6 | (byte(i) & 0x3Fu);
        return {code, size};
    }

    template <typename Belongs> std::size_t runEnd(std::string_view line, std::size_t at, const Belongs& belongs)
    {
        while (at < line.size()) {
            const auto next = characterAt(line, at);
            if (!belongs(next.code))
                break;
            at += next.size;
        }
        return at;
    }

    std::size_t contractionSize(std::string_view rest)
    {
        static constexpr std::array<std::string_view, 7> kContractions{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
        for (const auto contraction : kContractions)
            if (rest.starts_with(contraction))
                return contraction.size();
        return 0;
    }

    std::size_t wordEnd(std::string_view line, std::size_t at, const Character& first)
    {
        if (const auto contraction = contractionSize(line.substr(at)); contraction > 0)
            return at + contraction;
        if (isLetter(first.code))
            return runEnd(line, at, isLetter);
        if (isNumeric(first.code))
            return at + first.size;
        return runEnd(line, at, [](char32_t c) { return !isLetter(c) && !isNumeric(c) && !isSpace(c); });
    }

    bool isSpelledAsItself(int byte)
    {
        return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
    }

} // namespace

void forEachClipWord(std::string_view cleaned, const std::function<void(std::string_view)>& take)
{
    std::size_t at = 0;
    while (at < cleaned.size()) {
        const auto first = characterAt(cleaned, at);
        if (isSpace(first.code)) {
            at += first.size;
            continue;
        }
        const auto end = wordEnd(cleaned, at, first);
        take(cleaned.substr(at, end - at));
        at = end;
    }
}

std::string spellByte(unsigned char byte)
{
    char32_t code = byte;
    if (!isSpelledAsItself(byte)) {
        code = 256;
        for (int other = 0; other < byte; ++other)
            code += isSpelledAsItself(other) ? 0 : 1;
    }
    std::string out;
    appendUtf8(out, code);
    return out;
}

} // namespace winnow::text
