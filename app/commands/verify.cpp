#include "app/commands/command.h"

#include "core/pipeline/project_job.h"

namespace winnow::app {

void addVerify(CommandLine& line)
{
    struct VerifyFlags {
        std::string folder;
        std::string rescue;
    };
    const auto options = std::make_shared<VerifyFlags>();
    auto& command = line.add("verify", "Check the integrity of a project", [options](Session& session) {
        return session.run(
            [&](RunContext& context) {
                auto project = store::Project::open(options->folder);
                return pipeline::verifyProject(project, {options->rescue}, context);
            },
            Session::Problems::Fail);
    });
    addProject(command, options->folder);
    command.add_option("--rescue", options->rescue, "Save every pair that can still be read to this JSONL file")
        ->type_name("FILE");
}

} // namespace winnow::app
