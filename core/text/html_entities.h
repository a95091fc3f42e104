#pragma once

#include <string>
#include <string_view>

namespace winnow::text {

/// Character references of HTML 5 (&amp; &#39; &#x27;) replaced by their characters, as browsers read them: known names
/// also without semicolon, the longest known beginning of an unknown name, numbers of the C1 range as Windows-1252.
/// What is no reference stays.
std::string unescapeHtml(std::string_view line);

} // namespace winnow::text
