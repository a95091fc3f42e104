#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// A tokenizer as Hugging Face's `tokenizer.json` describes it: added tokens, normalizer, pre-tokenizer, model
/// (WordPiece or BPE: byte-level as in GPT-2, CLIP and LLaMA 3, or with byte fallback as in LLaMA), post-processor and
/// decoder. What the file asks for beyond the published families is refused by name; its truncation and padding are the
/// caller's. Source: huggingface/tokenizers.
class JsonTokenizer final : public Tokenizer {
public:
    /// A tokenizer.json or a vocab.txt, or a folder with one of them (the former goes first); tokenizer_config.json
    /// beside it may name begin, end and padding token, and for a vocab.txt how text is normalised (lower case where it
    /// says nothing). Throws Error: NotFound, BadFile, TooLarge, Unsupported.
    explicit JsonTokenizer(const std::filesystem::path& fileOrFolder);
    ~JsonTokenizer() override;
    JsonTokenizer(const JsonTokenizer&) = delete;
    JsonTokenizer& operator=(const JsonTokenizer&) = delete;

    /// Special tokens that a text spells are ordinary characters. Bytes that are not UTF-8 become U+FFFD.
    std::vector<std::int64_t> encode(std::string_view line) const override;
    std::string decode(std::span<const std::int64_t> ids) const override;
    std::int64_t vocabularySize() const override;
    std::int64_t beginToken() const override;
    std::int64_t endToken() const override;
    std::int64_t padToken() const override;

    /// As the reference without its post-processor: `<s>` and the like in the text are the special tokens.
    std::vector<std::int64_t> encodeReadingSpecials(std::string_view line) const;
    /// encode() in the post-processor's frame ([CLS] ... [SEP], `<s>` ...), the text cut so that at most `maxIds` come
    /// out (0: no limit). Throws Error(InvalidInput): no room for the frame.
    std::vector<std::int64_t> encodeForModel(std::string_view line, std::size_t maxIds = 0) const;
    /// Ids that the post-processor adds to one text.
    std::size_t frameSize() const;
    /// Id of a token as it is spelled in the file, or -1.
    std::int64_t tokenId(std::string_view spelling) const;

private:
    struct Parts;
    std::unique_ptr<const Parts> m_parts;
};

} // namespace winnow::text
