#include "core/select/policy.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace winnow::select {

namespace {

    constexpr std::size_t kBlock = 1024; // rows whose sums stay in the first cache while the metrics pass by

    bool isPresent(double value) { return std::abs(value) <= std::numeric_limits<double>::max(); }

    /// A term of the weighted sum.
    struct Term {
        std::span<const double> values;
        double factor = 0;
        double offset = 0;
        double mean = 0;         ///< stands in for missing values
        bool isComplete = false; ///< nothing is missing
    };

    /// sums[i] += factor · (values[i] - offset). A constant length into a local array lets the compiler use vector
    /// instructions.
    void addTerm(std::array<double, kBlock>& sums, const Term& term, std::size_t begin)
    {
        const double* values = term.values.data() + begin;
        if (term.isComplete) {
            for (std::size_t i = 0; i < kBlock; ++i)
                sums[i] += term.factor * (values[i] - term.offset);
            return;
        }
        for (std::size_t i = 0; i < kBlock; ++i)
            sums[i] += term.factor * ((isPresent(values[i]) ? values[i] : term.mean) - term.offset);
    }

    double sumAt(const std::vector<Term>& terms, std::size_t row)
    {
        double sum = 0;
        for (const auto& term : terms)
            sum += term.factor * ((isPresent(term.values[row]) ? term.values[row] : term.mean) - term.offset);
        return sum;
    }

} // namespace

void PolicyInput::validate() const
{
    const auto n = static_cast<std::size_t>(pairCount);
    require(pairCount >= 0, ErrorCode::InvalidInput, "a pool cannot have fewer than 0 pairs");
    for (const auto& metric : metrics)
        require(metric.values.size() == n, ErrorCode::InvalidInput,
            text::join("metric ", metric.name, " has ", metric.values.size(), " values for ", n, " pairs"));
    require(clusters.empty() || clusters.size() == n, ErrorCode::InvalidInput,
        text::join("the clustering has ", clusters.size(), " entries for ", n, " pairs"));
    require(std::all_of(clusters.begin(), clusters.end(), [](auto c) { return c >= kNoCluster; }),
        ErrorCode::InvalidInput, "a cluster number is negative");
    require(idRank.empty() || idRank.size() == n, ErrorCode::InvalidInput,
        text::join("the order of ids has ", idRank.size(), " entries for ", n, " pairs"));
}

SelectionPlan::SelectionPlan(PolicyInput input)
    : m_input(std::move(input))
{
    m_input.validate();
    for (const auto& metric : m_input.metrics)
        m_isComplete.push_back(std::all_of(metric.values.begin(), metric.values.end(), isPresent));
    groupByCluster();
}

void SelectionPlan::groupByCluster()
{
    const auto n = static_cast<std::size_t>(m_input.pairCount);
    std::int32_t highest = m_input.clusters.empty() ? 0 : kNoCluster;
    for (const auto cluster : m_input.clusters)
        highest = std::max(highest, cluster);
    require(highest < static_cast<std::int32_t>(std::max<std::size_t>(n, 1) + (1 << 20)), ErrorCode::InvalidInput,
        text::join("cluster number ", highest, " is out of all proportion to ", n, " pairs"));
    for (std::int32_t cluster = 0; cluster <= highest; ++cluster)
        m_groups.push_back(cluster);
    m_groups.push_back(kNoCluster); // always there, dropped from the result where empty
    m_begins.assign(m_groups.size() + 1, 0);
    for (std::size_t row = 0; row < n; ++row)
        ++m_begins[groupOf(static_cast<PairRow>(row)) + 1];
    std::partial_sum(m_begins.begin(), m_begins.end(), m_begins.begin());
    auto next = m_begins;
    m_members.resize(n);
    for (std::size_t row = 0; row < n; ++row)
        m_members[next[groupOf(static_cast<PairRow>(row))]++] = static_cast<PairRow>(row);
}

std::size_t SelectionPlan::groupOf(PairRow row) const
{
    if (m_input.clusters.empty())
        return 0;
    const auto cluster = m_input.clusters[row];
    return cluster == kNoCluster ? m_groups.size() - 1 : static_cast<std::size_t>(cluster);
}

std::uint32_t SelectionPlan::rankOf(PairRow row) const { return m_input.idRank.empty() ? row : m_input.idRank[row]; }

Override SelectionPlan::overrideOf(PairRow row) const
{
    return m_overrides.empty() ? Override::None : m_overrides[row];
}

bool SelectionPlan::competes(PairRow row) const { return m_eligible[row] != 0 && overrideOf(row) == Override::None; }

