#include "app/commands/command.h"

#include "core/pipeline/select_job.h"

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        std::string what;
        std::string reason;
        std::string against;
        RowChoice choice;
    };

} // namespace

void addOverride(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    auto& command = line.add("override", "Pin, ban or lock pairs, or clear that", [options](Session& session) {
        options->choice.validate();
        return session.run([&](RunContext&) {
            pipeline::Workspace workspace(options->folder);
            auto project = workspace.open();
            const auto rows = options->choice.rows(project);
            return pipeline::decide(workspace, options->what, rows, options->reason, options->against);
        });
    });
    addProject(command, options->folder);
    command.add_option("what", options->what, "pin, ban, lock or clear")
        ->required()
        ->check(CLI::IsMember({"pin", "ban", "lock", "clear"}));
    options->choice.addTo(command);
    command.add_option("--reason", options->reason, "Why, kept in the history")->type_name("TEXT");
    command
        .add_option(
            "--selection", options->against, "lock: the selection whose verdict is kept, the newest unless told")
        ->type_name("NAME");
}

} // namespace winnow::app
