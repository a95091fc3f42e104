#include "app/commands/command.h"

#include "core/pipeline/select_job.h"

namespace winnow::app {

void addUndo(CommandLine& line)
{
    const auto folder = std::make_shared<std::string>();
    const auto make = [&](const char* name, const char* what, pipeline::JobResult (*step)(pipeline::Workspace&)) {
        auto& command = line.add(name, what, [folder, step](Session& session) {
            return session.run([&](RunContext&) {
                pipeline::Workspace workspace(*folder);
                return step(workspace);
            });
        });
        addProject(command, *folder);
    };
    make("undo", "Take the newest decision back", pipeline::undoDecision);
    make("redo", "Make the decision again that was taken back last", pipeline::redoDecision);
}

} // namespace winnow::app
