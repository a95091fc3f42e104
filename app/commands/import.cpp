#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/import_job.h"

namespace winnow::app {

namespace {

    struct ImportFlags {
        std::string folder;
        std::string map;
        pipeline::ImportOptions import;
    };

    /// Bad rows are a failure with --strict only; a source that breaks off always is.
    bool isFailure(const Json& details, bool strict)
    {
        return !details.at("broken_off").is_null() || (strict && details.at("bad_rows").get<std::int64_t>() > 0);
    }

    /// One sentence by which the source can be mended.
    std::string whyFailed(const Json& details, const std::string& source)
    {
        const auto& broken = details.at("broken_off");
        const auto& bad = details.at("bad");
        const auto first = bad.empty() ? std::string()
                                       : text::join("line ", bad.at(0).at("line").get<std::int64_t>(), ": ",
                                           bad.at(0).at("reason").get<std::string>());
        if (!broken.is_null())
            return text::join(source, ": ", broken.get<std::string>(), bad.empty() ? "" : " (" + first + ")",
                "; the pairs before are kept, mend the file and import it again");
        return text::join(source, ": ", details.at("bad_rows").get<std::int64_t>(),
            " bad rows were left out, the first in ", first,
            "; the good ones are kept, mend the others and import the file again");
    }

} // namespace

void addImport(CommandLine& line)
{
    const auto options = std::make_shared<ImportFlags>();
    auto& command = line.add("import", "Add pairs from a data file or folder", [options](Session& session) {
        options->import.fieldMap = parsePairs(options->map, "--map");
        return session.run(
            [&](RunContext& context) {
                pipeline::Workspace workspace(options->folder);
                auto result = pipeline::runImport(workspace, options->import, context);
                result.hasProblems = isFailure(result.details, options->import.strict);
                if (result.hasProblems)
                    context.log(LogLevel::Failure, whyFailed(result.details, options->import.source.string()));
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
