#include "core/store/relink.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/image_paths.h"
#include "core/store/pair_text.h"

#include <map>
#include <utility>

namespace winnow::store {

namespace {

    namespace fs = std::filesystem;

    constexpr std::size_t kBatch = 500;

    struct Move {
        fs::path from;
        fs::path to;
    };

    /// Image roots that lie inside the moved folder are given their new place; two that become one are joined.
    std::vector<std::int64_t> moveRoots(Project& project, const Move& move)
    {
        std::vector<std::int64_t> changed;
        auto& database = project.database();
        Transaction transaction(database);
        for (const auto& [id, root] : rootsOf(project)) {
            const auto target = moved(root, move.from, move.to);
            if (!target && moved(root, move.to, move.to))
                changed.push_back(id); // moved by a call that did not come to its end
            if (!target)
                continue;
            const auto text = portableRoot(*target, project.folder());
            const auto existing = database.number("SELECT id FROM image_root WHERE path = ? AND id <> ?", text, id);
            if (existing) {
                database.run("UPDATE pair SET root = ? WHERE root = ?", *existing, id);
                database.run("DELETE FROM image_root WHERE id = ?", id);
            } else {
                database.run("UPDATE image_root SET path = ? WHERE id = ?", text, id);
            }
            changed.push_back(existing.value_or(id));
        }
        transaction.commit();
        return changed;
    }

    struct Row {
        PairRow row = 0;
        std::string id;
        std::int64_t root = 0;
        PairContent content;
    };

    std::vector<Row> rowsFrom(Database& database, std::int64_t from)
    {
        std::vector<Row> out;
        auto rows = database.prepare("SELECT row, id, root, images, instruction, response, turns FROM pair "
                                     "JOIN pair_content USING (row) WHERE row >= ? ORDER BY row LIMIT ?");
        rows.with(from, static_cast<std::int64_t>(kBatch));
        while (rows.next())
            out.push_back({static_cast<PairRow>(rows.integer(0)), rows.text(1), rows.integer(2),
                {rows.text(3), rows.text(4), rows.text(5),
                    rows.isNull(6) ? std::nullopt : std::optional(rows.text(6))}});
        return out;
    }

    /// Pairs whose own paths, not their root's, start with the moved folder get the new path written out.
    bool movePaths(std::vector<std::string>& images, const fs::path& root, const Move& move)
    {
        bool isChanged = false;
        for (auto& image : images)
            if (const auto target = moved(resolved(image, root), move.from, move.to)) {
                image = target->string();
                isChanged = true;
            }
        return isChanged;
    }

    void rewrite(Database& database, const Row& row, const PairContent& changed)
    {
        forgetInIndex(database, row.row, row.id, row.content);
        database.run("UPDATE pair_content SET images = ? WHERE row = ?", changed.images, row.row);
        addToIndexAgain(database, row.row, row.id, changed);
    }

    struct Change {
        Row row;
        std::optional<PairContent> content;
        bool isMissing = false;
    };

