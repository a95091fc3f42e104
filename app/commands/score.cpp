#include "app/commands/command.h"

#include "core/pipeline/score_job.h"

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        pipeline::ScoreOptions score;
    };

} // namespace

void addScore(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    auto& command = line.add("score", "Compute metrics of every pair that has none yet", [options](Session& session) {
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options->folder);
            return pipeline::runScore(workspace, options->score, context);
        });
    });
    addProject(command, options->folder);
    command.add_option("--metrics", options->score.metrics, "Which, by commas: clip,length")
        ->delimiter(',')
        ->type_name("M,M");
    addMode(command, options->score.mode);
    addDevice(command, options->score.device);
    addModelChoice(command, options->score.models);
    command.add_option("--batch", options->score.batchSize, "Pairs at a time")->check(CLI::PositiveNumber);
}

} // namespace winnow::app
