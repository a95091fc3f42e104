#include "app/commands/command.h"

#include "core/pipeline/run_job.h"

namespace winnow::app {

namespace {

    struct EvaluateFlags {
        std::string folder;
        pipeline::EvaluateOptions evaluate;
    };

} // namespace

void addEvaluate(CommandLine& line)
{
    const auto options = std::make_shared<EvaluateFlags>();
    auto& command = line.add("evaluate", "Ask a run the questions of the benchmarks", [options](Session& session) {
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options->folder);
            return pipeline::runEvaluate(workspace, options->evaluate, context);
        });
    });
    addProject(command, options->folder);
    command.add_option("--run", options->evaluate.run, "A run, or base: the model before any fine-tune")
        ->required()
        ->type_name("RUN");
    command.add_option("--benchmarks", options->evaluate.benchmarks, "Which, by commas; all unless told")
        ->delimiter(',')
        ->type_name("B,B");
    addDevice(command, options->evaluate.device);
    command.add_option("--model", options->evaluate.vlm, "base: folder of the model")->type_name("FOLDER");
}

} // namespace winnow::app
