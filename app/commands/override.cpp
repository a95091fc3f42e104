#include "app/commands/command.h"

#include "core/pipeline/select_job.h"

namespace winnow::app {

namespace {

    struct OverrideFlags {
        std::string folder;
        std::string what;
        std::string reason;
        std::string against;
        RowChoice choice;
    };

    void addRate(CommandLine& line)
    {
        struct Rating {
            std::string folder;
            int stars = 0;
            RowChoice choice;
        };
        const auto rating = std::make_shared<Rating>();
        auto& command = line.add("rate", "Give pairs stars", [rating](Session& session) {
            rating->choice.validate();
            return session.run([&](RunContext&) {
                pipeline::Workspace workspace(rating->folder);
                auto project = workspace.open();
                return pipeline::setStars(workspace, rating->choice.rows(project), rating->stars);
            });
        });
        addProject(command, rating->folder);
        command.add_option("stars", rating->stars, "0 to 5; 0 takes them away")
            ->required()
            ->check(CLI::Range(0, 5))
            ->type_name("STARS");
        rating->choice.addTo(command);
    }

} // namespace

void addOverride(CommandLine& line)
{
    addRate(line);
    const auto options = std::make_shared<OverrideFlags>();
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
