#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// Words as the measures below take them: comparableText() cut at blanks, each Chinese, Japanese or Thai character a
/// word of its own.
std::vector<std::u32string> comparableWords(std::string_view line);

/// What can be counted in a text of any language. All but the characters is 0 for white space alone.
struct TextStatistics {
    std::int64_t characters = 0; ///< code points
    std::int64_t sentences = 0;  ///< stretches between sentence ends (Unicode's rules) that hold a letter or digit; a
                                 ///< title such as "Dr." ends none
    double distinct1 = 0;        ///< different words / words, 0 … 1
    double distinct2 = 0;        ///< different pairs of neighbouring words / such pairs; distinct1 for a single word
    double repetition = 0;       ///< share of words inside a run of five words that occurs twice or more, 0 … 1
    double punctuation = 0; ///< share of punctuation and symbols in the characters that are not white space, 0 … 1
    double nonText = 0;     ///< share of these characters that is no prose: web addresses, HTML tags and entities, code
                            ///< between backquotes, control characters, emoji, U+FFFD and unassigned ones, 0 … 1
};

/// Measures texts, one after another. Thread: one at a time; make one a thread.
/// Sources: distinct-n, Li et al., NAACL 2016 (arXiv 1510.03055); repetition after the duplicate n-gram filter of
/// Gopher, Rae et al. (arXiv 2112.11446), over words of one text; sentences, Unicode Standard Annex 29.
class TextMeter {
public:
    /// Throws Error(Internal): the system has no Unicode tables.
    TextMeter();
    ~TextMeter();
    TextMeter(TextMeter&&) noexcept;
    TextMeter& operator=(TextMeter&&) noexcept;

    /// Cost: some 10 microseconds for 100 characters.
    TextStatistics measure(std::string_view line);

private:
    struct Breaks;
    std::unique_ptr<Breaks> m_breaks;
};

} // namespace winnow::text
