#include "core/check/text_faults.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/cleaning.h"
#include "core/text/html_entities.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace winnow::check {

namespace {

    constexpr std::string_view kMark = "<image>";
    constexpr std::size_t kShownAround = 12; ///< code points before and after a broken one

    bool isBlank(std::string_view line) { return text::trimmed(line).empty(); }

    std::string_view nameOf(Role role) { return role == Role::User ? "the user" : "the assistant"; }

    /// Every text of the pair, once.
    std::vector<std::string_view> textsOf(const Pair& pair)
    {
        if (pair.turns.empty())
            return {pair.instruction, pair.response};
        std::vector<std::string_view> out;
        for (const auto& turn : pair.turns)
            out.push_back(turn.text);
        return out;
    }

    bool isBetween(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

    /// Scripts that are written without blanks: ideographs, kana, hangul.
    bool isWordByItself(char32_t c)
    {
        return isBetween(c, 0x3040, 0x30FF) || isBetween(c, 0x3400, 0x9FFF) || isBetween(c, 0xAC00, 0xD7AF)
            || isBetween(c, 0xF900, 0xFAFF) || isBetween(c, 0x20000, 0x3FFFF);
    }

    bool isBrokenAlone(char32_t c)
    {
        const bool isControl = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || isBetween(c, 0x7F, 0x9F);
        const bool isNoCharacter = (c & 0xFFFE) == 0xFFFE || isBetween(c, 0xFDD0, 0xFDEF);
        return isControl || isNoCharacter || c == 0xFFFD;
    }

    /// UTF-8 that was read as Windows-1252 or Latin-1: "Ã©", "â€™", "Â ".
    bool isMisread(char32_t c, char32_t next)
    {
        return ((c == 0xC2 || c == 0xC3) && isBetween(next, 0x80, 0xBF)) || (c == 0xE2 && next == 0x20AC);
    }

    std::string around(const std::u32string& line, std::size_t at)
    {
        const auto first = at > kShownAround ? at - kShownAround : 0;
        const auto last = std::min(line.size(), at + kShownAround + 1);
        std::string out;
        for (std::size_t i = first; i < last; ++i) {
            const bool isControl = line[i] < 0x20 || isBetween(line[i], 0x7F, 0x9F);
            text::appendUtf8(out, isControl ? char32_t(0x2423) : line[i]);
        }
        return out;
    }

    std::string codeOf(char32_t c)
    {
        static constexpr std::string_view kDigits = "0123456789ABCDEF";
        std::string out;
        for (int shift = c > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4)
            out += kDigits[(c >> shift) & 15];
        return "U+" + out;
    }

    bool isTagName(std::string_view name)
    {
        static constexpr std::array<std::string_view, 33> kNames{"a", "b", "blockquote", "body", "br", "code", "div",
            "em", "font", "h1", "h2", "h3", "h4", "head", "hr", "html", "i", "iframe", "img", "li", "ol", "p", "pre",
            "script", "span", "strong", "style", "sub", "sup", "table", "td", "tr", "ul"};
        return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
    }

    /// Length of the tag that starts at `at`, or 0.
    std::size_t tagLength(std::string_view line, std::size_t at)
    {
        auto end = at + 1;
        if (end < line.size() && line[end] == '/')
            ++end;
        const auto first = end;
        while (end < line.size() && end - first < 12 && std::isalnum(static_cast<unsigned char>(line[end])))
            ++end;
        if (!isTagName(text::toLowerAscii(line.substr(first, end - first))))
            return 0;
        const auto close = line.find_first_of("<>", end);
        if (close == std::string_view::npos || line[close] == '<')
            return 0;
        const char after = line[end];
        const bool isTag = after == '>' || after == '/' || after == ' ' || after == '\n' || after == '\t';
        return isTag ? close + 1 - at : 0;
    }

    /// Length of the character reference with its semicolon that starts at `at`, or 0.
    std::size_t referenceLength(std::string_view line, std::size_t at)
    {
        auto end = at + 1;
        while (end < line.size() && end - at < 12
            && (std::isalnum(static_cast<unsigned char>(line[end])) || line[end] == '#'))
            ++end;
        if (end >= line.size() || line[end] != ';' || end == at + 1)
            return 0;
        const auto piece = line.substr(at, end + 1 - at);
        const auto read = text::unescapeHtml(piece); // of an unknown name only the beginning is read
        return read == piece || read.ends_with(';') ? 0 : piece.size();
    }

    std::optional<std::string> emptyAnswer(const Pair& pair)
    {
        if (pair.turns.empty())
            return isBlank(pair.response) ? std::optional<std::string>("the answer is empty") : std::nullopt;
        bool hasAnswer = false;
        for (std::size_t i = 0; i < pair.turns.size(); ++i) {
            if (pair.turns[i].role != Role::Assistant)
                continue;
            hasAnswer = true;
            if (isBlank(pair.turns[i].text))
                return text::join("turn ", i + 1, ", an answer, is empty");
        }
        return hasAnswer ? std::nullopt : std::optional<std::string>("no turn is an answer");
    }

    std::optional<std::string> emptyInstruction(const Pair& pair)
    {
        if (pair.turns.empty())
            return isBlank(pair.instruction) ? std::optional<std::string>("the question is empty") : std::nullopt;
        for (std::size_t i = 0; i < pair.turns.size(); ++i)
            if (pair.turns[i].role == Role::User && isBlank(pair.turns[i].text))
                return text::join("turn ", i + 1, ", a question, is empty");
        return std::nullopt;
    }

    /// The first fault that `find` sees in any text.
    template <typename Find> std::optional<std::string> firstIn(const Pair& pair, Find find)
    {
        for (const auto line : textsOf(pair))
            if (auto found = find(line))
                return found;
        return std::nullopt;
    }

} // namespace

void TextLimits::validate() const
{
    require(shortWords >= 0 && longWords > shortWords, ErrorCode::InvalidInput,
        text::join("an answer cannot be short below ", shortWords, " words and long above ", longWords));
}

std::optional<std::string> roleFault(const Pair& pair)
{
    const auto& turns = pair.turns;
    if (turns.empty())
        return std::nullopt;
    if (turns.front().role != Role::User)
        return std::string("turn 1 is the assistant's: a question must come first");
    for (std::size_t i = 1; i < turns.size(); ++i)
        if (turns[i].role == turns[i - 1].role)
            return text::join("turns ", i, " and ", i + 1, " are both ", nameOf(turns[i].role), "'s");
    if (turns.back().role != Role::Assistant)
        return text::join("turn ", turns.size(), ", the last, is a question without an answer");
    return std::nullopt;
}

std::int64_t countImageMarks(const Pair& pair)
{
    std::int64_t count = 0;
    for (const auto line : textsOf(pair))
        for (auto at = line.find(kMark); at != std::string_view::npos; at = line.find(kMark, at + kMark.size()))
            ++count;
    return count;
}

std::optional<std::string> parityFault(const Pair& pair, std::optional<std::int64_t> sourceMarks)
{
    const auto standing = countImageMarks(pair);
    const auto pictures = static_cast<std::int64_t>(pair.images.size());
    if (!sourceMarks && standing == 0)
        return std::nullopt;
    const auto marks = sourceMarks.value_or(0) + standing;
    if (marks == pictures)
        return std::nullopt;
    return text::join(marks, marks == 1 ? " mark" : " marks", " <image> in the text, ", pictures,
        pictures == 1 ? " picture" : " pictures");
}

std::optional<std::string> brokenCharacters(std::string_view line)
{
    const bool isPlain = std::all_of(line.begin(), line.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\t' || byte == '\r';
    });
    if (isPlain)
        return std::nullopt;
    const auto points = text::toCodePoints(line);
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (isBrokenAlone(points[i]))
            return text::join(codeOf(points[i]), " in \"", around(points, i), "\"");
        if (i + 1 < points.size() && isMisread(points[i], points[i + 1]))
            return text::join("wrongly decoded letters in \"", around(points, i), "\"");
    }
    return std::nullopt;
}

