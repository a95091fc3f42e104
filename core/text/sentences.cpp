#include "core/text/sentences.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow::text {

std::vector<std::string> splitSentences(std::string_view caption, SentenceMode mode)
{
    constexpr std::size_t kMost = 10;
    auto pieces = split(caption, '.');
    if (mode == SentenceMode::Corrected) {
        std::erase_if(pieces, [](const std::string& piece) { return trimmed(piece).empty(); });
        if (pieces.empty())
            pieces.emplace_back(caption);
    }
    pieces.resize(std::min(pieces.size(), kMost));
    return pieces;
}

} // namespace winnow::text
