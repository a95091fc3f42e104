#include "core/text/pre_tokenizer.h"

#include "core/base/text.h"
#include "core/text/bpe_words.h"
#include "core/text/characters.h"
#include "core/text/cleaning.h"
#include "core/text/pattern_reading.h"
#include "core/text/sentencepiece.h"

#include <array>
#include <memory>

namespace winnow::text {

namespace {

    constexpr const char* kBytePairWords =
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"; // openai/gpt-2,
                                                                                              // encoder.py

    using Match = TextPattern::Match;

    /// What becomes of the places that a pattern finds.
    enum class Behaviour { Removed, Isolated, Contiguous, MergedWithPrevious, MergedWithNext };

    struct Segment {
        std::size_t begin = 0;
        std::size_t end = 0;
        bool isMatch = false;
    };

    Behaviour readBehaviour(const std::string& name, const std::string& what)
    {
        static constexpr std::array<std::pair<std::string_view, Behaviour>, 5> kNames{
            {{"Removed", Behaviour::Removed}, {"Isolated", Behaviour::Isolated}, {"Contiguous", Behaviour::Contiguous},
                {"MergedWithPrevious", Behaviour::MergedWithPrevious}, {"MergedWithNext", Behaviour::MergedWithNext}}};
        for (const auto& [known, behaviour] : kNames)
            if (name == known)
                return behaviour;
        throw Error(ErrorCode::Unsupported, join(what, " splits words in the unknown manner ", shortened(name, 40)));
    }

    /// The whole line as matches and what lies between them; `invert` swaps their roles.
    std::vector<Segment> segmentsOf(std::size_t size, const std::vector<Match>& matches, bool invert)
    {
        std::vector<Segment> out;
        std::size_t until = 0;
        for (const auto& match : matches) {
            if (match.begin > until)
                out.push_back({until, match.begin, invert});
            out.push_back({match.begin, match.end, !invert});
            until = match.end;
        }
        if (until < size)
            out.push_back({until, size, invert});
        return out;
    }

    /// Neighbours that belong together, joined.
    std::vector<Segment> joinedSegments(const std::vector<Segment>& segments, Behaviour behaviour)
    {
        std::vector<Segment> out;
        for (const auto& segment : segments) {
            const bool isAfter = !out.empty();
            const bool wasMatch = isAfter && out.back().isMatch;
            const bool joins = isAfter
                && ((behaviour == Behaviour::Contiguous && wasMatch == segment.isMatch)
                    || (behaviour == Behaviour::MergedWithPrevious && segment.isMatch && !wasMatch)
                    || (behaviour == Behaviour::MergedWithNext && !segment.isMatch && wasMatch));
            if (!joins) {
                out.push_back(segment);
                continue;
            }
            out.back().end = segment.end;
            out.back().isMatch = segment.isMatch;
        }
        return out;
    }

    void appendCut(const WordPart& part, const std::vector<Segment>& segments, Behaviour behaviour, WordParts& out)
    {
        for (const auto& segment : joinedSegments(segments, behaviour))
            if (behaviour != Behaviour::Removed || !segment.isMatch)
                out.push_back({part.text.substr(segment.begin, segment.end - segment.begin),
                    part.isAtStart && segment.begin == 0});
    }

    /// Single characters that belong to a class, as matches.
    template <typename Belongs> std::vector<Match> findCharacters(const std::string& line, const Belongs& belongs)
    {
        std::vector<Match> out;
        std::size_t at = 0;
        for (const auto c : toCodePoints(line)) {
            const std::size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (belongs(c))
                out.push_back({at, at + size});
            at += size;
        }
        return out;
    }

    template <typename Belongs>
    WordParts cutAtCharacters(const WordParts& parts, const Belongs& belongs, Behaviour behaviour)
    {
        WordParts out;
        for (const auto& part : parts)
            appendCut(part, segmentsOf(part.text.size(), findCharacters(part.text, belongs), false), behaviour, out);
        return out;
    }

    WordParts cutAtPattern(const WordParts& parts, const TextPattern& pattern, Behaviour behaviour, bool invert)
    {
        WordParts out;
        for (const auto& part : parts)
            appendCut(part, segmentsOf(part.text.size(), pattern.findAll(part.text), invert), behaviour, out);
        return out;
    }

    std::string spelledBytes(std::string_view line)
    {
        static const std::array<std::string, 256> kSpellings = [] {
            std::array<std::string, 256> out;
            for (std::size_t byte = 0; byte < out.size(); ++byte)
                out[byte] = spellByte(static_cast<unsigned char>(byte));
            return out;
        }();
        std::string out;
        for (const char c : line)
            out += kSpellings[static_cast<unsigned char>(c)];
        return out;
    }

    PreTokenizer readByteLevel(const Json& object, const std::string& what)
    {
        const bool addsBlank = json::fieldOr(object, "add_prefix_space", true, what);
        const bool cuts = json::fieldOr(object, "use_regex", true, what);
        const auto words = std::make_shared<const TextPattern>(TextPattern::regex(kBytePairWords, what));
        return [addsBlank, cuts, words](WordParts parts) {
            for (auto& part : parts)
                if (addsBlank && !part.text.starts_with(' '))
                    part.text.insert(part.text.begin(), ' ');
            if (cuts)
                parts = cutAtPattern(parts, *words, Behaviour::Isolated, false);
            for (auto& part : parts)
                part.text = spelledBytes(part.text);
            return parts;
        };
    }

