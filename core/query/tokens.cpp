#include "core/base/text.h"
#include "core/query/node.h"

#include <algorithm>
#include <numeric>

namespace winnow::query {

namespace {

    bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    bool isDigit(char c) { return c >= '0' && c <= '9'; }
    bool startsWord(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    }
    bool continuesWord(char c) { return startsWord(c) || isDigit(c) || c == '.' || c == '-'; }

    Token bad(std::size_t from, std::size_t to, std::string message)
    {
        Token token;
        token.kind = TokenKind::Bad;
        token.at = {from, to};
        token.text = std::move(message);
        return token;
    }

    /// "…" and `…`; a backslash keeps the next quote or backslash.
    Token quotedToken(std::string_view text, std::size_t from)
    {
        const char quote = text[from];
        Token token;
        token.kind = quote == '`' ? TokenKind::BackQuoted : TokenKind::Quoted;
        for (std::size_t i = from + 1; i < text.size(); ++i) {
            if (text[i] == quote) {
                token.at = {from, i + 1};
                return token;
            }
            if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == quote || text[i + 1] == '\\'))
                ++i;
            token.text += text[i];
        }
        return bad(from, text.size(), "the quotation that starts here does not end");
    }

    Token numberToken(std::string_view text, std::size_t from)
    {
        std::size_t to = from + (text[from] == '-' || text[from] == '+' ? 1 : 0);
        const auto digits = [&] {
            while (to < text.size() && isDigit(text[to]))
                ++to;
        };
        digits();
        if (to < text.size() && text[to] == '.' && !(to + 1 < text.size() && text[to + 1] == '.')) {
            ++to;
            digits();
        }
        if (to + 1 < text.size() && (text[to] == 'e' || text[to] == 'E')) {
            const auto mantissaEnd = to;
            to += text[to + 1] == '-' || text[to + 1] == '+' ? 2 : 1;
            const auto exponentStart = to;
            digits();
            if (to == exponentStart)
                to = mantissaEnd;
        }
        Token token;
        token.kind = TokenKind::Number;
        token.at = {from, to};
        const auto body = text.substr(from, to - from);
        const bool isRead = text::parseDouble(body.starts_with('+') ? body.substr(1) : body, token.number);
        if (!isRead || (to < text.size() && startsWord(text[to])))
            return bad(from, std::max(to, from + 1), "this is not a number");
        return token;
    }

    Token wordToken(std::string_view text, std::size_t from)
    {
        std::size_t to = from;
        while (to < text.size() && continuesWord(text[to]) && text.substr(to, 2) != "..")
            ++to;
        Token token;
        token.kind = TokenKind::Word;
        token.at = {from, to};
        token.text = text.substr(from, to - from);
        const std::string_view digits = std::string_view(token.text).substr(1);
        if ((token.text[0] == 'p' || token.text[0] == 'P') && !digits.empty() && isDigit(digits[0])
            && text::parseDouble(digits, token.number) && token.number >= 0 && token.number <= 100)
            token.kind = TokenKind::Percentile;
        return token;
    }

    Token signToken(std::string_view text, std::size_t from)
    {
        static constexpr std::pair<std::string_view, Compare> kCompares[] = {{"<=", Compare::LessEqual},
            {">=", Compare::GreaterEqual}, {"!=", Compare::NotEqual}, {"<>", Compare::NotEqual}, {"==", Compare::Equal},
            {"<", Compare::Less}, {">", Compare::Greater}, {"=", Compare::Equal}};
        Token token;
        for (const auto& [sign, compare] : kCompares)
            if (text.substr(from).starts_with(sign)) {
                token.kind = TokenKind::Compare;
                token.compare = compare;
                token.at = {from, from + sign.size()};
                return token;
            }
        const char c = text[from];
        token.at = {from, from + 1};
        if (c == '(' || c == ')') {
            token.kind = c == '(' ? TokenKind::Open : TokenKind::Close;
            return token;
        }
        if (text.substr(from, 2) == "..") {
            token.kind = TokenKind::Range;
            token.at.to = from + 2;
            return token;
        }
        return bad(from, from + 1, "this character means nothing here; texts stand in double quotes");
    }

} // namespace

Token nextToken(std::string_view text, std::size_t from)
{
    while (from < text.size() && isSpace(text[from]))
        ++from;
    if (from >= text.size()) {
        Token end;
        end.at = {text.size(), text.size()};
        return end;
    }
    const char c = text[from];
    if (c == '"' || c == '`')
        return quotedToken(text, from);
    const char next = from + 1 < text.size() ? text[from + 1] : '\0';
    if (isDigit(c) || ((c == '-' || c == '+') && (isDigit(next) || next == '.')) || (c == '.' && isDigit(next)))
        return numberToken(text, from);
    return startsWord(c) ? wordToken(text, from) : signToken(text, from);
}

std::size_t editDistance(std::string_view first, std::string_view second)
{
    const auto a = text::toLowerAscii(first);
    const auto b = text::toLowerAscii(second);
    std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t(0));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::move(last);
        last = row;
    }
    return last[b.size()];
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known)
{
    const std::string* nearest = nullptr;
    std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const auto& candidate : known) {
        if (candidate.size() > 200 || name.size() > 200)
            continue;
        const auto distance = editDistance(name, candidate);
        if (distance < least) {
            least = distance;
            nearest = &candidate;
        }
    }
    return nearest == nullptr ? std::string() : text::join(", did you mean ", *nearest, "?");
}

} // namespace winnow::query
