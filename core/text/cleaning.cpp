#include "core/text/cleaning.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/html_entities.h"
#include "core/text/windows_1252.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace winnow::text {

namespace {

    bool isBetween(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

    bool isDroppedControl(char32_t c)
    {
        return c <= 8 || c == 0xB || isBetween(c, 0xE, 0x1F) || c == 0x7F || isBetween(c, 0x206A, 0x206F) || c == 0xFEFF
            || isBetween(c, 0xFFF9, 0xFFFC);
    }

    /// Characters that are written as others in compatibility form: Latin ligatures, full and half width.
    bool isOpened(char32_t c)
    {
        return isBetween(c, 0xFB00, 0xFB06) || isBetween(c, 0xFF01, 0xFFEF) || c == 0x0132 || c == 0x0133 || c == 0x0149
            || isBetween(c, 0x01C4, 0x01CC) || isBetween(c, 0x01F1, 0x01F3) || c == 0x3000;
    }

    char32_t straightened(char32_t c)
    {
        if (c == 0x02BC || isBetween(c, 0x2018, 0x201B))
            return U'\'';
        return isBetween(c, 0x201C, 0x201F) ? U'"' : c;
    }

    /// Length of a terminal escape (ESC [ digits letter) at this place, or 0.
    std::size_t escapeSize(const std::u32string& line, std::size_t at)
    {
        if (line[at] != 0x1B || at + 1 >= line.size() || line[at + 1] != U'[')
            return 0;
        std::size_t end = at + 2;
        while (end < line.size() && (isBetween(line[end], U'0', U'9') || line[end] == U';'))
            ++end;
        const bool isLetterNext = end < line.size() && isBetween(line[end] | 0x20, U'a', U'z');
        return isLetterNext ? end + 1 - at : 0;
    }

    icu::UnicodeString normalized(const icu::Normalizer2* (*instance)(UErrorCode&), const icu::UnicodeString& line)
    {
        UErrorCode status = U_ZERO_ERROR;
        const auto* const form = instance(status);
        require(U_SUCCESS(status), ErrorCode::Internal, "the Unicode tables of this system cannot be opened");
        auto out = form->normalize(line, status);
        return U_SUCCESS(status) ? out : line;
    }

    const icu::Normalizer2* nfkc(UErrorCode& status) { return icu::Normalizer2::getNFKCInstance(status); }
    const icu::Normalizer2* nfc(UErrorCode& status) { return icu::Normalizer2::getNFCInstance(status); }

    void appendMended(icu::UnicodeString& out, char32_t c)
    {
        // A control code of this range is a badly converted character.
        if (isBetween(c, 0x80, 0x9F) && kWindows1252[c - 0x80] != 0)
            c = kWindows1252[c - 0x80];
        if (isOpened(c)) {
            const auto opened = normalized(nfkc, icu::UnicodeString(static_cast<UChar32>(c)));
            for (std::int32_t i = 0; i < opened.length(); i = opened.moveIndex32(i, 1))
                out.append(static_cast<UChar32>(straightened(static_cast<char32_t>(opened.char32At(i)))));
            return;
        }
        c = straightened(c);
        if (!isDroppedControl(c))
            out.append(static_cast<UChar32>(c));
    }

    /// The byte that Windows-1252 writes this character as, or -1.
    int windowsByte(char32_t c)
    {
        const auto found = std::find(kWindows1252.begin(), kWindows1252.end(), c);
        if (c >= 0x100 && found != kWindows1252.end())
            return 0x80 + static_cast<int>(found - kWindows1252.begin());
        return c <= 0xFF ? static_cast<int>(c) : -1;
    }

    /// Text that was UTF-8, was read as Windows-1252 and written again ("cafÃ©"): whole lines only, which is hardly
    /// ever anything else when all its bytes are valid UTF-8 once more.
    std::u32string redecoded(std::u32string codes)
    {
        std::string bytes;
        bool isAscii = true;
        for (const auto c : codes) {
            const int byte = windowsByte(c);
            if (byte < 0)
                return codes;
            isAscii = isAscii && byte < 0x80;
            bytes += static_cast<char>(byte);
        }
        return isAscii || !isValidUtf8(bytes) ? codes : toCodePoints(bytes);
    }

    std::string mended(std::string_view line)
    {
        const auto codes = redecoded(toCodePoints(line));
        icu::UnicodeString out;
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const auto escape = escapeSize(codes, i);
            if (escape > 0)
                i += escape - 1;
            else
                appendMended(out, codes[i]);
        }
        std::string utf8;
        normalized(nfc, out).toUTF8String(utf8);
        return utf8;
    }

    std::string collapsedSpace(std::string_view line)
    {
        std::string out;
        bool isPending = false;
        for (const auto c : toCodePoints(line)) {
            if (isSpace(c)) {
                isPending = !out.empty();
                continue;
            }
            if (isPending)
                out += ' ';
            isPending = false;
            appendUtf8(out, c);
        }
        return out;
    }

    bool isPlain(std::string_view line)
    {
        return std::all_of(
            line.begin(), line.end(), [](unsigned char c) { return c < 0x7F && c != '&' && (c >= ' ' || c == '\n'); });
    }

    std::string cleanPlain(std::string_view line)
    {
        std::string out;
        out.reserve(line.size());
        for (const char c : line) {
            const bool space = c == ' ' || c == '\n';
            if (!space)
                out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            else if (!out.empty() && out.back() != ' ')
                out += ' ';
        }
        if (!out.empty() && out.back() == ' ')
            out.pop_back();
        return out;
    }

} // namespace

bool isLetter(char32_t c)
{
    if (c < 0x80)
        return isBetween(c | 0x20, U'a', U'z');
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0;
}

bool isNumeric(char32_t c)
{
    if (c < 0x80)
        return isBetween(c, U'0', U'9');
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_N_MASK) != 0;
}

bool isSpace(char32_t c)
{
    if (c < 0x80)
        return c == U' ' || isBetween(c, 9, 13);
    return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

std::string cleanForClip(std::string_view line)
{
    if (isPlain(line))
        return cleanPlain(line);
    const auto text = collapsedSpace(unescapeHtml(unescapeHtml(mended(line))));
    auto lower = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    lower.toLower(icu::Locale::getRoot());
    std::string out;
    lower.toUTF8String(out);
    return out;
}

} // namespace winnow::text
