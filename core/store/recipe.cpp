#include "core/store/recipe.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/selector_store.h"
#include "core/store/vector_file.h"

#include <algorithm>
#include <array>
#include <optional>

namespace winnow::store {

Recipe::Recipe(Project& project)
    : m_project(project)
{
}

void Recipe::append(const std::vector<std::string>& arguments)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run("INSERT INTO recipe (at, arguments) VALUES (?, ?)", utcNow(), json::dump(Json(arguments)));
    transaction.commit();
}

std::vector<RecipeLine> Recipe::list()
{
    std::vector<RecipeLine> out;
    auto rows = m_project.database().prepare("SELECT number, at, arguments FROM recipe ORDER BY number");
    while (rows.next()) {
        const auto what = text::join("recipe line ", rows.integer(0));
        const Json object = {{"arguments", json::parse(rows.textView(2), what)}};
        out.push_back(
            {rows.integer(0), rows.text(1), json::field<std::vector<std::string>>(object, "arguments", what)});
    }
    return out;
}

namespace {

    struct Kind {
        std::string_view name;
        std::string_view table;
        std::string_view key;
    };

    const Kind& kindOf(std::string_view name)
    {
        static constexpr std::array<Kind, 8> kKinds = {{{"metric", "metric", "id"}, {"feature", "feature", "id"},
            {"clustering", "clustering", "id"}, {"selection", "selection", "key"}, {"run", "run", "key"},
            {"label", "label_set", "key"}, {"experiment", "experiment", "key"}, {"selector", "selector", "key"}}};
        const auto found =
            std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return kind.name == name; });
        require(found != kKinds.end(), ErrorCode::InvalidInput,
            text::join("there is no kind \"", text::shortened(name, 40),
                "\"; there are metric, feature, clustering, selection, run, label, experiment, selector"));
        return *found;
    }

    std::optional<std::int64_t> keyOf(Database& database, const Kind& kind, std::string_view name, bool trashed)
    {
        return database.number(text::join("SELECT ", kind.key, " FROM ", kind.table,
                                   " WHERE name = ? AND trashed = ? ORDER BY ", kind.key, " DESC LIMIT 1"),
            name, trashed);
    }

    std::int64_t requireKey(Database& database, const Kind& kind, std::string_view name, bool trashed)
    {
        const auto key = keyOf(database, kind, name, trashed);
        require(key.has_value(), ErrorCode::NotFound,
            text::join(trashed ? "the trash has no " : "the project has no ", kind.name, " \"",
                text::shortened(name, 60), "\""));
        return *key;
    }

    void requireFree(Database& database, const Kind& kind, std::string_view name)
    {
        require(!keyOf(database, kind, name, false), ErrorCode::Conflict,
            text::join("there is a ", kind.name, " \"", name, "\" already"));
    }

    /// A feature space's file bears its name; the new name is there before the row says so, the old one goes after.
    template <typename Change>
    void withFeatureFile(
        Project& project, const Kind& kind, std::int64_t key, const std::string& newFile, Change change)
    {
        auto& database = project.database();
        if (kind.name != "feature") {
            Transaction transaction(database);
            change();
            return transaction.commit();
        }
        const auto old = database.string("SELECT file FROM feature WHERE id = ?", key).value_or("");
        linkVectors(project.folder(), old, newFile);
        Transaction transaction(database);
        change();
        database.run("UPDATE feature SET file = ? WHERE id = ?", newFile, key);
        transaction.commit();
        if (old != newFile)
            removeVectors(project.folder(), old);
    }

} // namespace

void renameItem(Project& project, const std::string& kindName, const std::string& from, const std::string& to)
{
    const auto& kind = kindOf(kindName);
    checkName(kind.name, to);
    require(!(kind.name == "selection" && to == "all"), ErrorCode::InvalidInput,
        "a selection cannot be named all: that word stands for every pair");
    auto& database = project.database();
    const auto key = requireKey(database, kind, from, false);
    if (from == to)
        return;
    requireFree(database, kind, to);
    withFeatureFile(project, kind, key, vectorFileName(to), [&] {
        database.run(text::join("UPDATE ", kind.table, " SET name = ? WHERE ", kind.key, " = ?"), to, key);
        if (kind.name == "selection")
            database.run("UPDATE run SET selection = ? WHERE selection = ?", to, from);
        if (kind.name == "metric" || kind.name == "feature")
            SelectorStore(project).renameInput(from, to);
        if (kind.name == "clustering")
            database.run("UPDATE label_set SET clustering = ? WHERE clustering = ?", to, from);
    });
}

void trashItem(Project& project, const std::string& kindName, const std::string& name)
{
    const auto& kind = kindOf(kindName);
    auto& database = project.database();
    const auto key = requireKey(database, kind, name, false);
    withFeatureFile(project, kind, key, text::join(".trash-", key, ".safetensors"),
        [&] { database.run(text::join("UPDATE ", kind.table, " SET trashed = 1 WHERE ", kind.key, " = ?"), key); });
}

void restoreItem(Project& project, const std::string& kindName, const std::string& name)
{
    const auto& kind = kindOf(kindName);
    auto& database = project.database();
    const auto key = requireKey(database, kind, name, true);
    requireFree(database, kind, name);
    withFeatureFile(project, kind, key, vectorFileName(name),
        [&] { database.run(text::join("UPDATE ", kind.table, " SET trashed = 0 WHERE ", kind.key, " = ?"), key); });
}

} // namespace winnow::store
