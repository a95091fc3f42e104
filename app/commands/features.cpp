#include "app/commands/command.h"

#include "core/pipeline/score_job.h"

namespace winnow::app {

namespace {

    struct FeaturesFlags {
        std::string folder;
        pipeline::FeatureOptions features;
    };

} // namespace

void addFeatures(CommandLine& line)
{
    const auto options = std::make_shared<FeaturesFlags>();
    auto& command = line.add("features", "Compute vectors of every pair", [options](Session& session) {
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options->folder);
            return pipeline::runFeatures(workspace, options->features, context);
        });
    });
    addProject(command, options->folder);
    command
        .add_option("--spaces", options->features.spaces,
            "Which, by commas: clip-image,clip-text,text,llm-text, or any stored one with --pca")
        ->delimiter(',')
        ->type_name("S,S");
    command.add_option("--pca", options->features.pcaDimensions, "Also the first so many principal components")
        ->check(CLI::PositiveNumber);
    command.add_flag("--refit", options->features.refit,
        "Fit the components anew; else those fitted before serve for later pairs too");
    addDevice(command, options->features.device);
    addModelChoice(command, options->features.models);
}

} // namespace winnow::app
