#include "core/base/text.h"
#include "core/pipeline/selector_job.h"
#include "core/select/policy.h"

#include <algorithm>
#include <cmath>

namespace winnow::pipeline {

namespace {

    std::vector<Override> toOverrides(const Columns& columns)
    {
        std::vector<Override> out;
        if (!columns.overrides)
            return out;
        out.reserve(columns.overrides->size());
        for (const auto value : *columns.overrides)
            out.push_back(static_cast<Override>(value));
        return out;
    }

    std::string clusterName(const ClusterColumn* column, std::int32_t cluster)
    {
        if (cluster == kNoCluster)
            return column == nullptr ? "all" : "no cluster";
        const auto index = static_cast<std::size_t>(cluster);
        if (column != nullptr && index < column->info.clusterNames.size())
            return column->info.clusterNames[index];
        return text::join(cluster);
    }

    /// "In: rank 3 of 57 in cluster 4, quota 17" for the card's first line.
    std::string sentenceOf(const select::WhyCard& card, const std::string& cluster)
    {
        const std::string place = cluster == "all" ? "" : " of cluster " + cluster;
        switch (card.override) {
        case Override::Pinned:
            return "In: pinned by hand" + place;
        case Override::LockedIn:
            return "In: locked in by hand" + place;
        case Override::Banned:
            return "Out: banned by hand" + place;
        case Override::LockedOut:
            return "Out: locked out by hand" + place;
        case Override::None:
            break;
        }
        if (!card.isEligible)
            return "Out: no value for "
                + (card.missingMetrics.empty() ? "an input of the selector" : text::joined(card.missingMetrics, ", "));
        return text::join(card.isChosen ? "In" : "Out", ": rank ", card.rankInCluster, " of ", card.competingInCluster,
            place, ", quota ", card.quota);
    }

    struct Moments {
        double mean = 0;
        double deviation = 0;
        double percentile = kMissing; ///< of one value among them
    };

    /// Over the pairs that have a score.
    Moments momentsOf(std::span<const double> values, std::span<const double> scores, double value)
    {
        double sum = 0, squares = 0, count = 0, below = 0, equal = 0;
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (!std::isfinite(scores[row]) || !std::isfinite(values[row]))
                continue;
            ++count;
            sum += values[row];
            squares += values[row] * values[row];
            below += values[row] < value;
            equal += values[row] == value;
        }
        if (count == 0)
            return {};
        const double mean = sum / count;
        return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean)), 100 * (below + 0.5 * equal) / count};
    }

} // namespace

struct LiveSelection::State {
    std::shared_ptr<const Columns> columns;
    std::shared_ptr<const SelectorScores> selector;
    bool usesSelector = false;                     ///< the last choice followed the selector's scores
    std::shared_ptr<const Columns> plannedColumns; ///< keeps alive what the plan's views look at
    std::string plannedClustering;
    std::unique_ptr<select::SelectionPlan> plan;
    std::vector<Override> overrides;
    bool hasChosen = false;

    const ClusterColumn* clustering() const
    {
        return plannedClustering.empty() ? nullptr : plannedColumns->findClustering(plannedClustering);
    }

    bool fitsPlan(const std::string& wantedClustering) const
    {
        if (!plan || plannedClustering != wantedClustering || plannedColumns->pairCount != columns->pairCount
            || plannedColumns->metrics.size() != columns->metrics.size())
            return false;
        for (std::size_t m = 0; m < columns->metrics.size(); ++m)
            if (plannedColumns->metrics[m].values != columns->metrics[m].values
                || plannedColumns->metrics[m].info.name != columns->metrics[m].info.name)
                return false;
        const auto* now = wantedClustering.empty() ? nullptr : columns->findClustering(wantedClustering);
        const auto* then = clustering();
        return (now == nullptr) == (then == nullptr) && (now == nullptr || now->assignment == then->assignment);
    }

    void makePlan(const std::string& wantedClustering)
    {
        if (fitsPlan(wantedClustering))
            return;
        require(wantedClustering.empty() || columns->findClustering(wantedClustering) != nullptr, ErrorCode::NotFound,
            text::join("there is no clustering named ", wantedClustering));
        plannedColumns = columns;
        plannedClustering = wantedClustering;
        select::PolicyInput input;
        input.pairCount = columns->pairCount;
        for (const auto& metric : columns->metrics)
            input.metrics.push_back({metric.info.name, *metric.values});
        if (const auto* clusters = clustering())
            input.clusters = *clusters->assignment;
        plan = std::make_unique<select::SelectionPlan>(std::move(input));
        hasChosen = false;
    }

