#pragma once

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// The arguments, streamed one after another.
template <typename... Parts> std::string join(const Parts&... parts)
{
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

/// The items with the separator between them.
std::string joined(const std::vector<std::string>& items, std::string_view separator);

/// Pieces between separators; empty pieces are kept, so n separators give n + 1 pieces.
std::vector<std::string> split(std::string_view line, char separator);

/// Without leading and trailing ASCII white space.
std::string_view trimmed(std::string_view line);

/// ASCII letters lowered, everything else untouched.
std::string toLowerAscii(std::string_view line);

/// Every occurrence of `from` replaced by `to`; `from` must not be empty.
std::string replaced(std::string_view line, std::string_view from, std::string_view to);

bool isValidUtf8(std::string_view bytes);
/// Offset of the first byte that is not valid UTF-8, or npos.
std::size_t findInvalidUtf8(std::string_view bytes);
/// Number of Unicode code points; bytes that are not UTF-8 count one each.
std::size_t countCodePoints(std::string_view line);
/// Code points of valid UTF-8; each byte that is not valid becomes U+FFFD.
std::u32string toCodePoints(std::string_view line);
void appendUtf8(std::string& out, char32_t codePoint);
/// At most maxCodePoints code points, with an ellipsis where something was cut: for messages.
std::string shortened(std::string_view line, std::size_t maxCodePoints);
/// Number of maximal runs of non-white-space characters.
std::size_t countWords(std::string_view line);

/// The whole text as a finite or non-finite number, or false. Locale-independent ("nan" and "inf" are accepted by
/// name).
bool parseDouble(std::string_view line, double& value);
bool parseInt(std::string_view line, std::int64_t& value);
/// Shortest text that reads back to the same double.
std::string toText(double value);
/// For reading: so many digits behind the point ("3.10"); empty for what is not finite.
std::string fixed(double value, int digits);
/// For reading: so many significant digits ("0.0123", "4.5e-07"); "unknown" for NaN.
std::string significant(double value, int digits);

} // namespace winnow::text
