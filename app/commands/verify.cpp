#include "app/commands/command.h"

#include "core/base/text.h"

namespace winnow::app {

void addVerify(CommandLine& line)
{
    const auto folder = std::make_shared<std::string>();
    auto& command = line.add("verify", "Check the integrity of a project", [folder](Session& session) {
        return session.run(
            [&](RunContext&) {
                auto project = store::Project::open(*folder);
                const auto problems = project.verify();
                pipeline::JobResult result;
                result.details = {{"sound", problems.empty()}, {"problems", problems}};
                result.sentence = problems.empty() ? "the project is sound" : text::joined(problems, "\n");
                result.hasProblems = !problems.empty();
                return result;
            },
            Session::Problems::Fail);
    });
    addProject(command, *folder);
}

} // namespace winnow::app
