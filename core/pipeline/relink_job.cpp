#include "core/pipeline/relink_job.h"

#include "core/base/text.h"
#include "core/check/relocations.h"
#include "core/store/recipe.h"
#include "core/store/relink.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;

    constexpr std::size_t kLookedFor = 200;    ///< missing pictures
    constexpr std::int64_t kMaxFiles = 300000; ///< looked at in all places together
    constexpr int kMaxDepth = 8;               ///< of folders below a place

    std::string pictures(std::int64_t count) { return text::join(count, count == 1 ? " picture" : " pictures"); }

    [[noreturn]] void failWithRoots(store::Project& project, const fs::path& from)
    {
        std::vector<std::string> roots;
        for (const auto& root : store::imageRootReports(project))
            roots.push_back(text::join(root.path.string(), " (", root.missing, " of ", root.pairs, " missing)"));
        throw Error(ErrorCode::NotFound,
            text::join("no picture of the project lies under ", from.string(), "; ",
                roots.empty() ? "it has no pictures" : "they lie under " + text::joined(roots, ", ")));
    }

    store::RelinkReport look(store::Project& project, const RelinkMove& move, RunContext& context)
    {
        std::error_code code;
        require(fs::is_directory(move.to, code), ErrorCode::NotFound,
            text::join("cannot relink to ", move.to.string(), ": there is no such folder"));
        const auto report =
            store::previewRelink(project, move.from, move.to, [&](std::int64_t done, std::int64_t total) {
                context.progress("Look for pictures", done, total);
                context.checkpoint();
            });
        if (report.pairs == 0)
            failWithRoots(project, move.from);
        if (report.found == 0) // there is a lost one to name then
            throw Error(ErrorCode::NotFound,
                text::join("none of the ", pictures(report.pairs), " under ", move.from.string(), " is under ",
                    move.to.string(), "; the first would be ", report.lost.empty() ? "" : report.lost.front(),
                    "; nothing was changed"));
        return report;
    }

    /// The places given, or where people move pictures to: beside the project, and near where they were.
    std::vector<fs::path> placesFor(const store::Project& project, const std::vector<fs::path>& given,
        const std::vector<store::ImageRootReport>& roots)
    {
        if (!given.empty())
            return given;
        std::set<fs::path> out{project.folder().parent_path()};
        for (const auto& root : roots) {
            auto near = root.path.parent_path();
            std::error_code code;
            while (near.has_relative_path() && !fs::exists(near, code))
                near = near.parent_path();
            if (root.missing > 0 && near.has_relative_path())
                out.insert(near);
        }
        std::vector<fs::path> places;
        for (const auto& place : out) { // sorted: what lies inside another comes after it
            const bool isInside = std::any_of(places.begin(), places.end(), [&](const fs::path& outer) {
                const auto rest = place.lexically_relative(outer);
                return !rest.empty() && *rest.begin() != "..";
            });
            if (!isInside)
                places.push_back(place);
        }
        return places;
    }

    std::vector<Relocation> suggest(
        store::Project& project, std::vector<fs::path> places, std::size_t& lookedFor, RunContext& context)
    {
        std::vector<fs::path> missing;
        for (auto& pair : store::missingPictures(project, kLookedFor))
            if (!pair.image.empty())
                missing.push_back(std::move(pair.image));
        lookedFor = missing.size();
        context.progress("Look for pictures", 0, 0);
        check::RelocationOptions options;
        options.folders = std::move(places);
        options.maxEntries = kMaxFiles;
        options.maxDepth = kMaxDepth;
        return check::findRelocations(missing, options, context);
    }

    std::string quoted(const fs::path& path)
    {
        const auto name = path.string();
        return name.find_first_of(" '\"\\$`*?()[]{}<>|&;#~!\t\n") == std::string::npos
            ? name
            : "'" + text::replaced(name, "'", "'\\''") + "'";
    }

} // namespace

JobResult runRelink(Workspace& workspace, const RelinkOptions& options, RunContext& context)
{
    require(!options.moves.empty(), ErrorCode::InvalidInput,
        "name the folder the pictures were in and the one they are in");
    auto project = workspace.open();
    JobResult out;
    out.details = {{"moves", Json::array()}, {"dry_run", options.effect == RelinkOptions::Effect::OnlyCount}};
    std::vector<store::RelinkReport> reports;
    for (const auto& move : options.moves)
        reports.push_back(look(project, move, context));
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto& move = options.moves[i];
        auto found = reports[i].found;
        const bool isMade = options.effect == RelinkOptions::Effect::Make;
        if (isMade) {
            store::relinkPictures(project, move.from, move.to, [&](std::int64_t done, std::int64_t total) {
                context.progress("Relink", done, total);
                context.checkpoint();
            });
            store::Recipe(project).append({"relink", fs::absolute(move.from).string(), fs::absolute(move.to).string()});
        }
        out.details["moves"].push_back({{"from", move.from.string()}, {"to", move.to.string()},
            {"pairs", reports[i].pairs}, {"found", found}, {"lost", reports[i].lost}});
        out.sentence += (i == 0 ? "" : "\n")
            + text::join(found, " of ", reports[i].pairs, isMade ? " pairs now find" : " pairs would find",
                " their picture under ", move.to.string());
        if (found < reports[i].pairs)
            out.sentence += text::join("; missing there: ", text::joined(reports[i].lost, ", "),
                reports[i].pairs - found > std::int64_t(reports[i].lost.size()) ? ", …" : "");
        out.hasProblems = out.hasProblems || found < reports[i].pairs;
    }
    return out;
}

JobResult findMissingPictures(Workspace& workspace, const std::vector<fs::path>& given, RunContext& context)
{
    auto project = workspace.open();
    const auto roots = store::imageRootReports(project);
    JobResult out;
    out.details = {{"roots", Json::array()}, {"suggestions", Json::array()}};
    std::int64_t missing = 0;
    for (const auto& root : roots) {
        missing += root.missing;
        out.details["roots"].push_back(
            {{"path", root.path.string()}, {"pairs", root.pairs}, {"missing", root.missing}});
        out.sentence += text::join(root.path.string(), "  ", root.missing, " of ", root.pairs, " missing\n");
    }
    if (missing == 0) {
        out.sentence += roots.empty() ? "the project has no pictures" : "no picture is missing";
        return out;
    }
    std::size_t lookedFor = 0;
    const auto places = placesFor(project, given, roots);
    for (const auto& one : suggest(project, places, lookedFor, context)) {
        out.details["suggestions"].push_back({{"from", one.from.string()}, {"to", one.to.string()},
            {"matches", one.pairCount}, {"looked_for", lookedFor}});
        out.sentence += text::join(one.pairCount, " of ", lookedFor, " found by: winnow relink ",
            quoted(project.folder()), " ", quoted(one.from), " ", quoted(one.to), "\n");
    }
    if (out.details["suggestions"].empty()) {
        std::vector<std::string> names;
        for (const auto& place : places)
            names.push_back(place.string());
        out.sentence += text::join("no file of their names is under ", text::joined(names, ", "),
            "; name the folder to search with --search FOLDER");
    }
    while (out.sentence.ends_with('\n'))
        out.sentence.pop_back();
    out.hasProblems = true;
    return out;
}

} // namespace winnow::pipeline
