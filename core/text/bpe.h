#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::text {

/// CLIP's byte-pair tokenizer: cleanForClip(), words cut by CLIP's pattern, each word's bytes joined by the ranked
/// merges.
/// `<|startoftext|>` and `<|endoftext|>` in a text are ordinary characters. Words that were cut once are remembered.
/// Source: openai/CLIP simple_tokenizer.py; Sennrich et al., ACL 2016.
class ClipTokenizer final : public Tokenizer {
public:
    /// A folder with `vocab.json` and `merges.txt`, with `bpe_simple_vocab_16e6.txt.gz` (openai/CLIP) or
    /// `tokenizer.json`, or the latter file itself. Throws Error: NotFound, BadFile, TooLarge.
    explicit ClipTokenizer(const std::filesystem::path& folderOrFile);
    ~ClipTokenizer() override;
    ClipTokenizer(const ClipTokenizer&) = delete;
    ClipTokenizer& operator=(const ClipTokenizer&) = delete;

    std::vector<std::int64_t> encode(std::string_view line) const override;
    /// As the reference: a blank after each word, also before a full stop.
    std::string decode(std::span<const std::int64_t> ids) const override;
    std::int64_t vocabularySize() const override;
    std::int64_t beginToken() const override;
    std::int64_t endToken() const override;
    std::int64_t padToken() const override { return 0; }

    /// begin, ids, end; cut to `contextLength` with the end token last.
    std::vector<std::int64_t> encodeForModel(std::string_view line, std::size_t contextLength = 77) const;
    /// As encodeForModel(), filled with zeros up to `contextLength`.
    std::vector<std::int64_t> encodePadded(std::string_view line, std::size_t contextLength = 77) const;

private:
    struct Vocabulary;
    class WordCache;

    void appendWord(std::string_view word, std::vector<std::int64_t>& out) const;
    std::vector<std::int64_t> mergedWord(std::string_view word) const;

    std::unique_ptr<const Vocabulary> m_vocabulary;
    std::unique_ptr<WordCache> m_cache;
};

/// Writes `vocab.json` and `merges.txt` of a CLIP vocabulary with these merges, in the order of their rank, each of two
/// symbols in byte-pair spelling ("</w>" ends a word): 512 bytes, the merges, begin and end token.
/// Throws Error: InvalidInput (a merge of symbols that are not there), DiskFull, Io.
void writeClipVocabulary(
    const std::filesystem::path& folder, const std::vector<std::pair<std::string, std::string>>& merges);

/// Learns `count` merges (fewer where nothing repeats) from texts cleaned and cut as ClipTokenizer does: the most
/// frequent pair each time, ties by spelling.
std::vector<std::pair<std::string, std::string>> learnClipMerges(
    const std::vector<std::string>& lines, std::size_t count);

} // namespace winnow::text
