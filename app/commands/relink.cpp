#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        std::string from;
        std::string to;
    };

    pipeline::JobResult relink(const Options& options)
    {
        auto project = store::Project::open(options.folder);
        const auto found = store::PairStore(project).relink(options.from, options.to);
        store::Recipe(project).append({"relink", options.from, options.to});
        pipeline::JobResult result;
        result.details = {{"found", found}};
        result.sentence = text::join(found, " pairs now find their picture under ", options.to);
        return result;
    }

} // namespace

void addRelink(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    auto& command = line.add("relink", "Tell where pictures have moved",
        [options](Session& session) { return session.run([&](RunContext&) { return relink(*options); }); });
    addProject(command, options->folder);
    command.add_option("old", options->from, "The folder they were in")->required()->type_name("OLD");
    command.add_option("new", options->to, "The folder they are in now")->required()->type_name("NEW");
}

} // namespace winnow::app