std::optional<std::string> htmlRemains(std::string_view line)
{
    for (std::size_t at = line.find_first_of("<&"); at != std::string_view::npos;
         at = line.find_first_of("<&", at + 1)) {
        const auto length = line[at] == '<' ? tagLength(line, at) : referenceLength(line, at);
        if (length > 0)
            return text::shortened(line.substr(at, length), 40);
    }
    return std::nullopt;
}

std::int64_t countSpokenWords(std::string_view line)
{
    const bool isAscii =
        std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (isAscii)
        return static_cast<std::int64_t>(text::countWords(line));
    std::int64_t count = 0;
    bool isInside = false;
    for (const char32_t c : text::toCodePoints(line)) {
        const bool isAlone = isWordByItself(c);
        const bool isInWord = !isAlone && !text::isSpace(c);
        count += isAlone || (isInWord && !isInside) ? 1 : 0;
        isInside = isInWord;
    }
    return count;
}

std::string comparableText(const Pair& pair)
{
    std::string out;
    bool wasBlank = true;
    for (const auto line : textsOf(pair)) {
        for (const char c : line) {
            const bool isSpace = std::isspace(static_cast<unsigned char>(c)) != 0;
            if (!isSpace)
                out += c;
            else if (!wasBlank)
                out += ' ';
            wasBlank = isSpace;
        }
        if (!wasBlank)
            out += ' ';
        if (!line.empty())
            out += '\x1e'; // the same words as question and answer are not those of an answer alone
        wasBlank = true;
    }
    const bool hasWords = out.find_first_not_of(" \x1e") != std::string::npos;
    return hasWords ? out : std::string();
}

std::vector<Fault> textFaults(const Pair& pair, const TextLimits& limits)
{
    std::vector<Fault> out;
    const auto add = [&out](Kind kind, std::optional<std::string> words) {
        if (words)
            out.push_back({kind, std::move(*words)});
    };
    const auto answerFault = emptyAnswer(pair);
    add(Kind::EmptyAnswer, answerFault);
    add(Kind::RoleOrder, roleFault(pair));
    add(Kind::BrokenText, firstIn(pair, brokenCharacters));
    add(Kind::HtmlText, firstIn(pair, htmlRemains));
    add(Kind::EmptyInstruction, emptyInstruction(pair));
    std::int64_t words = 0;
    for (const auto& answer : pair.responses())
        words += countSpokenWords(answer);
    const auto counted = text::join(words, words == 1 ? " word" : " words");
    if (!answerFault && words < limits.shortWords)
        add(Kind::ShortAnswer, counted);
    if (words > limits.longWords)
        add(Kind::LongAnswer, counted);
    return out;
}

} // namespace winnow::check
