// What a check found, as JSON and as text, and what repairs it.
#include "core/base/text.h"
#include "core/check/kind.h"
#include "core/pipeline/check_job.h"
#include "core/pipeline/select_job.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    constexpr std::string_view kMissing = "missing-picture";

    std::string counted(std::int64_t count, std::string_view one)
    {
        return text::join(count, ' ', one, count == 1 ? "" : "s");
    }

    /// Text of the data on one line of a terminal: nothing in it may steer that.
    std::string plain(std::string line)
    {
        for (char& c : line)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                c = ' ';
        return line;
    }

    std::string exampleText(const FindingExample& example)
    {
        auto line = text::join("    ", text::shortened(example.id, 60), ": ", text::shortened(example.words, 200));
        if (!example.likeId.empty())
            line += text::join(" as ", text::shortened(example.likeId, 60));
        return plain(std::move(line)) + "\n";
    }

    std::string findingText(const Finding& finding, const CheckReport& report)
    {
        auto out = text::join(toString(finding.severity), ": ", finding.title, " (", finding.kind, "), ",
            counted(finding.pairCount, "pair"), "\n    ", finding.meaning, "\n");
        for (const auto& example : finding.examples)
            out += exampleText(example);
        if (finding.pairCount > static_cast<std::int64_t>(finding.examples.size()))
            out += text::join("    all of them: --where 'finding = \"", finding.kind, "\"'\n");
        if (finding.kind == kMissing)
            for (const auto& move : report.relocations)
                out += plain(text::join("    ", counted(move.pairCount, "picture"),
                           " of these names lie elsewhere: relink \"", move.from.string(), "\" \"", move.to.string(),
                           "\""))
                    + "\n";
        if (!finding.repair.empty())
            out += text::join("    --repair ", finding.kind, ": ", finding.repair, "\n");
        return out;
    }

} // namespace

std::vector<std::string> repairableFindings() { return check::repairableKinds(); }

std::string repairReason(const Finding& finding)
{
    return text::join("check: ", finding.title, " (", finding.kind, ")");
}

JobResult repairFinding(Workspace& workspace, const CheckReport& report, const std::string& kind)
{
    const auto known = check::findKind(kind);
    require(known && check::infoOf(*known).canBan, ErrorCode::InvalidInput,
        text::join(
            "there is no repair \"", text::shortened(kind, 40), "\": use ", text::joined(repairableFindings(), ", ")));
    const auto found = std::find_if(
        report.findings.begin(), report.findings.end(), [&](const Finding& finding) { return finding.kind == kind; });
    JobResult out;
    if (found == report.findings.end()) {
        out.sentence = text::join("nothing to repair: the check found no ", kind);
        out.details = {{"kind", kind}, {"pairs", 0}};
        return out;
    }
    auto project = workspace.open();
    const auto overrides = store::Ledger(project).overrides();
    const auto pinned = std::count_if(found->rows.begin(), found->rows.end(),
        [&](PairRow row) { return row < overrides.size() && isForcedIn(static_cast<Override>(overrides[row])); });
    out = decide(workspace, "ban", found->rows, repairReason(*found));
    out.sentence = text::join("banned ", counted(found->pairCount, "pair"), " (", found->title, ")");
    if (pinned > 0)
        out.sentence += text::join(", ", pinned, " of which had been pinned or locked in");
    out.sentence += "; undo takes that back";
    out.details["kind"] = kind;
    out.details["pinned"] = pinned;
    return out;
}

Json findingAsJson(const Finding& finding, const CheckReport& report)
{
    Json out{{"kind", finding.kind}, {"severity", toString(finding.severity)}, {"count", finding.pairCount},
        {"title", finding.title}, {"meaning", finding.meaning},
        {"repair", finding.repair.empty() ? Json() : Json(finding.repair)}, {"examples", Json::array()}};
    for (const auto& example : finding.examples) {
        Json one{{"id", example.id}, {"words", example.words}};
        if (!example.likeId.empty())
            one["like"] = example.likeId;
        out["examples"].push_back(std::move(one));
    }
    if (finding.kind == kMissing) {
        out["relink"] = Json::array();
        for (const auto& move : report.relocations)
            out["relink"].push_back(
                {{"from", move.from.string()}, {"to", move.to.string()}, {"pairs", move.pairCount}});
    }
    return out;
}

Json reportAsJson(const CheckReport& report)
{
    Json out{{"pairs", report.pairCount}, {"checked", report.checkedCount}, {"banned", report.bannedCount},
        {"findings", Json::array()}, {"notes", report.notes}};
    for (const auto& finding : report.findings)
        out["findings"].push_back(findingAsJson(finding, report));
    return out;
}

std::string reportSentence(const CheckReport& report)
{
    std::vector<std::string> parts;
    for (const auto severity : {Severity::Problem, Severity::Warning, Severity::Note})
        if (const auto count = report.countOf(severity); count > 0)
            parts.push_back(counted(count, toString(severity)));
    auto out = text::join(parts.empty() ? std::string("nothing was found") : text::joined(parts, ", "), " in ",
        counted(report.checkedCount, "pair"));
    if (report.bannedCount > 0)
        out += text::join(
            "; ", report.bannedCount, report.bannedCount == 1 ? " banned one was" : " banned ones were", " left out");
    return out;
}

std::string reportAsText(const CheckReport& report)
{
    std::string out;
    for (const auto& finding : report.findings)
        out += findingText(finding, report);
    for (const auto& note : report.notes)
        out += text::join("not checked: ", plain(note), "\n");
    return out + reportSentence(report);
}

} // namespace winnow::pipeline
