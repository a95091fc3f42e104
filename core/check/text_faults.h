#pragma once

#include "core/check/kind.h"
#include "core/domain/pair.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::check {

/// What counts as very short and very long. Words are runs without white space; where a script has no blanks, each
/// ideograph, kana or hangul syllable counts as one.
struct TextLimits {
    std::int64_t shortWords = 3;  ///< fewer words in all answers together are very short
    std::int64_t longWords = 500; ///< more are very long

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// What is wrong with a pair's words and the order of its turns, one fault a kind, in the order of the kinds: empty
/// answers and questions, role order, broken characters, remains of HTML, very short and very long answers.
std::vector<Fault> textFaults(const Pair& pair, const TextLimits& limits = {});

/// Why the turns do not alternate from a user's to an assistant's, or nothing. A pair without turns is in order.
std::optional<std::string> roleFault(const Pair& pair);

/// Occurrences of `<image>` in all texts of the pair.
std::int64_t countImageMarks(const Pair& pair);

/// Why marks and pictures do not match, or nothing. `sourceMarks` is what the import counted, absent where the source
/// had as many marks as pictures or its format uses none; marks that still stand in the text count, too.
std::optional<std::string> parityFault(const Pair& pair, std::optional<std::int64_t> sourceMarks);

/// The first replacement character, control character, non-character or wrongly decoded letter ("Ã©"), with what stands
/// around it; or nothing.
std::optional<std::string> brokenCharacters(std::string_view text);

/// The first HTML tag or character reference, as it stands in the text; or nothing. `<image>` and `a < b` are none.
std::optional<std::string> htmlRemains(std::string_view text);

/// As described at TextLimits.
std::int64_t countSpokenWords(std::string_view text);

/// A text by which repeats are recognised: question and answers, white space as single blanks. Empty where there are no
/// words.
std::string comparableText(const Pair& pair);

} // namespace winnow::check
