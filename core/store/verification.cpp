#include "core/store/verification.h"

#include "core/base/error.h"
#include "core/base/sentence.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/file_checks.h"
#include "core/store/pair_text.h"
#include "core/store/project.h"
#include "core/store/recipe.h"
#include "core/store/row_set.h"
#include "core/store/selection_hash.h"

#include <algorithm>
#include <map>
#include <set>

namespace winnow::store {

namespace {

    using Problems = std::vector<std::string>;

    constexpr std::size_t kMaxProblems = 200;

    /// Where SQLite says "Tree 12 page 30 cell 4: ...": the table or index whose root is page 12.
    std::string partOf(const std::string& finding, const std::map<std::int64_t, std::string>& roots)
    {
        for (const char* word : {"Tree ", "tree page "}) {
            const auto at = finding.find(word);
            if (at == std::string::npos)
                continue;
            const auto from = at + std::string_view(word).size();
            std::int64_t root = 0;
            if (text::parseInt(
                    std::string_view(finding).substr(from, finding.find_first_not_of("0123456789", from) - from), root)
                && roots.contains(root))
                return roots.at(root);
        }
        return "the project file";
    }

    std::map<std::int64_t, std::string> rootPages(Database& database)
    {
        std::map<std::int64_t, std::string> roots{{1, "the list of tables"}};
        auto rows =
            database.prepare("SELECT rootpage, type, name, tbl_name FROM sqlite_schema WHERE rootpage > 1 LIMIT 1000");
        while (rows.next())
            roots[rows.integer(0)] = rows.textView(1) == "table"
                ? "table " + rows.text(2)
                : text::join("index ", rows.text(2), " of table ", rows.text(3));
        return roots;
    }

    /// Findings of SQLite's own check by the table or index they are in.
    class Findings {
    public:
        explicit Findings(Database& database)
            : m_database(database)
            , m_roots(rootPages(database))
        {
        }
        /// False where the check itself broke off.
        bool collect(const std::string& pragma)
        {
            try {
                auto rows = m_database.prepare(pragma);
                while (rows.next())
                    if (rows.textView(0) != "ok")
                        add(partOf(rows.text(0), m_roots), text::replaced(rows.text(0), "\n", " "));
            } catch (const Error& e) {
                if (e.code() == ErrorCode::OutOfMemory)
                    throw;
                return false;
            }
            return true;
        }
        void collectTableByTable()
        {
            for (const auto& [page, part] : m_roots)
                if (part.starts_with("table ")) {
                    const auto name = text::replaced(part.substr(6), "\"", "\"\"");
                    if (!collect(text::join("PRAGMA integrity_check(\"", name, "\")")) && !m_found.contains(part))
                        add(part, "it cannot be read to its end");
                }
        }
        void addTo(Problems& problems) const
        {
            for (const auto& [part, finding] : m_found)
                problems.push_back(text::join(part, " is damaged",
                    finding.first == 1 ? " (" : text::join(" in ", finding.first, " places (first: "), finding.second,
                    "); restore a copy of the project, or save what can be read with verify --rescue FILE"));
        }
        bool isEmpty() const { return m_found.empty(); }

    private:
        void add(const std::string& part, const std::string& what)
        {
            auto& [count, first] = m_found[part];
            if (count++ == 0)
                first = text::shortened(what, 160);
        }

        Database& m_database;
        std::map<std::int64_t, std::string> m_roots;
        std::map<std::string, std::pair<std::int64_t, std::string>> m_found; // part → how often, the first
    };

    void checkFile(Database& database, Problems& problems)
    {
        Findings findings(database);
        const bool isWhole = findings.collect("PRAGMA integrity_check(100)");
        if (!isWhole)
            findings.collectTableByTable();
        findings.addTo(problems);
        if (!isWhole && findings.isEmpty())
            problems.push_back(
                "the project file is damaged; restore a copy of the project, or save what can be read with "
                "verify --rescue FILE");
    }

    void checkReferences(Database& database, Problems& problems)
    {
        auto references = database.prepare("PRAGMA foreign_key_check");
        while (references.next() && problems.size() < kMaxProblems)
            problems.push_back(text::join("row ", references.integer(1), " of table ", references.text(0),
                " refers to a missing row of ", references.text(2)));
    }

