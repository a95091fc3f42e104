#include "app/commands/command.h"

#include "core/pipeline/project_job.h"

namespace winnow::app {

void addNew(CommandLine& line)
{
    const auto folder = std::make_shared<std::string>();
    auto& command = line.add("new", "Make an empty project", [folder](Session& session) {
        return session.run([&](RunContext&) {
            pipeline::createProject(*folder);
            pipeline::JobResult result;
            result.sentence = "made the empty project " + *folder;
            result.details = {{"folder", *folder}};
            return result;
        });
    });
    addProject(command, *folder);
}

} // namespace winnow::app
