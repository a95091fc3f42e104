#pragma once

#include <string>
#include <string_view>

namespace winnow::text {

// Classes and forms of Unicode characters beside those of cleaning.h, as the published tokenizers take them.

/// No byte above 0x7F.
bool isAscii(std::string_view line);

/// Every category that begins with C (control, format, private, unassigned, surrogate).
bool isOther(char32_t codePoint);
/// Category Mn.
bool isNonspacingMark(char32_t codePoint);
/// Category M.
bool isMark(char32_t codePoint);
/// Category P, and every ASCII character that is neither letter, digit, space nor control ("$" and "<" too).
bool isPunctuation(char32_t codePoint);
/// What \w means: letters, marks, decimal digits, connectors, joiners.
bool isWordCharacter(char32_t codePoint);
/// The ideographs that BERT sets apart, one word each.
bool isIdeograph(char32_t codePoint);

enum class NormalForm { Nfc, Nfd, Nfkc, Nfkd };

/// Valid UTF-8 → the same text in that form.
std::string toNormalForm(std::string_view line, NormalForm form);
/// Each character lowered by itself, without regard to its neighbours (a final sigma stays a plain one).
std::string toLowerEach(std::string_view line);
/// Bytes that are not UTF-8 become U+FFFD.
std::string toValidUtf8(std::string_view line);

} // namespace winnow::text
