#include "core/pipeline/query_error.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kShownBefore = 60; ///< code points before the mark
    constexpr std::size_t kShownAfter = 40;

    /// Terminals give East Asian wide characters two places (Unicode Standard Annex 11), marks that combine none.
    std::size_t widthOf(char32_t c)
    {
        if ((c >= 0x300 && c < 0x370) || (c >= 0x200b && c <= 0x200f) || c == 0xfeff)
            return 0;
        const bool isWide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
        return isWide ? 2 : 1;
    }

    std::size_t widthOf(std::u32string_view text)
    {
        std::size_t width = 0;
        for (const auto c : text)
            width += widthOf(c);
        return width;
    }

} // namespace

std::string queryErrorSentence(const std::string& query, const query::SyntaxError& error)
{
    const auto before = text::toCodePoints(std::string_view(query).substr(0, std::min(error.position, query.size())));
    return text::join("cannot read the query at character ", before.size() + 1, ": ", error.message);
}

std::string queryErrorText(const std::string& query, const query::SyntaxError& error)
{
    const auto position = std::min(error.position, query.size());
    const auto before = text::toCodePoints(std::string_view(query).substr(0, position));
    const auto marked = text::toCodePoints(std::string_view(query).substr(position, error.length));
    auto all = text::toCodePoints(query);
    for (auto& c : all)
        if (c < 0x20 || c == 0x7f) // tabs would move the mark; other controls could steer the terminal
            c = U' ';
    const auto from = before.size() > kShownBefore ? before.size() - kShownBefore : 0;
    const auto to = std::min(all.size(), before.size() + std::max<std::size_t>(marked.size(), kShownAfter));
    std::string shown;
    for (auto i = from; i < to; ++i)
        text::appendUtf8(shown, all[i]);
    const std::string dots = from > 0 ? "…" : "";
    const auto indent = widthOf(std::u32string_view(all).substr(from, before.size() - from)) + (from > 0 ? 1 : 0);
    const auto length = std::clamp<std::size_t>(widthOf(marked), 1, kShownAfter);
    return text::join(queryErrorSentence(query, error), "\n  ", dots, shown, to < all.size() ? "…" : "", "\n  ",
        std::string(indent, ' '), std::string(length, '^'));
}

} // namespace winnow::pipeline
