// What was made from what: selections from metrics, clusterings and selectors, runs from selections.
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/database.h"
#include "core/store/item_kinds.h"

#include <deque>
#include <vector>

namespace winnow::store {

namespace {

    /// What cannot be read needs nothing: verify tells of it.
    Json readOrEmpty(std::string_view text)
    {
        try {
            auto json = json::parse(text, "provenance");
            return json.is_object() || json.is_array() ? json : Json::object();
        } catch (const Error&) {
            return Json::object();
        }
    }

    std::string textOf(const Json& object, const char* name)
    {
        const bool isText = object.is_object() && object.contains(name) && object.at(name).is_string();
        return isText ? object.at(name).get<std::string>() : std::string();
    }

    /// Follows the names from one item to what it was made from.
    class Follower {
    public:
        explicit Follower(Database& database)
            : m_database(database)
        {
        }
        Needs follow()
        {
            auto runs = m_database.prepare("SELECT selection, name FROM run WHERE trashed = 0 ORDER BY key");
            while (runs.next())
                if (const auto run = runs.text(1); runs.textView(0) != "all")
                    need({"selection", runs.text(0)}, text::join("run ", run, " was tuned on it"), run);
            while (!m_waiting.empty()) {
                const auto item = m_waiting.front();
                m_waiting.pop_front();
                enter(item);
            }
            return std::move(m_needs);
        }

    private:
        using Item = std::pair<std::string, std::string>; // kind, name

        void need(const Item& item, const std::string& why, const std::string& run)
        {
            if (item.second.empty() || !m_needs.emplace(item, why).second)
                return;
            m_runs[item] = run;
            m_waiting.push_back(item);
        }
        /// `item` was made from what has that name.
        void needFor(const Item& item, const char* how, const Item& source)
        {
            const auto run = m_runs.at(item);
            need(source, text::join(item.first, " ", item.second, " was ", how, " it, and run ", run, " needs that"),
                run);
        }
        std::vector<Json> rows(std::string_view sql, const std::string& name)
        {
            std::vector<Json> out;
            auto found = m_database.prepare(sql);
            found.with(name);
            while (found.next())
                out.push_back(readOrEmpty(found.textView(0)));
            return out;
        }
        std::vector<std::string> texts(std::string_view sql, const std::string& name)
        {
            std::vector<std::string> out;
            auto found = m_database.prepare(sql);
            found.with(name);
            while (found.next())
                out.push_back(found.text(0));
            return out;
        }
        void enter(const Item& item)
        {
            const auto& [kind, name] = item;
            if (kind == "selection")
                enterSelection(item);
            if (kind == "selector")
                enterSelector(item);
            if (kind == "label")
                for (const auto& clustering : texts("SELECT clustering FROM label_set WHERE name = ?", name))
                    needFor(item, "measured on", {"clustering", clustering});
            if (kind == "clustering")
                for (const auto& parameters : rows("SELECT parameters FROM clustering WHERE name = ?", name))
                    needFor(item, "made in", {"feature", textOf(parameters, "space")});
            if (kind == "feature")
                for (const auto& provenance : rows("SELECT provenance FROM feature WHERE name = ?", name))
                    needFor(item, "reduced from", {"feature", textOf(provenance, "pca_of")});
        }
        void enterSelection(const Item& item)
        {
            constexpr auto kHow = "chosen with";
            for (const auto& provenance : rows("SELECT provenance FROM selection WHERE name = ?", item.second)) {
                if (provenance.contains("weights") && provenance.at("weights").is_object())
                    for (const auto& [metric, weight] : provenance.at("weights").items())
                        needFor(item, kHow, {"metric", metric});
                needFor(item, kHow, {"clustering", textOf(provenance, "clustering")});
                if (provenance.contains("selector"))
                    needFor(item, kHow, {"selector", textOf(provenance.at("selector"), "name")});
            }
        }
        void enterSelector(const Item& item)
        {
            constexpr auto kHow = "learned from";
            for (const auto& inputs : rows("SELECT inputs FROM selector WHERE name = ?", item.second))
                for (const auto& [key, input] : inputs.items()) {
                    const auto source = inputs.is_array() ? textOf(input, "name") : key;
                    needFor(item, kHow, {"metric", source});
                    needFor(item, kHow, {"feature", source});
                }
            for (const auto& labels : texts("SELECT labels FROM selector WHERE name = ?", item.second))
                needFor(item, kHow, {"label", labels});
        }

        Database& m_database;
        Needs m_needs;
        std::map<Item, std::string> m_runs; ///< the first one that needs it
        std::deque<Item> m_waiting;
    };

    /// True where the field held the name.
    bool replaceText(Json& object, const char* field, const std::string& from, const std::string& to)
    {
        if (from.empty() || textOf(object, field) != from)
            return false;
        object[field] = to;
        return true;
    }

    bool renameInSelection(Json& provenance, std::string_view kind, const std::string& from, const std::string& to)
    {
        if (kind == "clustering")
            return replaceText(provenance, "clustering", from, to);
        if (kind == "selector")
            return provenance.contains("selector") && replaceText(provenance["selector"], "name", from, to);
        if (kind != "metric" || !provenance.contains("weights") || !provenance["weights"].is_object()
            || !provenance["weights"].contains(from))
            return false;
        const Json weight = provenance["weights"][from];
        provenance["weights"].erase(from);
        provenance["weights"][to] = weight;
        return true;
    }

    /// Rewrites a column of JSON objects where `change` says that it changed one.
    template <typename Change>
    void rewrite(Database& database, const char* table, const char* key, const char* column, const Change& change)
    {
        std::vector<std::pair<std::int64_t, std::string>> changed;
        auto rows = database.prepare(text::join("SELECT ", key, ", ", column, " FROM ", table));
        while (rows.next()) {
            auto object = readOrEmpty(rows.textView(1));
            if (object.is_object() && change(object))
                changed.emplace_back(rows.integer(0), json::dump(object));
        }
        for (const auto& [id, object] : changed)
            database.run(text::join("UPDATE ", table, " SET ", column, " = ? WHERE ", key, " = ?"), object, id);
    }

} // namespace

Needs needsOfRuns(Database& database) { return Follower(database).follow(); }

void renameInSources(Database& database, std::string_view kind, const std::string& from, const std::string& to)
{
    if (kind == "metric" || kind == "clustering" || kind == "selector")
        rewrite(database, "selection", "key", "provenance",
            [&](Json& provenance) { return renameInSelection(provenance, kind, from, to); });
    if (kind == "clustering")
        rewrite(database, "clustering", "id", "parameters",
            [&](Json& parameters) { return replaceText(parameters, "made_from", from, to); });
    if (kind != "feature")
        return;
    rewrite(database, "clustering", "id", "parameters",
        [&](Json& parameters) { return replaceText(parameters, "space", from, to); });
    rewrite(database, "feature", "id", "provenance",
        [&](Json& provenance) { return replaceText(provenance, "pca_of", from, to); });
    rewrite(database, "metric", "id", "provenance",
        [&](Json& provenance) { return replaceText(provenance, "space", from, to); });
}

} // namespace winnow::store
