#include "core/check/collector.h"

#include <algorithm>
#include <cassert>

namespace winnow::check {

void Collector::add(Kind kind, PairRow row, std::string words, std::optional<PairRow> like)
{
    auto& gathered = m_kinds[static_cast<std::size_t>(kind)];
    assert((gathered.rows.empty() || gathered.rows.back() <= row) && "rows of a kind come in increasing order");
    if (!gathered.rows.empty() && gathered.rows.back() == row)
        return;
    gathered.rows.push_back(row);
    if (like)
        gathered.related.push_back(*like);
    if (gathered.examples.size() < m_exampleCount)
        gathered.examples.push_back({row, {}, std::move(words), like, {}});
}

void Collector::add(Kind kind, const std::vector<Repeat>& repeats, const std::string& words)
{
    for (const auto& repeat : repeats)
        add(kind, repeat.row, words, repeat.first);
}

std::vector<Finding> Collector::findings(std::int64_t checkedCount) const
{
    std::vector<Finding> out;
    for (std::size_t i = 0; i < kKindCount; ++i) {
        const auto& gathered = m_kinds[i];
        if (gathered.rows.empty())
            continue;
        const auto kind = static_cast<Kind>(i);
        const auto& info = infoOf(kind);
        Finding finding;
        finding.kind = info.name;
        finding.severity = info.severity;
        finding.title = info.title;
        finding.meaning = info.meaning;
        finding.pairCount = static_cast<std::int64_t>(gathered.rows.size());
        finding.rows = gathered.rows;
        finding.related = gathered.related;
        std::sort(finding.related.begin(), finding.related.end());
        finding.related.erase(std::unique(finding.related.begin(), finding.related.end()), finding.related.end());
        finding.examples = gathered.examples;
        if (kind == Kind::EmptyInstruction && finding.pairCount < checkedCount)
            finding.severity = Severity::Warning;
        if (info.canBan)
            finding.repair = finding.related.empty() ? "ban these pairs, so that they enter no selection"
                                                     : "ban the later ones and keep the first of each";
        out.push_back(std::move(finding));
    }
    std::stable_sort(
        out.begin(), out.end(), [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
    return out;
}

} // namespace winnow::check
