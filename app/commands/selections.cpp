#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/selection_comparison.h"
#include "core/store/pair_store.h"
#include "core/store/selection_store.h"

#include <cmath>
#include <cstdio>

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

    std::string shortNumber(double value)
    {
        char out[32];
        std::snprintf(out, sizeof out, "%.4g", value);
        return value == value ? out : "-";
    }

    Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

    pipeline::JobResult diff(store::Project& project, const std::string& first, const std::string& second)
    {
        const auto compared = pipeline::compareSelections(project, first, second);
        const auto removed = idsOf(project, compared.onlyFirst);
        const auto added = idsOf(project, compared.onlySecond);
        pipeline::JobResult result;
        result.details = {{"both", compared.bothCount}, {"overlap", number(compared.overlap)}, {"only_first", removed},
            {"only_second", added}, {"metrics", Json::array()}};
        std::vector<std::string> lines = {text::join("in both: ", compared.bothCount)};
        for (const auto& id : removed)
            lines.push_back("- " + id);
        for (const auto& id : added)
            lines.push_back("+ " + id);
        for (const auto& means : compared.metrics) {
            lines.push_back(text::join(means.metric, "  mean ", shortNumber(means.first), " in ", first, ", ",
                shortNumber(means.second), " in ", second, ", of the pairs only there ", shortNumber(means.onlyFirst),
                " and ", shortNumber(means.onlySecond)));
            result.details["metrics"].push_back({{"metric", means.metric}, {"first", number(means.first)},
                {"second", number(means.second)}, {"difference", number(means.difference())},
                {"only_first", number(means.onlyFirst)}, {"only_second", number(means.onlySecond)}});
        }
        result.sentence = text::joined(lines, "\n");
        return result;
    }

} // namespace

void addSelections(CommandLine& line)
{
    struct SelectionsFlags {
        std::string folder;
        std::string action;
        std::vector<std::string> names;
    };
    const auto options = std::make_shared<SelectionsFlags>();
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
