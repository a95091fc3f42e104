#include "core/store/item_store.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/item_kinds.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selector_store.h"
#include "core/store/vector_file.h"

#include <algorithm>
#include <optional>
#include <system_error>

namespace winnow::store {

namespace {

    namespace fs = std::filesystem;

    std::optional<std::int64_t> keyOf(Database& database, const ItemKind& kind, std::string_view name, bool trashed)
    {
        return database.number(text::join("SELECT ", kind.key, " FROM ", kind.table,
                                   " WHERE name = ? AND trashed = ? ORDER BY ", kind.key, " DESC LIMIT 1"),
            name, trashed);
    }

    std::string namesOf(Database& database, const ItemKind& kind, bool trashed)
    {
        std::vector<std::string> names;
        auto rows = database.prepare(text::join(
            "SELECT DISTINCT name FROM ", kind.table, " WHERE trashed = ? ORDER BY ", kind.key, " LIMIT 20"));
        rows.with(trashed);
        while (rows.next())
            names.push_back(rows.text(0));
        return names.empty() ? "; there is none" : "; there are " + text::joined(names, ", ");
    }

    std::int64_t requireKey(Database& database, const ItemKind& kind, std::string_view name, bool trashed)
    {
        const auto key = keyOf(database, kind, name, trashed);
        if (!key)
            throw Error(ErrorCode::NotFound,
                text::join(trashed ? "the trash has no " : "the project has no ", kind.name, " \"",
                    text::shortened(name, 60), "\"", namesOf(database, kind, trashed)));
        return *key;
    }

    void requireFree(Database& database, const ItemKind& kind, std::string_view name)
    {
        require(!keyOf(database, kind, name, false), ErrorCode::Conflict,
            text::join("there is a ", kind.name, " \"", name, "\" already; rename that one first"));
    }

    void requireIdle(Project& project, const ItemKind& kind, const std::string& name)
    {
        require(kind.name != "run" || !isLeaseHeld(project, "run:" + name), ErrorCode::Locked,
            text::join("run ", name, " is being worked on; stop it first"));
    }

    /// A feature space's file bears its name; the new name is there before the row says so, the old one goes after.
    template <typename Change>
    void withFeatureFile(
        Project& project, const ItemKind& kind, std::int64_t key, const std::string& newFile, Change change)
    {
        auto& database = project.database();
        if (kind.name != "feature") {
            Transaction transaction(database, Transaction::Kind::Durable);
            change();
            return transaction.commit();
        }
        const auto old = database.string("SELECT file FROM feature WHERE id = ?", key).value_or("");
        linkVectors(project.folder(), old, newFile);
        Transaction transaction(database, Transaction::Kind::Durable);
        change();
        database.run("UPDATE feature SET file = ? WHERE id = ?", newFile, key);
        transaction.commit();
        if (old != newFile)
            removeVectors(project.folder(), old);
    }

    void note(Project& project, const RecipeArguments& recipe)
    {
        if (!recipe.empty())
            Recipe(project).append(recipe);
    }

    void setTrashed(Database& database, const ItemKind& kind, std::int64_t key, bool trashed)
    {
        database.run(text::join("UPDATE ", kind.table, " SET trashed = ? WHERE ", kind.key, " = ?"), trashed, key);
    }

    /// The file or folder that goes with an item; empty where there is none.
    fs::path fileOf(Project& project, const ItemKind& kind, std::int64_t key)
    {
        if (kind.name == "feature")
            return vectorPath(project.folder(),
                project.database().string("SELECT file FROM feature WHERE id = ?", key).value_or("none"));
        if (kind.name == "run")
            return project.folder() / "runs" / std::to_string(key);
        if (kind.name == "selector")
            return project.folder() / "selectors" / text::join(key, ".safetensors");
        return {};
    }

    void deleteRow(Database& database, const ItemKind& kind, std::int64_t key)
    {
        const bool hasColumn = kind.name == "metric" || kind.name == "clustering";
        std::int64_t column = 0;
        if (hasColumn)
            column =
                database.number(text::join("SELECT column_id FROM ", kind.table, " WHERE id = ?"), key).value_or(0);
        database.run(text::join("DELETE FROM ", kind.table, " WHERE ", kind.key, " = ? AND trashed = 1"), key);
        if (column > kImageMissingColumn)
            dropColumn(database, column);
    }

} // namespace

const ItemKind& itemKindOf(std::string_view name)
{
    const auto* found =
        std::find_if(kItemKinds.begin(), kItemKinds.end(), [&](const ItemKind& kind) { return kind.name == name; });
    require(found != kItemKinds.end(), ErrorCode::InvalidInput,
        text::join(
            "there is no kind \"", text::shortened(name, 40), "\"; there are ", text::joined(itemKinds(), ", ")));
    return *found;
}

const std::vector<std::string>& itemKinds()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const auto& kind : kItemKinds)
            out.emplace_back(kind.name);
        return out;
    }();
    return names;
}

