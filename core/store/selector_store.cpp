#include "core/store/selector_store.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/selector_json.h"

#include <array>
#include <cmath>
#include <system_error>

namespace winnow::store {

namespace {

    constexpr auto kSelect = "SELECT key, name, kind, mode, inputs, settings, labels, parameter_count, weights_sha256, "
                             "validity, provenance, created_at FROM selector WHERE trashed = 0 ";

    SelectorKind kindNamed(const std::string& name, const std::string& selector)
    {
        for (const auto kind :
            {SelectorKind::Weights, SelectorKind::Linear, SelectorKind::Mlp, SelectorKind::Attention})
            if (name == toString(kind))
                return kind;
        throw Error(ErrorCode::BadFile,
            text::join(
                "selector \"", text::shortened(selector, 60), "\" is of the unknown kind ", text::shortened(name, 40)));
    }

    SelectorInfo selectorOf(const Statement& row)
    {
        SelectorInfo info;
        info.key = row.integer(0);
        info.name = row.text(1);
        info.kind = kindNamed(row.text(2), info.name);
        info.mode = row.text(3) == toString(Mode::Published) ? Mode::Published : Mode::Corrected;
        const auto what = text::join("selector \"", text::shortened(info.name, 60), "\"");
        const auto inputs = json::parse(row.textView(4), what);
        if (info.kind == SelectorKind::Weights)
            info.weights = weightsFromJson(inputs, what);
        else
            info.inputs = inputsFromJson(inputs, what);
        info.settings = row.text(5);
        info.labels = row.text(6);
        info.parameterCount = row.integer(7);
        info.weightsSha256 = row.text(8);
        info.validity = validityFromJson(json::parse(row.textView(9), what), what);
        info.provenance = row.text(10);
        info.createdAt = row.text(11);
        return info;
    }

    std::filesystem::path pathOf(const Project& project, std::int64_t key)
    {
        return project.folder() / "selectors" / text::join(key, ".safetensors");
    }

    void makeFolder(const std::filesystem::path& folder)
    {
        std::error_code code;
        std::filesystem::create_directories(folder, code);
        require(!code, code == std::errc::no_space_on_device ? ErrorCode::DiskFull : ErrorCode::Io,
            text::join("cannot make folder ", folder.string(), ": ", code.message()));
    }

} // namespace

SelectorStore::SelectorStore(Project& project)
    : m_project(project)
{
}

std::vector<SelectorInfo> SelectorStore::list()
{
    std::vector<SelectorInfo> out;
    auto rows = m_project.database().prepare(text::join(kSelect, "ORDER BY key"));
    while (rows.next())
        out.push_back(selectorOf(rows));
    return out;
}

std::optional<SelectorInfo> SelectorStore::find(std::string_view name)
{
    auto row = m_project.database().prepare(text::join(kSelect, "AND name = ?"));
    row.with(name);
    return row.next() ? std::optional(selectorOf(row)) : std::nullopt;
}

SelectorInfo SelectorStore::load(std::string_view name)
{
    if (auto info = find(name))
        return *info;
    std::vector<std::string> names;
    for (const auto& info : list())
        names.push_back(info.name);
    throw Error(ErrorCode::NotFound,
        text::join("the project has no selector \"", text::shortened(name, 60), "\"",
            names.empty() ? ": make one with selector train, or import one"
                          : "; there are " + text::joined(names, ", ")));
}

SelectorInfo SelectorStore::save(SelectorInfo info, const std::vector<safetensors::Part>& weights)
{
    checkName("selector", info.name);
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run("UPDATE selector SET trashed = 1 WHERE name = ? AND trashed = 0", info.name);
    info.createdAt = utcNow();
    const auto inputs = info.kind == SelectorKind::Weights ? weightsToJson(info.weights) : inputsToJson(info.inputs);
    database.run("INSERT INTO selector (name, kind, mode, inputs, settings, labels, parameter_count, weights_sha256, "
                 "validity, provenance, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?)",
        info.name, toString(info.kind), toString(info.mode), json::dump(inputs), info.settings, info.labels,
        info.parameterCount, json::dump(validityToJson(info.validity)), info.provenance, info.createdAt);
    info.key = database.lastRowId();
    info.weightsSha256.clear();
    if (!weights.empty()) {
        const auto path = pathOf(m_project, info.key);
        makeFolder(path.parent_path());
        safetensors::write(path, weights);
        info.weightsSha256 = file::sha256OfFile(path);
        database.run("UPDATE selector SET weights_sha256 = ? WHERE key = ?", info.weightsSha256, info.key);
    }
    transaction.commit();
    return info;
}

void SelectorStore::renameInput(std::string_view from, std::string_view to)
{
    auto& database = m_project.database();
    std::vector<std::pair<std::int64_t, std::string>> changed;
    auto rows = database.prepare("SELECT key, kind, inputs FROM selector");
    while (rows.next()) {
        const auto what = text::join("selector ", rows.integer(0));
        const auto stored = json::parse(rows.textView(2), what);
        Json renamed;
        if (rows.text(1) == toString(SelectorKind::Weights)) {
            std::map<std::string, double> weights;
            for (const auto& [name, weight] : weightsFromJson(stored, what))
                weights[name == from ? std::string(to) : name] = weight;
            renamed = weightsToJson(weights);
        } else {
            auto inputs = inputsFromJson(stored, what);
            for (auto& input : inputs)
                if (input.name == from)
                    input.name = to;
            renamed = inputsToJson(inputs);
        }
        if (renamed != stored)
            changed.emplace_back(rows.integer(0), json::dump(renamed));
    }
    for (const auto& [key, inputs] : changed)
        database.run("UPDATE selector SET inputs = ? WHERE key = ?", inputs, key);
}

std::filesystem::path SelectorStore::weightFile(const SelectorInfo& info) const
{
    require(info.kind != SelectorKind::Weights, ErrorCode::NotFound,
        text::join("selector \"", info.name, "\" is a set of weights and has no weight file"));
    const auto path = pathOf(m_project, info.key);
    file::refuseLink(path);
    require(file::sha256OfFile(path) == info.weightsSha256, ErrorCode::BadFile,
        text::join(path.string(), " is not the weight file that selector \"", info.name, "\" was saved with"));
    return path;
}

} // namespace winnow::store
