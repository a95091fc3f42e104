#include "core/store/image_marks.h"

#include "core/store/database.h"

namespace winnow::store {

ImageMarks::ImageMarks(Project& project)
    : m_project(project)
{
}

void ImageMarks::record(std::span<const std::pair<PairRow, std::int64_t>> marks)
{
    if (marks.empty())
        return;
    auto& database = m_project.database();
    Transaction transaction(database);
    for (const auto& [row, count] : marks)
        database.run("INSERT OR REPLACE INTO image_mark (row, count) VALUES (?, ?)", row, count);
    transaction.commit();
}

std::vector<std::pair<PairRow, std::int64_t>> ImageMarks::list()
{
    std::vector<std::pair<PairRow, std::int64_t>> out;
    auto rows = m_project.database().prepare("SELECT row, count FROM image_mark ORDER BY row");
    while (rows.next())
        out.emplace_back(static_cast<PairRow>(rows.integer(0)), rows.integer(1));
    return out;
}

} // namespace winnow::store