    PreTokenizer readSplit(const Json& object, const std::string& what)
    {
        const auto pattern = std::make_shared<const TextPattern>(readPattern(object, what));
        const auto behaviour = readBehaviour(json::field<std::string>(object, "behavior", what), what);
        const bool invert = json::fieldOr(object, "invert", false, what);
        return [pattern, behaviour, invert](
                   const WordParts& parts) { return cutAtPattern(parts, *pattern, behaviour, invert); };
    }

    PreTokenizer readDigits(const Json& object, const std::string& what)
    {
        const auto behaviour =
            json::fieldOr(object, "individual_digits", false, what) ? Behaviour::Isolated : Behaviour::Contiguous;
        return [behaviour](const WordParts& parts) { return cutAtCharacters(parts, isNumeric, behaviour); };
    }

    /// Where a word mark goes before a part that has none.
    enum class Prepending { Always, AtStart, Never };

    Prepending readPrepending(const Json& object, const std::string& what)
    {
        const bool adds = json::fieldOr(object, "add_prefix_space", true, what);
        const auto scheme = json::fieldOr(object, "prepend_scheme", std::string(adds ? "always" : "never"), what);
        if (scheme == "always")
            return Prepending::Always;
        if (scheme == "first")
            return Prepending::AtStart;
        require(scheme == "never", ErrorCode::Unsupported,
            join(what, " has the unknown prepend_scheme ", shortened(scheme, 40)));
        return Prepending::Never;
    }

    PreTokenizer readMetaspace(const Json& object, const std::string& what)
    {
        const auto mark = json::fieldOr(object, "replacement", std::string(kBlank), what);
        require(!mark.empty(), ErrorCode::BadFile, join(what, ": the replacement of a Metaspace is empty"));
        const auto prepending = readPrepending(object, what);
        const bool cuts = json::fieldOr(object, "split", true, what);
        const auto marks = std::make_shared<const TextPattern>(TextPattern::literal(mark));
        return [mark, prepending, cuts, marks](WordParts parts) {
            for (auto& part : parts) {
                part.text = replaced(part.text, " ", mark);
                const bool wants =
                    prepending == Prepending::Always || (prepending == Prepending::AtStart && part.isAtStart);
                if (wants && !part.text.starts_with(mark))
                    part.text.insert(0, mark);
            }
            return cuts ? cutAtPattern(parts, *marks, Behaviour::MergedWithNext, false) : parts;
        };
    }

    PreTokenizer readSequence(const Json& object, const std::string& what)
    {
        const auto list = json::field<Json>(object, "pretokenizers", what);
        require(list.is_array() && list.size() <= kMostSteps, ErrorCode::BadFile,
            join(what, ": the pretokenizers of a Sequence are no list of at most ", kMostSteps));
        std::vector<PreTokenizer> steps;
        for (const auto& step : list)
            steps.push_back(readPreTokenizer(step, what));
        return [steps](WordParts parts) {
            for (const auto& step : steps)
                parts = step(std::move(parts));
            return parts;
        };
    }

    PreTokenizer readWhitespace(const std::string& what)
    {
        const auto words = std::make_shared<const TextPattern>(TextPattern::regex("\\w+|[^\\w\\s]+", what));
        return [words](const WordParts& parts) { return cutAtPattern(parts, *words, Behaviour::Removed, true); };
    }

} // namespace

WordParts cutForBert(const WordParts& parts)
{
    return cutAtCharacters(cutAtCharacters(parts, isSpace, Behaviour::Removed), isPunctuation, Behaviour::Isolated);
}

PreTokenizer readPreTokenizer(const Json& object, const std::string& what)
{
    if (object.is_null())
        return [](WordParts parts) { return parts; };
    const auto type = json::field<std::string>(object, "type", what);
    if (type == "Sequence")
        return readSequence(object, what);
    if (type == "BertPreTokenizer")
        return cutForBert;
    if (type == "ByteLevel")
        return readByteLevel(object, what);
    if (type == "Split")
        return readSplit(object, what);
    if (type == "Digits")
        return readDigits(object, what);
    if (type == "Metaspace")
        return readMetaspace(object, what);
    if (type == "Whitespace")
        return readWhitespace(what);
    if (type == "WhitespaceSplit")
        return [](const WordParts& parts) { return cutAtCharacters(parts, isSpace, Behaviour::Removed); };
    if (type == "Punctuation")
        return [behaviour = readBehaviour(json::fieldOr(object, "behavior", std::string("Isolated"), what), what)](
                   const WordParts& parts) { return cutAtCharacters(parts, isPunctuation, behaviour); };
    throw Error(ErrorCode::Unsupported,
        join(what, " asks for the pre-tokenizer ", shortened(type, 40),
            ", known are BertPreTokenizer, ByteLevel, Digits, Metaspace, Punctuation, Sequence, Split, Whitespace and "
            "WhitespaceSplit"));
}

} // namespace winnow::text
