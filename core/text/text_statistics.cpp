#include "core/text/text_statistics.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/cleaning.h"
#include "core/text/min_hash.h"
#include "core/text/non_text.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace winnow::text {

namespace {

    constexpr std::size_t kRun = 5; ///< words of a run that counts as repeated

    using Words = std::vector<std::u32string>;

    bool isBetween(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

    /// Scripts written without blanks between words.
    bool standsAlone(char32_t c)
    {
        return isBetween(c, 0x4E00, 0x9FFF) || isBetween(c, 0x3400, 0x4DBF) || isBetween(c, 0x3040, 0x30FF)
            || isBetween(c, 0xF900, 0xFAFF) || isBetween(c, 0x20000, 0x3FFFF) || isBetween(c, 0x0E00, 0x0E7F);
    }

    double shareOf(std::size_t part, std::size_t whole)
    {
        return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
    }

    /// Different runs of `length` neighbouring words / runs.
    double distinctShare(const Words& words, std::size_t length)
    {
        if (words.size() < length)
            return 0;
        std::set<std::vector<std::u32string_view>> runs;
        const auto count = words.size() - length + 1;
        for (std::size_t at = 0; at < count; ++at)
            runs.emplace(words.begin() + static_cast<std::ptrdiff_t>(at),
                words.begin() + static_cast<std::ptrdiff_t>(at + length));
        return shareOf(runs.size(), count);
    }

    double repeatedShare(const Words& words)
    {
        std::map<std::vector<std::u32string_view>, std::vector<std::size_t>> places;
        for (std::size_t at = 0; at + kRun <= words.size(); ++at)
            places[{words.begin() + static_cast<std::ptrdiff_t>(at),
                       words.begin() + static_cast<std::ptrdiff_t>(at + kRun)}]
                .push_back(at);
        std::vector<char> isRepeated(words.size(), 0);
        for (const auto& [run, starts] : places)
            if (starts.size() > 1)
                for (const auto start : starts)
                    std::fill_n(isRepeated.begin() + static_cast<std::ptrdiff_t>(start), kRun, char(1));
        return shareOf(
            static_cast<std::size_t>(std::count(isRepeated.begin(), isRepeated.end(), char(1))), words.size());
    }

    bool isPunctuation(char32_t c)
    {
        return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_P_MASK | U_GC_S_MASK)) != 0;
    }

    void writeShares(const std::u32string& line, TextStatistics& out)
    {
        const auto isNoText = markNonText(line);
        std::size_t visible = 0, punctuation = 0, noText = 0;
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (isSpace(line[i]))
                continue;
            ++visible;
            noText += isNoText[i] != 0 ? 1 : 0;
            punctuation += isNoText[i] == 0 && isPunctuation(line[i]) ? 1 : 0;
        }
        out.punctuation = shareOf(punctuation, visible);
        out.nonText = shareOf(noText, visible);
    }

    /// Whether the stretch ends with a title, behind which a sentence goes on though a capital follows.
    bool endsWithTitle(const icu::UnicodeString& line, std::int32_t begin, std::int32_t end)
    {
        static constexpr std::array<std::string_view, 9> kTitles{
            "Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "St.", "Mt.", "vs.", "No."};
        std::string stretch;
        line.tempSubStringBetween(begin, end).toUTF8String(stretch);
        const auto last = trimmed(stretch);
        const auto blank = last.find_last_of(" (\n");
        const auto word = blank == std::string_view::npos ? last : last.substr(blank + 1);
        return std::find(kTitles.begin(), kTitles.end(), word) != kTitles.end();
    }

} // namespace

Words comparableWords(std::string_view line)
{
    Words out;
    bool isOpen = false;
    for (const char32_t c : comparableText(line)) {
        if (c == U' ') {
            isOpen = false;
            continue;
        }
        if (!isOpen || standsAlone(c))
            out.emplace_back();
        out.back() += c;
        isOpen = !standsAlone(c);
    }
    return out;
}

struct TextMeter::Breaks {
    std::unique_ptr<icu::BreakIterator> sentences;

    std::int64_t countSentences(std::string_view line)
    {
        const auto whole =
            icu::UnicodeString::fromUTF8(icu::StringPiece(line.data(), static_cast<std::int32_t>(line.size())));
        sentences->setText(whole);
        std::int64_t count = 0;
        bool hasText = false;
        std::int32_t begin = sentences->first();
        for (auto end = sentences->next(); end != icu::BreakIterator::DONE; begin = end, end = sentences->next()) {
            for (std::int32_t i = begin; i < end && !hasText; i = whole.moveIndex32(i, 1))
                hasText = u_isalnum(whole.char32At(i)) != 0;
            if (!hasText || (end < whole.length() && endsWithTitle(whole, begin, end)))
                continue;
            ++count;
            hasText = false;
        }
        return count;
    }
};

TextMeter::TextMeter()
    : m_breaks(std::make_unique<Breaks>())
{
    UErrorCode status = U_ZERO_ERROR;
    m_breaks->sentences.reset(icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
    require(U_SUCCESS(status) && m_breaks->sentences != nullptr, ErrorCode::Internal,
        "the Unicode tables of this system cannot be opened");
}

TextMeter::~TextMeter() = default;
TextMeter::TextMeter(TextMeter&&) noexcept = default;
TextMeter& TextMeter::operator=(TextMeter&&) noexcept = default;

TextStatistics TextMeter::measure(std::string_view line)
{
    TextStatistics out;
    const auto codes = toCodePoints(line);
    out.characters = static_cast<std::int64_t>(codes.size());
    if (std::all_of(codes.begin(), codes.end(), isSpace))
        return out;
    out.sentences = m_breaks->countSentences(line);
    const auto words = comparableWords(line);
    out.distinct1 = distinctShare(words, 1);
    out.distinct2 = words.size() == 1 ? out.distinct1 : distinctShare(words, 2);
    out.repetition = repeatedShare(words);
    writeShares(codes, out);
    return out;
}

} // namespace winnow::text