    void checkPairs(Database& database, Problems& problems)
    {
        const auto count = pairCount(database);
        const auto stored = database.number("SELECT count(*) FROM pair").value_or(0);
        const auto texts = database.number("SELECT count(*) FROM pair_content").value_or(0);
        if (stored != count || texts != count)
            problems.push_back(text::join(
                "the last pair is in row ", count - 1, " but there are ", stored, " pairs with ", texts, " texts"));
        const auto wrong =
            database.number("SELECT count(*) FROM pair_id LEFT JOIN pair USING (row) WHERE pair.id IS NOT pair_id.id");
        const auto lost =
            database.number("SELECT count(*) FROM pair WHERE row < (SELECT next_row FROM pair_id_state) AND "
                            "id NOT IN (SELECT id FROM pair_id)");
        if (wrong.value_or(0) + lost.value_or(0) > 0)
            problems.push_back(text::join("the list of ids is wrong for ", wrong.value_or(0) + lost.value_or(0),
                " pairs: they may not be found by their id"));
        auto rows = database.prepare(
            "SELECT id, images, instruction, response, turns FROM pair JOIN pair_content USING (row) ORDER BY row");
        while (rows.next() && problems.size() < kMaxProblems)
            collect(problems, [&] {
                try {
                    toPair(rows.text(0),
                        {rows.text(1), rows.text(2), rows.text(3),
                            rows.isNull(4) ? std::nullopt : std::optional(rows.text(4))});
                } catch (Error& e) {
                    throw Error(ErrorCode::BadFile,
                        text::join("pair ", text::shortened(rows.textView(0), 80), ": ", e.message()));
                }
            });
    }

    void checkMetrics(Database& database, Problems& problems)
    {
        const auto count = pairCount(database);
        auto metrics = database.prepare("SELECT name, column_id, value_count FROM metric ORDER BY id");
        while (metrics.next())
            collect(problems, [&] {
                std::int64_t present = 0;
                for (const double value : readColumn<double>(database, metrics.integer(1), count, kMissing))
                    present += value == value ? 1 : 0;
                require(present == metrics.integer(2), ErrorCode::BadFile,
                    text::join("metric \"", metrics.text(0), "\" has ", present, " values, ", metrics.integer(2),
                        " were counted"));
            });
    }

    void checkClusterings(Database& database, Problems& problems)
    {
        const auto count = pairCount(database);
        for (const auto& entry : clusteringEntries(database))
            collect(problems, [&] {
                std::vector<std::int64_t> sizes(entry.info.sizes.size(), 0);
                for (const auto cluster : readColumn<std::int32_t>(database, entry.column, count, kNoCluster)) {
                    if (cluster == kNoCluster)
                        continue;
                    require(cluster >= 0 && static_cast<std::size_t>(cluster) < sizes.size(), ErrorCode::BadFile, [&] {
                        return text::join("clustering \"", entry.info.name, "\" has a pair in cluster ", cluster,
                            " of ", sizes.size());
                    });
                    ++sizes[static_cast<std::size_t>(cluster)];
                }
                require(sizes == entry.info.sizes, ErrorCode::BadFile,
                    text::join("clustering \"", entry.info.name, "\" has clusters of other sizes than were counted"));
            });
    }

    /// Numbers that nothing refers to, and columns that two things refer to.
    void checkColumns(Database& database, Problems& problems)
    {
        std::map<std::int64_t, int> owners{{kOverrideColumn, 1}, {kStarColumn, 1}, {kImageMissingColumn, 1}};
        auto uses = database.prepare("SELECT column_id FROM metric UNION ALL SELECT column_id FROM clustering");
        while (uses.next())
            ++owners[uses.integer(0)];
        for (const auto& [column, count] : owners)
            if (count > 1)
                problems.push_back(text::join("column ", column, " belongs to ", count, " metrics or clusterings"));
        auto columns = database.prepare("SELECT id FROM column_file ORDER BY id");
        while (columns.next())
            if (!owners.contains(columns.integer(0)))
                problems.push_back(
                    text::join("column ", columns.integer(0), " belongs to no metric and no clustering"));
        auto chunks = database.prepare("SELECT DISTINCT address >> 24 AS id FROM column_chunk WHERE id NOT IN "
                                       "(SELECT id FROM column_file) LIMIT 20");
        while (chunks.next())
            problems.push_back(text::join("numbers are stored for column ", chunks.integer(0), ", which is missing"));
        const auto failures =
            database.number("SELECT count(*) FROM metric_failure WHERE row < 0 OR row >= ?", pairCount(database));
        if (failures.value_or(0) > 0)
            problems.push_back(
                text::join(*failures, " failures of metrics are of pairs that the project does not have"));
    }

