#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace winnow::text {

/// Calls `take` with each word of a cleaned text, as CLIP's pattern cuts it: English contractions ('s 't 're 've 'm 'll
/// 'd), runs of letters, single digits, runs of anything else but white space.
void forEachClipWord(std::string_view cleaned, const std::function<void(std::string_view)>& take);

/// The printable character that stands for a byte in byte-pair vocabularies, UTF-8.
std::string spellByte(unsigned char byte);

} // namespace winnow::text
