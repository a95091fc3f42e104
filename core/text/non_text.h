#pragma once

#include <string>
#include <vector>

namespace winnow::text {

/// For each code point, 1 where it belongs to something that is no prose: a web address (scheme:// or www.), an HTML
/// tag, comment or entity, code between backquotes (fences of three over lines, single ones on one line), a control
/// character other than tab and line breaks, an emoji with its modifiers, U+FFFD, a private or unassigned one. Thread:
/// any.
std::vector<char> markNonText(const std::u32string& line);

} // namespace winnow::text
