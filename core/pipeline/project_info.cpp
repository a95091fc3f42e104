// What a project holds, for scripts and for people.
#include "core/base/text.h"
#include "core/pipeline/experiment_job.h"
#include "core/pipeline/label_job.h"
#include "core/pipeline/project_job.h"
#include "core/pipeline/selector_job.h"
#include "core/pipeline/unfinished_job.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/feature_store.h"
#include "core/store/item_store.h"
#include "core/store/judge_store.h"
#include "core/store/ledger.h"
#include "core/store/relink.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"

#include <algorithm>
#include <iomanip>
#include <system_error>

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
        store::MetricStore metrics(project);
        const auto failures = metrics.failureCounts();
        for (const auto& metric : metrics.list()) {
            const auto failed = failures.find(metric.name);
            out.push_back({{"name", metric.name}, {"values", metric.valueCount},
                {"failed", failed == failures.end() ? 0 : failed->second},
                {"provenance", parsedOrText(metric.provenance)}});
        }
        return out;
    }

    Json featuresJson(store::Project& project)
    {
        Json out = Json::array();
        for (const auto& feature : store::FeatureStore(project).list())
            out.push_back({{"name", feature.name}, {"dimension", feature.dimension}, {"pairs", feature.pairCount},
                {"provenance", parsedOrText(feature.provenance)}});
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
            out.push_back({{"name", selection.name}, {"pairs", selection.pairCount}, {"hash", selection.hash},
                {"created_at", selection.createdAt}});
        return out;
    }

    Json runsJson(store::Project& project)
    {
        store::RunStore store(project);
        Json out = Json::array();
        for (const auto& run : store.list())
            out.push_back({{"name", run.name}, {"selection", run.selection}, {"state", toString(run.state)},
                {"steps", run.steps}, {"total_steps", run.totalSteps}, {"weights_sha256", run.weightsSha256},
                {"message", run.message}, {"created_at", run.createdAt}, {"finished_at", run.finishedAt},
                {"folder", run.folder}, {"evaluations", Json::array()}});
        for (const auto& evaluation : store.evaluations())
            for (auto& run : out)
                if (run["name"] == evaluation.run)
                    run["evaluations"].push_back({{"benchmark", evaluation.benchmark}, {"value", evaluation.value},
                        {"ci_low", evaluation.ciLow}, {"ci_high", evaluation.ciHigh}, {"answered", evaluation.answered},
                        {"total", evaluation.total}});
        return out;
    }

    std::int64_t bytesBelow(const std::filesystem::path& path)
    {
        namespace fs = std::filesystem;
        std::error_code code;
        if (fs::is_regular_file(path, code))
            return static_cast<std::int64_t>(fs::file_size(path, code));
        std::int64_t sum = 0;
        for (auto at = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied, code);
             !code && at != fs::recursive_directory_iterator(); at.increment(code))
            if (std::error_code ignored; at->is_regular_file(ignored))
                sum += static_cast<std::int64_t>(at->file_size(ignored));
        return sum;
    }

    Json bytesJson(const std::filesystem::path& folder)
    {
        return {{"project", bytesBelow(folder / "project.winnow") + bytesBelow(folder / "project.winnow-wal")},
            {"vectors", bytesBelow(folder / "vectors")}, {"runs", bytesBelow(folder / "runs")},
            {"caches", bytesBelow(folder / "cache") + bytesBelow(folder / "thumbs.sqlite")}};
    }

    Json rootsJson(store::Project& project)
    {
        Json out = Json::array();
        for (const auto& root : store::imageRootReports(project))
            out.push_back({{"path", root.path.string()}, {"pairs", root.pairs}, {"missing", root.missing}});
        return out;
    }

    Json judgeJson(store::Project& project)
    {
        const auto spent = store::JudgeStore(project).total();
        return {{"requests", spent.requestCount}, {"answers", spent.answerCount}, {"prompt_tokens", spent.promptTokens},
            {"answer_tokens", spent.answerTokens}, {"cost", spent.cost}};
    }

    std::string bytesText(std::int64_t bytes)
    {
        if (bytes < 1000)
            return text::join(bytes, " bytes");
        const char* const units[] = {"kB", "MB", "GB", "TB"};
        double value = static_cast<double>(bytes) / 1000;
        std::size_t unit = 0;
        for (; value >= 1000 && unit + 1 < std::size(units); value /= 1000)
            ++unit;
        return text::join(std::setprecision(3), value, " ", units[unit]);
    }

    std::string plural(const Json& count, const char* one, const char* many)
    {
        return text::join(count, " ", count == 1 ? one : many);
    }

    std::int64_t countOf(const std::shared_ptr<const std::vector<std::uint8_t>>& values, Override wanted)
    {
        return values ? std::count(values->begin(), values->end(), static_cast<std::uint8_t>(wanted)) : 0;
    }

} // namespace

