#include "core/text/non_text.h"

#include "core/text/cleaning.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace winnow::text {

namespace {

    using Line = std::u32string_view;

    constexpr std::size_t kLongestTag = 400;
    constexpr std::size_t kLongestComment =
        4000; ///< so that comments without an end are not searched for one again and again
    constexpr std::size_t kLongestEntity = 10;

    bool isAsciiLetter(char32_t c) { return (c | 0x20) >= U'a' && (c | 0x20) <= U'z' && c < 0x80; }
    bool isDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

    bool startsWith(Line line, std::size_t at, Line word)
    {
        if (line.size() - at < word.size())
            return false;
        for (std::size_t i = 0; i < word.size(); ++i)
            if ((isAsciiLetter(line[at + i]) ? line[at + i] | 0x20 : line[at + i]) != word[i])
                return false;
        return true;
    }

    // Each of these gives the length of what starts at this place, 0 if nothing of its kind does.

    std::size_t addressSize(Line line, std::size_t at)
    {
        static constexpr std::array<Line, 4> kStarts{U"http://", U"https://", U"ftp://", U"www."};
        if (at > 0 && isLetter(line[at - 1]))
            return 0;
        if (std::none_of(kStarts.begin(), kStarts.end(), [&](Line start) { return startsWith(line, at, start); }))
            return 0;
        std::size_t end = at;
        while (end < line.size() && !isSpace(line[end]) && line[end] != U'<' && line[end] != U'>' && line[end] != U'"')
            ++end;
        // Marks that end the sentence or close a bracket around the address are not part of it.
        while (end > at && Line(U".,;:!?)]'").find(line[end - 1]) != Line::npos)
            --end;
        return end - at;
    }

    std::size_t tagSize(Line line, std::size_t at)
    {
        if (line[at] != U'<' || at + 2 >= line.size())
            return 0;
        if (startsWith(line, at, U"<!--")) {
            const auto end = line.substr(at, kLongestComment).find(U"-->", 4);
            return end == Line::npos ? 0 : end + 3;
        }
        const std::size_t name = line[at + 1] == U'/' ? at + 2 : at + 1;
        if (name >= line.size() || !isAsciiLetter(line[name]))
            return 0;
        for (std::size_t end = name; end < std::min(line.size(), at + kLongestTag); ++end) {
            if (line[end] == U'>')
                return end + 1 - at;
            if (line[end] == U'<')
                return 0;
        }
        return 0;
    }

    std::size_t entitySize(Line line, std::size_t at)
    {
        if (line[at] != U'&')
            return 0;
        std::size_t end = at + 1;
        const bool isNumber = end < line.size() && line[end] == U'#';
        end += isNumber ? 1 : 0;
        const std::size_t first = end;
        while (end < line.size() && end - at < kLongestEntity && (isAsciiLetter(line[end]) || isDigit(line[end])))
            ++end;
        const bool isNamed = end > first && (isNumber || isAsciiLetter(line[first]));
        return isNamed && end < line.size() && line[end] == U';' ? end + 1 - at : 0;
    }

    std::size_t codeSize(Line line, std::size_t at)
    {
        if (line[at] != U'`')
            return 0;
        if (startsWith(line, at, U"```")) {
            const auto end = line.find(U"```", at + 3);
            return end == Line::npos ? line.size() - at : end + 3 - at;
        }
        const auto end = line.find_first_of(U"`\n", at + 1);
        return end == Line::npos || line[end] == U'\n' ? 0 : end + 1 - at;
    }

    bool isEmoji(char32_t c)
    {
        const auto code = static_cast<UChar32>(c);
        return c > 0xFF
            && (u_hasBinaryProperty(code, UCHAR_EXTENDED_PICTOGRAPHIC)
                || u_hasBinaryProperty(code, UCHAR_EMOJI_MODIFIER)
                || u_hasBinaryProperty(code, UCHAR_REGIONAL_INDICATOR) || c == 0xFE0F || c == 0x200D || c == 0x20E3);
    }

    bool isNoCharacter(char32_t c)
    {
        if (c < 0x80)
            return (c < 0x20 && c != U'\t' && c != U'\n' && c != U'\r') || c == 0x7F;
        return c == 0xFFFD
            || (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_CC_MASK | U_GC_CO_MASK | U_GC_CN_MASK | U_GC_CS_MASK))
            != 0;
    }

} // namespace

std::vector<char> markNonText(const std::u32string& line)
{
    std::vector<char> marks(line.size(), 0);
    for (std::size_t at = 0; at < line.size();) {
        std::size_t length = 0;
        for (const auto sizeOf : {addressSize, tagSize, entitySize, codeSize})
            if (length == 0)
                length = sizeOf(line, at);
        if (length == 0 && (isNoCharacter(line[at]) || isEmoji(line[at])))
            length = 1;
        std::fill_n(marks.begin() + static_cast<std::ptrdiff_t>(at), length, char(1));
        at += std::max<std::size_t>(1, length);
    }
    return marks;
}

} // namespace winnow::text
