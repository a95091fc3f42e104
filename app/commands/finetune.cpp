#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/run_job.h"
#include "core/store/run_store.h"

#include <optional>

namespace winnow::app {

namespace {

    /// What was given on the command line; the rest comes with the run that is taken up, or with the base model.
    struct FinetuneFlags {
        std::string folder;
        std::string run;
        std::string selection;
        std::string vlm;
        std::string device = "cpu";
        std::optional<std::int64_t> steps;
        std::optional<std::int64_t> batch;
        std::optional<double> rate;
        std::optional<std::int64_t> warmup;
        std::optional<std::uint64_t> seed;
        std::optional<std::string> mode;
    };

    pipeline::FinetuneOptions optionsFor(const FinetuneFlags& given, store::Project& project)
    {
        pipeline::FinetuneOptions out;
        out.run = given.run;
        out.device = given.device;
        if (const auto known = store::RunStore(project).find(given.run))
            out = pipeline::resumeOptions(*known, out);
        if (!given.selection.empty())
            out.selection = given.selection;
        require(!out.selection.empty(), ErrorCode::InvalidInput,
            text::join("run ", given.run, " is new: say which pairs by --selection NAME or --selection all"));
        if (!given.vlm.empty())
            out.vlm = given.vlm;
        out.steps = given.steps ? given.steps : out.steps;
        out.batch = given.batch ? given.batch : out.batch;
        out.peakRate = given.rate ? given.rate : out.peakRate;
        out.warmupSteps = given.warmup ? given.warmup : out.warmupSteps;
        out.seed = given.seed.value_or(out.seed);
        if (given.mode)
            out.mode = *given.mode == "published" ? Mode::Published : Mode::Corrected;
        return out;
    }

    pipeline::JobResult finetune(const FinetuneFlags& given, RunContext& context)
    {
        pipeline::Workspace workspace(given.folder);
        auto project = workspace.open();
        const auto options = optionsFor(given, project);
        for (const auto& warning : pipeline::forecastFinetune(workspace, options).warnings)
            context.log(LogLevel::Warning, warning);
        return pipeline::runFinetune(workspace, options, context);
    }

} // namespace

void addFinetune(CommandLine& line)
{
    const auto options = std::make_shared<FinetuneFlags>();
    auto& command = line.add("finetune", "Fine-tune the base model on a selection; the same name again goes on",
        [options](Session& session) {
            return session.run([&](RunContext& context) { return finetune(*options, context); });
        });
    addProject(command, options->folder);
    command.add_option("--name", options->run, "Name of the run")->required()->type_name("RUN");
    command.add_option("--selection", options->selection, "Name of a selection, or all")->type_name("NAME|all");
    command.add_option("--steps", options->steps, "Optimiser steps")->check(CLI::PositiveNumber);
    command.add_option("--batch", options->batch, "Pairs a step")->check(CLI::PositiveNumber);
    command.add_option("--lr", options->rate, "Highest learning rate")->check(CLI::PositiveNumber);
    command.add_option("--warmup", options->warmup, "Steps until the highest rate")->check(CLI::NonNegativeNumber);
    command.add_option("--seed", options->seed, "Seed of order, prompts and crops");
    command.add_option("--mode", options->mode, "corrected or published")
        ->check(CLI::IsMember({"corrected", "published"}));
    addDevice(command, options->device);
    command.add_option("--model", options->vlm, "Folder of the base model")->type_name("FOLDER");
}

} // namespace winnow::app
