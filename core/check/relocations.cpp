#include "core/check/relocations.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <utility>

namespace winnow::check {

namespace {

    namespace fs = std::filesystem;

    using Move = std::pair<fs::path, fs::path>;
    constexpr std::int64_t kEntriesBetweenCheckpoints = 1'000;
    constexpr std::size_t kMostOfOneName = 20;  ///< missing pictures that are told apart by their folders alone
    constexpr std::size_t kMostMoves = 100'000; ///< different ones that are counted

    /// Both paths without the components at their end that they share.
    Move withoutSharedEnd(const fs::path& from, const fs::path& to)
    {
        auto first = from, second = to;
        while (first.has_relative_path() && second.has_relative_path() && first.filename() == second.filename()
            && first.has_parent_path() && second.has_parent_path()) {
            first = first.parent_path();
            second = second.parent_path();
        }
        return {first, second};
    }

    class Search {
    public:
        Search(const std::vector<fs::path>& missing, const RelocationOptions& options, RunContext& context)
            : m_options(options)
            , m_context(context)
        {
            for (std::size_t i = 0; i < missing.size() && i < options.maxNames; ++i)
                if (auto& same = m_names[missing[i].filename().string()]; same.size() < kMostOfOneName)
                    same.push_back(missing[i]);
        }

        void walk(const fs::path& folder)
        {
            std::error_code failed;
            const auto canonical = fs::weakly_canonical(folder, failed);
            if (failed || !canonical.has_relative_path() || !m_walked.insert(canonical).second)
                return;
            const auto skip = fs::directory_options::skip_permission_denied;
            for (fs::recursive_directory_iterator at(folder, skip, failed), end; !failed && at != end;
                 at.increment(failed)) {
                if (++m_entries > m_options.maxEntries)
                    return;
                if (m_entries % kEntriesBetweenCheckpoints == 0)
                    m_context.checkpoint();
                std::error_code ignored;
                if (at.depth() >= m_options.maxDepth && at->is_directory(ignored))
                    at.disable_recursion_pending();
                if (at->is_regular_file(ignored))
                    vote(at->path());
            }
        }

        /// Most votes first, ties by path.
        std::vector<Move> moves() const
        {
            std::vector<std::pair<std::int64_t, Move>> ranked;
            for (const auto& [move, count] : m_votes)
                ranked.emplace_back(-count, move);
            std::sort(ranked.begin(), ranked.end());
            std::vector<Move> out;
            for (auto& [count, move] : ranked)
                if (out.size() < m_options.maxProposals)
                    out.push_back(std::move(move));
            return out;
        }

    private:
        void vote(const fs::path& file)
        {
            const auto found = m_names.find(file.filename().string());
            if (found == m_names.end())
                return;
            for (const auto& wanted : found->second)
                if (wanted != file)
                    vote(withoutSharedEnd(wanted, file));
        }

        void vote(Move move)
        {
            if (const auto known = m_votes.find(move); known != m_votes.end())
                ++known->second;
            else if (m_votes.size() < kMostMoves)
                m_votes.emplace(std::move(move), 1);
        }

        const RelocationOptions& m_options;
        RunContext& m_context;
        std::map<std::string, std::vector<fs::path>> m_names;
        std::map<Move, std::int64_t> m_votes;
        std::set<fs::path> m_walked;
        std::int64_t m_entries = 0;
    };

    bool isBelow(const fs::path& path, const fs::path& folder)
    {
        const auto rest = path.lexically_relative(folder);
        return !rest.empty() && *rest.begin() != "..";
    }

    fs::path sharedFolder(const fs::path& first, const fs::path& second)
    {
        auto shared = first;
        while (!isBelow(second, shared) && shared.has_relative_path())
            shared = shared.parent_path();
        return shared;
    }

    /// What a move would find, told of the lowest folder that holds all of it; pairCount 0 = nothing.
    Relocation measure(const std::vector<fs::path>& missing, const Move& move)
    {
        Relocation out;
        for (const auto& path : missing) {
            std::error_code failed;
            if (!isBelow(path, move.first)
                || !fs::is_regular_file(move.second / path.lexically_relative(move.first), failed))
                continue;
            out.from = out.pairCount == 0 ? path.parent_path() : sharedFolder(out.from, path);
            ++out.pairCount;
        }
        if (out.pairCount > 0)
            out.to = (move.second / out.from.lexically_relative(move.first)).lexically_normal();
        if (!out.to.has_filename())
            out.to = out.to.parent_path();
        return out;
    }

    bool isHarmless(const Relocation& move, const std::set<fs::path>& present)
    {
        return std::none_of(
            present.begin(), present.end(), [&](const fs::path& folder) { return isBelow(folder, move.from); });
    }

} // namespace

std::vector<Relocation> findRelocations(
    const std::vector<fs::path>& missing, const RelocationOptions& options, RunContext& context)
{
    if (missing.empty())
        return {};
    Search search(missing, options, context);
    for (const auto& folder : options.folders)
        search.walk(folder);
    std::vector<Relocation> out;
    for (const auto& move : search.moves()) {
        const auto found = measure(missing, move);
        if (found.pairCount > 0 && isHarmless(found, options.presentFolders)
            && std::find(out.begin(), out.end(), found) == out.end())
            out.push_back(found);
    }
    std::stable_sort(
        out.begin(), out.end(), [](const Relocation& a, const Relocation& b) { return a.pairCount > b.pairCount; });
    return out;
}

} // namespace winnow::check
