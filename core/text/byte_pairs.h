#pragma once

#include "core/text/pair_joining.h"
#include "core/text/token_vocabulary.h"

#include <array>
#include <string>
#include <utility>

namespace winnow::text {

struct BytePairOptions {
    std::string unknownToken;     ///< empty: unknown characters vanish
    std::string continuation;     ///< before every symbol that does not begin its word
    std::string wordEnd;          ///< behind the symbol that ends its word ("</w>")
    bool joinsUnknown = false;    ///< a run of unknown characters is one unknown token
    bool byteFallback = false;    ///< unknown characters become <0x00> ... <0xFF> where all of their bytes have one
    bool takesWholeWords = false; ///< a word that is a token is not joined from its characters
};

/// Characters joined by ranked merges, as Hugging Face's tokenizers do it. Source: tokenizers, models/bpe.
class BytePairModel final : public TokenModel {
public:
    using Pair = std::pair<std::string, std::string>;

    /// Throws Error(BadFile): a merge of tokens, or into a token, that the vocabulary lacks; no unknown token. `what`
    /// names the file.
    BytePairModel(
        TokenVocabulary vocabulary, const std::vector<Pair>& merges, BytePairOptions options, const std::string& what);

    void append(std::string_view word, std::vector<std::int64_t>& out) const override;
    const TokenVocabulary& vocabulary() const override { return m_vocabulary; }
    const BytePairOptions& options() const { return m_options; }

private:
    std::vector<std::int32_t> symbolsOf(std::string_view word) const;
    bool appendBytes(std::string_view character, std::vector<std::int32_t>& out) const;

    TokenVocabulary m_vocabulary;
    BytePairOptions m_options;
    PairMerges m_merges;
    std::array<std::int32_t, 256> m_byteIds{};
    std::int32_t m_unknown = -1;
};

/// The "merges" of a BPE model: "a b" or ["a", "b"] each. Throws Error(BadFile). `what` names the file.
std::vector<BytePairModel::Pair> readMerges(const SortedJson& model, const std::string& what);

} // namespace winnow::text
