#include "core/base/text.h"
#include "core/query/node.h"

#include <algorithm>
#include <set>

namespace winnow::query {

namespace {

    /// What stands before the cursor, and the piece that is being typed.
    struct Context {
        std::vector<Token> before;
        Token typed; ///< End: nothing yet
    };

    Context contextAt(std::string_view text)
    {
        Context context;
        for (auto token = nextToken(text, 0); token.kind != TokenKind::End; token = nextToken(text, token.at.to)) {
            const bool isLast = token.at.to >= text.size();
            const bool isOpenQuote =
                token.kind == TokenKind::Bad && (text[token.at.from] == '"' || text[token.at.from] == '`');
            if (isLast && (token.kind == TokenKind::Word || token.kind == TokenKind::Percentile || isOpenQuote)) {
                if (isOpenQuote)
                    token.text = text.substr(token.at.from + 1);
                context.typed = std::move(token);
                return context;
            }
            context.before.push_back(std::move(token));
        }
        context.typed.at = {text.size(), text.size()};
        return context;
    }

    bool isWord(const Token& token, std::string_view word)
    {
        return token.kind == TokenKind::Word && text::toLowerAscii(token.text) == word;
    }

    std::string quoted(std::string_view name, char quote)
    {
        std::string out(1, quote);
        for (const char c : name) {
            if (c == quote || c == '\\')
                out += '\\';
            out += c;
        }
        return out + quote;
    }

    /// A name as it must be written to be read as one name.
    std::string asName(const std::string& name)
    {
        static const std::set<std::string> kReserved = {"cluster", "stars", "verdict", "chosen", "image", "id",
            "finding", "and", "or", "not", "in", "has", "missing"};
        const auto token = nextToken(name, 0);
        const bool isPlain = token.kind == TokenKind::Word && token.at.to == name.size()
            && !kReserved.contains(text::toLowerAscii(name));
        return isPlain ? name : quoted(name, '`');
    }

    std::vector<std::string> metricNames(const Columns& columns)
    {
        std::vector<std::string> names;
        for (const auto& column : columns.metrics)
            names.push_back(asName(column.info.name));
        return names;
    }

    /// The clustering that a `cluster` or `cluster(name)` before the comparison at `at` speaks of.
    const ClusterColumn* clusteringBefore(const std::vector<Token>& before, std::size_t at, const Columns& columns)
    {
        if (at >= 1 && isWord(before[at - 1], "cluster"))
            return columns.clusterings.empty() ? nullptr : &columns.clusterings.front();
        if (at >= 4 && before[at - 1].kind == TokenKind::Close && isWord(before[at - 4], "cluster"))
            return columns.findClustering(before[at - 2].text);
        return nullptr;
    }

    std::vector<std::string> valuesAfterCompare(const std::vector<Token>& before, const Columns& columns)
    {
        const auto at = before.size() - 1;
        if (at >= 1 && isWord(before[at - 1], "verdict"))
            return {"pinned", "banned", "locked", "none", "chosen"};
        if (at >= 1 && isWord(before[at - 1], "image"))
            return {"missing"};
        if (at >= 1
            && (isWord(before[at - 1], "id") || isWord(before[at - 1], "finding") || isWord(before[at - 1], "stars")))
            return {};
        const auto* clustering = clusteringBefore(before, at, columns);
        if (clustering == nullptr)
            return isWord(before[at >= 1 ? at - 1 : 0], "cluster")
                ? std::vector<std::string>()
                : std::vector<std::string>{"p10", "p25", "p50", "p75", "p90"};
        std::vector<std::string> names;
        for (std::size_t i = 0; i < clustering->info.clusterNames.size() && i < 200; ++i) {
            const auto& name = clustering->info.clusterNames[i];
            names.push_back(name == std::to_string(i) ? name : quoted(name, '"'));
        }
        return names;
    }

    /// True where a term has ended and a connection or another term may follow.
    bool endsTerm(const std::vector<Token>& before)
    {
        if (before.empty())
            return false;
        const auto& last = before.back();
        if (last.kind == TokenKind::Close || last.kind == TokenKind::Quoted || last.kind == TokenKind::Number
            || last.kind == TokenKind::Percentile || isWord(last, "chosen"))
            return true;
        return last.kind == TokenKind::Word && before.size() >= 2
            && before[before.size() - 2].kind == TokenKind::Compare;
    }

    std::vector<std::string> possible(const Context& context, const Columns& columns)
    {
        const auto& before = context.before;
        if (!before.empty() && before.back().kind == TokenKind::Compare)
            return valuesAfterCompare(before, columns);
        if (before.size() >= 2 && before.back().kind == TokenKind::Open) {
            const auto& function = before[before.size() - 2];
            if (isWord(function, "has") || isWord(function, "missing"))
                return metricNames(columns);
            if (isWord(function, "cluster")) {
                std::vector<std::string> names;
                for (const auto& column : columns.clusterings)
                    names.push_back(asName(column.info.name));
                return names;
            }
        }
        const bool needsCompare = !before.empty() && !endsTerm(before)
            && (before.back().kind == TokenKind::BackQuoted
                || (before.back().kind == TokenKind::Word && !isWord(before.back(), "and")
                    && !isWord(before.back(), "or") && !isWord(before.back(), "not")));
        if (needsCompare)
            return {"in"};
        std::vector<std::string> out;
        if (endsTerm(before))
            out = {"and", "or"};
        for (auto& name : metricNames(columns))
            out.push_back(std::move(name));
        for (const char* word :
            {"cluster", "stars", "verdict", "chosen", "image", "id", "finding", "not", "has(", "missing("})
            out.emplace_back(word);
        return out;
    }

} // namespace

Completion complete(std::string_view text, std::size_t cursor, const Columns& columns)
{
    const auto context = contextAt(text.substr(0, std::min(cursor, text.size())));
    Completion completion;
    completion.replaceFrom = context.typed.at.from;
    const auto candidates = possible(context, columns);
    const auto prefix = text::toLowerAscii(context.typed.text);
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const auto& candidate : candidates) {
        auto bare = text::toLowerAscii(candidate);
        if (!bare.empty() && (bare.front() == '"' || bare.front() == '`'))
            bare.erase(0, 1);
        if (bare.starts_with(prefix))
            completion.candidates.push_back(candidate);
        else if (prefix.size() >= 3 && prefix.size() < 100)
            near.emplace_back(editDistance(prefix, bare), candidate);
    }
    if (completion.candidates.empty()) {
        std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [distance, candidate] : near)
            if (distance <= 2)
                completion.candidates.push_back(candidate);
    }
    return completion;
}

} // namespace winnow::query