void renameItem(Project& project, const std::string& kindName, const std::string& from, const std::string& to,
    const RecipeArguments& recipe)
{
    const auto& kind = itemKindOf(kindName);
    checkName(kind.name, to);
    require(!(kind.name == "selection" && to == "all"), ErrorCode::InvalidInput,
        "a selection cannot be named all: that word stands for every pair");
    require(!(kind.name == "run" && to == "base"), ErrorCode::InvalidInput,
        "a run cannot be named base: that word stands for the untouched model");
    auto& database = project.database();
    const auto key = requireKey(database, kind, from, false);
    if (from == to)
        return;
    requireFree(database, kind, to);
    requireIdle(project, kind, from);
    withFeatureFile(project, kind, key, vectorFileName(to), [&] {
        database.run(text::join("UPDATE ", kind.table, " SET name = ? WHERE ", kind.key, " = ?"), to, key);
        if (kind.name == "selection")
            database.run("UPDATE run SET selection = ? WHERE selection = ?", to, from);
        if (kind.name == "metric" || kind.name == "feature")
            SelectorStore(project).renameInput(from, to);
        if (kind.name == "clustering")
            database.run("UPDATE label_set SET clustering = ? WHERE clustering = ?", to, from);
        if (kind.name == "label")
            database.run("UPDATE selector SET labels = ? WHERE labels = ?", to, from);
        renameInSources(database, kind.name, from, to);
        note(project, recipe);
    });
}

void trashItem(Project& project, const std::string& kindName, const std::string& name, const RecipeArguments& recipe)
{
    const auto& kind = itemKindOf(kindName);
    auto& database = project.database();
    const auto key = requireKey(database, kind, name, false);
    requireIdle(project, kind, name);
    withFeatureFile(project, kind, key, text::join(".trash-", key, ".safetensors"), [&] {
        setTrashed(database, kind, key, true);
        note(project, recipe);
    });
}

void restoreItem(Project& project, const std::string& kindName, const std::string& name, const RecipeArguments& recipe)
{
    const auto& kind = itemKindOf(kindName);
    auto& database = project.database();
    const auto key = requireKey(database, kind, name, true);
    requireFree(database, kind, name);
    withFeatureFile(project, kind, key, vectorFileName(name), [&] {
        setTrashed(database, kind, key, false);
        note(project, recipe);
    });
}

void renameItem(Project& project, const std::string& kind, const std::string& from, const std::string& to)
{
    renameItem(project, kind, from, to, {});
}

void trashItem(Project& project, const std::string& kind, const std::string& name)
{
    trashItem(project, kind, name, {});
}

void restoreItem(Project& project, const std::string& kind, const std::string& name)
{
    restoreItem(project, kind, name, {});
}

std::vector<TrashedItem> trashedItems(Project& project)
{
    auto& database = project.database();
    const auto needs = needsOfRuns(database);
    std::vector<TrashedItem> out;
    for (const auto& kind : kItemKinds) {
        auto rows = database.prepare(
            text::join("SELECT ", kind.key, ", name FROM ", kind.table, " WHERE trashed = 1 ORDER BY ", kind.key));
        while (rows.next()) {
            TrashedItem item{std::string(kind.name), rows.text(1), rows.integer(0), {}};
            if (const auto need = needs.find({item.kind, item.name}); need != needs.end())
                item.neededBy = need->second;
            out.push_back(std::move(item));
        }
    }
    return out;
}

std::int64_t purgeItems(
    Project& project, const std::string& kindName, const std::string& name, const RecipeArguments& recipe)
{
    const auto& kind = itemKindOf(kindName);
    auto& database = project.database();
    std::vector<std::int64_t> keys;
    std::vector<fs::path> files;
    Transaction transaction(database, Transaction::Kind::Durable);
    requireKey(database, kind, name, true);
    for (const auto& item : trashedItems(project)) {
        if (item.kind != kind.name || item.name != name)
            continue;
        require(item.neededBy.empty(), ErrorCode::Conflict,
            text::join("cannot purge the ", kind.name, " ", name, ": ", item.neededBy, "; remove the run first"));
        keys.push_back(item.key);
        if (auto file = fileOf(project, kind, item.key); !file.empty())
            files.push_back(std::move(file));
    }
    for (const auto key : keys)
        deleteRow(database, kind, key);
    note(project, recipe);
    transaction.commit();
    for (const auto& file : files) { // what cannot be deleted now is told of by verify
        std::error_code code;
        fs::remove_all(file, code);
    }
    return static_cast<std::int64_t>(keys.size());
}

} // namespace winnow::store
