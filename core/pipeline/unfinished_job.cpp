#include "core/pipeline/unfinished_job.h"

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/run_store.h"

#include <array>

namespace winnow::pipeline {

namespace {

    constexpr auto kWhat = "what an unfinished job was asked for";

    using Strings = std::vector<std::string>;
    using Fields = std::map<std::string, std::string>;

    template <class T> T field(const Json& wish, const char* name) { return json::field<T>(wish, name, kWhat); }

    Mode modeOf(const Json& wish)
    {
        return field<std::string>(wish, "mode") == toString(Mode::Published) ? Mode::Published : Mode::Corrected;
    }

    Json parseWish(const std::string& wish)
    {
        Json out = json::parse(wish, kWhat);
        require(out.is_object(), ErrorCode::BadFile, text::join(kWhat, " is not an object"));
        return out;
    }

    JobResult goOnImporting(Workspace& workspace, const Json& wish, RunContext& context)
    {
        ImportOptions options;
        options.source = field<std::string>(wish, "source");
        options.format = field<std::string>(wish, "format");
        options.imagesRoot = field<std::string>(wish, "images");
        options.fieldMap = field<Fields>(wish, "map");
        return runImport(workspace, options, context);
    }

    JobResult goOnScoring(Workspace& workspace, const Json& wish, RunContext& context)
    {
        ScoreOptions options;
        options.metrics = field<Strings>(wish, "metrics");
        options.mode = modeOf(wish);
        options.device = field<std::string>(wish, "device");
        for (const auto& [role, folder] : field<Fields>(wish, "models"))
            options.models[role] = folder;
        return runScore(workspace, options, context);
    }

    JobResult goOnClustering(Workspace& workspace, const Json& wish, RunContext& context)
    {
        ClusterOptions options;
        options.name = field<std::string>(wish, "name");
        options.method = field<std::string>(wish, "method");
        options.k = field<int>(wish, "k");
        options.space = field<std::string>(wish, "space");
        options.seed = field<std::uint64_t>(wish, "seed");
        options.device = field<std::string>(wish, "device");
        options.mode = modeOf(wish);
        options.neighbors = field<int>(wish, "neighbors");
        options.normalize = field<bool>(wish, "normalize");
        if (wish.contains("metric")) // since 0.2
            options.metric = field<std::string>(wish, "metric");
        if (wish.contains("landmarks"))
            options.landmarks = field<int>(wish, "landmarks");
        options.balanced = field<bool>(wish, "balanced");
        return runCluster(workspace, options, context);
    }

    /// The run keeps its recipe itself; only a run that was killed before it had one is begun from the wish.
    JobResult goOnTuning(Workspace& workspace, const Json& wish, RunContext& context)
    {
        FinetuneOptions options;
        options.run = field<std::string>(wish, "run");
        options.selection = field<std::string>(wish, "selection");
        options.device = field<std::string>(wish, "device");
        options.evaluateWhenDone = field<bool>(wish, "evaluate");
        auto project = workspace.open();
        if (const auto known = store::RunStore(project).find(options.run))
            return runFinetune(workspace, resumeOptions(*known, options), context);
        const auto number = [&wish](const char* name, auto& out) {
            if (wish.contains(name))
                out = field<std::decay_t<decltype(*out)>>(wish, name);
        };
        number("steps", options.steps);
        number("batch", options.batch);
        number("peak_rate", options.peakRate);
        number("warmup_steps", options.warmupSteps);
        options.seed = field<std::uint64_t>(wish, "seed");
        options.mode = modeOf(wish);
        options.vlm = field<std::string>(wish, "model");
        return runFinetune(workspace, options, context);
    }

    JobResult goOnEvaluating(Workspace& workspace, const Json& wish, RunContext& context)
    {
        EvaluateOptions options;
        options.run = field<std::string>(wish, "run");
        options.benchmarks = field<Strings>(wish, "benchmarks");
        options.device = field<std::string>(wish, "device");
        options.vlm = field<std::string>(wish, "model");
        return runEvaluate(workspace, options, context);
    }

