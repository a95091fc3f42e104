#include "core/pipeline/relink_job.h"

#include "core/base/text.h"
#include "core/store/recipe.h"
#include "core/store/relink.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <unordered_map>

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;

    constexpr std::size_t kLookedFor = 200;    ///< missing pictures
    constexpr std::int64_t kMaxFiles = 300000; ///< looked at in all places together
    constexpr int kMaxDepth = 8;               ///< of folders below a place
    constexpr std::size_t kMaxSuggestions = 5;

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

    struct Suggestion {
        fs::path from;
        fs::path to;
        std::int64_t matches = 0;
    };

    /// Both paths without what they have in common at their ends.
    RelinkMove differingStarts(const fs::path& was, const fs::path& is)
    {
        auto from = was.parent_path(), to = is.parent_path(); // the file's name is the same
        while (from.has_filename() && to.has_filename() && from.filename() == to.filename()) {
            from = from.parent_path();
            to = to.parent_path();
        }
        return {from, to};
    }

    /// Files of the wanted names below a place; symbolic links are not followed.
    void collectFiles(const fs::path& place, const std::unordered_map<std::string, std::vector<fs::path>>& wanted,
        std::map<std::pair<std::string, std::string>, std::int64_t>& votes, std::int64_t& seen, RunContext& context)
    {
        std::error_code code;
        auto at = fs::recursive_directory_iterator(place, fs::directory_options::skip_permission_denied, code);
        for (; !code && at != fs::recursive_directory_iterator() && seen < kMaxFiles; at.increment(code)) {
            if (++seen % 1000 == 0) {
                context.progress("Look for pictures", seen, 0);
                context.checkpoint();
            }
            if (at.depth() >= kMaxDepth)
                at.disable_recursion_pending();
            const auto found = wanted.find(at->path().filename().string());
            std::error_code ignored;
            if (found == wanted.end() || !at->is_regular_file(ignored))
                continue;
            for (const auto& was : found->second) {
                const auto move = differingStarts(was, at->path());
                ++votes[{move.from.string(), move.to.string()}];
            }
        }
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

    std::vector<Suggestion> suggest(
        store::Project& project, const std::vector<fs::path>& places, std::int64_t& lookedFor, RunContext& context)
    {
        std::unordered_map<std::string, std::vector<fs::path>> wanted;
        for (const auto& pair : store::missingPictures(project, kLookedFor))
            if (!pair.image.empty())
                wanted[pair.image.filename().string()].push_back(pair.image);
        for (const auto& [name, paths] : wanted)
            lookedFor += static_cast<std::int64_t>(paths.size());
        std::map<std::pair<std::string, std::string>, std::int64_t> votes;
        std::int64_t seen = 0;
        if (!wanted.empty())
            for (const auto& place : places)
                collectFiles(place, wanted, votes, seen, context);
        std::vector<Suggestion> out;
        for (const auto& [move, count] : votes)
            out.push_back({move.first, move.second, count});
        std::stable_sort(
            out.begin(), out.end(), [](const Suggestion& a, const Suggestion& b) { return a.matches > b.matches; });
        out.resize(std::min(out.size(), kMaxSuggestions));
        return out;
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
    std::int64_t lookedFor = 0;
    const auto places = placesFor(project, given, roots);
    for (const auto& one : suggest(project, places, lookedFor, context)) {
        out.details["suggestions"].push_back({{"from", one.from.string()}, {"to", one.to.string()},
            {"matches", one.matches}, {"looked_for", lookedFor}});
        out.sentence += text::join(one.matches, " of ", lookedFor, " found by: winnow relink ",
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
