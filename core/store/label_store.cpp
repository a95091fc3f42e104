#include "core/store/label_store.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"

#include <set>

namespace winnow::store {

namespace {

    constexpr auto kSelectLabels =
        "SELECT key, name, clustering, benchmarks, labels, provenance, created_at FROM label_set WHERE trashed = 0 ";
    constexpr auto kSelectExperiments =
        "SELECT key, name, options, result, created_at, finished_at FROM experiment WHERE trashed = 0 ";

    Json numberOrNull(double value) { return std::isfinite(value) ? Json(value) : Json(); }

    Json toJson(const ClusterLabel& label)
    {
        Json out{{"cluster", label.cluster}, {"pairs", label.pairCount}, {"value", numberOrNull(label.value)},
            {"standard_error", numberOrNull(label.standardError)},
            {"question_error", numberOrNull(label.questionError)}, {"repeats", label.repeats}};
        if (!label.note.empty())
            out["note"] = label.note;
        return out;
    }

    ClusterLabel labelOf(const Json& row, const std::string& what)
    {
        ClusterLabel out;
        out.cluster = json::field<std::int32_t>(row, "cluster", what);
        out.pairCount = json::field<std::int64_t>(row, "pairs", what);
        out.value = json::fieldOr(row, "value", kMissing, what);
        out.standardError = json::fieldOr(row, "standard_error", kMissing, what);
        out.questionError = json::fieldOr(row, "question_error", kMissing, what);
        out.repeats = json::fieldOr(row, "repeats", std::vector<double>(), what);
        out.note = json::fieldOr(row, "note", std::string(), what);
        return out;
    }

    LabelSet labelsOf(const Statement& row)
    {
        LabelSet out;
        out.key = row.integer(0);
        out.name = row.text(1);
        const auto what = text::join("label set \"", text::shortened(out.name, 60), "\"");
        out.clustering = row.text(2);
        const Json lists{
            {"benchmarks", json::parse(row.textView(3), what)}, {"labels", json::parse(row.textView(4), what)}};
        out.benchmarks = json::field<std::vector<std::string>>(lists, "benchmarks", what);
        for (const auto& label : lists.at("labels"))
            out.labels.push_back(labelOf(label, what));
        out.provenance = row.text(5);
        out.createdAt = row.text(6);
        return out;
    }

    ExperimentInfo experimentOf(const Statement& row)
    {
        return {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)};
    }

} // namespace

LabelStore::LabelStore(Project& project)
    : m_project(project)
{
}

std::vector<LabelSet> LabelStore::list()
{
    std::vector<LabelSet> out;
    auto rows = m_project.database().prepare(text::join(kSelectLabels, "ORDER BY key"));
    while (rows.next())
        out.push_back(labelsOf(rows));
    return out;
}

std::optional<LabelSet> LabelStore::find(std::string_view name)
{
    auto row = m_project.database().prepare(text::join(kSelectLabels, "AND name = ?"));
    row.with(name);
    return row.next() ? std::optional(labelsOf(row)) : std::nullopt;
}

LabelSet LabelStore::load(std::string_view name)
{
    if (auto found = find(name))
        return *std::move(found);
    std::vector<std::string> names;
    for (const auto& known : list())
        names.push_back(known.name);
    throw Error(ErrorCode::NotFound,
        text::join("the project has no labels \"", text::shortened(name, 60), "\"; there ",
            names.empty() ? "are none: measure them with label" : "are " + text::joined(names, ", ")));
}

LabelSet LabelStore::save(LabelSet labels)
{
    checkName("label set", labels.name);
    std::set<std::int32_t> clusters;
    Json rows = Json::array();
    for (const auto& label : labels.labels) {
        require(label.cluster >= 0 && clusters.insert(label.cluster).second, ErrorCode::InvalidInput,
            text::join("label set \"", labels.name, "\" names cluster ", label.cluster,
                label.cluster < 0 ? ", which cannot be" : " twice"));
        rows.push_back(toJson(label));
    }
    auto& database = m_project.database();
    Transaction transaction(database);
    const auto old = find(labels.name);
    require(!old || old->clustering == labels.clustering, ErrorCode::Conflict,
        text::join("there are labels \"", labels.name, "\" of clustering ", old ? old->clustering : "",
            " already: choose another name"));
    labels.createdAt = old ? old->createdAt : utcNow();
    const auto benchmarks = json::dump(Json(labels.benchmarks)), text = json::dump(rows);
    if (old) {
        labels.key = old->key;
        database.run("UPDATE label_set SET benchmarks = ?, labels = ?, provenance = ? WHERE key = ?", benchmarks, text,
            labels.provenance, labels.key);
    } else {
        database.run("INSERT INTO label_set (name, clustering, benchmarks, labels, provenance, created_at) "
                     "VALUES (?, ?, ?, ?, ?, ?)",
            labels.name, labels.clustering, benchmarks, text, labels.provenance, labels.createdAt);
        labels.key = database.lastRowId();
    }
    transaction.commit();
    return labels;
}

ExperimentStore::ExperimentStore(Project& project)
    : m_project(project)
{
}

std::vector<ExperimentInfo> ExperimentStore::list()
{
    std::vector<ExperimentInfo> out;
    auto rows = m_project.database().prepare(text::join(kSelectExperiments, "ORDER BY key"));
    while (rows.next())
        out.push_back(experimentOf(rows));
    return out;
}

std::optional<ExperimentInfo> ExperimentStore::find(std::string_view name)
{
    auto row = m_project.database().prepare(text::join(kSelectExperiments, "AND name = ?"));
    row.with(name);
    return row.next() ? std::optional(experimentOf(row)) : std::nullopt;
}

ExperimentInfo ExperimentStore::begin(std::string_view name, std::string_view options)
{
    checkName("experiment", name);
    auto& database = m_project.database();
    Transaction transaction(database);
    if (auto old = find(name)) {
        require(old->options == options, ErrorCode::Conflict,
            text::join("there is an experiment \"", name, "\" with other settings already: choose another name"));
        transaction.commit();
        return *std::move(old);
    }
    ExperimentInfo info{0, std::string(name), std::string(options), {}, utcNow(), {}};
    database.run("INSERT INTO experiment (name, options, result, created_at, finished_at) VALUES (?, ?, '', ?, '')",
        name, options, info.createdAt);
    info.key = database.lastRowId();
    transaction.commit();
    return info;
}

void ExperimentStore::finish(std::string_view name, std::string_view result)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run(
        "UPDATE experiment SET result = ?, finished_at = ? WHERE trashed = 0 AND name = ?", result, utcNow(), name);
    require(database.changedRows() == 1, ErrorCode::NotFound,
        text::join("the project has no experiment \"", text::shortened(name, 60), "\""));
    transaction.commit();
}

} // namespace winnow::store