    void checkSelections(Database& database, Problems& problems)
    {
        const auto count = pairCount(database);
        auto rows = database.prepare("SELECT name, pair_count, hash, rows FROM selection ORDER BY key");
        while (rows.next())
            collect(problems, [&] {
                const auto name = text::shortened(rows.textView(0), 60);
                std::size_t at = 0;
                std::vector<PairRow> pairs;
                try {
                    pairs = decodeRows(rows.blob(3), at);
                } catch (const Error& e) {
                    throw Error(ErrorCode::BadFile, text::join("selection \"", name, "\": ", e.message()));
                }
                require(pairs.empty() || pairs.back() < count, ErrorCode::BadFile,
                    text::join("selection \"", name, "\" names pairs that the project does not have"));
                require(selectionHash(database, pairs) == rows.textView(2)
                        && static_cast<std::int64_t>(pairs.size()) == rows.integer(1),
                    ErrorCode::BadFile,
                    text::join("selection \"", name, "\" does not have the pairs it was saved with"));
            });
    }

    void checkLedger(Project& project, Problems& problems)
    {
        for (auto& problem : verifyLedger(project))
            problems.push_back(std::move(problem));
    }

    void checkTexts(Project& project, Problems& problems)
    {
        auto& database = project.database();
        collect(problems, [&] { Recipe(project).list(); });
        auto settings = database.prepare("SELECT name, value FROM setting ORDER BY name");
        while (settings.next())
            collect(problems, [&] {
                json::parse(settings.textView(1), text::join("setting ", text::shortened(settings.textView(0), 60)));
            });
        const auto next = database.number("SELECT next_row FROM pair_index_state WHERE one = 1").value_or(-1);
        if (next < 0 || next > pairCount(database))
            problems.push_back(
                text::join("the text index claims ", next, " pairs, the project has ", pairCount(database)));
        if (database.isReadOnly())
            return;
        collect(problems, [&] {
            Transaction rolledBack(database);
            try {
                database.execute("INSERT INTO pair_index (pair_index) VALUES ('integrity-check')");
            } catch (const Error& e) {
                if (e.code() != ErrorCode::BadFile)
                    throw;
                throw Error(ErrorCode::BadFile, "the text index is damaged: searching for text may miss pairs");
            }
        });
    }

} // namespace

Verification verifyProject(Project& project, const VerifyProgress& progress)
{
    Verification out;
    auto& problems = out.problems;
    auto& database = project.database();
    const auto reading = [&database](auto check) {
        return [&database, check] {
            const Transaction transaction(
                database, Transaction::Kind::Read); // what others commit meanwhile is no damage
            check();
        };
    };
    const std::vector<std::pair<const char*, std::function<void()>>> checks = {
        {"file", reading([&] { checkFile(database, problems); })},
        {"references", reading([&] { checkReferences(database, problems); })},
        {"pairs", reading([&] { checkPairs(database, problems); })},
        {"columns", reading([&] { checkColumns(database, problems); })},
        {"metrics", reading([&] { checkMetrics(database, problems); })},
        {"clusterings", reading([&] { checkClusterings(database, problems); })},
        {"decisions", reading([&] { checkLedger(project, problems); })},
        {"selections", reading([&] { checkSelections(database, problems); })},
        {"recipe and text index", [&] { checkTexts(project, problems); }}, // it writes
        {"vectors", reading([&] { checkVectors(project, out); })},
        {"selectors", reading([&] { checkSelectorFiles(project, out); })},
        {"runs", reading([&] { checkRunFolders(project, out); })},
        {"symbolic links", reading([&] { checkLinks(project, out); })},
    };
    const auto total = static_cast<std::int64_t>(checks.size());
    for (std::int64_t i = 0; i < total; ++i) {
        const auto& [name, check] = checks[static_cast<std::size_t>(i)];
        if (progress)
            progress(name, i, total);
        collect(problems, check);
    }
    if (progress)
        progress("done", total, total);
    return out;
}

} // namespace winnow::store
