#include "app/commands/command.h"

#include "core/pipeline/import_job.h"

namespace winnow::app {

namespace {

    struct ImportClustersFlags {
        std::string folder;
        std::string file;
        std::string name;
    };

} // namespace

void addImportClusters(CommandLine& line)
{
    const auto options = std::make_shared<ImportClustersFlags>();
    auto& command =
        line.add("import-clusters", "Add a ready clustering (JSON: cluster -> ids)", [options](Session& session) {
            return session.run([&](RunContext& context) {
                pipeline::Workspace workspace(options->folder);
                return pipeline::runImportClusters(workspace, options->file, options->name, context);
            });
        });
    addProject(command, options->folder);
    command.add_option("file", options->file, "The JSON file")->required()->type_name("FILE");
    command.add_option("--name", options->name, "Name of the new clustering")->required()->type_name("NAME");
}

} // namespace winnow::app
