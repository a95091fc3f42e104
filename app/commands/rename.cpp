#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/item_job.h"

namespace winnow::app {

namespace {

    struct RenameFlags {
        std::string folder;
        std::string action = "list";
        std::string kind;
        std::string name;
        std::string newName;
    };

    void addItem(CLI::App& command, RenameFlags& options)
    {
        auto& kind = *command.add_option("kind", options.kind, text::joined(pipeline::itemKinds(), ", "));
        kind.check(CLI::IsMember(pipeline::itemKinds()))->type_name("KIND");
        auto& name = *command.add_option("name", options.name, "Its name");
        name.type_name("NAME");
    }

    void requireItem(const RenameFlags& options)
    {
        if (options.kind.empty() || options.name.empty())
            throw UsageError(
                "say which item: its KIND (" + text::joined(pipeline::itemKinds(), ", ") + ") and its NAME");
    }

    using Work = std::function<pipeline::JobResult(pipeline::Workspace&, const RenameFlags&)>;

    CLI::App& addVerb(CommandLine& line, const std::string& verb, const std::string& what,
        const std::shared_ptr<RenameFlags>& options, Work work)
    {
        auto& command = line.add(verb, what, [options, work = std::move(work)](Session& session) {
            requireItem(*options);
            return session.run([&](RunContext&) {
                pipeline::Workspace workspace(options->folder);
                return work(workspace, *options);
            });
        });
        addProject(command, options->folder);
        addItem(command, *options);
        return command;
    }

    pipeline::JobResult useTrash(const RenameFlags& options)
    {
        pipeline::Workspace workspace(options.folder);
        if (options.action == "purge")
            return pipeline::purgeItem(workspace, options.kind, options.name);
        return options.action == "empty" ? pipeline::emptyTrash(workspace) : pipeline::listTrash(workspace);
    }

} // namespace

void addRename(CommandLine& line)
{
    const auto options = std::make_shared<RenameFlags>();
    addVerb(line, "rename", "Give an item of a project another name", options,
        [](auto& workspace, const RenameFlags& o) {
            return pipeline::renameItem(workspace, o.kind, o.name, o.newName);
        })
        .add_option("new-name", options->newName, "Its new name")
        ->required()
        ->type_name("NEW");
    addVerb(line, "remove", "Move an item of a project to its trash", options,
        [](auto& workspace, const RenameFlags& o) { return pipeline::removeItem(workspace, o.kind, o.name); });
    addVerb(line, "restore", "Bring an item back from the trash", options,
        [](auto& workspace, const RenameFlags& o) { return pipeline::restoreItem(workspace, o.kind, o.name); });

    auto& trash =
        line.add("trash", "List the trash of a project, or delete from it for good", [options](Session& session) {
            if (options->action == "purge")
                requireItem(*options);
            return session.run([&](RunContext&) { return useTrash(*options); });
        });
    addProject(trash, options->folder);
    trash.add_option("action", options->action, "list (the default), purge KIND NAME, or empty: purge all")
        ->check(CLI::IsMember({"list", "purge", "empty"}))
        ->type_name("ACTION");
    addItem(trash, *options);
}

} // namespace winnow::app