    void writeChanges(Database& database, const std::vector<Change>& changes)
    {
        if (changes.empty())
            return;
        Transaction transaction(database);
        ColumnEditor<std::uint8_t> missing(database, kImageMissingColumn, 0);
        for (const auto& change : changes) {
            if (change.content)
                rewrite(database, change.row, *change.content);
            missing.exchange(change.row.row, change.isMissing ? 1 : 0);
        }
        missing.finish();
        transaction.commit();
    }

} // namespace

std::vector<ImageRootReport> imageRootReports(Project& project)
{
    auto& database = project.database();
    Transaction reading(database, Transaction::Kind::Read);
    const auto missing = readColumn<std::uint8_t>(database, kImageMissingColumn, pairCount(database), 0);
    const auto roots = rootsOf(project);
    std::map<std::int64_t, ImageRootReport> reports;
    {
        auto rows = database.prepare("SELECT row, root FROM pair");
        while (rows.next()) {
            auto& report = reports[rows.integer(1)];
            ++report.pairs;
            report.missing += missing[static_cast<std::size_t>(rows.integer(0))] != 0 ? 1 : 0;
        }
    }
    reading.commit();
    std::vector<ImageRootReport> out;
    for (auto& [id, report] : reports) {
        if (const auto root = roots.find(id); root != roots.end())
            report.path = root->second;
        out.push_back(std::move(report));
    }
    return out;
}

std::vector<StoredPair> missingPictures(Project& project, std::size_t limit)
{
    auto& database = project.database();
    const auto missing = readColumn<std::uint8_t>(database, kImageMissingColumn, pairCount(database), 0);
    std::vector<PairRow> rows;
    for (std::size_t row = 0; row < missing.size() && rows.size() < limit; ++row)
        if (missing[row] != 0)
            rows.push_back(static_cast<PairRow>(row));
    return PairStore(project).load(rows);
}

RelinkReport previewRelink(Project& project, const fs::path& from, const fs::path& to, const RelinkProgress& progress)
{
    constexpr std::size_t kExamples = 5;
    const Move move{file::asFolder(from), file::asFolder(to)};
    const auto roots = rootsOf(project);
    const auto total = pairCount(project.database());
    const auto missing = readColumn<std::uint8_t>(project.database(), kImageMissingColumn, total, 0);
    RelinkReport report;
    std::int64_t next = 0;
    for (auto rows = rowsFrom(project.database(), next); !rows.empty(); rows = rowsFrom(project.database(), next)) {
        next = std::int64_t(rows.back().row) + 1;
        for (const auto& row : rows) {
            const auto root = roots.find(row.root);
            const auto pair = toPair(row.id, row.content);
            if (root == roots.end() || pair.images.empty())
                continue;
            const auto image = resolved(pair.images.front(), root->second);
            auto target = moved(image, move.from, move.to);
            // Still marked as missing under the new folder, but there: a call that moved it did not come to its end.
            const bool isMarked = std::cmp_less(row.row, missing.size()) && missing[row.row] != 0;
            if (!target && isMarked && isThere(image))
                target = moved(image, move.to, move.to);
            if (!target)
                continue;
            ++report.pairs;
            if (isThere(*target))
                ++report.found;
            else if (report.lost.size() < kExamples)
                report.lost.push_back(target->string());
        }
        if (progress)
            progress(next, total);
    }
    return report;
}

std::int64_t relinkPictures(Project& project, const fs::path& from, const fs::path& to, const RelinkProgress& progress)
{
    const Move move{file::asFolder(from), file::asFolder(to)};
    require(move.from != move.to, ErrorCode::InvalidInput, text::join("cannot relink ", from.string(), " to itself"));
    auto& database = project.database();
    const auto changedRoots = moveRoots(project, move);
    const auto roots = rootsOf(project);
    const auto total = pairCount(project.database());
    std::int64_t found = 0;
    std::int64_t next = 0;
    for (auto rows = rowsFrom(database, next); !rows.empty(); rows = rowsFrom(database, next)) {
        next = std::int64_t(rows.back().row) + 1;
        std::vector<Change> changes;
        for (auto& row : rows) {
            const auto root = roots.find(row.root);
            auto pair = toPair(row.id, row.content);
            if (root == roots.end() || pair.images.empty())
                continue;
            const bool rootMoved = std::find(changedRoots.begin(), changedRoots.end(), row.root) != changedRoots.end();
            const bool pathMoved = movePaths(pair.images, root->second, move);
            if (!pathMoved && !(rootMoved && !fs::path(pair.images.front()).is_absolute()))
                continue;
            const bool isFound = isThere(resolved(pair.images.front(), root->second));
            found += isFound ? 1 : 0;
            changes.push_back({std::move(row), pathMoved ? std::optional(toContent(pair)) : std::nullopt, !isFound});
        }
        writeChanges(database, changes);
        if (progress)
            progress(next, total);
    }
    return found;
}

std::int64_t PairStore::relink(const fs::path& from, const fs::path& to) { return relinkPictures(m_project, from, to); }

} // namespace winnow::store
