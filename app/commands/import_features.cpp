#include "app/commands/command.h"

#include "core/pipeline/import_job.h"

namespace winnow::app {

namespace {

    struct ImportFeaturesFlags {
        std::string folder;
        std::string file;
        std::string space;
    };

} // namespace

void addImportFeatures(CommandLine& line)
{
    const auto options = std::make_shared<ImportFeaturesFlags>();
    auto& command = line.add("import-features", "Add ready vectors, in pair order", [options](Session& session) {
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options->folder);
            return pipeline::runImportFeatures(workspace, options->file, options->space, context);
        });
    });
    addProject(command, options->folder);
    command.add_option("file", options->file, "A .pt, .npy or .safetensors file")->required()->type_name("FILE");
    command.add_option("--space", options->space, "Name of the new feature space")->required()->type_name("NAME");
}

} // namespace winnow::app
