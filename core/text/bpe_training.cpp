#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/text/bpe.h"
#include "core/text/bpe_vocabulary.h"
#include "core/text/bpe_words.h"
#include "core/text/cleaning.h"

#include <map>
#include <set>

namespace winnow::text {

namespace {

    struct Word {
        std::vector<std::string> symbols;
        std::int64_t count = 0;
    };

    std::vector<Word> countWords(const std::vector<std::string>& lines)
    {
        std::map<std::string, std::int64_t, std::less<>> counts;
        for (const auto& line : lines)
            forEachClipWord(cleanForClip(line), [&](std::string_view word) { ++counts[std::string(word)]; });
        std::vector<Word> out;
        for (const auto& [word, count] : counts) {
            Word entry{{}, count};
            for (const char c : word)
                entry.symbols.push_back(spellByte(static_cast<unsigned char>(c)));
            entry.symbols.back() += "</w>";
            out.push_back(std::move(entry));
        }
        return out;
    }

    /// The most frequent pair of neighbours, or an empty one where no pair stands twice.
    SymbolPair mostFrequentPair(const std::vector<Word>& words)
    {
        std::map<SymbolPair, std::int64_t> counts;
        for (const auto& word : words)
            for (std::size_t i = 0; i + 1 < word.symbols.size(); ++i)
                counts[{word.symbols[i], word.symbols[i + 1]}] += word.count;
        SymbolPair best;
        std::int64_t bestCount = 1;
        for (const auto& [pair, count] : counts) {
            if (count <= bestCount)
                continue;
            best = pair;
            bestCount = count;
        }
        return best;
    }

    void joinPair(std::vector<std::string>& symbols, const SymbolPair& pair)
    {
        std::vector<std::string> out;
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            const bool isPair = i + 1 < symbols.size() && symbols[i] == pair.first && symbols[i + 1] == pair.second;
            out.push_back(isPair ? pair.first + pair.second : symbols[i]);
            i += isPair ? 1 : 0;
        }
        symbols = std::move(out);
    }

} // namespace

std::vector<SymbolPair> learnClipMerges(const std::vector<std::string>& lines, std::size_t count)
{
    auto words = countWords(lines);
    std::vector<SymbolPair> out;
    while (out.size() < count) {
        const auto pair = mostFrequentPair(words);
        if (pair.first.empty())
            break;
        for (auto& word : words)
            joinPair(word.symbols, pair);
        out.push_back(pair);
    }
    return out;
}

void writeClipVocabulary(const std::filesystem::path& folder, const std::vector<SymbolPair>& merges)
{
    const auto symbols = clipSymbols(merges);
    Json ids = Json::object();
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        require(!ids.contains(symbols[i]), ErrorCode::InvalidInput,
            join("cannot write a CLIP vocabulary: symbol ", shortened(symbols[i], 40), " comes twice"));
        ids[symbols[i]] = i;
    }
    std::set<std::string> known(symbols.begin(), symbols.begin() + 512);
    std::string lines = "#version: 0.2\n";
    for (const auto& [left, right] : merges) {
        require(known.contains(left) && known.contains(right), ErrorCode::InvalidInput,
            join("cannot write a CLIP vocabulary: merge ", shortened(left, 40), " ", shortened(right, 40),
                " joins symbols that are not there yet"));
        known.insert(left + right);
        lines += left + " " + right + "\n";
    }
    file::writeAtomically(folder / "vocab.json", json::dump(ids));
    file::writeAtomically(folder / "merges.txt", lines);
}

} // namespace winnow::text
