#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// Text to token ids and back. Thread: const members may be called from several threads at once.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Ids of the text alone: no begin, end or padding tokens.
    virtual std::vector<std::int64_t> encode(std::string_view text) const = 0;
    /// Text of the ids; special tokens give nothing. Throws Error(InvalidInput): an id outside the vocabulary.
    virtual std::string decode(std::span<const std::int64_t> ids) const = 0;
    virtual std::int64_t vocabularySize() const = 0;

    /// -1 where the tokenizer has no such token.
    virtual std::int64_t beginToken() const = 0;
    virtual std::int64_t endToken() const = 0;
    virtual std::int64_t padToken() const = 0;
};

} // namespace winnow::text
