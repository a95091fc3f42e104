#include "core/store/verification.h"

#include "core/base/error.h"
#include "core/base/sentence.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/feature_store.h"
#include "core/store/project.h"
#include "core/store/selection_hash.h"
#include "core/store/selection_store.h"
#include "core/store/selector_store.h"

namespace winnow::store {

namespace {

    using Problems = std::vector<std::string>;

    /// What a check throws is a problem found, not the end of the checks.
    template <typename Check> void collect(Problems& problems, Check check)
    {
        try {
            check();
        } catch (const Error& e) {
            problems.push_back(e.message());
        }
    }

    void checkFile(Database& database, Problems& problems)
    {
        auto integrity = database.prepare("PRAGMA integrity_check(50)");
        while (integrity.next())
            if (integrity.textView(0) != "ok")
                problems.push_back(text::join("the project file is damaged: ", integrity.text(0)));
        auto references = database.prepare("PRAGMA foreign_key_check");
        while (references.next() && problems.size() < 100)
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
    }

    void checkSelections(Project& project, Problems& problems)
    {
        SelectionStore selections(project);
        std::vector<std::string> batches;
        auto rows = project.database().prepare("SELECT DISTINCT batch FROM selection WHERE trashed = 0 ORDER BY batch");
        while (rows.next())
            batches.push_back(rows.text(0));
        for (const auto& batch : batches)
            for (const auto& info : selections.list(batch))
                collect(problems, [&] {
                    const auto pairs = selections.load(info.name);
                    if (selectionHash(project.database(), pairs) != info.hash
                        || static_cast<std::int64_t>(pairs.size()) != info.pairCount)
                        problems.push_back(
                            text::join("selection \"", info.name, "\" does not have the pairs it was saved with"));
                });
    }

    void checkMetrics(Project& project, Problems& problems)
    {
        const auto columns = project.loadColumns();
        for (const auto& metric : columns->metrics) {
            std::int64_t present = 0;
            for (const double value : *metric.values)
                present += value == value ? 1 : 0;
            if (present != metric.info.valueCount)
                problems.push_back(text::join("metric \"", metric.info.name, "\" has ", present, " values, ",
                    metric.info.valueCount, " were counted"));
        }
    }

    void checkFeatures(Project& project, Problems& problems)
    {
        FeatureStore features(project);
        for (const auto& info : features.list())
            collect(problems, [&] { features.load(info.name); });
    }

    void checkSelectors(Project& project, Problems& problems)
    {
        SelectorStore selectors(project);
        collect(problems, [&] {
            for (const auto& info : selectors.list())
                if (info.kind != SelectorKind::Weights)
                    collect(problems, [&] { selectors.weightFile(info); });
        });
    }

} // namespace

std::vector<std::string> verifyProject(Project& project)
{
    Problems problems;
    auto& database = project.database();
    collect(problems, [&] { checkFile(database, problems); });
    collect(problems, [&] { checkPairs(database, problems); });
    collect(problems, [&] { checkMetrics(project, problems); });
    collect(problems, [&] { checkSelections(project, problems); });
    collect(problems, [&] { checkFeatures(project, problems); });
    collect(problems, [&] { checkSelectors(project, problems); });
    for (auto& problem : problems) // SQLite tells of damage in several lines
        problem = asSentence(problem);
    return problems;
}

} // namespace winnow::store