    select::PolicyRequest request(const SelectOptions& options) const
    {
        select::PolicyRequest out;
        out.budget = options.budget;
        out.missing = options.missing == MissingRule::Mean ? select::MissingRule::Mean : select::MissingRule::Exclude;
        out.mode = options.mode;
        out.isRandom = options.random;
        out.seed = options.seed;
        out.overrides = overrides;
        if (!options.random && !options.selector.empty()) {
            out.scores = scoresOf(options);
            return out;
        }
        for (const auto& metric : columns->metrics) {
            const auto found = options.weights.find(metric.info.name);
            out.weights.push_back(found == options.weights.end() ? 0.0 : found->second);
        }
        for (const auto& [name, weight] : options.weights)
            require(weight == 0 || columns->findMetric(name) != nullptr, ErrorCode::NotFound,
                text::join("there is no metric named ", name, " in this project: score or import it first"));
        return out;
    }

    std::span<const double> scoresOf(const SelectOptions& options) const
    {
        require(selector && selector->selector.name == options.selector, ErrorCode::NotFound,
            text::join("the scores of selector ", options.selector, " are not loaded"));
        require(selector->values->size() == static_cast<std::size_t>(columns->pairCount), ErrorCode::InvalidInput,
            text::join("the scores of selector ", options.selector, " are of ", selector->values->size(),
                " pairs, the project has ", columns->pairCount, " by now: load them again"));
        return *selector->values;
    }

    /// One part for each input of the selector; a feature space has no one value.
    std::vector<WhyCard::Part> inputParts(PairRow row) const
    {
        std::vector<WhyCard::Part> out;
        for (const auto& input : selector->inputs) {
            WhyCard::Part part;
            part.metric = input.name;
            part.importance = input.importance;
            if (input.contributions)
                part.contribution = (*input.contributions)[row];
            if (const auto* column = columns->findMetric(input.name)) {
                part.value = (*column->values)[row];
                const auto moments = momentsOf(*column->values, plan->scores(), part.value);
                if (std::isfinite(part.value)) {
                    part.percentile = moments.percentile;
                    part.zScore = moments.deviation > 0 ? (part.value - moments.mean) / moments.deviation : 0;
                }
            }
            out.push_back(std::move(part));
        }
        return out;
    }
};

LiveSelection::LiveSelection(std::shared_ptr<const Columns> columns)
    : m_state(std::make_unique<State>())
{
    setColumns(std::move(columns));
}

LiveSelection::~LiveSelection() = default;

void LiveSelection::setColumns(std::shared_ptr<const Columns> columns)
{
    m_state->columns = std::move(columns);
    m_state->overrides = toOverrides(*m_state->columns);
}

void LiveSelection::setSelector(std::shared_ptr<const SelectorScores> scores)
{
    m_state->selector = std::move(scores);
    m_state->hasChosen = m_state->hasChosen && !m_state->usesSelector;
}

namespace {

    /// Why a choice has fewer pairs than the budget.
    std::string shortfallReason(const select::PolicyResult& result, bool usesSelector)
    {
        if (result.eligibleCount >= result.budget)
            return "the quotas of the clusters leave no room for more";
        return text::join(result.missingCount,
            usesSelector ? " have no value for an input of the selector, " : " have no value for a weighted metric, ",
            result.bannedCount, " are banned");
    }

} // namespace

LiveResult LiveSelection::compute(const SelectOptions& options)
{
    LiveResult out;
    auto& state = *m_state;
    state.hasChosen = false;
    try {
        state.makePlan(options.clustering);
        const auto& result = state.plan->choose(state.request(options));
        state.hasChosen = true;
        state.usesSelector = !options.random && !options.selector.empty();
        out.rows = result.rows;
        const auto chosen = state.plan->chosen();
        const auto scores = state.plan->scores();
        out.chosen = std::make_shared<const std::vector<std::uint8_t>>(chosen.begin(), chosen.end());
        out.scores = std::make_shared<const std::vector<double>>(scores.begin(), scores.end());
        for (const auto& row : result.quotas)
            out.quotas.push_back(
                {row.cluster, clusterName(state.clustering(), row.cluster), row.size, row.quota, row.chosenCount});
        out.eligible = result.eligibleCount;
        out.missing = result.missingCount;
        out.pinned = result.pinnedCount;
        out.banned = result.bannedCount;
        out.cut = result.cutScore;
        if (result.shortfall() > 0)
            out.problem = text::join("only ", result.rows.size(), " of ", result.budget,
                " pairs can be chosen: ", shortfallReason(result, state.usesSelector));
    } catch (const Error& e) {
        out.problem = e.what();
    }
    return out;
}

WhyCard LiveSelection::explain(PairRow row) const
{
    WhyCard out;
    const auto& state = *m_state;
    if (!state.hasChosen)
        return out;
    const auto card = state.plan->explain(row);
    out.chosen = card.isChosen;
    out.sentence = sentenceOf(card, clusterName(state.clustering(), card.cluster));
    out.score = card.score;
    out.rank = card.rankInCluster;
    out.rankOf = card.competingInCluster;
    out.quota = card.quota;
    out.cut = card.cutScore;
    out.flip = card.whatWouldFlip;
    if (state.usesSelector)
        out.parts = state.inputParts(row);
    for (const auto& part : card.parts)
        if (part.weight != 0)
            out.parts.push_back({part.metric, part.value, part.percentile, part.zScore, part.contribution});
    return out;
}

} // namespace winnow::pipeline