double SelectionPlan::sortKey(double score) const
{
    return m_request.mode == Mode::Published && !m_request.isRandom ? std::trunc(score) : score;
}

void SelectionPlan::validate(const PolicyRequest& request) const
{
    const auto& budget = request.budget;
    require(std::isfinite(budget.value) && budget.value > 0, ErrorCode::InvalidInput,
        text::join("the budget must be above 0, not ", budget.value));
    require(!budget.isPercent || budget.value <= 100, ErrorCode::InvalidInput,
        text::join("the budget cannot be ", budget.value, " % of the pairs"));
    require(budget.isPercent || budget.value <= 4e9, ErrorCode::InvalidInput,
        text::join("a budget of ", budget.value, " pairs is too large"));
    require(budget.countOf(m_input.pairCount) > 0, ErrorCode::InvalidInput,
        text::join("the budget comes to 0 of ", m_input.pairCount, " pairs"));
    require(request.overrides.empty() || request.overrides.size() == static_cast<std::size_t>(m_input.pairCount),
        ErrorCode::InvalidInput,
        text::join("there are ", request.overrides.size(), " overrides for ", m_input.pairCount, " pairs"));
    require(request.scores.empty() || request.scores.size() == static_cast<std::size_t>(m_input.pairCount),
        ErrorCode::InvalidInput,
        text::join("there are ", request.scores.size(), " scores for ", m_input.pairCount, " pairs"));
    if (request.isRandom || !request.scores.empty())
        return;
    require(request.weights.size() == m_input.metrics.size(), ErrorCode::InvalidInput,
        text::join("there are ", request.weights.size(), " weights for ", m_input.metrics.size(), " metrics"));
    for (std::size_t m = 0; m < request.weights.size(); ++m)
        require(std::isfinite(request.weights[m]), ErrorCode::InvalidInput,
            text::join("the weight of ", m_input.metrics[m].name, " is not a number"));
    require(std::any_of(request.weights.begin(), request.weights.end(), [](double w) { return w != 0; }),
        ErrorCode::InvalidInput, "every weight is 0: nothing says which pairs are better");
}

const PolicyResult& SelectionPlan::choose(const PolicyRequest& request)
{
    validate(request);
    m_request = request;
    m_overrides.assign(request.overrides.begin(), request.overrides.end());
    m_request.overrides = m_overrides;
    m_request.scores = {};
    m_result = {};
    m_hasChosen = false;
    m_result.budget = request.budget.countOf(m_input.pairCount);
    if (!request.isRandom && !request.scores.empty()) {
        takeScores(request.scores);
    } else {
        updateEligibility();
        request.isRandom ? drawScores() : computeScores();
    }
    countClusters();
    apportion();
    m_chosen.assign(static_cast<std::size_t>(m_input.pairCount), 0);
    for (std::size_t group = 0; group < m_groups.size(); ++group)
        fillCluster(group);
    cutToBudget();
    collectRows();
    m_hasChosen = true;
    return m_result;
}

std::vector<std::uint8_t> SelectionPlan::computeEligible(const std::vector<bool>& active) const
{
    std::vector<std::uint8_t> eligible(static_cast<std::size_t>(m_input.pairCount), 1);
    if (m_request.missing == MissingRule::Mean)
        return eligible;
    for (std::size_t m = 0; m < active.size(); ++m) {
        if (!active[m] || m_isComplete[m])
            continue;
        const auto values = m_input.metrics[m].values;
        for (std::size_t row = 0; row < values.size(); ++row)
            eligible[row] &= static_cast<std::uint8_t>(isPresent(values[row]));
    }
    return eligible;
}

void SelectionPlan::updateEligibility()
{
    std::vector<bool> active(m_input.metrics.size(), false);
    for (std::size_t m = 0; m < active.size() && !m_request.isRandom; ++m)
        active[m] = m_request.weights[m] != 0;
    if (m_hasGivenScores || m_moments.empty() || active != m_active || m_request.missing != m_missing) {
        auto eligible = computeEligible(active);
        if (eligible != m_eligible || m_moments.size() != active.size())
            m_moments.assign(active.size(), std::nullopt);
        m_eligible = std::move(eligible);
        m_hasGivenScores = false;
        m_active = active;
        m_missing = m_request.missing;
        for (std::size_t m = 0; m < active.size(); ++m)
            if (active[m] && !m_moments[m])
                m_moments[m] = momentsOf(m);
    }
    m_result.eligibleCount = std::count(m_eligible.begin(), m_eligible.end(), std::uint8_t(1));
    m_result.missingCount = m_input.pairCount - m_result.eligibleCount;
}

