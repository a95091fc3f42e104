#pragma once

#include <string>

namespace winnow {

/// A message as it may be shown: names and values from files stand in it, so what would steer a terminal or break the
/// line becomes a blank, bytes that are not UTF-8 become U+FFFD, and what is over 2,000 bytes is cut. Every Error does
/// this to its message.
std::string asSentence(std::string words);

} // namespace winnow
