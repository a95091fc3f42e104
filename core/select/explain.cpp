// The why-card: why a pair is in or out, and what would change it.
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/select/policy.h"

#include <algorithm>
#include <cmath>

namespace winnow::select {

namespace {

    std::string quoted(const WhyCard& card)
    {
        const auto where = card.cluster == kNoCluster ? std::string("the pairs without a cluster")
                                                      : text::join("cluster ", card.cluster);
        return text::join("it ranks ", card.rankInCluster, " of ", card.competingInCluster, " in ", where,
            ", whose quota is ", card.quota);
    }

    /// For a pair that competes by its score.
    std::string flipByScore(const WhyCard& card, double threshold, std::int64_t pinned)
    {
        if (threshold != threshold)
            return card.isChosen ? "nothing but a ban: its cluster has no other pair to take its place"
                                 : text::join("a quota of ", card.rankInCluster + pinned, " instead of ", card.quota,
                                     ": ", quoted(card));
        if (card.isChosen)
            return text::join("a score lower by ", text::significant(card.score - threshold, 3), ", or a quota below ",
                card.rankInCluster + pinned, ": ", quoted(card));
        return text::join("a score higher by ", text::significant(threshold - card.score, 3), ", or a quota of ",
            card.rankInCluster + pinned, ": ", quoted(card));
    }

    std::string flipByDecision(const WhyCard& card)
    {
        switch (card.override) {
        case Override::Pinned:
            return "clearing the pin lets its score decide";
        case Override::Banned:
            return "clearing the ban lets its score decide";
        default:
            return "clearing the lock lets its score decide";
        }
    }

} // namespace

bool SelectionPlan::isBetter(PairRow a, PairRow b) const
{
    const double left = sortKey(m_scores[a]), right = sortKey(m_scores[b]);
    return left != right ? left > right : rankOf(a) < rankOf(b);
}

double SelectionPlan::bestExcluded(std::size_t group) const
{
    double best = kMissing;
    for (const auto row : membersOf(group))
        if (!m_chosen[row] && competes(row))
            best = best == best ? std::max(best, m_scores[row]) : m_scores[row];
    return best;
}

void SelectionPlan::addRanks(WhyCard& card, PairRow row) const
{
    const bool isRanked = m_eligible[row] != 0;
    const auto group = groupOf(row);
    std::int64_t better = 0, betterInCluster = 0;
    for (std::size_t other = 0; other < m_chosen.size(); ++other) {
        const auto candidate = static_cast<PairRow>(other);
        if (candidate == row || !competes(candidate))
            continue;
        const bool isHere = groupOf(candidate) == group;
        const bool beats = isRanked && isBetter(candidate, row);
        ++card.competing;
        card.competingInCluster += isHere;
        better += beats;
        betterInCluster += beats && isHere;
    }
    if (!isRanked)
        return;
    // A pinned or banned pair is counted where it would stand: that is what clearing the decision would bring.
    ++card.competing;
    ++card.competingInCluster;
    card.rank = better + 1;
    card.rankInCluster = betterInCluster + 1;
}

WhyCard::Part SelectionPlan::explainMetric(std::size_t metric, PairRow row, double distance) const
{
    const auto values = m_input.metrics[metric].values;
    WhyCard::Part part;
    part.metric = m_input.metrics[metric].name;
    part.value = std::isfinite(values[row]) ? values[row] : kMissing;
    const auto moments = m_moments[metric] ? *m_moments[metric] : momentsOf(metric);
    part.weight = m_active[metric] ? m_request.weights[metric] : 0;
    const bool isFilledIn = part.value != part.value && m_missing == MissingRule::Mean;
    const double value = isFilledIn ? moments.mean : part.value;
    part.zScore = moments.deviation > 0 ? (value - moments.mean) / moments.deviation : 0 * value;
    if (m_active[metric]) {
        part.contribution = factorOf(metric) * (value - offsetOf(metric));
        if (factorOf(metric) != 0)
            part.valueToFlip = value + distance / factorOf(metric);
    }
    std::int64_t below = 0, equal = 0, count = 0;
    for (std::size_t other = 0; other < values.size(); ++other) {
        if (!m_eligible[other] || !std::isfinite(values[other]))
            continue;
        ++count;
        below += values[other] < value;
        equal += values[other] == value;
    }
    if (count > 0 && value == value)
        part.percentile =
            100 * (static_cast<double>(below) + 0.5 * static_cast<double>(equal)) / static_cast<double>(count);
    return part;
}

WhyCard SelectionPlan::explain(PairRow row) const
{
    require(m_hasChosen, ErrorCode::InvalidInput, "nothing has been chosen yet that could be explained");
    require(row < m_chosen.size(), ErrorCode::InvalidInput, text::join("there is no pair number ", row));
    WhyCard card;
    const auto group = groupOf(row);
    const auto& quota = m_result.quotas[group];
    card.isChosen = m_chosen[row] != 0;
    card.isEligible = m_eligible[row] != 0;
    card.override = overrideOf(row);
    card.score = m_scores[row];
    card.cluster = m_groups[group];
    card.quota = quota.quota;
    card.cutScore = quota.cutScore;
    card.marginToCut = card.score - card.cutScore;
    addRanks(card, row);
    const double threshold = card.isChosen ? bestExcluded(group) : quota.cutScore;
    for (std::size_t m = 0; m < m_input.metrics.size() && !m_request.isRandom && !m_hasGivenScores; ++m) {
        card.parts.push_back(explainMetric(m, row, threshold - card.score));
        if (m_active[m] && !std::isfinite(m_input.metrics[m].values[row]))
            card.missingMetrics.push_back(m_input.metrics[m].name);
    }
    if (card.override != Override::None)
        card.whatWouldFlip = flipByDecision(card);
    else if (!card.isEligible)
        card.whatWouldFlip = m_hasGivenScores ? "a value for every input of the selector"
                                              : text::join("a value for ", text::joined(card.missingMetrics, ", "));
    else
        card.whatWouldFlip = flipByScore(card, threshold, quota.pinnedCount);
    return card;
}

} // namespace winnow::select
