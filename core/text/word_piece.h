#pragma once

#include "core/text/token_vocabulary.h"

#include <cstddef>
#include <string>

namespace winnow::text {

struct WordPieceOptions {
    std::string unknownToken = "[UNK]";
    std::string continuation = "##"; ///< stands before every token that does not begin its word
    std::size_t maxWordLength = 100; ///< code points; a longer word is unknown
};

/// The longest token that the rest of a word begins with, again and again; a word that cannot be cut so is unknown as
/// a whole. Source: Wu et al. 2016, in the form of google-research/bert, tokenization.py, WordpieceTokenizer.
class WordPieceModel final : public TokenModel {
public:
    /// Throws Error(BadFile): no unknown token. `what` names the file.
    WordPieceModel(TokenVocabulary vocabulary, WordPieceOptions options, const std::string& what);

    void append(std::string_view word, std::vector<std::int64_t>& out) const override;
    const TokenVocabulary& vocabulary() const override { return m_vocabulary; }

private:
    TokenVocabulary m_vocabulary;
    WordPieceOptions m_options;
    std::int32_t m_unknown = 0;
    std::size_t m_longest = 0; ///< bytes of the longest token
};

} // namespace winnow::text
