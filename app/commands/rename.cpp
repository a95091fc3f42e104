#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/store/recipe.h"

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        std::string kind;
        std::string name;
        std::string newName;
    };

    pipeline::JobResult changeItem(const std::string& verb, const Options& options)
    {
        auto project = store::Project::open(options.folder);
        std::vector<std::string> arguments = {verb, options.kind, options.name};
        pipeline::JobResult result;
        if (verb == "rename") {
            store::renameItem(project, options.kind, options.name, options.newName);
            arguments.push_back(options.newName);
            result.sentence = text::join("the ", options.kind, " ", options.name, " is now called ", options.newName);
        } else if (verb == "remove") {
            store::trashItem(project, options.kind, options.name);
            result.sentence =
                text::join("moved the ", options.kind, " ", options.name, " to the trash; restore brings it back");
        } else {
            store::restoreItem(project, options.kind, options.name);
            result.sentence = text::join("brought the ", options.kind, " ", options.name, " back");
        }
        store::Recipe(project).append(arguments);
        result.details = {{"kind", options.kind}, {"name", verb == "rename" ? options.newName : options.name}};
        return result;
    }

} // namespace

void addRename(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    for (const auto& [verb, what] :
        {std::pair<std::string, std::string>{"rename", "Give an item of a project another name"},
            {"remove", "Move an item of a project to its trash"}, {"restore", "Bring an item back from the trash"}}) {
        auto& command = line.add(verb, what, [options, name = verb](Session& session) {
            return session.run([&](RunContext&) { return changeItem(name, *options); });
        });
        addProject(command, options->folder);
        command
            .add_option(
                "kind", options->kind, "metric, feature, clustering, selection, run, label, experiment or selector")
            ->required()
            ->check(CLI::IsMember(
                {"metric", "feature", "clustering", "selection", "run", "label", "experiment", "selector"}));
        command.add_option("name", options->name, "Its name")->required()->type_name("NAME");
        if (verb == "rename")
            command.add_option("new-name", options->newName, "Its new name")->required()->type_name("NEW");
    }
}

} // namespace winnow::app
