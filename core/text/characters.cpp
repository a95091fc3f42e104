#include "core/text/characters.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace winnow::text {

namespace {

    bool isIn(char32_t c, std::uint32_t categories)
    {
        return (U_GET_GC_MASK(static_cast<UChar32>(c)) & categories) != 0;
    }

    const icu::Normalizer2* normalizerOf(NormalForm form, UErrorCode& status)
    {
        switch (form) {
        case NormalForm::Nfc:
            return icu::Normalizer2::getNFCInstance(status);
        case NormalForm::Nfd:
            return icu::Normalizer2::getNFDInstance(status);
        case NormalForm::Nfkc:
            return icu::Normalizer2::getNFKCInstance(status);
        case NormalForm::Nfkd:
            return icu::Normalizer2::getNFKDInstance(status);
        }
        return nullptr;
    }

} // namespace

bool isAscii(std::string_view line)
{
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    std::uint64_t all = 0, word = 0;
    for (; line.size() >= sizeof word; line.remove_prefix(sizeof word)) {
        std::memcpy(&word, line.data(), sizeof word);
        all |= word;
    }
    return (all & kHighBits) == 0 && std::all_of(line.begin(), line.end(), [](unsigned char c) { return c < 0x80; });
}

bool isOther(char32_t c) { return isIn(c, U_GC_C_MASK); }
bool isNonspacingMark(char32_t c) { return isIn(c, U_GC_MN_MASK); }
bool isMark(char32_t c) { return isIn(c, U_GC_M_MASK); }

bool isPunctuation(char32_t c)
{
    if (c < 0x80)
        return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    return isIn(c, U_GC_P_MASK);
}

bool isWordCharacter(char32_t c)
{
    const bool isJoiner = c == 0x200C || c == 0x200D;
    return isJoiner || u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_ALPHABETIC)
        || isIn(c, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK);
}

bool isIdeograph(char32_t c)
{
    // The blocks named in google-research/bert, tokenization.py, _is_chinese_char.
    static constexpr std::array<std::pair<char32_t, char32_t>, 8> kBlocks{
        {{0x4E00, 0x9FFF}, {0x3400, 0x4DBF}, {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F},
            {0x2B820, 0x2CEAF}, {0xF900, 0xFAFF}, {0x2F800, 0x2FA1F}}};
    return c >= 0x3400 && std::any_of(kBlocks.begin(), kBlocks.end(), [c](auto block) {
        return c >= block.first && c <= block.second;
    });
}

std::string toNormalForm(std::string_view line, NormalForm form)
{
    if (isAscii(line))
        return std::string(line);
    UErrorCode status = U_ZERO_ERROR;
    const auto* const normalizer = normalizerOf(form, status);
    require(normalizer != nullptr && U_SUCCESS(status), ErrorCode::Internal,
        "the Unicode tables of this system cannot be opened");
    const auto source =
        icu::UnicodeString::fromUTF8(icu::StringPiece(line.data(), static_cast<std::int32_t>(line.size())));
    std::string out;
    normalizer->normalize(source, status).toUTF8String(out);
    return U_SUCCESS(status) ? out : std::string(line);
}

std::string toLowerEach(std::string_view line)
{
    if (isAscii(line))
        return toLowerAscii(line);
    std::string out;
    out.reserve(line.size());
    for (const auto c : toCodePoints(line)) {
        appendUtf8(out, c == 0x130 ? U'i' : static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
        if (c == 0x130) // the only character that becomes two
            appendUtf8(out, 0x307);
    }
    return out;
}

std::string toValidUtf8(std::string_view line)
{
    if (isValidUtf8(line))
        return std::string(line);
    std::string out;
    for (const auto c : toCodePoints(line))
        appendUtf8(out, c);
    return out;
}

} // namespace winnow::text
