#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// Stands for a space in pieces.
inline constexpr std::string_view kBlank = "\xE2\x96\x81";

/// Two texts as one input, with the number of the text beside each id.
struct TokenPair {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> typeIds; ///< 0 for [CLS] first [SEP], 1 for second [SEP]
};

/// A SentencePiece model (byte-pair or unigram) as LLaMA and DeBERTa use it. The special tokens are those that the
/// model names: `<s>` or [CLS], `</s>` or [SEP], `<pad>` or [PAD], `<unk>` or [UNK].
class SentencePieceTokenizer final : public Tokenizer {
public:
    /// The model file, or a folder with `tokenizer.model`, `spm.model` or `spiece.model`. The content is checked before
    /// the library sees it. Throws Error: NotFound, BadFile, TooLarge.
    explicit SentencePieceTokenizer(const std::filesystem::path& fileOrFolder);
    ~SentencePieceTokenizer() override;
    SentencePieceTokenizer(const SentencePieceTokenizer&) = delete;
    SentencePieceTokenizer& operator=(const SentencePieceTokenizer&) = delete;

    /// `<s>` and the like in a text are ordinary characters. Bytes that are not UTF-8 become U+FFFD.
    std::vector<std::int64_t> encode(std::string_view line) const override;
    std::string decode(std::span<const std::int64_t> ids) const override;
    std::int64_t vocabularySize() const override;
    std::int64_t beginToken() const override;
    std::int64_t endToken() const override;
    std::int64_t padToken() const override;
    std::int64_t unknownToken() const;
    /// Id of a piece as it is spelled in the model (`$$`, `▁the`), or -1.
    std::int64_t pieceId(std::string_view piece) const;
    /// Spelling of an id. Throws Error(InvalidInput): outside the vocabulary.
    std::string piece(std::int64_t id) const;

    /// As Hugging Face's (slow) LLaMA tokenizer: the begin token first, and `<s>`, `</s>`, `<unk>` spelled in the text
    /// are the special tokens.
    std::vector<std::int64_t> encodeReadingSpecials(std::string_view line) const;

    /// [CLS] first [SEP] second [SEP]; the second text is cut so that at most `maxIds` come out (0: no limit).
    /// Throws Error(InvalidInput): the first text alone is too long, or the model has no [CLS] and [SEP].
    TokenPair encodePair(std::string_view first, std::string_view second, std::size_t maxIds = 0) const;
    /// [CLS] line [SEP], cut to `maxIds`.
    std::vector<std::int64_t> encodeSingle(std::string_view line, std::size_t maxIds = 0) const;

private:
    class Model;
    std::unique_ptr<const Model> m_model;
};

/// One piece of a SentencePiece model.
struct SentencePiece {
    /// Numbers of the file format.
    enum class Kind { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Byte = 6, Unused = 5 };

    std::string text;
    float score = 0;
    Kind kind = Kind::Normal;
};

struct SentencePieceOptions {
    enum class Algorithm { Unigram = 1, BytePair = 2 };

    Algorithm algorithm = Algorithm::BytePair;
    bool byteFallback = true;           ///< unknown characters become the 256 pieces <0x00> ... <0xFF>
    bool addDummyPrefix = true;         ///< a blank before the text
    bool removeExtraWhitespace = false; ///< LLaMA keeps every blank
    std::string unknownPiece = "<unk>";
    std::string beginPiece = "<s>";
    std::string endPiece = "</s>";
    std::string padPiece; ///< empty: none
};

/// Writes a model file with these pieces, ids in their order. Byte-pair models join the pair whose piece has the
/// highest score. Throws Error: InvalidInput (what a reader would refuse: no or two unknown pieces, a piece twice,
/// missing bytes), DiskFull, Io.
void writeSentencePieceModel(const std::filesystem::path& path, const std::vector<SentencePiece>& pieces,
    const SentencePieceOptions& options = {});

} // namespace winnow::text
