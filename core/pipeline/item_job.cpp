#include "core/pipeline/item_job.h"

#include "core/base/text.h"
#include "core/store/item_store.h"

#include <set>

namespace winnow::pipeline {

namespace {

    JobResult say(const std::string& kind, const std::string& name, std::string sentence)
    {
        JobResult out;
        out.sentence = std::move(sentence);
        out.details = {{"kind", kind}, {"name", name}};
        return out;
    }

} // namespace

const std::vector<std::string>& itemKinds() { return store::itemKinds(); }

JobResult renameItem(Workspace& workspace, const std::string& kind, const std::string& from, const std::string& to)
{
    auto project = workspace.open();
    store::renameItem(project, kind, from, to, {"rename", kind, from, to});
    return say(kind, to, text::join("the ", kind, " ", from, " is now called ", to));
}

JobResult removeItem(Workspace& workspace, const std::string& kind, const std::string& name)
{
    auto project = workspace.open();
    store::trashItem(project, kind, name, {"remove", kind, name});
    return say(kind, name,
        text::join("moved the ", kind, " ", name, " to the trash; restore ", kind, " ", name, " brings it back"));
}

JobResult restoreItem(Workspace& workspace, const std::string& kind, const std::string& name)
{
    auto project = workspace.open();
    store::restoreItem(project, kind, name, {"restore", kind, name});
    return say(kind, name, text::join("brought the ", kind, " ", name, " back"));
}

JobResult purgeItem(Workspace& workspace, const std::string& kind, const std::string& name)
{
    auto project = workspace.open();
    const auto count = store::purgeItems(project, kind, name, {"trash", "purge", kind, name});
    auto out = say(kind, name,
        count == 1 ? text::join("deleted the ", kind, " ", name, " for good")
                   : text::join("deleted ", count, " items of the kind ", kind, " named ", name, " for good"));
    out.details["count"] = count;
    return out;
}

JobResult emptyTrash(Workspace& workspace)
{
    auto project = workspace.open();
    std::int64_t purged = 0;
    std::set<std::pair<std::string, std::string>> kept;
    std::set<std::pair<std::string, std::string>> done;
    for (const auto& item : store::trashedItems(project)) {
        if (!done.emplace(item.kind, item.name).second)
            continue;
        if (item.neededBy.empty())
            purged += store::purgeItems(project, item.kind, item.name, {"trash", "purge", item.kind, item.name});
        else
            kept.emplace(item.kind + " " + item.name, item.neededBy);
    }
    JobResult out;
    out.sentence = purged == 0 && kept.empty() ? "the trash is empty already"
                                               : text::join("deleted ", purged, " items of the trash for good");
    out.details = {{"purged", purged}, {"kept", Json::array()}};
    for (const auto& [what, why] : kept) {
        out.sentence += text::join("\nkept ", what, ": ", why);
        out.details["kept"].push_back({{"item", what}, {"needed_by", why}});
    }
    return out;
}

JobResult listTrash(Workspace& workspace)
{
    auto project = workspace.open();
    JobResult out;
    out.details = {{"items", Json::array()}};
    for (const auto& item : store::trashedItems(project)) {
        out.details["items"].push_back({{"kind", item.kind}, {"name", item.name},
            {"needed_by", item.neededBy.empty() ? Json() : Json(item.neededBy)}});
        out.sentence += (out.sentence.empty() ? "" : "\n") + text::join(item.kind, "  ", item.name);
        if (!item.neededBy.empty())
            out.sentence += "  (cannot be purged: " + item.neededBy + ")";
    }
    if (out.sentence.empty())
        out.sentence = "the trash is empty";
    return out;
}

} // namespace winnow::pipeline
