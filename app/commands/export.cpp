#include "app/commands/command.h"

#include "core/pipeline/import_job.h"

namespace winnow::app {

namespace {

    struct ExportFlags {
        std::string folder;
        bool copyImages = false;
        bool linkImages = false;
        pipeline::ExportOptions out;
    };

} // namespace

void addExport(CommandLine& line)
{
    const auto options = std::make_shared<ExportFlags>();
    auto& command = line.add("export", "Write a selection as a dataset", [options](Session& session) {
        using Images = pipeline::ExportOptions::Images;
        options->out.images = options->copyImages ? Images::Copy
            : options->linkImages                 ? Images::Link
                                                  : Images::Reference;
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options->folder);
            return pipeline::runExport(workspace, options->out, context);
        });
    });
    addProject(command, options->folder);
    command
        .add_option("out", options->out.out,
            "A folder for cc_sbu_align and imagefolder, else a file; of JSON formats .json is a list, .jsonl one "
            "object a line")
        ->required()
        ->type_name("OUT");
    command.add_option("--selection", options->out.selection, "Name of a selection, or all")
        ->required()
        ->type_name("NAME");
    command.add_option("--format", options->out.format, "How it is written")
        ->required()
        ->check(CLI::IsMember(
            {"cc_sbu_align", "llava", "sharegpt", "messages", "jsonl", "csv", "coco", "imagefolder", "webdataset"}));
    auto* copy = command.add_flag("--copy-images", options->copyImages, "Copy the pictures beside it");
    command.add_flag("--link-images", options->linkImages, "Link the pictures beside it")->excludes(copy);
    command
        .add_option("--metrics", options->out.metrics,
            "Metrics to write along, by commas (jsonl, csv, imagefolder, webdataset)")
        ->delimiter(',')
        ->type_name("M,M");
}

} // namespace winnow::app
