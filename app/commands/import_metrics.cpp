#include "app/commands/command.h"

#include "core/pipeline/import_job.h"

namespace winnow::app {

namespace {

    struct ImportMetricsFlags {
        std::string folder;
        std::string file;
        std::string map;
    };

} // namespace

void addImportMetrics(CommandLine& line)
{
    const auto options = std::make_shared<ImportMetricsFlags>();
    auto& command = line.add("import-metrics", "Add ready scores, keyed by pair id", [options](Session& session) {
        const auto fields = parsePairs(options->map, "--map");
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options->folder);
            return pipeline::runImportMetrics(workspace, options->file, fields, context);
        });
    });
    addProject(command, options->folder);
    command.add_option("file", options->file, "JSON, JSONL or CSV; UTF-8 or GB18030")->required()->type_name("FILE");
    command.add_option("--map", options->map, "Names in the project and fields of the file: reward=score")
        ->type_name("METRIC=FIELD,...");
}

} // namespace winnow::app
