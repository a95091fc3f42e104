#pragma once

#include "core/base/json.h"
#include "core/domain/columns.h"
#include "core/store/project.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace winnow::pipeline {

struct ListOptions {
    std::string where;                ///< a query; empty = every pair
    std::string sort;                 ///< a metric, "stars" or "id"; empty = in the order of import
    bool descending = false;          ///< largest first; missing values are last either way
    std::int64_t offset = 0;          ///< so many are left out at the beginning
    std::int64_t limit = 0;           ///< at most so many; 0 = all
    std::vector<std::string> columns; ///< empty = all of them, metrics and clusters each in an object of their own
};

/// One page of a project's pairs, read a few hundred at a time.
class PairListing {
public:
    /// Throws Error: InvalidInput (the query, with its position), NotFound (a column, naming those there are).
    PairListing(store::Project& project, ListOptions options);

    std::int64_t matchCount() const { return m_matchCount; } ///< before offset and limit
    std::int64_t pageCount() const { return static_cast<std::int64_t>(m_rows.size()); }
    /// The next pairs, one object each; empty at the end. With columns the objects hold these, by name; else id, image,
    /// image_missing, instruction, response, conversations, metrics, clusters, verdict, stars.
    std::vector<Json> next();

private:
    void checkColumns() const;
    Json pick(const Json& pair) const;

    store::Project& m_project;
    ListOptions m_options;
    std::shared_ptr<const Columns> m_columns;
    std::vector<PairRow> m_rows;
    std::int64_t m_matchCount = 0;
    std::size_t m_at = 0;
};

} // namespace winnow::pipeline
