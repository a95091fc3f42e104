#pragma once

#include "core/text/piece_tree.h"
#include "core/text/text_normalizer.h"
#include "core/text/token_vocabulary.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// Tokens that are found in a text before the model sees it.
class AddedTokens {
public:
    /// Which of them count in a text: those that a person may spell, or all.
    enum class Reading { Plain, WithSpecials };

    /// A piece of a text: a token, or (id -1) text that goes on through the pipeline.
    struct Part {
        std::string_view text;
        std::int64_t id = -1;
    };

    AddedTokens() = default;
    AddedTokens(AddedTokens&&) = default;
    AddedTokens& operator=(AddedTokens&&) = default;
    /// The "added_tokens" of a tokenizer.json. Throws Error: BadFile, TooLarge (more than 100,000). `what` names the
    /// file.
    AddedTokens(const SortedJson& list, const TextNormalizer& normalizer, const std::string& what);

    /// Cuts a raw text at tokens that nothing rewrites (`isNormalized` false), or a rewritten one at the others.
    std::vector<Part> cut(std::string_view line, bool isNormalized, Reading reading) const;

    /// -1 where there is none of this spelling.
    std::int64_t find(std::string_view spelling) const;
    /// How it reads in a rewritten text; null for an id that is none of them.
    const std::string* findReading(std::int64_t id) const;
    bool isSpecial(std::int64_t id) const;
    /// The largest id and one.
    std::int64_t size() const { return m_tokens.empty() ? 0 : m_tokens.rbegin()->first + 1; }

private:
    struct Token {
        std::string spelling;
        std::string wanted; ///< as it stands in the text that is searched
        bool isSpecial = false;
        bool isNormalized = false;
        bool isWord = false;    ///< only where no word goes on before or behind it
        bool takesLeft = false; ///< white space before it
        bool takesRight = false;
    };
    struct Place {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::int64_t id = -1;
    };

    const PieceTree& treeOf(bool isNormalized, Reading reading) const
    {
        return m_trees[isNormalized][reading != Reading::Plain];
    }
    Place placeOf(std::string_view line, std::size_t at, std::size_t length, std::int64_t id, std::size_t until) const;

    std::map<std::int64_t, Token> m_tokens; ///< by id; the trees look into it
    std::map<std::string, std::int64_t, std::less<>> m_ids;
    PieceTree m_trees[2][2];
};

} // namespace winnow::text
