#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/check_job.h"

namespace winnow::app {

namespace {

    struct CheckFlags {
        std::string folder;
        std::string repair;
        std::vector<std::string> search;
        pipeline::CheckOptions check;
    };

    /// One object a line, or paragraphs and a line that sums up.
    void printReport(const CheckReport& report, Session& session)
    {
        if (!session.isJson()) {
            session.print(pipeline::reportAsText(report));
            return;
        }
        for (const auto& note : report.notes)
            session.console().log(LogLevel::Warning, note);
        for (const auto& finding : report.findings)
            session.print(pipeline::findingAsJson(finding, report));
    }

    int check(const CheckFlags& options, Session& session)
    {
        bool hasProblems = false;
        const int code = session.runPrinting([&](Console& console) {
            pipeline::Workspace workspace(options.folder);
            const auto report = pipeline::runCheck(workspace, options.check, console);
            console.endLine();
            printReport(report, session);
            hasProblems = report.countOf(Severity::Problem) > 0;
        });
        return code == kDone && hasProblems ? kFailed : code;
    }

    int repair(const CheckFlags& options, Session& session)
    {
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options.folder);
            const auto report = pipeline::runCheck(workspace, options.check, context);
            return pipeline::repairFinding(workspace, report, options.repair);
        });
    }

} // namespace

void addCheck(CommandLine& line)
{
    const auto options = std::make_shared<CheckFlags>();
    auto& command = line.add(
        "check", "Look for what would spoil a fine-tune: pictures, words, turns, repeats", [options](Session& session) {
            checkQuery(options->check.where);
            options->check.searchFolders.assign(options->search.begin(), options->search.end());
            return options->repair.empty() ? check(*options, session) : repair(*options, session);
        });
    addProject(command, options->folder);
    command.add_option("--repair", options->repair, "Ban the pairs of one finding; undo takes that back")
        ->type_name("KIND")
        ->check(CLI::IsMember(pipeline::repairableFindings()));
    command.add_option("--where", options->check.where, "Only these, such as: clip > 28 and \"dog\"")
        ->type_name("QUERY");
    command.add_option("--examples", options->check.exampleCount, "Pairs shown of each finding, 5 unless told")
        ->check(CLI::Range(0, 1000));
    command.add_option("--search", options->search, "Another folder to look through for missing pictures")
        ->type_name("FOLDER");
    addModelChoice(command, options->check.models);
}

} // namespace winnow::app
