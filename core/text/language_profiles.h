#pragma once

#include "core/text/language_guess.h"

#include <span>
#include <string_view>

namespace winnow::text {

/// What languages of one script are told apart by.
enum class WritingSystem { Latin, Cyrillic, Greek, Arabic, Hebrew, Devanagari, Thai, Hangul, EastAsian };

struct LanguageProfile {
    Language language = Language::Unknown;
    WritingSystem writing = WritingSystem::Latin;
    std::u32string_view letters; ///< lower-case letters that the language writes beside a … z (beside those of all the
                                 ///< script's languages for other scripts)
    std::string_view words;   ///< common words in lower case, commonest first, blanks between
    std::string_view endings; ///< of longer words, blanks between
};

/// One a language that needs telling apart from others of its script.
std::span<const LanguageProfile> languageProfiles();

} // namespace winnow::text
