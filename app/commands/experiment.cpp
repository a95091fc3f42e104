#include "app/commands/command.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/experiment_job.h"
#include "core/pipeline/selection_text.h"

namespace winnow::app {

namespace {

    struct ExperimentFlags {
        std::string folder;
        std::string budget = "200";
        std::string weights;
        std::string missing = "exclude";
        std::string ablation = "none";
        std::string vlm;
        std::string html;
        bool isForecastOnly = false;
        bool isShown = false;
        pipeline::ExperimentOptions experiment;
    };

    void readOptions(ExperimentFlags& given)
    {
        auto& options = given.experiment;
        options.budget = readFlag("--budget", [&] { return pipeline::parseBudget(given.budget); });
        options.weights = readFlag("--weights", [&] { return pipeline::parseWeights(given.weights); });
        options.missing = given.missing == "mean" ? pipeline::MissingRule::Mean : pipeline::MissingRule::Exclude;
        options.ablation = pipeline::ablationNamed(given.ablation);
        options.vlm = given.vlm;
        const bool needsWay = options.ablation != pipeline::Ablation::Selectors
            && options.ablation != pipeline::Ablation::Indicators && !given.isShown;
        if (needsWay && options.selector.empty() == options.weights.empty())
            throw UsageError(
                "say how the pairs are chosen by exactly one of --selector NAME and --weights clip=1,reward=0.5");
    }

    pipeline::JobResult show(const pipeline::ExperimentReport& report, const std::string& html)
    {
        pipeline::JobResult out;
        out.details = pipeline::toJson(report);
        out.sentence = pipeline::toText(report);
        if (!html.empty()) {
            file::writeAtomically(html, pipeline::toHtml(report));
            out.sentence += "written to " + html;
        }
        while (out.sentence.ends_with('\n'))
            out.sentence.pop_back();
        return out;
    }

    pipeline::JobResult experiment(const ExperimentFlags& given, RunContext& context)
    {
        pipeline::Workspace workspace(given.folder);
        if (given.isForecastOnly) {
            const auto forecast = pipeline::forecastExperiment(workspace, given.experiment, context);
            return {forecast.sentence, pipeline::toJson(forecast), false};
        }
        if (!given.isShown)
            pipeline::runExperiment(workspace, given.experiment, context);
        auto project = workspace.open();
        return show(pipeline::loadExperiment(project, given.experiment.name), given.html);
    }

    void addRecipe(CLI::App& command, pipeline::ExperimentOptions& options)
    {
        command.add_option("--steps", options.steps, "Optimiser steps of each fine-tune")->check(CLI::PositiveNumber);
        command.add_option("--batch", options.batch, "Pairs a step")->check(CLI::PositiveNumber);
        command.add_option("--lr", options.peakRate, "Highest learning rate")->check(CLI::PositiveNumber);
        command.add_option("--warmup", options.warmupSteps, "Steps until the highest rate")
            ->check(CLI::NonNegativeNumber);
    }

} // namespace

void addExperiment(CommandLine& line)
{
    const auto options = std::make_shared<ExperimentFlags>();
    auto& command = line.add("experiment",
        "Chosen pairs against random, all, single metrics and length alone, under several seeds; again goes on",
        [options](Session& session) {
            readOptions(*options);
            return session.run([&](RunContext& context) { return experiment(*options, context); });
        });
    auto& experiment = options->experiment;
    const CLI::Range counts(std::int64_t(1), std::int64_t(1000));
    addProject(command, options->folder);
    command.add_option("--name", experiment.name, "Its name; \"experiment\" unless told")->type_name("NAME");
    command.add_option("--selector", experiment.selector, "Chosen by a selector of the project")->type_name("NAME");
    command.add_option("--weights", options->weights, "Chosen by a weighted sum of z-scores: clip=1,reward=0.5")
        ->type_name("METRIC=WEIGHT,...");
    command.add_option("--clusters", experiment.clustering, "A clustering; every cluster gets its share")
        ->type_name("NAME");
    command.add_option("--budget", options->budget, "How many: 200 unless told, or 6% of all pairs")
        ->type_name("COUNT|PERCENT");
    command.add_option("--seeds", experiment.seeds, "Fine-tunes of every selection, 5 unless told")->check(counts);
    command.add_option("--random-draws", experiment.randomDraws, "Random selections, 5 unless told")->check(counts);
    command.add_option("--seed", experiment.seed, "The first seed, 42 unless told");
    command.add_option("--top", experiment.topMetrics, "Controls: the best by one metric each")
        ->delimiter(',')
        ->type_name("METRIC,METRIC");
    command.add_option("--benchmarks", experiment.benchmarks, "What is asked; every benchmark unless told")
        ->delimiter(',')
        ->type_name("B,B");
    command
        .add_option(
            "--ablation", options->ablation, "Instead: one table over indicators, selectors, clusterings or sizes")
        ->check(CLI::IsMember({"none", "indicators", "selectors", "clusterings", "sizes"}));
    command.add_option("--sizes", experiment.sizes, "Of the ablation of sizes; 50,100,200,400,800 unless told")
        ->delimiter(',');
    command.add_option("--missing", options->missing, "Pairs with a missing metric: exclude or mean")
        ->check(CLI::IsMember({"exclude", "mean"}));
    addRecipe(command, experiment);
    command.add_option("--vlm", options->vlm, "Folder of another base model")->type_name("FOLDER");
    command.add_option("--html", options->html, "Write the report as a page")->type_name("FILE");
    command.add_flag("--forecast", options->isForecastOnly, "Only say what it would cost");
    command.add_flag("--show", options->isShown, "Only show the finished experiment of this name");
    addMode(command, experiment.mode);
    addDevice(command, experiment.device);
}

} // namespace winnow::app
