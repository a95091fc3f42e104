#include "core/text/language_guess.h"

#include "core/base/text.h"
#include "core/text/cleaning.h"
#include "core/text/language_profiles.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

namespace winnow::text {

namespace {

    constexpr std::size_t kMostWords = 300;
    constexpr std::size_t kShortestEnding = 4; ///< a word this long may be told by its end
    constexpr double kListed = 0.5;            ///< share of a text's words that a language's list is taken to cover
    constexpr double kOther = 1e-4;            ///< probability of one particular word beside the list
    constexpr double kForeignLetter = -4;      ///< for a word with a letter that the language does not write
    constexpr double kOwnEnding = 1;           ///< for a word that ends as its words do
    constexpr double kOwnLetter = 0.7;         ///< for a word with a letter that the language writes and others do not
    constexpr double kNoneOfThese = 0.4;       ///< a word that no list has speaks for a language not known here
    constexpr double kEnglishFirst = 1.4;      ///< most data are English: without other signs four times as likely
    constexpr double kLeastProbability = 0.25; ///< below, the language is called unknown
    constexpr double kKanaShare = 0.05;        ///< of Han and Kana together, from which a text is Japanese

    constexpr std::size_t kSystems = static_cast<std::size_t>(WritingSystem::EastAsian) + 1;

    struct Letters {
        std::array<double, kSystems> bySystem{};
        double kana = 0, all = 0;

        double share(WritingSystem system) const
        {
            return all == 0 ? 0 : bySystem[static_cast<std::size_t>(system)] / all;
        }
    };

    /// The system of a letter; false for scripts that no language here uses.
    bool findSystem(char32_t c, WritingSystem& system)
    {
        UErrorCode status = U_ZERO_ERROR;
        switch (c < 0x80 ? USCRIPT_LATIN : uscript_getScript(static_cast<UChar32>(c), &status)) {
        case USCRIPT_LATIN:
            system = WritingSystem::Latin;
            return true;
        case USCRIPT_CYRILLIC:
            system = WritingSystem::Cyrillic;
            return true;
        case USCRIPT_GREEK:
            system = WritingSystem::Greek;
            return true;
        case USCRIPT_ARABIC:
            system = WritingSystem::Arabic;
            return true;
        case USCRIPT_HEBREW:
            system = WritingSystem::Hebrew;
            return true;
        case USCRIPT_DEVANAGARI:
            system = WritingSystem::Devanagari;
            return true;
        case USCRIPT_THAI:
            system = WritingSystem::Thai;
            return true;
        case USCRIPT_HANGUL:
            system = WritingSystem::Hangul;
            return true;
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
            system = WritingSystem::EastAsian;
            return true;
        default:
            return false;
        }
    }

    Letters countLetters(const std::u32string& line)
    {
        Letters out;
        for (const char32_t c : line) {
            if (!isLetter(c))
                continue;
            WritingSystem system{};
            const bool isKnown = findSystem(c, system);
            const double weight = isKnown && system == WritingSystem::EastAsian ? 2 : 1;
            out.all += weight;
            if (isKnown)
                out.bySystem[static_cast<std::size_t>(system)] += weight;
            if (c >= 0x3040 && c <= 0x30FF)
                out.kana += weight;
        }
        return out;
    }

    /// Runs of letters and marks, in lower case.
    std::vector<std::u32string> wordsOf(const std::u32string& line)
    {
        std::vector<std::u32string> out;
        bool isOpen = false;
        for (const char32_t c : line) {
            const auto mask = U_GET_GC_MASK(static_cast<UChar32>(c));
            if ((mask & (U_GC_L_MASK | U_GC_M_MASK)) == 0) {
                isOpen = false;
                continue;
            }
            if (!isOpen) {
                if (out.size() == kMostWords)
                    break;
                out.emplace_back();
            }
            isOpen = true;
            out.back() += static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
        }
        return out;
    }

    std::vector<std::u32string> pieces(std::string_view list)
    {
        std::vector<std::u32string> out;
        for (const auto& piece : split(list, ' '))
            if (!piece.empty())
                out.push_back(toCodePoints(piece));
        return out;
    }

    /// A profile made ready: how likely each word is in the language.
    struct Model {
        const LanguageProfile* profile = nullptr;
        std::unordered_map<std::u32string, double> logOf;
        std::vector<std::u32string> endings;

        explicit Model(const LanguageProfile& from)
            : profile(&from)
            , endings(pieces(from.endings))
        {
            const auto words = pieces(from.words);
            double sum = 0;
            for (std::size_t rank = 0; rank < words.size(); ++rank)
                sum += 1.0 / static_cast<double>(rank + 5);
            for (std::size_t rank = 0; rank < words.size(); ++rank)
                logOf.try_emplace(words[rank], std::log(kListed / static_cast<double>(rank + 5) / sum));
        }

        bool isOwn(char32_t c) const { return profile->letters.find(c) != std::u32string_view::npos; }

        /// special: letters that not all languages of the script write.
        double logProbability(const std::u32string& word, std::u32string_view special) const
        {
            if (const auto found = logOf.find(word); found != logOf.end())
                return found->second;
            const auto isForeign = [&](char32_t c) {
                return special.find(c) != std::u32string_view::npos && !isOwn(c);
            };
            double out = std::log(kOther);
            if (std::any_of(word.begin(), word.end(), isForeign))
                out += kForeignLetter;
            if (std::any_of(word.begin(), word.end(), [&](char32_t c) { return isOwn(c); }))
                out += kOwnLetter;
            const bool hasEnding = word.size() >= kShortestEnding
                && std::any_of(endings.begin(), endings.end(),
                    [&](const std::u32string& ending) { return word.ends_with(ending); });
            return out + (hasEnding ? kOwnEnding : 0);
        }
    };

