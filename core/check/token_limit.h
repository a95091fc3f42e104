#pragma once

#include "core/check/kind.h"
#include "core/domain/pair.h"

#include <cstddef>
#include <optional>
#include <string>

namespace winnow::text {
class ClipTokenizer;
}

namespace winnow::check {

/// How long a model lets the words of a pair be. Who knows the model makes one; this layer only asks.
class TokenLimit {
public:
    virtual ~TokenLimit() = default;
    virtual Kind kind() const = 0;
    /// What of the pair is cut and by how much ("an answer has 212 tokens, the model takes 160"), or nothing.
    virtual std::optional<std::string> overrun(const Pair& pair) const = 0;
};

/// CLIP's text tower: each sentence of an answer is read by itself (METHOD 4.1, corrected), begin and end token
/// included.
class ClipTokenLimit final : public TokenLimit {
public:
    /// The tokenizer outlives this.
    ClipTokenLimit(const text::ClipTokenizer& tokenizer, std::size_t contextLength);
    Kind kind() const override { return Kind::CutClipText; }
    std::optional<std::string> overrun(const Pair& pair) const override;

private:
    const text::ClipTokenizer& m_tokenizer;
    std::size_t m_contextLength;
};

/// True where a text cannot have more tokens than the limit, whatever the tokenizer: plain ASCII of fewer bytes, each
/// of which is a token at the worst. Saves cutting most texts into tokens.
bool isSurelyWithin(std::string_view text, std::size_t limit);

} // namespace winnow::check
