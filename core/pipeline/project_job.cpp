#include "core/pipeline/project_job.h"

#include "core/base/text.h"
#include "core/pipeline/experiment_job.h"
#include "core/pipeline/label_job.h"
#include "core/pipeline/selector_job.h"
#include "core/pipeline/unfinished_job.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    Json parsedOrText(const std::string& text)
    {
        try {
            return text.empty() ? Json() : json::parse(text, "stored provenance");
        } catch (const Error&) {
            return text;
        }
    }

    Json metricsJson(store::Project& project)
    {
        Json out = Json::array();
        for (const auto& metric : store::MetricStore(project).list())
            out.push_back({{"name", metric.name}, {"values", metric.valueCount},
                {"provenance", parsedOrText(metric.provenance)}});
        return out;
    }

    Json featuresJson(store::Project& project)
    {
        Json out = Json::array();
        for (const auto& feature : store::FeatureStore(project).list())
            out.push_back({{"name", feature.name}, {"dimension", feature.dimension}, {"pairs", feature.pairCount}});
        return out;
    }

    Json clusteringsJson(store::Project& project)
    {
        Json out = Json::array();
        for (const auto& clustering : store::ClusterStore(project).list())
            out.push_back({{"name", clustering.name}, {"algorithm", clustering.algorithm},
                {"clusters", clustering.sizes.size()}, {"sizes", clustering.sizes}, {"names", clustering.clusterNames},
                {"parameters", parsedOrText(clustering.parameters)}});
        return out;
    }

    Json selectionsJson(store::Project& project)
    {
        Json out = Json::array();
        for (const auto& selection : store::SelectionStore(project).list())
            out.push_back({{"name", selection.name}, {"pairs", selection.pairCount}, {"hash", selection.hash}});
        return out;
    }

    Json runsJson(store::Project& project)
    {
        store::RunStore store(project);
        Json out = Json::array();
        for (const auto& run : store.list())
            out.push_back({{"name", run.name}, {"selection", run.selection}, {"state", toString(run.state)},
                {"steps", run.steps}, {"total_steps", run.totalSteps}, {"weights_sha256", run.weightsSha256},
                {"evaluations", Json::array()}});
        for (const auto& evaluation : store.evaluations())
            for (auto& run : out)
                if (run["name"] == evaluation.run)
                    run["evaluations"].push_back({{"benchmark", evaluation.benchmark}, {"value", evaluation.value},
                        {"ci_low", evaluation.ciLow}, {"ci_high", evaluation.ciHigh}, {"answered", evaluation.answered},
                        {"total", evaluation.total}});
        return out;
    }

    std::int64_t countOf(const std::shared_ptr<const std::vector<std::uint8_t>>& values, Override wanted)
    {
        return values ? std::count(values->begin(), values->end(), static_cast<std::uint8_t>(wanted)) : 0;
    }

} // namespace

void createProject(const std::filesystem::path& folder) { store::Project::create(folder); }

Json projectInfo(store::Project& project)
{
    const auto columns = project.loadColumns();
    Json out;
    out["pairs"] = columns->pairCount;
    out["missing_images"] = columns->imageMissing
        ? std::count(columns->imageMissing->begin(), columns->imageMissing->end(), std::uint8_t(1))
        : 0;
    out["metrics"] = metricsJson(project);
    out["features"] = featuresJson(project);
    out["clusterings"] = clusteringsJson(project);
    out["selections"] = selectionsJson(project);
    out["runs"] = runsJson(project);
    out["benchmarks"] = Json::array();
    for (const auto& benchmark : store::RunStore(project).benchmarks())
        out["benchmarks"].push_back(
            {{"name", benchmark.name}, {"format", benchmark.format}, {"questions", benchmark.questionCount}});
    out["labels"] = labelsJson(project);
    out["experiments"] = experimentsJson(project);
    out["selectors"] = Json::array();
    for (const auto& selector : listSelectors(project))
        out["selectors"].push_back(selectorJson(selector));
    out["overrides"] = {{"pinned", countOf(columns->overrides, Override::Pinned)},
        {"banned", countOf(columns->overrides, Override::Banned)},
        {"locked_in", countOf(columns->overrides, Override::LockedIn)},
        {"locked_out", countOf(columns->overrides, Override::LockedOut)}};
    out["unfinished"] = Json::array();
    for (const auto& job : unfinishedJobs(project))
        out["unfinished"].push_back({{"job", job.title}, {"since", job.since}});
    return out;
}

