#pragma once

#include "core/domain/finding.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

struct CheckOptions {
    std::string where;                                   ///< a query: only these pairs; empty = all
    std::size_t exampleCount = 5;                        ///< of each finding, in words
    std::map<std::string, std::filesystem::path> models; ///< role -> folder whose tokenizer counts (clip, vlm); default
                                                         ///< of the role where none is named
    std::vector<std::filesystem::path> searchFolders;    ///< also looked through for missing pictures
};

/// Looks at every pair that is not banned: words, turns, tokens, pictures (decoded in full), repeats, overlap with the
/// benchmarks' pictures, and where missing pictures may lie. Changes nothing of the project; what it learned of a
/// picture file is kept in `check.sqlite` (a cache: may be deleted) by path, size and time, so a check that was stopped
/// goes on there, and a second one decodes only what is new. The rows of each finding are kept there, too, for the
/// query `finding = "…"`. Same data, same report, however often it was stopped.
/// Memory: some 100 bytes a pair without near duplicates of texts, which take 264 more.
/// Throws Error: InvalidInput (the query), NotFound (a model folder that was named).
CheckReport runCheck(Workspace& workspace, const CheckOptions& options, RunContext& context);

/// Bans the pairs of one finding: one entry of the ledger with its reason, one recipe line (the same that
/// `winnow override ban` writes), taken back by undo. details: kind, entry, pairs, reason.
/// Throws Error: InvalidInput (no such kind, or one without a repair).
JobResult repairFinding(Workspace& workspace, const CheckReport& report, const std::string& kind);
/// Its reason in the ledger.
std::string repairReason(const Finding& finding);

/// Kinds that `repairFinding` takes.
std::vector<std::string> repairableFindings();

/// {"kind", "severity", "count", "title", "meaning", "repair", "examples": [{"id", "words", "like"}]}; missing pictures
/// have "relink": [{"from", "to", "pairs"}] as well.
Json findingAsJson(const Finding& finding, const CheckReport& report);
/// All of it, for a file: {"pairs", "checked", "banned", "findings": […], "notes": […]}.
Json reportAsJson(const CheckReport& report);
/// For a person: a paragraph a finding, and one line that sums up.
std::string reportAsText(const CheckReport& report);
/// "2 problems, 1 warning and 3 notes in 400 pairs", "nothing was found in 400 pairs".
std::string reportSentence(const CheckReport& report);

/// Rows of a finding of the last check, and those that they repeat; nothing where that check had no such finding or
/// there was none. Throws nothing on a damaged cache. For the query language.
std::optional<std::vector<PairRow>> rowsOfFinding(const std::filesystem::path& project, std::string_view kind);

} // namespace winnow::pipeline