Json projectInfo(store::Project& project)
{
    const auto columns = project.loadColumns();
    auto& database = project.database();
    Json out;
    out["folder"] = project.folder().string();
    out["format"] = database.number("PRAGMA user_version").value_or(0);
    out["read_only"] = database.isReadOnly();
    out["bytes"] = bytesJson(project.folder());
    out["pairs"] = columns->pairCount;
    out["missing_images"] = columns->imageMissing
        ? std::count(columns->imageMissing->begin(), columns->imageMissing->end(), std::uint8_t(1))
        : 0;
    out["image_roots"] = rootsJson(project);
    out["indexed_pairs"] = database.number("SELECT next_row FROM pair_index_state").value_or(0);
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
    out["stars"] = columns->stars
        ? std::count_if(columns->stars->begin(), columns->stars->end(), [](std::uint8_t stars) { return stars != 0; })
        : 0;
    out["decisions"] = database.number("SELECT count(*) FROM ledger").value_or(0);
    out["recipe_lines"] = database.number("SELECT count(*) FROM recipe").value_or(0);
    out["trash"] = store::trashedItems(project).size();
    out["judge"] = judgeJson(project);
    out["unfinished"] = Json::array();
    for (const auto& job : unfinishedJobs(project))
        out["unfinished"].push_back({{"job", job.title}, {"since", job.since}});
    return out;
}

std::string infoText(const Json& info)
{
    const auto& bytes = info.at("bytes");
    std::string out = text::join("project      ", info.at("folder").get<std::string>(),
        info.at("read_only").get<bool>() ? ", may only be read" : "", "\n", "size         ",
        bytesText(bytes.at("project")), ", vectors ", bytesText(bytes.at("vectors")), ", runs ",
        bytesText(bytes.at("runs")), ", caches ", bytesText(bytes.at("caches")), "\n", "pairs        ",
        info.at("pairs"), "\n", "no picture   ", info.at("missing_images"),
        info.at("missing_images") == 0 ? "" : ": winnow relink finds out where they are", "\n");
    const auto section = [&](const char* title, const char* key, const auto& describe) {
        std::string label(title);
        label.resize(13, ' ');
        for (const auto& item : info.at(key)) {
            out += label + item.at("name").template get<std::string>() + "  " + describe(item) + "\n";
            label.assign(13, ' ');
        }
    };
    section("metrics", "metrics", [](const Json& m) {
        return plural(m.at("values"), "value", "values")
            + (m.at("failed") == 0 ? "" : ", " + plural(m.at("failed"), "pair", "pairs") + " could not be scored");
    });
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
        auto line = text::join(r.at("steps"), "/", r.at("total_steps"), " steps on ",
            r.at("selection").get<std::string>(), ", ", r.at("state").get<std::string>());
        for (const auto& e : r.at("evaluations"))
            line += text::join(", ", e.at("benchmark").get<std::string>(), " ", std::fixed, std::setprecision(1),
                e.at("value").get<double>());
        return line;
    });
    const auto& overrides = info.at("overrides");
    out += text::join("overrides    ", overrides.at("pinned"), " pinned, ", overrides.at("banned"), " banned, ",
        overrides.at("locked_in"), " locked in, ", overrides.at("locked_out"), " locked out\n");
    out += text::join("history      ", plural(info.at("decisions"), "decision", "decisions"), ", ",
        plural(info.at("stars"), "pair", "pairs"), " with stars, ", plural(info.at("recipe_lines"), "line", "lines"),
        " of recipe\n");
    if (info.at("trash") != 0)
        out += text::join("trash        ", plural(info.at("trash"), "item", "items"), ": winnow trash lists them\n");
    if (info.at("judge").at("requests") != 0)
        out += text::join("judge        ", plural(info.at("judge").at("requests"), "request", "requests"), ", cost ",
            info.at("judge").at("cost"), "\n");
    for (const auto& job : info.at("unfinished"))
        out += text::join("unfinished   ", job.at("job").get<std::string>(), ", begun ",
            job.at("since").get<std::string>(), ": start it again and it goes on\n");
    return out;
}

} // namespace winnow::pipeline
