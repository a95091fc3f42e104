#include "core/text/text_pattern.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <unicode/regex.h>
#include <unicode/utext.h>

namespace winnow::text {

namespace {

    constexpr std::size_t kMaxPatternSize = 4096;
    constexpr std::int32_t kTimeLimit = 5000; // ICU's steps, about a millisecond each

    /// A text that ICU reads in place.
    class Utf8Text {
    public:
        explicit Utf8Text(std::string_view line)
        {
            utext_openUTF8(&m_text, line.data(), static_cast<std::int64_t>(line.size()), &m_status);
            require(U_SUCCESS(m_status), ErrorCode::Internal, "a text cannot be opened for a regular expression");
        }
        ~Utf8Text() { utext_close(&m_text); }
        Utf8Text(const Utf8Text&) = delete;
        Utf8Text& operator=(const Utf8Text&) = delete;

        UText* get() { return &m_text; }

    private:
        UText m_text = UTEXT_INITIALIZER;
        UErrorCode m_status = U_ZERO_ERROR;
    };

} // namespace

class TextPattern::Expression {
public:
    Expression(const std::string& pattern, const std::string& what)
    {
        UParseError place{};
        UErrorCode status = U_ZERO_ERROR;
        m_pattern.reset(icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(pattern), 0, place, status));
        require(U_SUCCESS(status) && m_pattern != nullptr, ErrorCode::Unsupported,
            join(what, " has the regular expression ", shortened(pattern, 60), ", which cannot be read (",
                u_errorName(status), " at character ", place.offset, ")"));
    }

    std::vector<Match> findAll(std::string_view line) const
    {
        Utf8Text text(line);
        UErrorCode status = U_ZERO_ERROR;
        const std::unique_ptr<icu::RegexMatcher> matcher(m_pattern->matcher(status));
        require(U_SUCCESS(status), ErrorCode::OutOfMemory, "no memory for a regular expression");
        matcher->setTimeLimit(kTimeLimit, status);
        matcher->reset(text.get());
        std::vector<Match> out;
        while (matcher->find(status)) {
            const auto begin = matcher->start64(status), end = matcher->end64(status);
            if (end > begin)
                out.push_back({static_cast<std::size_t>(begin), static_cast<std::size_t>(end)});
        }
        require(U_SUCCESS(status), ErrorCode::TooLarge,
            join("the tokenizer's regular expression gives up on a text of ", line.size(), " bytes (",
                u_errorName(status), ")"));
        return out;
    }

private:
    std::unique_ptr<icu::RegexPattern> m_pattern;
};

TextPattern::TextPattern() = default;
TextPattern::~TextPattern() = default;
TextPattern::TextPattern(TextPattern&&) noexcept = default;
TextPattern& TextPattern::operator=(TextPattern&&) noexcept = default;

TextPattern TextPattern::literal(std::string text)
{
    TextPattern out;
    out.m_literal = std::move(text);
    return out;
}

TextPattern TextPattern::regex(const std::string& pattern, const std::string& what)
{
    require(pattern.size() <= kMaxPatternSize, ErrorCode::Unsupported,
        join(what, " has a regular expression of ", pattern.size(), " bytes, at most ", kMaxPatternSize, " are read"));
    TextPattern out;
    out.m_expression = std::make_unique<const Expression>(pattern, what);
    return out;
}

std::vector<TextPattern::Match> TextPattern::findAll(std::string_view line) const
{
    if (m_expression)
        return m_expression->findAll(line);
    std::vector<Match> out;
    for (std::size_t at = m_literal.empty() ? line.npos : line.find(m_literal); at != line.npos;
         at = line.find(m_literal, at + m_literal.size()))
        out.push_back({at, at + m_literal.size()});
    return out;
}

} // namespace winnow::text
