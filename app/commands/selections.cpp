#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/store/pair_store.h"
#include "core/store/selection_store.h"

#include <algorithm>
#include <iterator>

namespace winnow::app {

namespace {

    using Rows = std::vector<PairRow>;

    std::vector<std::string> idsOf(store::Project& project, const Rows& rows)
    {
        std::vector<std::string> ids;
        for (const auto& pair : store::PairStore(project).load(rows))
            ids.push_back(pair.pair.id.value);
        return ids;
    }

    pipeline::JobResult list(store::Project& project)
    {
        pipeline::JobResult result;
        result.details = {{"selections", Json::array()}};
        std::vector<std::string> lines;
        for (const auto& info : store::SelectionStore(project).list()) {
            result.details["selections"].push_back(
                {{"name", info.name}, {"pairs", info.pairCount}, {"hash", info.hash}, {"created_at", info.createdAt}});
            lines.push_back(
                text::join(info.name, "  ", info.pairCount, " pairs  ", info.hash.substr(0, 12), "  ", info.createdAt));
        }
        result.sentence = lines.empty() ? "the project has no selection" : text::joined(lines, "\n");
        return result;
    }

    pipeline::JobResult show(store::Project& project, const std::string& name)
    {
        store::SelectionStore selections(project);
        const auto ids = idsOf(project, selections.load(name));
        const auto info = selections.find(name).value();
        pipeline::JobResult result;
        result.details = {{"name", info.name}, {"pairs", info.pairCount}, {"hash", info.hash},
            {"created_at", info.createdAt},
            {"provenance",
                json::parse(info.provenance.empty() ? "null" : info.provenance, "the provenance of " + name)},
            {"ids", ids}};
        result.sentence = text::joined(ids, "\n");
        return result;
    }

    pipeline::JobResult diff(store::Project& project, const std::string& first, const std::string& second)
    {
        store::SelectionStore selections(project);
        const auto a = selections.load(first);
        const auto b = selections.load(second);
        Rows onlyFirst, onlySecond;
        std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(onlyFirst));
        std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(onlySecond));
        pipeline::JobResult result;
        const auto removed = idsOf(project, onlyFirst);
        const auto added = idsOf(project, onlySecond);
        result.details = {{"both", a.size() - onlyFirst.size()}, {"only_first", removed}, {"only_second", added}};
        std::vector<std::string> lines = {text::join("in both: ", a.size() - onlyFirst.size())};
        for (const auto& id : removed)
            lines.push_back("- " + id);
        for (const auto& id : added)
            lines.push_back("+ " + id);
        result.sentence = text::joined(lines, "\n");
        return result;
    }

} // namespace

void addSelections(CommandLine& line)
{
    struct Options {
        std::string folder;
        std::string action;
        std::vector<std::string> names;
    };
    const auto options = std::make_shared<Options>();
    auto& command = line.add("selections", "List, show and compare selections", [options](Session& session) {
        const std::size_t wanted = options->action == "list" ? 0 : options->action == "show" ? 1 : 2;
        if (options->names.size() != wanted)
            throw UsageError("the form is: winnow selections DIR list | show NAME | diff NAME NAME");
        return session.run([&](RunContext&) {
            auto project = store::Project::open(options->folder);
            const auto& names = options->names;
            return wanted == 0 ? list(project)
                : wanted == 1  ? show(project, names[0])
                               : diff(project, names[0], names[1]);
        });
    });
    addProject(command, options->folder);
    command.add_option("action", options->action, "list, show or diff")
        ->required()
        ->check(CLI::IsMember({"list", "show", "diff"}));
    command.add_option("names", options->names, "Names of selections")->type_name("NAME");
}

} // namespace winnow::app
