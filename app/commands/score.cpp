#include "app/commands/command.h"
#include "app/commands/judge_flags.h"

#include "core/pipeline/score_forecast.h"
#include "core/pipeline/score_job.h"

namespace winnow::app {

namespace {

    struct ScoreFlags {
        std::string folder;
        pipeline::ScoreOptions score;
        JudgeFlags judge;
        bool isForecast = false;
    };

} // namespace

void addScore(CommandLine& line)
{
    const auto options = std::make_shared<ScoreFlags>();
    auto& command = line.add("score", "Compute metrics of every pair that has none yet", [options](Session& session) {
        options->judge.check();
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options->folder);
            if (options->isForecast) {
                auto project = workspace.open();
                return pipeline::describeForecasts(pipeline::forecastScore(project, options->score));
            }
            if (options->judge.isGiven()) {
                auto project = workspace.open();
                options->score.judge = options->judge.applyTo(pipeline::loadJudgeSettings(project));
            }
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
    options->judge.addTo(command);
    command.add_flag("--forecast", options->isForecast, "Only say how long it would take");
    command.add_option("--trial", options->score.trialPairs, "Only time so many pairs, and keep no score")
        ->check(CLI::PositiveNumber);
}

} // namespace winnow::app
