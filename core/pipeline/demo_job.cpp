#include "core/base/text.h"
#include "core/demo/demo_project.h"
#include "core/demo/pretraining.h"
#include "core/demo/report.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/project_job.h"
#include "core/pipeline/run_job.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kBatchPairs = 256;

    /// The options a demo project was begun with are kept, so that an interrupted one continues and another is noticed.
    void checkSameOptions(store::Project& project, const DemoOptions& options)
    {
        Json wanted{{"pairs", options.pairs}, {"seed", options.seed}};
        if (options.questions > 0)
            wanted["questions"] = options.questions;
        const Json known = project.setting("demo");
        require(known.is_null() || known == wanted, ErrorCode::Conflict,
            text::join(options.folder.string(), " is a demo project with other options (", json::dump(known),
                "): choose another folder"));
        const bool isForeign = known.is_null() && store::PairStore(project).count() > 0;
        require(!isForeign, ErrorCode::Conflict,
            text::join(options.folder.string(), " is a project of its own: choose another folder for the demo"));
        project.setSetting("demo", wanted);
    }

    void addPairs(store::Project& project, const demo::DemoData& data, RunContext& context)
    {
        store::PairStore pairs(project);
        const auto root = pairs.addImageRoot(data.imageRoot);
        const auto total = static_cast<std::int64_t>(data.pairs.size());
        auto done = pairs.count();
        while (done < total) {
            const auto count = std::min<std::int64_t>(kBatchPairs, total - done);
            const auto batch =
                std::span(data.pairs).subspan(static_cast<std::size_t>(done), static_cast<std::size_t>(count));
            const std::vector<std::uint8_t> missing(batch.size(), 0);
            pairs.addPairs(batch, root, missing);
            done += count;
            context.progress("Store pairs", done, total);
            context.checkpoint();
        }
    }

} // namespace

JobResult makeDemo(const DemoOptions& options, RunContext& context)
{
    demo::DemoDataOptions given;
    given.pairs = options.pairs;
    given.seed = options.seed;
    constexpr std::int64_t kRound = 2 * demo::kTopicCount; // two a picture, as many pictures for every topic
    if (options.questions > 0)
        given.imagesPerTopic = (options.questions + kRound - 1) / kRound;
    given.validate();
    if (!store::Project::isProject(options.folder))
        store::Project::create(options.folder);
    Workspace workspace(options.folder);
    auto project = workspace.open();
    checkSameOptions(project, options);
    JobResult result;
    result.details = {{"pairs", options.pairs}, {"seed", options.seed}, {"folder", options.folder.string()}};
    const bool hasBenchmark = !store::RunStore(project).benchmarks().empty();
    if (hasBenchmark && store::PairStore(project).count() == options.pairs) {
        result.sentence =
            text::join("the demo project in ", options.folder.string(), " is there already: ", options.pairs, " pairs");
        return result;
    }
    const store::Lease lease(project, "demo");
    const auto data = demo::makeDemoData(options.folder, given, context);
    addPairs(project, data, context);
    const auto benchmark = addBenchmark(workspace, data.benchmarkName, data.benchmarkFolder, "mme");
    result.details["questions"] = benchmark.details.at("questions");
    result.sentence = text::join("made the demo project in ", options.folder.string(), ": ", options.pairs, " pairs, ",
        benchmark.details.at("questions").get<std::int64_t>(), " questions");
    return result;
}

JobResult trainDemo(const DemoTrainOptions& options, RunContext& context)
{
    demo::TrainDemoOptions given;
    given.outDir = options.out;
    given.seed = options.seed;
    given.stages = options.stages;
    const auto report = demo::trainDemo(given, context);
    JobResult out;
    out.sentence = text::joined(report.lines, "\n");
    out.details["lines"] = report.lines;
    for (const auto& path : report.written)
        out.details["written"].push_back(path.string());
    return out;
}

JobResult reportDemo(RunContext& context)
{
    demo::ReportDemoOptions given;
    given.models = findResources() / "demo";
    const auto report = demo::reportDemo(given, context);
    JobResult out;
    out.sentence = text::joined(report.lines, "\n");
    out.hasProblems = !report.isEveryBarMet;
    out.details["figures"] = Json::array();
    for (const auto& figure : report.figures)
        out.details["figures"].push_back(
            {{"name", figure.name}, {"value", figure.value}, {"ci_low", figure.ciLow}, {"ci_high", figure.ciHigh},
                {"count", figure.count}, {"bar", figure.bar ? Json(*figure.bar) : Json()}, {"met", figure.isMet()}});
    out.details["every_bar_met"] = report.isEveryBarMet;
    return out;
}

} // namespace winnow::pipeline
