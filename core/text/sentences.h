#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// How a caption is cut for the CLIP score (METHOD 4.1, 11.8).
enum class SentenceMode {
    Published, ///< at every full stop, the first ten pieces, empty ones included
    Corrected, ///< empty pieces left out before counting to ten; a caption without any piece counts whole
};

/// The pieces between full stops, without the stops, blanks kept. Never empty: an empty caption gives one empty piece.
std::vector<std::string> splitSentences(std::string_view caption, SentenceMode mode);

} // namespace winnow::text
