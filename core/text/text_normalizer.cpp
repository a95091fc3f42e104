#include "core/text/text_normalizer.h"

#include "core/base/text.h"
#include "core/text/characters.h"
#include "core/text/cleaning.h"
#include "core/text/pattern_reading.h"

#include <memory>
#include <vector>

namespace winnow::text {

namespace {

    std::string cleaned(std::string_view line)
    {
        std::string out;
        out.reserve(line.size());
        for (const auto c : toCodePoints(line)) {
            const bool isKept = c == '\t' || c == '\n' || c == '\r';
            if (isKept || (c != 0xFFFD && !isOther(c)))
                appendUtf8(out, isSpace(c) ? U' ' : c);
        }
        return out;
    }

    template <typename Drops> std::string without(std::string_view line, const Drops& drops)
    {
        std::string out;
        out.reserve(line.size());
        for (const auto c : toCodePoints(line))
            if (!drops(c))
                appendUtf8(out, c);
        return out;
    }

    std::string withSpacedIdeographs(std::string_view line)
    {
        std::string out;
        for (const auto c : toCodePoints(line)) {
            const bool isApart = isIdeograph(c);
            if (isApart)
                out += ' ';
            appendUtf8(out, c);
            if (isApart)
                out += ' ';
        }
        return out;
    }

    std::string stripped(std::string_view line, bool left, bool right)
    {
        auto codes = toCodePoints(line);
        while (right && !codes.empty() && isSpace(codes.back()))
            codes.pop_back();
        std::size_t first = 0;
        while (left && first < codes.size() && isSpace(codes[first]))
            ++first;
        std::string out;
        for (; first < codes.size(); ++first)
            appendUtf8(out, codes[first]);
        return out;
    }

    TextNormalizer readBert(const Json& object, const std::string& what)
    {
        BertNormalization how;
        how.cleanText = json::fieldOr(object, "clean_text", true, what);
        how.setsIdeographs = json::fieldOr(object, "handle_chinese_chars", true, what);
        how.lowercase = json::fieldOr(object, "lowercase", true, what);
        how.stripAccents = json::fieldOr(object, "strip_accents", how.lowercase, what);
        return [how](std::string line) { return normalizeForBert(std::move(line), how); };
    }

    TextNormalizer readReplacement(const Json& object, const std::string& what)
    {
        const auto pattern = std::make_shared<const TextPattern>(readPattern(object, what));
        return [pattern, content = json::field<std::string>(object, "content", what)](const std::string& line) {
            std::string out;
            std::size_t until = 0;
            for (const auto& match : pattern->findAll(line)) {
                out.append(line, until, match.begin - until);
                out += content;
                until = match.end;
            }
            return out.append(line, until);
        };
    }

    TextNormalizer readSequence(const Json& object, const std::string& what)
    {
        const auto list = json::field<Json>(object, "normalizers", what);
        require(list.is_array() && list.size() <= kMostSteps, ErrorCode::BadFile,
            join(what, ": the normalizers of a Sequence are no list of at most ", kMostSteps));
        std::vector<TextNormalizer> steps;
        for (const auto& step : list)
            steps.push_back(readNormalizer(step, what));
        return [steps](std::string line) {
            for (const auto& step : steps)
                line = step(std::move(line));
            return line;
        };
    }

    TextNormalizer readForm(NormalForm form)
    {
        return [form](const std::string& line) { return toNormalForm(line, form); };
    }

} // namespace

std::string normalizeForBert(std::string line, const BertNormalization& how)
{
    if (how.cleanText)
        line = cleaned(line);
    if (how.setsIdeographs)
        line = withSpacedIdeographs(line);
    if (how.stripAccents)
        line = without(toNormalForm(line, NormalForm::Nfd), isNonspacingMark);
    return how.lowercase ? toLowerEach(line) : line;
}

TextNormalizer readNormalizer(const Json& object, const std::string& what)
{
    if (object.is_null())
        return [](std::string line) { return line; };
    const auto type = json::field<std::string>(object, "type", what);
    if (type == "Sequence")
        return readSequence(object, what);
    if (type == "BertNormalizer")
        return readBert(object, what);
    if (type == "Replace")
        return readReplacement(object, what);
    if (type == "Lowercase")
        return [](const std::string& line) { return toLowerEach(line); };
    if (type == "NFC")
        return readForm(NormalForm::Nfc);
    if (type == "NFD")
        return readForm(NormalForm::Nfd);
    if (type == "NFKC")
        return readForm(NormalForm::Nfkc);
    if (type == "NFKD")
        return readForm(NormalForm::Nfkd);
    if (type == "StripAccents")
        return [](const std::string& line) { return without(line, isMark); };
    if (type == "Strip")
        return [left = json::fieldOr(object, "strip_left", true, what),
                   right = json::fieldOr(object, "strip_right", true, what)](
                   const std::string& line) { return stripped(line, left, right); };
    if (type == "Prepend")
        return [front = json::field<std::string>(object, "prepend", what)](
                   const std::string& line) { return line.empty() ? line : front + line; };
    throw Error(ErrorCode::Unsupported,
        join(what, " asks for the normalizer ", shortened(type, 40),
            ", known are BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, Prepend, Replace, Sequence, Strip and "
            "StripAccents"));
}

} // namespace winnow::text
