#include "app/commands/command.h"

#include "core/pipeline/label_job.h"

namespace winnow::app {

namespace {

    struct LabelFlags {
        std::string folder;
        pipeline::LabelOptions label;
        bool isForecastOnly = false;
        std::string vlm;
    };

    pipeline::JobResult label(const LabelFlags& given, RunContext& context)
    {
        pipeline::Workspace workspace(given.folder);
        auto options = given.label;
        options.vlm = given.vlm;
        if (!given.isForecastOnly)
            return pipeline::runLabels(workspace, options, context);
        const auto forecast = pipeline::forecastLabels(workspace, options, context);
        return {forecast.sentence, pipeline::toJson(forecast), false};
    }

} // namespace

void addLabel(CommandLine& line)
{
    const auto options = std::make_shared<LabelFlags>();
    auto& command = line.add("label",
        "Measure what each cluster's pairs are worth: fine-tune on each, evaluate, one label each; again goes on",
        [options](
            Session& session) { return session.run([&](RunContext& context) { return label(*options, context); }); });
    auto& label = options->label;
    addProject(command, options->folder);
    command.add_option("--clusters", label.clustering, "The clustering whose clusters are measured")
        ->required()
        ->type_name("NAME");
    command.add_option("--benchmarks", label.benchmarks, "What is asked, by commas")
        ->required()
        ->delimiter(',')
        ->type_name("B,B");
    command.add_option("--name", label.name, "Name of the labels; the clustering's unless told")->type_name("NAME");
    command.add_option("--steps", label.steps, "Optimiser steps of each fine-tune")->check(CLI::PositiveNumber);
    command.add_option("--batch", label.batch, "Pairs a step")->check(CLI::PositiveNumber);
    command.add_option("--lr", label.peakRate, "Highest learning rate")->check(CLI::PositiveNumber);
    command.add_option("--warmup", label.warmupSteps, "Steps until the highest rate")->check(CLI::NonNegativeNumber);
    command
        .add_option("--repeats", label.repeats,
            "Fine-tunes of each cluster, with one seed more each; 2 unless told, 1 as published")
        ->check(CLI::Range(std::int64_t(1), std::int64_t(100)));
    command.add_option("--seed", label.seed, "Seed of the first repeat, 42 unless told");
    command.add_option("--vlm", options->vlm, "Folder of another base model")->type_name("FOLDER");
    command.add_flag("--forecast", options->isForecastOnly, "Only say what it would cost");
    addMode(command, label.mode);
    addDevice(command, label.device);
}

} // namespace winnow::app
