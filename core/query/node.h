#pragma once

#include "core/query/query.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::query {

/// A stretch of the query's text.
struct Span {
    std::size_t from = 0;
    std::size_t to = 0;
};

enum class Compare { Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual };

/// A number written out, or the value below which so many percent of the pairs lie (p90).
struct Number {
    double value = 0;
    bool isPercentile = false;
};

enum class Kind {
    And,
    Or,
    Not,
    Metric,       ///< name, compare, low
    MetricRange,  ///< name, low … high
    Has,          ///< name
    Missing,      ///< name
    Cluster,      ///< name (empty: the first clustering), compare, low or word
    ClusterRange, ///< name, low … high
    Stars,        ///< compare, low
    StarsRange,   ///< low … high
    Verdict,      ///< word, compare Equal or NotEqual
    Chosen,
    ImageMissing, ///< compare Equal or NotEqual
    Id,           ///< word, compare Equal or NotEqual
    Text,         ///< word
    Finding,      ///< word, compare Equal or NotEqual
};

/// One term or one connection of terms.
struct Node {
    Kind kind = Kind::And;
    Compare compare = Compare::Equal;
    Number low;
    Number high;
    std::string name; ///< of the metric or the clustering
    std::string word; ///< what a name is compared with
    Span nameAt;      ///< where the name stands: for messages at evaluation
    Span wordAt;
    std::vector<std::unique_ptr<Node>> children;
};

/// The one way from other files of this layer into a Query.
struct Access {
    static const Node* root(const Query& query) { return query.m_root.get(); }
    static Query make(std::string_view text, std::unique_ptr<Node> root)
    {
        Query query;
        query.m_text = text;
        query.m_root = std::move(root);
        return query;
    }
};

enum class TokenKind { End, Word, Quoted, BackQuoted, Number, Percentile, Compare, Open, Close, Range, Bad };

struct Token {
    TokenKind kind = TokenKind::End;
    Span at;
    std::string text; ///< of words (as typed) and quoted texts (without quotes); the message of a bad token
    double number = 0;
    Compare compare = Compare::Equal;
};

/// The token that starts at or after `from`.
Token nextToken(std::string_view text, std::size_t from);

/// Least number of inserted, removed, replaced or swapped neighbouring bytes between two texts, ASCII case ignored.
std::size_t editDistance(std::string_view a, std::string_view b);
/// ", did you mean <the nearest name>?" or nothing where none is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

} // namespace winnow::query
