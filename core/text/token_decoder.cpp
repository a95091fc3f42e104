#include "core/text/token_decoder.h"

#include "core/base/text.h"
#include "core/text/bpe_words.h"
#include "core/text/characters.h"
#include "core/text/pattern_reading.h"
#include "core/text/sentencepiece.h"

#include <array>
#include <memory>
#include <unordered_map>
#include <utility>

namespace winnow::text {

namespace {

    using Tokens = std::vector<std::string>;

    std::string allOf(const Tokens& tokens)
    {
        std::string out;
        for (const auto& token : tokens)
            out += token;
        return out;
    }

    /// The bytes that the characters of a byte-pair vocabulary stand for.
    std::string bytesOf(std::string_view spelling)
    {
        static const auto kBytes = [] {
            std::unordered_map<char32_t, char> out;
            for (int byte = 0; byte < 256; ++byte)
                out[toCodePoints(spellByte(static_cast<unsigned char>(byte)))[0]] = static_cast<char>(byte);
            return out;
        }();
        std::string out;
        for (const auto c : toCodePoints(spelling)) {
            const auto found = kBytes.find(c);
            found == kBytes.end() ? appendUtf8(out, c) : out.push_back(found->second);
        }
        return out;
    }

    TokenDecoder byteLevelDecoder(const std::string& wordEnd)
    {
        return [wordEnd](const Tokens& tokens) {
            std::string out;
            for (const auto& token : tokens) {
                const bool endsWord = !wordEnd.empty() && token.ends_with(wordEnd);
                out += bytesOf(std::string_view(token).substr(0, token.size() - (endsWord ? wordEnd.size() : 0)));
                out += endsWord ? " " : "";
            }
            return Tokens{toValidUtf8(out)};
        };
    }

    /// Runs of <0xE6>, <0x9D>, ... become what they spell in UTF-8.
    Tokens joinedBytes(const Tokens& tokens)
    {
        Tokens out;
        std::string bytes;
        const auto flush = [&] {
            if (!bytes.empty())
                out.push_back(toValidUtf8(bytes));
            bytes.clear();
        };
        for (const auto& token : tokens) {
            std::size_t used = 0;
            const bool looksLikeByte = token.size() == 6 && token.starts_with("<0x") && token.ends_with('>')
                && token.find_first_not_of("0123456789ABCDEFabcdef", 3) == 5;
            if (looksLikeByte) {
                bytes += static_cast<char>(std::stoi(token.substr(3, 2), &used, 16));
                continue;
            }
            flush();
            out.push_back(token);
        }
        flush();
        return out;
    }

    TokenDecoder readMetaspace(const Json& object, const std::string& what)
    {
        const auto mark = json::fieldOr(object, "replacement", std::string(kBlank), what);
        require(!mark.empty(), ErrorCode::BadFile, join(what, ": the replacement of a Metaspace is empty"));
        const bool adds = json::fieldOr(object, "add_prefix_space", true, what);
        const bool drops =
            json::fieldOr(object, "prepend_scheme", std::string(adds ? "always" : "never"), what) != "never";
        return [mark, drops](Tokens tokens) {
            if (drops && !tokens.empty() && tokens.front().starts_with(mark))
                tokens.front().erase(0, mark.size());
            for (auto& token : tokens)
                token = replaced(token, mark, " ");
            return tokens;
        };
    }

    TokenDecoder readReplace(const Json& object, const std::string& what)
    {
        const auto pattern = std::make_shared<const TextPattern>(readPattern(object, what));
        return [pattern, content = json::field<std::string>(object, "content", what)](Tokens tokens) {
            for (auto& token : tokens) {
                const auto matches = pattern->findAll(token);
                for (auto match = matches.rbegin(); match != matches.rend(); ++match)
                    token.replace(match->begin, match->end - match->begin, content);
            }
            return tokens;
        };
    }

    TokenDecoder readStrip(const Json& object, const std::string& what)
    {
        const auto content = json::field<std::string>(object, "content", what);
        const auto start = json::fieldOr(object, "start", std::int64_t(0), what);
        const auto stop = json::fieldOr(object, "stop", std::int64_t(0), what);
        require(!content.empty(), ErrorCode::BadFile, join(what, ": the content of a Strip is empty"));
        return [content, start, stop](Tokens tokens) {
            for (auto& token : tokens) {
                for (std::int64_t i = 0; i < start && token.starts_with(content); ++i)
                    token.erase(0, content.size());
                for (std::int64_t i = 0; i < stop && token.ends_with(content); ++i)
                    token.erase(token.size() - content.size());
            }
            return tokens;
        };
    }

    TokenDecoder readBytePair(const Json& object, const std::string& what)
    {
        const auto suffix = json::fieldOr(object, "suffix", std::string("</w>"), what);
        require(!suffix.empty(), ErrorCode::BadFile, join(what, ": the suffix of a BPEDecoder is empty"));
        return [suffix](Tokens tokens) {
            for (std::size_t i = 0; i < tokens.size(); ++i)
                tokens[i] = replaced(tokens[i], suffix, i + 1 == tokens.size() ? "" : " ");
            return tokens;
        };
    }

    TokenDecoder readSequence(const Json& object, const std::string& wordEnd, const std::string& what)
    {
        const auto list = json::field<Json>(object, "decoders", what);
        require(list.is_array() && list.size() <= kMostSteps, ErrorCode::BadFile,
            join(what, ": the decoders of a Sequence are no list of at most ", kMostSteps));
        std::vector<TokenDecoder> steps;
        for (const auto& step : list)
            steps.push_back(readDecoder(step, wordEnd, what));
        return [steps](Tokens tokens) {
            for (const auto& step : steps)
                tokens = step(std::move(tokens));
            return tokens;
        };
    }

    /// English as it is written: no blank before a full stop.
    std::string cleanedUp(std::string line)
    {
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kPairs{
            {{" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"},
                {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}}};
        for (const auto& [from, to] : kPairs)
            line = replaced(line, from, to);
        return line;
    }

} // namespace

TokenDecoder wordPieceDecoder(const std::string& continuation, bool cleansUp)
{
    return [continuation, cleansUp](Tokens tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (i > 0 && !continuation.empty() && tokens[i].starts_with(continuation))
                tokens[i].erase(0, continuation.size());
            else if (i > 0)
                tokens[i].insert(0, " ");
            if (cleansUp)
                tokens[i] = cleanedUp(std::move(tokens[i]));
        }
        return tokens;
    };
}

TokenDecoder readDecoder(const Json& object, const std::string& wordEnd, const std::string& what)
{
    if (object.is_null())
        return wordPieceDecoder({}, false);
    const auto type = json::field<std::string>(object, "type", what);
    if (type == "Sequence")
        return readSequence(object, wordEnd, what);
    if (type == "ByteLevel")
        return byteLevelDecoder(wordEnd);
    if (type == "WordPiece")
        return wordPieceDecoder(
            json::fieldOr(object, "prefix", std::string("##"), what), json::fieldOr(object, "cleanup", true, what));
    if (type == "ByteFallback")
        return joinedBytes;
    if (type == "Fuse")
        return [](const Tokens& tokens) { return Tokens{allOf(tokens)}; };
    if (type == "Metaspace")
        return readMetaspace(object, what);
    if (type == "Replace")
        return readReplace(object, what);
    if (type == "Strip")
        return readStrip(object, what);
    if (type == "BPEDecoder")
        return readBytePair(object, what);
    throw Error(ErrorCode::Unsupported,
        join(what, " asks for the decoder ", shortened(type, 40),
            ", known are BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip and "
            "WordPiece"));
}

} // namespace winnow::text
