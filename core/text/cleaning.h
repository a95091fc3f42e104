#pragma once

#include <string>
#include <string_view>

namespace winnow::text {

/// The text as CLIP's tokenizer cleans it before cutting it into words: broken typography mended (as ftfy does: curly
/// quotes straightened, ligatures opened, full-width forms narrowed, control characters and terminal escapes dropped,
/// composed form NFC; UTF-8 that was read as Windows-1252 repaired where the whole line is such), HTML references read
/// twice, white space collapsed to single blanks, lower case. Bytes that are not UTF-8 become U+FFFD.
std::string cleanForClip(std::string_view line);

/// Unicode categories L, N, and white space: the classes in CLIP's word pattern.
bool isLetter(char32_t codePoint);
bool isNumeric(char32_t codePoint);
bool isSpace(char32_t codePoint);

} // namespace winnow::text
