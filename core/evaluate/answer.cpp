#include "core/evaluate/answer.h"

#include "core/base/text.h"

#include <string>

namespace winnow::evaluate {

std::string_view toString(YesNo value)
{
    switch (value) {
    case YesNo::Yes:
        return "yes";
    case YesNo::No:
        return "no";
    default:
        return "other";
    }
}

YesNo parseYesNo(std::string_view answer)
{
    constexpr std::size_t kLookedAt = 4; // characters, not bytes
    const auto lowered = text::toLowerAscii(answer);
    if (lowered == "yes")
        return YesNo::Yes;
    if (lowered == "no")
        return YesNo::No;
    // Four characters take at most 16 bytes; longer answers need not be decoded whole.
    const auto start = text::toCodePoints(std::string_view(lowered).substr(0, 4 * kLookedAt + 4)).substr(0, kLookedAt);
    if (start.find(U"yes") != std::u32string::npos)
        return YesNo::Yes;
    if (start.find(U"no") != std::u32string::npos)
        return YesNo::No;
    return YesNo::Other;
}

} // namespace winnow::evaluate
