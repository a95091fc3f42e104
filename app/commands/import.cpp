#include "app/commands/command.h"

#include "core/pipeline/import_job.h"

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        std::string map;
        pipeline::ImportOptions import;
    };

    /// Bad rows are a failure with --strict only; a source that breaks off always is.
    bool isFailure(const Json& details, bool strict)
    {
        return !details.at("broken_off").is_null() || (strict && details.at("bad_rows").get<std::int64_t>() > 0);
    }

} // namespace

void addImport(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    auto& command = line.add("import", "Add pairs from a data file or folder", [options](Session& session) {
        options->import.fieldMap = parsePairs(options->map, "--map");
        return session.run(
            [&](RunContext& context) {
                pipeline::Workspace workspace(options->folder);
                auto result = pipeline::runImport(workspace, options->import, context);
                result.hasProblems = isFailure(result.details, options->import.strict);
                return result;
            },
            Session::Problems::Fail);
    });
    addProject(command, options->folder);
    command.add_option("source", options->import.source, "The data file or its folder")
        ->required()
        ->type_name("SOURCE");
    command.add_option("--format", options->import.format, "How the source is written; recognised unless told")
        ->check(CLI::IsMember({"auto", "cc_sbu_align", "llava", "sharegpt", "messages", "jsonl", "csv", "coco",
            "imagefolder", "webdataset"}));
    command.add_option("--images", options->import.imagesRoot, "Where relative picture paths start")->type_name("ROOT");
    command
        .add_option("--map", options->map,
            "Which column is what: id=name,image=file,response=caption; other fields become metrics: clip=clip_score")
        ->type_name("FIELD=COLUMN,...");
    command.add_flag("--strict", options->import.strict, "Bad rows make the exit code 1");
}

} // namespace winnow::app