std::string infoText(const Json& info)
{
    std::string out =
        text::join("pairs        ", info.at("pairs"), "\n", "no picture   ", info.at("missing_images"), "\n");
    const auto section = [&](const char* title, const char* key, const auto& describe) {
        std::string label(title);
        label.resize(13, ' ');
        for (const auto& item : info.at(key)) {
            out += label + item.at("name").template get<std::string>() + "  " + describe(item) + "\n";
            label.assign(13, ' ');
        }
    };
    section("metrics", "metrics", [](const Json& m) { return text::join(m.at("values"), " values"); });
    section("features", "features", [](const Json& f) { return text::join(f.at("pairs"), " x ", f.at("dimension")); });
    section("clusterings", "clusterings", [](const Json& c) { return text::join(c.at("clusters"), " clusters"); });
    section("selectors", "selectors", [](const Json& s) { return s.at("kind").get<std::string>(); });
    section("selections", "selections", [](const Json& s) { return text::join(s.at("pairs"), " pairs"); });
    section("benchmarks", "benchmarks", [](const Json& b) { return text::join(b.at("questions"), " questions"); });
    section("labels", "labels", [](const Json& l) {
        return text::join(l.at("labels").size(), " subsets of ", l.at("clustering").get<std::string>());
    });
    section("experiments", "experiments",
        [](const Json& e) { return e.at("finished").get<bool>() ? "finished" : "not finished"; });
    section("runs", "runs", [](const Json& r) {
        return text::join(r.at("steps"), "/", r.at("total_steps"), " steps on ", r.at("selection").get<std::string>(),
            ", ", r.at("state").get<std::string>());
    });
    const auto& overrides = info.at("overrides");
    out += text::join("overrides    ", overrides.at("pinned"), " pinned, ", overrides.at("banned"), " banned, ",
        overrides.at("locked_in"), " locked in, ", overrides.at("locked_out"), " locked out\n");
    for (const auto& job : info.at("unfinished"))
        out += text::join("unfinished   ", job.at("job").get<std::string>(), ", begun ",
            job.at("since").get<std::string>(), ": start it again and it goes on\n");
    return out;
}

Json pairAsJson(store::Project& project, PairRow row, const std::shared_ptr<const Columns>& columns)
{
    const auto stored = store::PairStore(project).load(row);
    Json out{{"id", stored.pair.id.value}, {"image", stored.image.string()}, {"image_missing", stored.imageMissing},
        {"instruction", stored.pair.instruction}, {"response", stored.pair.response}};
    if (!stored.pair.turns.empty()) {
        out["conversations"] = Json::array();
        for (const auto& turn : stored.pair.turns)
            out["conversations"].push_back({{"from", turn.role == Role::User ? "human" : "gpt"}, {"value", turn.text}});
    }
    out["metrics"] = Json::object();
    for (const auto& column : columns->metrics) {
        const double value = column.values->at(row);
        out["metrics"][column.info.name] = std::isnan(value) ? Json() : Json(value);
    }
    out["clusters"] = Json::object();
    out["cluster_names"] = Json::object();
    for (const auto& column : columns->clusterings) {
        const auto cluster = column.assignment->at(row);
        out["clusters"][column.info.name] = cluster == kNoCluster ? Json() : Json(cluster);
        if (cluster != kNoCluster)
            out["cluster_names"][column.info.name] = column.info.clusterNames.at(static_cast<std::size_t>(cluster));
    }
    const auto verdict = columns->overrides ? static_cast<Override>(columns->overrides->at(row)) : Override::None;
    out["verdict"] = toString(verdict);
    if (columns->stars)
        out["stars"] = columns->stars->at(row);
    return out;
}

Json recipeJson(store::Project& project)
{
    Json out = Json::array();
    for (const auto& line : store::Recipe(project).list())
        out.push_back({{"number", line.number}, {"at", line.at}, {"command", line.arguments}});
    return out;
}

} // namespace winnow::pipeline
