#include "core/text/bpe_vocabulary.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/text/bpe_words.h"
#include "core/text/byte_pairs.h"

#include <zlib.h>

#include <algorithm>
#include <set>

namespace winnow::text {

namespace {

    using Ids = std::unordered_map<std::string, std::int32_t>;

    constexpr std::uint64_t kMaxFileBytes = 64'000'000;
    constexpr std::size_t kMaxSymbols = 2'000'000;
    constexpr std::string_view kWordEnd = "</w>";
    constexpr std::string_view kPackedName = "bpe_simple_vocab_16e6.txt.gz";
    constexpr std::size_t kPublishedMerges = 49152 - 256 - 2; // the published file lists more than CLIP uses

    [[noreturn]] void fail(
        const std::filesystem::path& path, const std::string& problem, ErrorCode code = ErrorCode::BadFile)
    {
        throw Error(code, join("cannot read ", path.string(), " as a CLIP vocabulary: ", problem));
    }

    /// Content of a gzip file, bounded.
    std::string loadUnpacked(const std::filesystem::path& path)
    {
        std::string packed = file::readAll(path, kMaxFileBytes);
        z_stream stream{};
        require(inflateInit2(&stream, 15 + 16) == Z_OK, ErrorCode::OutOfMemory, "no memory for unpacking a vocabulary");
        stream.next_in = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_in = static_cast<uInt>(packed.size());
        std::string out;
        std::array<char, 1 << 16> buffer{};
        int status = Z_OK;
        while (status == Z_OK && out.size() <= kMaxFileBytes) {
            stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream.avail_out = buffer.size();
            status = inflate(&stream, Z_NO_FLUSH);
            out.append(buffer.data(), buffer.size() - stream.avail_out);
        }
        inflateEnd(&stream);
        if (out.size() > kMaxFileBytes)
            fail(path, join("it unpacks to more than ", kMaxFileBytes, " bytes"), ErrorCode::TooLarge);
        if (status != Z_STREAM_END)
            fail(path, "it is not a whole gzip file");
        return out;
    }

    /// Lines of two symbols each; a first line that begins with # or " names the version.
    std::vector<SymbolPair> readMergeLines(
        std::string_view content, const std::filesystem::path& path, std::size_t most)
    {
        std::vector<SymbolPair> out;
        std::size_t lineNumber = 0;
        for (const auto& line : split(content, '\n')) {
            ++lineNumber;
            const auto symbols = trimmed(line);
            const bool isVersion =
                lineNumber == 1 && (symbols.starts_with("#version") || symbols.starts_with("\"bpe_"));
            if (symbols.empty() || isVersion || out.size() >= most)
                continue;
            const auto parts = split(symbols, ' ');
            if (parts.size() != 2 || parts[0].empty() || parts[1].empty())
                fail(path, join("line ", lineNumber, " is not two symbols"));
            out.emplace_back(parts[0], parts[1]);
        }
        return out;
    }

    Ids numbered(const std::vector<std::string>& symbols)
    {
        Ids out;
        for (const auto& symbol : symbols)
            out.emplace(symbol, static_cast<std::int32_t>(out.size()));
        return out;
    }

    void addId(Ids& ids, std::set<std::int64_t>& seen, const std::string& symbol, const SortedJson& id,
        const std::filesystem::path& path)
    {
        const bool fits = id.is_number_unsigned() && id.get<std::uint64_t>() < kMaxSymbols;
        if (!fits || !seen.insert(id.get<std::int64_t>()).second)
            fail(path, join("the id of ", shortened(symbol, 40), " is no small number of its own"));
        ids.emplace(symbol, id.get<std::int32_t>());
    }

    Ids readIds(const SortedJson& content, const std::filesystem::path& path)
    {
        if (!content.is_object() || content.size() > kMaxSymbols)
            fail(path, join("expected an object of at most ", kMaxSymbols, " symbols and their ids"));
        Ids out;
        std::set<std::int64_t> seen;
        for (const auto& [symbol, id] : content.items())
            addId(out, seen, symbol, id, path);
        return out;
    }

