#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace winnow::text {

/// Languages that can be told. The numbers stand in projects and queries (`language = 1`): they never change.
enum class Language : std::int32_t {
    Unknown = 0,
    English = 1,
    Chinese = 2,
    German = 3,
    French = 4,
    Spanish = 5,
    Italian = 6,
    Portuguese = 7,
    Dutch = 8,
    Swedish = 9,
    Danish = 10,
    Norwegian = 11,
    Finnish = 12,
    Polish = 13,
    Czech = 14,
    Hungarian = 15,
    Romanian = 16,
    Turkish = 17,
    Indonesian = 18,
    Vietnamese = 19,
    Russian = 20,
    Ukrainian = 21,
    Greek = 22,
    Arabic = 23,
    Persian = 24,
    Hebrew = 25,
    Hindi = 26,
    Thai = 27,
    Japanese = 28,
    Korean = 29,
};
inline constexpr std::int32_t kLanguageCount = 30; ///< Unknown counted

/// ISO 639-1 code ("en"), "?" for Unknown.
std::string_view codeOf(Language language);
/// English name.
std::string_view nameOf(Language language);

struct LanguageGuess {
    Language language = Language::Unknown; ///< the likeliest; Unknown without letters and where none is above 0.25 or a
                                           ///< language not known here is likelier
    double probability = 0;                ///< of that one, 0 … 1; 0 for Unknown
    double english = 0;                    ///< probability of English, 0 … 1
    double latin = 0; ///< share of Latin letters among all letters, 0 … 1 (a Chinese character counts as two letters)
};

/// A guess by script, then by the commonest words, the letters beside a … z and common endings of the languages of that
/// script (naive Bayes over the first 300 words, against "none of these", English four times as likely beforehand).
/// Built for captions and answers: sentences are told well, single nouns and names are not and come out as Unknown or
/// with a low probability. Scripts with one known language (Greek, Hebrew, Thai, Hangul, Devanagari) count as that
/// language; Han without Kana is Chinese. Thread: any. Cost: about a microsecond a word.
LanguageGuess guessLanguage(std::string_view line);

} // namespace winnow::text
