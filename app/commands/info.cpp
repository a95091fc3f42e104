#include "app/commands/command.h"

#include "core/pipeline/project_job.h"

namespace winnow::app {

void addInfo(CommandLine& line)
{
    const auto folder = std::make_shared<std::string>();
    auto& command = line.add("info", "Print what a project holds", [folder](Session& session) {
        return session.run([&](RunContext&) {
            pipeline::Workspace workspace(*folder);
            auto project = workspace.open();
            pipeline::JobResult result;
            result.details = pipeline::projectInfo(project);
            result.sentence = pipeline::infoText(result.details);
            while (result.sentence.ends_with('\n'))
                result.sentence.pop_back();
            return result;
        });
    });
    addProject(command, *folder);
}

} // namespace winnow::app
