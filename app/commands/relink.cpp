#include "app/commands/command.h"

#include "core/pipeline/check_job.h"

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        std::string from;
        std::string to;
    };

} // namespace

void addRelink(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    auto& command = line.add("relink", "Tell where pictures have moved", [options](Session& session) {
        return session.run([&](RunContext&) {
            pipeline::Workspace workspace(options->folder);
            return pipeline::relinkPictures(workspace, options->from, options->to);
        });
    });
    addProject(command, options->folder);
    command.add_option("old", options->from, "The folder they were in")->required()->type_name("OLD");
    command.add_option("new", options->to, "The folder they are in now")->required()->type_name("NEW");
}

} // namespace winnow::app