    /// Vocabulary and merges of a CLIP's tokenizer.json; how it cuts a text is ClipTokenizer's own.
    std::pair<Ids, std::vector<SymbolPair>> loadTokenizerJson(const std::filesystem::path& path)
    {
        const auto root = loadSortedJson(path, kMaxFileBytes);
        const auto model = root.is_object() ? root.value("model", SortedJson()) : SortedJson();
        const bool isClip = model.is_object() && model.value("end_of_word_suffix", SortedJson()) == kWordEnd;
        if (!isClip)
            fail(path, "its model does not end words with </w>");
        return {readIds(model.value("vocab", SortedJson()), path), readMerges(model, path.string())};
    }

} // namespace

std::vector<std::string> clipSymbols(const std::vector<SymbolPair>& merges)
{
    std::vector<std::string> plain, coded;
    for (int byte = 0; byte < 256; ++byte) {
        const auto spelling = spellByte(static_cast<unsigned char>(byte));
        (toCodePoints(spelling)[0] < 256 ? plain : coded).push_back(spelling);
    }
    std::vector<std::string> out = plain;
    out.insert(out.end(), coded.begin(), coded.end());
    for (std::size_t i = 0; i < 256; ++i)
        out.push_back(out[i] + std::string(kWordEnd));
    for (const auto& [left, right] : merges)
        out.push_back(left + right);
    out.emplace_back(kBeginSymbol);
    out.emplace_back(kEndSymbol);
    return out;
}

ClipTokenizer::Vocabulary ClipTokenizer::Vocabulary::load(const std::filesystem::path& folderOrFile)
{
    std::error_code ignored;
    auto packed = folderOrFile;
    if (std::filesystem::is_directory(folderOrFile, ignored)) {
        const auto vocabulary = folderOrFile / "vocab.json", merges = folderOrFile / "merges.txt";
        if (std::filesystem::exists(vocabulary, ignored) && std::filesystem::exists(merges, ignored))
            return build(readIds(loadSortedJson(vocabulary, kMaxFileBytes), vocabulary),
                readMergeLines(file::readAll(merges, kMaxFileBytes), merges, kMaxSymbols), merges);
        packed = folderOrFile / kPackedName;
        const auto whole = folderOrFile / "tokenizer.json";
        if (!std::filesystem::exists(packed, ignored) && std::filesystem::exists(whole, ignored)) {
            const auto [ids, pairs] = loadTokenizerJson(whole);
            return build(ids, pairs, whole);
        }
        require(std::filesystem::exists(packed, ignored), ErrorCode::NotFound,
            join("folder ", folderOrFile.string(),
                " has no CLIP vocabulary: expected vocab.json and merges.txt, tokenizer.json, or ", kPackedName));
    }
    const auto merges = readMergeLines(loadUnpacked(packed), packed, kPublishedMerges);
    return build(numbered(clipSymbols(merges)), merges, packed);
}

ClipTokenizer::Vocabulary ClipTokenizer::Vocabulary::build(
    const Ids& ids, const std::vector<SymbolPair>& pairs, const std::filesystem::path& path)
{
    const auto idOf = [&](const std::string& symbol) {
        const auto found = ids.find(symbol);
        if (found == ids.end())
            fail(path, join("symbol ", shortened(symbol, 40), " has no id"));
        return found->second;
    };
    Vocabulary out;
    out.begin = idOf(std::string(kBeginSymbol));
    out.end = idOf(std::string(kEndSymbol));
    for (std::size_t byte = 0; byte < 256;
         ++byte) { // a vocabulary without a byte reads it as the end token, as others do
        const auto spelling = spellByte(static_cast<unsigned char>(byte));
        const auto inside = ids.find(spelling), last = ids.find(spelling + std::string(kWordEnd));
        out.byteIds[byte] = inside == ids.end() ? out.end : inside->second;
        out.byteEndIds[byte] = last == ids.end() ? out.end : last->second;
    }
    std::int32_t rank = 0;
    for (const auto& [left, right] : pairs)
        out.merges.add(idOf(left), idOf(right), {rank++, idOf(left + right)});
    out.spell(ids);
    return out;
}

void ClipTokenizer::Vocabulary::spell(const Ids& ids)
{
    std::unordered_map<char32_t, char> bytes;
    for (int byte = 0; byte < 256; ++byte)
        bytes[toCodePoints(spellByte(static_cast<unsigned char>(byte)))[0]] = static_cast<char>(byte);
    std::int32_t largest = 0;
    for (const auto& [symbol, id] : ids)
        largest = std::max(largest, id);
    spelled.resize(static_cast<std::size_t>(largest) + 1);
    for (const auto& [symbol, id] : ids) {
        if (id == begin || id == end)
            continue;
        const bool endsWord = symbol.ends_with(kWordEnd);
        auto& text = spelled[static_cast<std::size_t>(id)];
        for (const auto c : toCodePoints(symbol.substr(0, symbol.size() - (endsWord ? kWordEnd.size() : 0))))
            if (const auto found = bytes.find(c); found != bytes.end())
                text += found->second;
        if (endsWord)
            text += ' ';
    }
}

} // namespace winnow::text