    struct Kind {
        const char* name;
        std::string (*title)(const Json& wish);
        JobResult (*goOn)(Workspace& workspace, const Json& wish, RunContext& context);
    };

    const std::array<Kind, 5>& kinds()
    {
        static const std::array<Kind, 5> all{{
            {"import", [](const Json& w) { return "Import " + field<std::string>(w, "source"); }, goOnImporting},
            {"score", [](const Json& w) { return "Score " + text::joined(field<Strings>(w, "metrics"), ", "); },
                goOnScoring},
            {"cluster", [](const Json& w) { return "Cluster " + field<std::string>(w, "name"); }, goOnClustering},
            {"finetune", [](const Json& w) { return "Fine-tune " + field<std::string>(w, "run"); }, goOnTuning},
            {"evaluate", [](const Json& w) { return "Evaluate " + field<std::string>(w, "run"); }, goOnEvaluating},
        }};
        return all;
    }

    const Kind* kindOf(const Json& wish)
    {
        const auto name = field<std::string>(wish, "job");
        for (const auto& kind : kinds())
            if (name == kind.name)
                return &kind;
        return nullptr;
    }

} // namespace

std::vector<UnfinishedJob> unfinishedJobs(store::Project& project)
{
    std::vector<UnfinishedJob> out;
    for (const auto& lease : store::abandonedLeases(project)) {
        if (lease.wish.empty())
            continue;
        try {
            const auto wish = parseWish(lease.wish);
            if (const Kind* const kind = kindOf(wish))
                out.push_back({lease.name, lease.wish, kind->title(wish), lease.since});
        } catch (const Error&) { // of another version: it can be started by hand
        }
    }
    return out;
}

void forgetUnfinished(store::Project& project, const UnfinishedJob& job) { store::forgetLease(project, job.lease); }

JobResult continueJob(Workspace& workspace, const UnfinishedJob& job, RunContext& context)
{
    const auto wish = parseWish(job.wish);
    const Kind* const kind = kindOf(wish);
    require(kind != nullptr, ErrorCode::BadFile, text::join(kWhat, " is of another version: start it by hand"));
    return kind->goOn(workspace, wish, context);
}

std::string toWish(const ImportOptions& options)
{
    return json::dump(Json{{"job", "import"}, {"source", std::filesystem::absolute(options.source).string()},
        {"format", options.format},
        {"images", options.imagesRoot.empty() ? "" : std::filesystem::absolute(options.imagesRoot).string()},
        {"map", options.fieldMap}});
}

std::string toWish(const ScoreOptions& options)
{
    Fields models;
    for (const auto& [role, folder] : options.models)
        models[role] = folder.string();
    return json::dump(Json{{"job", "score"}, {"metrics", options.metrics}, {"mode", toString(options.mode)},
        {"device", options.device}, {"models", models}});
}

std::string toWish(const ClusterOptions& options)
{
    return json::dump(Json{{"job", "cluster"}, {"name", options.name}, {"method", options.method}, {"k", options.k},
        {"space", options.space}, {"seed", options.seed}, {"device", options.device}, {"mode", toString(options.mode)},
        {"neighbors", options.neighbors}, {"normalize", options.normalize}, {"balanced", options.balanced},
        {"metric", options.metric}, {"landmarks", options.landmarks}});
}

std::string toWish(const FinetuneOptions& options)
{
    Json out{{"job", "finetune"}, {"run", options.run}, {"selection", options.selection}, {"seed", options.seed},
        {"mode", toString(options.mode)}, {"device", options.device}, {"model", options.vlm.string()},
        {"evaluate", options.evaluateWhenDone}};
    const auto number = [&out](const char* name, const auto& value) {
        if (value)
            out[name] = *value;
    };
    number("steps", options.steps);
    number("batch", options.batch);
    number("peak_rate", options.peakRate);
    number("warmup_steps", options.warmupSteps);
    return json::dump(out);
}

std::string toWish(const EvaluateOptions& options)
{
    return json::dump(Json{{"job", "evaluate"}, {"run", options.run}, {"benchmarks", options.benchmarks},
        {"device", options.device}, {"model", options.vlm.string()}});
}

} // namespace winnow::pipeline
