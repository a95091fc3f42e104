// A person's decisions: one ledger entry and one recipe line each.
#include "core/base/text.h"
#include "core/pipeline/check_job.h"
#include "core/pipeline/query_error.h"
#include "core/pipeline/select_job.h"
#include "core/query/finding_lookup.h"
#include "core/store/database.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/selection_store.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

namespace winnow::pipeline {

namespace {

    std::vector<std::string> idsOf(store::Project& project, const std::vector<PairRow>& rows)
    {
        constexpr std::size_t kFew = 500;
        store::PairStore pairs(project);
        std::vector<std::string> ids;
        if (rows.size() <= kFew) {
            for (const auto& pair : pairs.load(rows))
                ids.push_back(pair.pair.id.value);
            return ids;
        }
        auto all = pairs.ids();
        for (const auto row : rows)
            ids.push_back(std::move(all.at(row)));
        return ids;
    }

    JobResult describe(const store::LedgerEntry& entry, const std::string& verb)
    {
        JobResult out;
        out.sentence = entry.pairCount == 0
            ? text::join("nothing to ", verb, ": it is so already")
            : text::join(verb, ": ", entry.what, ", ", entry.pairCount, entry.pairCount == 1 ? " pair" : " pairs");
        out.details = {
            {"entry", entry.number}, {"what", entry.what}, {"pairs", entry.pairCount}, {"reason", entry.reason}};
        return out;
    }

    /// The given name, or that of the newest selection; empty when there is none.
    std::string selectionNamed(store::Project& project, const std::string& name)
    {
        if (!name.empty())
            return name;
        const auto list = store::SelectionStore(project).list();
        const auto newest = std::max_element(
            list.begin(), list.end(), [](const SelectionInfo& a, const SelectionInfo& b) { return a.key < b.key; });
        return newest == list.end() ? std::string() : newest->name;
    }

    /// Membership of a saved selection; all zero without a name.
    std::vector<std::uint8_t> chosenIn(store::Project& project, const std::string& name)
    {
        std::vector<std::uint8_t> chosen(static_cast<std::size_t>(store::PairStore(project).count()), 0);
        if (!name.empty())
            for (const auto row : store::SelectionStore(project).load(name))
                chosen.at(row) = 1;
        return chosen;
    }

    std::vector<std::string> recipeArguments(
        std::vector<std::string> command, std::vector<std::string> ids, const std::string& reason = {})
    {
        auto out = std::move(command);
        if (reason.starts_with('-'))
            out.push_back("--reason=" + reason);
        else if (!reason.empty())
            out.insert(out.end(), {"--reason", reason});
        if (std::any_of(ids.begin(), ids.end(), [](const std::string& id) { return id.starts_with('-'); }))
            out.push_back("--"); // what follows is no flag
        out.insert(out.end(), std::make_move_iterator(ids.begin()), std::make_move_iterator(ids.end()));
        return out;
    }

    /// A decision and its line in the recipe: both or neither, in the same order for all who decide at once.
    template <typename Change>
    store::LedgerEntry change(store::Project& project, const Change& make, std::vector<std::string> recipe)
    {
        store::Transaction transaction(project.database(), store::Transaction::Kind::Durable);
        const auto entry = make();
        if (entry.pairCount > 0)
            store::Recipe(project).append(recipe);
        transaction.commit();
        return entry;
    }

    JobResult step(Workspace& workspace, const char* verb, const char* done,
        std::optional<store::LedgerEntry> (store::Ledger::*go)())
    {
        auto project = workspace.open();
        store::Ledger ledger(project);
        const auto entry = change(project,
            [&] {
                const auto found = (ledger.*go)();
                require(found.has_value(), ErrorCode::InvalidInput, text::join("there is nothing to ", verb));
                return *found;
            },
            {verb});
        return describe(entry, done);
    }

} // namespace

JobResult decide(Workspace& workspace, const std::string& what, const std::vector<PairRow>& rows,
    const std::string& reason, const std::string& lockAgainst)
{
    static const std::map<std::string, Override> kValues = {
        {"pin", Override::Pinned}, {"ban", Override::Banned}, {"clear", Override::None}};
    const auto value = kValues.find(what);
    require(value != kValues.end() || what == "lock", ErrorCode::InvalidInput,
        text::join("\"", what, "\" is not a decision: use pin, ban, lock or clear"));
    auto project = workspace.open();
    store::Ledger ledger(project);
    std::vector<std::string> command{"override", what};
    if (value != kValues.end())
        return describe(change(
                            project, [&] { return ledger.setOverride(rows, value->second, reason); },
                            recipeArguments(std::move(command), idsOf(project, rows), reason)),
            what);
    const auto against = selectionNamed(project, lockAgainst);
    const auto chosen = chosenIn(project, against);
    if (!against.empty())
        command.insert(command.end(), {"--selection", against});
    return describe(change(
                        project, [&] { return ledger.lock(rows, chosen, reason); },
                        recipeArguments(std::move(command), idsOf(project, rows), reason)),
        what);
}

JobResult setStars(Workspace& workspace, const std::vector<PairRow>& rows, int stars)
{
    auto project = workspace.open();
    store::Ledger ledger(project);
    return describe(change(
                        project, [&] { return ledger.setStars(rows, stars); },
                        recipeArguments({"rate", std::to_string(stars)}, idsOf(project, rows))),
        "rate");
}

JobResult undoDecision(Workspace& workspace) { return step(workspace, "undo", "undid", &store::Ledger::undo); }

JobResult redoDecision(Workspace& workspace) { return step(workspace, "redo", "redid", &store::Ledger::redo); }

std::vector<PairRow> rowsOf(store::Project& project, const std::vector<std::string>& ids)
{
    store::PairStore pairs(project);
    std::vector<PairRow> rows;
    for (const auto& id : ids) {
        const auto row = pairs.find(PairId{id});
        require(row.has_value(), ErrorCode::NotFound,
            text::join("there is no pair with the id \"", text::shortened(id, 80), "\""));
        rows.push_back(*row);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

std::vector<PairRow> rowsWhere(store::Project& project, const std::string& queryText)
{
    const auto fail = [&](const query::SyntaxError& error) {
        throw Error(ErrorCode::InvalidInput, queryErrorSentence(queryText, error));
    };
    const auto parsed = query::parse(queryText);
    if (!parsed.ok)
        fail(parsed.error);
    const auto columns = project.loadColumns();
    store::PairStore pairs(project);
    query::Source source;
    source.columns = columns.get();
    source.chosen = std::make_shared<const std::vector<std::uint8_t>>(chosenIn(project, selectionNamed(project, {})));
    source.text = [&](std::string_view needle) { return pairs.searchText(needle); };
    source.id = [&](std::string_view id) {
        const auto row = pairs.find(PairId{std::string(id)});
        return row ? std::vector<PairRow>{*row} : std::vector<PairRow>{};
    };
    auto result = query::evaluate(
        parsed.query, source, [&](std::string_view kind) { return rowsOfFinding(project.folder(), kind); });
    if (!result.ok)
        fail(result.error);
    return std::move(result.rows);
}

} // namespace winnow::pipeline
