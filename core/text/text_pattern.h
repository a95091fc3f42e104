#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// What a tokenizer file looks for in a text: a literal or a regular expression. Thread: any.
class TextPattern {
public:
    struct Match {
        std::size_t begin = 0; ///< bytes
        std::size_t end = 0;
    };

    static TextPattern literal(std::string text);
    /// Throws Error: Unsupported (a pattern that cannot be read, or longer than 4096 bytes); `what` names the file.
    static TextPattern regex(const std::string& pattern, const std::string& what);

    ~TextPattern();
    TextPattern(TextPattern&&) noexcept;
    TextPattern& operator=(TextPattern&&) noexcept;

    /// All matches of valid UTF-8 in order, none of them empty. Throws Error(TooLarge): the expression needs too long
    /// for this text.
    std::vector<Match> findAll(std::string_view line) const;

private:
    class Expression;
    TextPattern();

    std::string m_literal;
    std::unique_ptr<const Expression> m_expression;
};

} // namespace winnow::text
