#include "app/commands/command.h"

#include "core/base/file.h"
#include "core/pipeline/run_job.h"

namespace winnow::app {

namespace {

    struct CompareFlags {
        std::string folder;
        std::vector<std::string> runs;
        std::string html;
    };

    pipeline::JobResult compare(const CompareFlags& options)
    {
        auto project = store::Project::open(options.folder);
        const auto report = pipeline::compareRuns(project, options.runs);
        pipeline::JobResult result;
        result.details = pipeline::toJson(report);
        result.sentence = pipeline::toText(report);
        while (result.sentence.ends_with('\n'))
            result.sentence.pop_back();
        if (!options.html.empty()) {
            file::writeAtomically(options.html, pipeline::toHtml(report));
            result.sentence += "\nwritten to " + options.html;
        }
        return result;
    }

} // namespace

void addCompare(CommandLine& line)
{
    const auto options = std::make_shared<CompareFlags>();
    auto& command = line.add("compare", "Compare runs with intervals and paired tests",
        [options](Session& session) { return session.run([&](RunContext&) { return compare(*options); }); });
    addProject(command, options->folder);
    command.add_option("runs", options->runs, "Two runs or more")->required()->expected(2, 100)->type_name("RUN");
    command.add_option("--html", options->html, "Write a page with tables")->type_name("FILE");
}

} // namespace winnow::app