    struct SystemModels {
        std::vector<Model> models;
        std::u32string special; ///< letters that some of the languages write
    };

    const std::array<SystemModels, kSystems>& allModels()
    {
        static const std::array<SystemModels, kSystems> kModels = [] {
            std::array<SystemModels, kSystems> out;
            for (const auto& profile : languageProfiles()) {
                auto& system = out[static_cast<std::size_t>(profile.writing)];
                system.models.emplace_back(profile);
                system.special += profile.letters;
            }
            return out;
        }();
        return kModels;
    }

    struct Candidate {
        Language language = Language::Unknown;
        double probability = 0;
    };

    /// Probabilities of the script's languages, "none of these" being the rest.
    std::vector<Candidate> weigh(const SystemModels& system, const std::vector<std::u32string>& words)
    {
        std::vector<double> logs;
        for (const auto& model : system.models) {
            double sum = model.profile->language == Language::English ? kEnglishFirst : 0;
            for (const auto& word : words)
                sum += model.logProbability(word, system.special);
            logs.push_back(sum);
        }
        const double none = static_cast<double>(words.size()) * (std::log(kOther) + kNoneOfThese);
        const double highest = std::max(none, *std::max_element(logs.begin(), logs.end()));
        double sum = std::exp(none - highest);
        for (const double log : logs)
            sum += std::exp(log - highest);
        std::vector<Candidate> out;
        for (std::size_t i = 0; i < logs.size(); ++i)
            out.push_back({system.models[i].profile->language, std::exp(logs[i] - highest) / sum});
        return out;
    }

    Language onlyLanguage(WritingSystem system, const Letters& letters)
    {
        switch (system) {
        case WritingSystem::Greek:
            return Language::Greek;
        case WritingSystem::Hebrew:
            return Language::Hebrew;
        case WritingSystem::Devanagari:
            return Language::Hindi;
        case WritingSystem::Thai:
            return Language::Thai;
        case WritingSystem::Hangul:
            return Language::Korean;
        default:
            break;
        }
        const double eastAsian = letters.bySystem[static_cast<std::size_t>(WritingSystem::EastAsian)];
        return letters.kana > kKanaShare * eastAsian ? Language::Japanese : Language::Chinese;
    }

    /// Words that have a letter of the system.
    std::vector<std::u32string> wordsIn(WritingSystem system, const std::vector<std::u32string>& words)
    {
        std::vector<std::u32string> out;
        for (const auto& word : words)
            if (WritingSystem own{}; findSystem(word.front(), own) && own == system)
                out.push_back(word);
        return out;
    }

    constexpr std::array<std::pair<std::string_view, std::string_view>, kLanguageCount> kNames{
        {{"?", "unknown"}, {"en", "English"}, {"zh", "Chinese"}, {"de", "German"}, {"fr", "French"}, {"es", "Spanish"},
            {"it", "Italian"}, {"pt", "Portuguese"}, {"nl", "Dutch"}, {"sv", "Swedish"}, {"da", "Danish"},
            {"no", "Norwegian"}, {"fi", "Finnish"}, {"pl", "Polish"}, {"cs", "Czech"}, {"hu", "Hungarian"},
            {"ro", "Romanian"}, {"tr", "Turkish"}, {"id", "Indonesian"}, {"vi", "Vietnamese"}, {"ru", "Russian"},
            {"uk", "Ukrainian"}, {"el", "Greek"}, {"ar", "Arabic"}, {"fa", "Persian"}, {"he", "Hebrew"},
            {"hi", "Hindi"}, {"th", "Thai"}, {"ja", "Japanese"}, {"ko", "Korean"}}};

} // namespace

std::string_view codeOf(Language language) { return kNames[static_cast<std::size_t>(language)].first; }

std::string_view nameOf(Language language) { return kNames[static_cast<std::size_t>(language)].second; }

LanguageGuess guessLanguage(std::string_view line)
{
    const auto codes = toCodePoints(line);
    const auto letters = countLetters(codes);
    const auto words = wordsOf(codes);
    std::vector<Candidate> all;
    LanguageGuess out;
    out.latin = letters.share(WritingSystem::Latin);
    for (std::size_t i = 0; i < kSystems; ++i) {
        const auto system = static_cast<WritingSystem>(i);
        const double share = letters.share(system);
        if (share == 0)
            continue;
        const auto& models = allModels()[i];
        if (models.models.empty()) {
            all.push_back({onlyLanguage(system, letters), share});
            continue;
        }
        for (const auto& candidate : weigh(models, wordsIn(system, words)))
            all.push_back({candidate.language, share * candidate.probability});
    }
    double known = 0;
    for (const auto& candidate : all) {
        known += candidate.probability;
        if (candidate.language == Language::English)
            out.english = candidate.probability;
        if (candidate.probability > out.probability) {
            out.language = candidate.language;
            out.probability = candidate.probability;
        }
    }
    if (out.probability <= std::max(1 - known, kLeastProbability)) // nothing known fits best, or nothing fits well
        out.language = Language::Unknown;
    if (out.language == Language::Unknown)
        out.probability = 0;
    return out;
}

} // namespace winnow::text
