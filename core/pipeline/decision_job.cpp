// A person's decisions: one ledger entry and one recipe line each.
#include "core/base/text.h"
#include "core/pipeline/check_job.h"
#include "core/pipeline/select_job.h"
#include "core/query/finding_lookup.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/selection_store.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    std::vector<std::string> idsOf(store::Project& project, const std::vector<PairRow>& rows)
    {
        std::vector<std::string> ids;
        for (const auto& pair : store::PairStore(project).load(rows))
            ids.push_back(pair.pair.id.value);
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

    /// Membership of a saved selection, the newest when no name is given; all zero when there is none.
    std::vector<std::uint8_t> chosenIn(store::Project& project, const std::string& name)
    {
        std::vector<std::uint8_t> chosen(static_cast<std::size_t>(store::PairStore(project).count()), 0);
        store::SelectionStore selections(project);
        std::string wanted = name;
        if (wanted.empty()) {
            const auto list = selections.list();
            const auto newest = std::max_element(
                list.begin(), list.end(), [](const SelectionInfo& a, const SelectionInfo& b) { return a.key < b.key; });
            if (newest == list.end())
                return chosen;
            wanted = newest->name;
        }
        for (const auto row : selections.load(wanted))
            chosen.at(row) = 1;
        return chosen;
    }

    std::vector<std::string> recipeArguments(
        const std::string& what, std::vector<std::string> ids, const std::string& reason)
    {
        std::vector<std::string> out{"override", what};
        out.insert(out.end(), ids.begin(), ids.end());
        if (!reason.empty())
            out.insert(out.end(), {"--reason", reason});
        return out;
    }

} // namespace

JobResult decide(Workspace& workspace, const std::string& what, const std::vector<PairRow>& rows,
    const std::string& reason, const std::string& lockAgainst)
{
    auto project = workspace.open();
    store::Ledger ledger(project);
    store::LedgerEntry entry;
    if (what == "pin")
        entry = ledger.setOverride(rows, Override::Pinned, reason);
    else if (what == "ban")
        entry = ledger.setOverride(rows, Override::Banned, reason);
    else if (what == "clear")
        entry = ledger.setOverride(rows, Override::None, reason);
    else if (what == "lock")
        entry = ledger.lock(rows, chosenIn(project, lockAgainst), reason);
    else
        throw Error(
            ErrorCode::InvalidInput, text::join("\"", what, "\" is not a decision: use pin, ban, lock or clear"));
    if (entry.pairCount > 0)
        store::Recipe(project).append(recipeArguments(what, idsOf(project, rows), reason));
    return describe(entry, what);
}

JobResult setStars(Workspace& workspace, const std::vector<PairRow>& rows, int stars)
{
    auto project = workspace.open();
    return describe(store::Ledger(project).setStars(rows, stars), "rate");
}

JobResult undoDecision(Workspace& workspace)
{
    auto project = workspace.open();
    const auto entry = store::Ledger(project).undo();
    require(entry.has_value(), ErrorCode::InvalidInput, "there is nothing to undo");
    store::Recipe(project).append({"undo"});
    return describe(*entry, "undid");
}

JobResult redoDecision(Workspace& workspace)
{
    auto project = workspace.open();
    const auto entry = store::Ledger(project).redo();
    require(entry.has_value(), ErrorCode::InvalidInput, "there is nothing to redo");
    store::Recipe(project).append({"redo"});
    return describe(*entry, "redid");
}

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
        throw Error(ErrorCode::InvalidInput,
            text::join("cannot read the query \"", text::shortened(queryText, 120), "\" at character ",
                error.position + 1, ": ", error.message));
    };
    const auto parsed = query::parse(queryText);
    if (!parsed.ok)
        fail(parsed.error);
    const auto columns = project.loadColumns();
    store::PairStore pairs(project);
    query::Source source;
    source.columns = columns.get();
    source.chosen = std::make_shared<const std::vector<std::uint8_t>>(chosenIn(project, {}));
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