SelectionPlan::Moments SelectionPlan::momentsOf(std::size_t metric) const
{
    const auto values = m_input.metrics[metric].values;
    const auto averageOf = [&](auto term) {
        double sum = 0, count = 0;
        for (std::size_t row = 0; row < values.size(); ++row)
            if (m_eligible[row] && isPresent(values[row])) {
                sum += term(values[row]);
                ++count;
            }
        return count > 0 ? sum / count : 0.0;
    };
    const double mean = averageOf([](double value) { return value; });
    const double deviation = std::sqrt(averageOf([&](double value) { return (value - mean) * (value - mean); }));
    // The deviation of a constant column is rounding noise, not spread.
    return {mean, deviation > 1e-12 * std::abs(mean) ? deviation : 0};
}

double SelectionPlan::factorOf(std::size_t metric) const
{
    if (!m_active[metric])
        return 0;
    const auto weight = m_request.weights[metric];
    if (m_request.mode == Mode::Published)
        return weight;
    return m_moments[metric]->deviation > 0 ? weight / m_moments[metric]->deviation : 0;
}

double SelectionPlan::offsetOf(std::size_t metric) const
{
    return m_request.mode == Mode::Published ? 0 : m_moments[metric]->mean;
}

void SelectionPlan::computeScores()
{
    const auto n = static_cast<std::size_t>(m_input.pairCount);
    std::vector<Term> terms;
    for (std::size_t m = 0; m < m_active.size(); ++m)
        if (m_active[m])
            terms.push_back({m_input.metrics[m].values, factorOf(m), offsetOf(m), m_moments[m]->mean, m_isComplete[m]});
    m_scores.resize(n);
    std::size_t begin = 0;
    for (; begin + kBlock <= n; begin += kBlock) {
        std::array<double, kBlock> sums{};
        for (const auto& term : terms)
            addTerm(sums, term, begin);
        std::copy(sums.begin(), sums.end(), m_scores.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    for (std::size_t row = begin; row < n; ++row)
        m_scores[row] = sumAt(terms, row);
    for (std::size_t row = 0; m_result.missingCount > 0 && row < n; ++row)
        if (!m_eligible[row])
            m_scores[row] = kMissing;
}

void SelectionPlan::drawScores()
{
    Random random(m_request.seed, "select.random");
    m_scores.resize(static_cast<std::size_t>(m_input.pairCount));
    for (auto& score : m_scores)
        score = random.uniform();
}

void SelectionPlan::takeScores(std::span<const double> scores)
{
    m_scores.assign(scores.begin(), scores.end());
    m_eligible.resize(scores.size());
    std::transform(scores.begin(), scores.end(), m_eligible.begin(),
        [](double score) { return static_cast<std::uint8_t>(isPresent(score)); });
    m_hasGivenScores = true;
    m_active.assign(m_input.metrics.size(), false);
    m_moments.assign(m_input.metrics.size(), std::nullopt);
    m_result.eligibleCount = std::count(m_eligible.begin(), m_eligible.end(), std::uint8_t(1));
    m_result.missingCount = m_input.pairCount - m_result.eligibleCount;
}

std::span<const PairRow> SelectionPlan::membersOf(std::size_t group) const
{
    return std::span(m_members).subspan(m_begins[group], m_begins[group + 1] - m_begins[group]);
}

void SelectionPlan::countClusters()
{
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        ClusterQuota quota;
        quota.cluster = m_groups[group];
        quota.size = static_cast<std::int64_t>(membersOf(group).size());
        for (const auto row : membersOf(group)) {
            const auto decision = overrideOf(row);
            quota.pinnedCount += isForcedIn(decision);
            m_result.bannedCount += isForcedOut(decision);
            quota.availableCount += isForcedIn(decision) || (decision == Override::None && m_eligible[row] != 0);
        }
        m_result.pinnedCount += quota.pinnedCount;
        m_result.quotas.push_back(quota);
    }
    require(m_result.pinnedCount <= m_result.budget, ErrorCode::Conflict,
        text::join(m_result.pinnedCount, " pairs are pinned or locked in, but the budget is ", m_result.budget));
}

void SelectionPlan::apportion()
{
    auto& quotas = m_result.quotas;
    std::vector<std::int64_t> counts;
    if (m_request.mode == Mode::Published && !m_request.isRandom) {
        std::vector<std::int64_t> sizes;
        for (const auto& quota : quotas)
            sizes.push_back(quota.size);
        counts = publishedQuotas(sizes, m_result.budget);
    } else {
        std::vector<QuotaBounds> bounds;
        std::int64_t minimums = 0;
        for (const auto& quota : quotas) {
            bounds.push_back(
                {quota.availableCount, std::max<std::int64_t>(quota.pinnedCount, quota.availableCount > 0)});
            minimums += bounds.back().minimum;
        }
        // A budget smaller than the number of clusters cannot give one to each: size alone decides then.
        for (std::size_t group = 0; minimums > m_result.budget && group < quotas.size(); ++group)
            bounds[group].minimum = quotas[group].pinnedCount;
        counts = largestRemainder(bounds, m_result.budget);
    }
    for (std::size_t group = 0; group < quotas.size(); ++group)
        quotas[group].quota = std::max(counts[group], quotas[group].pinnedCount);
}

void SelectionPlan::fillCluster(std::size_t group)
{
    auto& quota = m_result.quotas[group];
    const auto wanted = static_cast<std::size_t>(quota.quota - quota.pinnedCount);
    m_candidates.clear();
    // A small share is kept in a heap with its worst on top: one comparison sends nearly every pair away.
    const bool usesHeap = wanted > 0 && wanted < membersOf(group).size() / 8;
    for (const auto row : membersOf(group)) {
        if (isForcedIn(overrideOf(row)))
            m_chosen[row] = 1;
        if (!competes(row))
            continue;
        const Candidate candidate{sortKey(m_scores[row]), rankOf(row), row};
        if (!usesHeap || m_candidates.size() < wanted) {
            m_candidates.push_back(candidate);
            if (usesHeap)
                std::push_heap(m_candidates.begin(), m_candidates.end(), comesFirst);
        } else if (comesFirst(candidate, m_candidates.front())) {
            std::pop_heap(m_candidates.begin(), m_candidates.end(), comesFirst);
            m_candidates.back() = candidate;
            std::push_heap(m_candidates.begin(), m_candidates.end(), comesFirst);
        }
    }
    if (wanted < m_candidates.size())
        std::nth_element(m_candidates.begin(), m_candidates.begin() + static_cast<std::ptrdiff_t>(wanted),
            m_candidates.end(), comesFirst);
    const auto taken = std::min(wanted, m_candidates.size());
    for (std::size_t i = 0; i < taken; ++i)
        m_chosen[m_candidates[i].row] = 1;
    quota.chosenCount = quota.pinnedCount + static_cast<std::int64_t>(taken);
}

void SelectionPlan::cutToBudget()
{
    std::int64_t total = 0;
    for (const auto& quota : m_result.quotas)
        total += quota.chosenCount;
    if (total <= m_result.budget)
        return;
    // Published rule: the clusters' picks are joined and the best of them stay; equal ones in cluster order, then by
    // id.
    std::vector<Candidate> joined;
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        const auto begin = joined.size();
        for (const auto row : membersOf(group))
            if (m_chosen[row] && !isForcedIn(overrideOf(row)))
                joined.push_back({sortKey(m_scores[row]), rankOf(row), row});
        std::sort(joined.begin() + static_cast<std::ptrdiff_t>(begin), joined.end(),
            [](const Candidate& a, const Candidate& b) { return a.rank < b.rank; });
    }
    std::stable_sort(
        joined.begin(), joined.end(), [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    for (auto i = static_cast<std::size_t>(m_result.budget - m_result.pinnedCount); i < joined.size(); ++i) {
        m_chosen[joined[i].row] = 0;
        --m_result.quotas[groupOf(joined[i].row)].chosenCount;
    }
}

void SelectionPlan::collectRows()
{
    m_result.rows.reserve(static_cast<std::size_t>(m_result.budget));
    const auto lower = [](double cut, double score) { return cut == cut ? std::min(cut, score) : score; };
    for (std::size_t row = 0; row < m_chosen.size(); ++row) {
        if (!m_chosen[row])
            continue;
        m_result.rows.push_back(static_cast<PairRow>(row));
        if (isForcedIn(overrideOf(static_cast<PairRow>(row))))
            continue;
        auto& cut = m_result.quotas[groupOf(static_cast<PairRow>(row))].cutScore;
        cut = lower(cut, m_scores[row]);
        m_result.cutScore = lower(m_result.cutScore, m_scores[row]);
    }
    if (m_result.quotas.back().size == 0)
        m_result.quotas.pop_back();
}

} // namespace winnow::select
