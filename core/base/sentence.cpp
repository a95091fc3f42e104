#include "core/base/sentence.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow {

namespace {

    constexpr std::size_t kMostBytes = 2000;

} // namespace

std::string asSentence(std::string words)
{
    if (words.size() > kMostBytes || !text::isValidUtf8(words))
        words = text::shortened(words, kMostBytes / 4);
    std::replace_if(
        words.begin(), words.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return words;
}

} // namespace winnow
