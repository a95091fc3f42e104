#pragma once

#include "core/domain/columns.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::query {

/// Where and why a query cannot be read; offsets in bytes of the text.
struct SyntaxError {
    std::size_t position = 0;
    std::size_t length = 1;
    std::string message;
};

struct Node; // the syntax tree, private to this layer

/// A parsed query. Grammar (case of words ignored):
///   clip > 28 and words <= 60        comparisons: < <= > >= = !=; a number may be a percentile: clip > p90
///   length in 2..4                   ranges, both ends included
///   cluster = 4, cluster(name) = "boats"   the first or the named clustering, by number or cluster name
///   verdict = pinned | banned | locked | none | chosen; chosen; stars >= 3; image = missing; id = "2"
///   missing(clip), has(clip); "dog" text in id, instruction, response, image name; and, or, not, ( )
///   two terms side by side mean `and`; the empty text matches everything.
class Query {
public:
    Query();
    ~Query();
    Query(Query&&) noexcept;
    Query& operator=(Query&&) noexcept;

    const std::string& text() const { return m_text; }
    bool matchesEverything() const;
    bool needsText() const; ///< contains a term that asks the store

private:
    friend struct Access;
    std::string m_text;
    std::unique_ptr<Node> m_root;
};

struct ParseResult {
    Query query;
    bool ok = false;
    SyntaxError error; ///< when not ok
};

/// Never throws on user text. Names are checked against the columns at evaluation.
ParseResult parse(std::string_view text);

/// What a query is evaluated against. `text` gives the rows containing a piece of text, increasing; `chosen` may be
/// empty.
struct Source {
    const Columns* columns = nullptr;
    std::shared_ptr<const std::vector<std::uint8_t>> chosen; ///< 1 = in the current selection
    std::function<std::vector<PairRow>(std::string_view needle)> text;
    std::function<std::vector<PairRow>(std::string_view id)> id; ///< rows whose id is exactly this
};

struct EvaluateResult {
    std::vector<PairRow> rows; ///< increasing
    bool ok = false;
    SyntaxError error; ///< an unknown name, with the nearest known one in the message
};

/// A million pairs take a few ms per comparison. Never throws on user text; text callbacks may throw Error.
EvaluateResult evaluate(const Query& query, const Source& source);

/// What may stand at the cursor, best first: metric names, words of the language, cluster names.
struct Completion {
    std::size_t replaceFrom = 0; ///< offset where the typed prefix starts
    std::vector<std::string> candidates;
};
Completion complete(std::string_view text, std::size_t cursor, const Columns& columns);

/// Rows in order of a metric; missing values last, ties by row. 1,000,000 rows in under 100 ms.
std::vector<PairRow> sortedBy(std::vector<PairRow> rows, const MetricColumn& column, bool descending);

} // namespace winnow::query
