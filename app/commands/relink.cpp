#include "app/commands/command.h"

#include "core/pipeline/relink_job.h"

namespace winnow::app {

namespace {

    struct RelinkFlags {
        std::string folder;
        std::vector<std::string> moves; ///< OLD, NEW, OLD, NEW, …
        std::vector<std::string> search;
        bool dryRun = false;
    };

    pipeline::JobResult relink(const RelinkFlags& options, RunContext& context)
    {
        pipeline::Workspace workspace(options.folder);
        if (options.moves.empty()) {
            const std::vector<std::filesystem::path> places(options.search.begin(), options.search.end());
            return pipeline::findMissingPictures(workspace, places, context);
        }
        pipeline::RelinkOptions given;
        for (std::size_t i = 0; i + 1 < options.moves.size(); i += 2)
            given.moves.push_back({options.moves[i], options.moves[i + 1]});
        if (options.dryRun)
            given.effect = pipeline::RelinkOptions::Effect::OnlyCount;
        return pipeline::runRelink(workspace, given, context);
    }

} // namespace

void addRelink(CommandLine& line)
{
    const auto options = std::make_shared<RelinkFlags>();
    auto& command = line.add("relink", "Tell where pictures have moved; without folders: find out where they are",
        [options](Session& session) {
            if (options->moves.size() % 2 != 0)
                throw UsageError("give folders in pairs: OLD, where the pictures were, and NEW, where they are now");
            return session.run([&](RunContext& context) { return relink(*options, context); });
        });
    addProject(command, options->folder);
    command
        .add_option("moves", options->moves, "The folder they were in and the one they are in now, once or more often")
        ->type_name("OLD NEW");
    command.add_flag("--dry-run", options->dryRun, "Only count what would be found; change nothing");
    command.add_option("--search", options->search, "Without folders: look for the missing ones here")
        ->type_name("FOLDER");
}

} // namespace winnow::app
