#pragma once

#include "core/domain/metric.h"
#include "core/domain/pair.h"
#include "core/domain/selection.h"
#include "core/select/quota.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace winnow::select {

/// One metric of the weighted sum: a value per pair, kMissing where there is none.
struct MetricView {
    std::string name;
    std::span<const double> values;
};

/// The columns a plan works on. They are not copied: whoever makes the plan keeps them alive and unchanged.
struct PolicyInput {
    std::int64_t pairCount = 0;
    std::vector<MetricView> metrics; ///< may be empty: then every pair is eligible and only random choice makes sense
    std::span<const std::int32_t>
        clusters; ///< a cluster number per pair or kNoCluster; empty = all pairs are one cluster
    std::span<const std::uint32_t> idRank; ///< position of the pair in the order of ids, breaks ties; empty = row order

    /// Throws Error(InvalidInput): a column of another length, a cluster number below kNoCluster.
    void validate() const;
};

/// What happens to a pair without a value in a metric that has a weight (DESIGN 8): it is not eligible, or gets the
/// mean.
enum class MissingRule { Exclude, Mean };

/// One question to the plan. Cheap to make for every move of a slider.
struct PolicyRequest {
    Budget budget;
    std::vector<double>
        weights; ///< one per metric of the input; 0 = the metric plays no part, not even for eligibility
    MissingRule missing = MissingRule::Exclude;
    Mode mode = Mode::Corrected;         ///< Published: raw values, int(score), quotas of METHOD 8
    bool isRandom = false;               ///< scores are drawn from `seed`; weights are not looked at
    std::uint64_t seed = 0;              ///< of the random choice
    std::span<const Override> overrides; ///< one per pair; empty = none
    /// A selector's score per pair, kMissing = not eligible; they take the place of the weighted sum and are copied.
    /// Empty = weights decide.
    std::span<const double> scores;
};

/// What became of one cluster.
struct ClusterQuota {
    std::int32_t cluster = 0;        ///< kNoCluster for the pairs that have none
    std::int64_t size = 0;           ///< pairs of the cluster, eligible or not
    std::int64_t availableCount = 0; ///< pairs that may be chosen: pinned, or eligible and not banned
    std::int64_t pinnedCount = 0;
    std::int64_t quota = 0;
    std::int64_t chosenCount = 0;
    double cutScore = kMissing; ///< lowest score chosen without a pin; kMissing where there is none
};

struct PolicyResult {
    std::vector<PairRow> rows;        ///< chosen, ascending
    std::vector<ClusterQuota> quotas; ///< by cluster number, pairs without cluster last
    std::int64_t budget = 0;          ///< as a count
    std::int64_t eligibleCount = 0;   ///< pairs with every metric that has a weight
    std::int64_t missingCount = 0;    ///< pairs that are not eligible for want of a metric
    std::int64_t bannedCount = 0;
    std::int64_t pinnedCount = 0;
    double cutScore = kMissing; ///< lowest score chosen without a pin, over all clusters
    /// Pairs that the budget asked for and that were not there.
    std::int64_t shortfall() const { return budget - static_cast<std::int64_t>(rows.size()); }
};

/// Why a pair is in or out, for the card beside it.
struct WhyCard {
    struct Part {
        std::string metric;
        double value = kMissing;
        double percentile = kMissing; ///< share of eligible pairs below, ties counted half, 0 … 100
        double zScore = kMissing;     ///< over the eligible pairs
        double weight = 0;
        double contribution = kMissing; ///< to the score
        double valueToFlip = kMissing;  ///< with everything else as it is, the value at which the pair meets the cut
    };
    bool isChosen = false;
    bool isEligible = false;
    Override override = Override::None;
    std::vector<std::string> missingMetrics;
    double score = kMissing;
    double cutScore = kMissing;    ///< of the pair's cluster
    double marginToCut = kMissing; ///< score - cutScore
    std::int32_t cluster = kNoCluster;
    std::int64_t quota = 0;         ///< of the cluster
    std::int64_t rankInCluster = 0; ///< 1 = best among the cluster's pairs that compete; 0 = does not compete
    std::int64_t competingInCluster = 0;
    std::int64_t rank = 0; ///< 1 = best among all that compete
    std::int64_t competing = 0;
    std::vector<Part> parts;
    /// What would change the verdict, as one sentence in English without a full stop.
    std::string whatWouldFlip;
};

/// How many, how spread, and which: the weighted sum with quotas and a person's overrides on top (METHOD 8, DESIGN 4.8
/// and 8). Made once for a set of columns; choose() then answers a change of weights on 1,000,000 pairs x 10 metrics in
/// well under 50 ms. Scores are weighted sums of z-scores over the eligible pairs (population standard deviation; a
/// constant metric adds 0). Ties are broken by idRank. Thread: one at a time.
class SelectionPlan {
public:
    /// Throws Error(InvalidInput).
    explicit SelectionPlan(PolicyInput input);

    /// Throws Error: InvalidInput (budget not above 0, more than 100 %, weights or scores of another count or not
    /// finite, all weights 0 and neither scores nor random), Conflict (more pinned pairs than the budget).
    const PolicyResult& choose(const PolicyRequest& request);

    /// About the last choice. Cost: one pass over the pairs per metric. Throws Error(InvalidInput): no such row, or
    /// nothing chosen yet.
    WhyCard explain(PairRow row) const;

    /// Score of every pair in the last choice; kMissing where a pair is not eligible.
    std::span<const double> scores() const { return m_scores; }
    /// 1 where the pair was chosen, in the last choice.
    std::span<const std::uint8_t> chosen() const { return m_chosen; }

private:
    struct Moments {
        double mean = 0;
        double deviation = 0;
    };
    struct Candidate {
        double score;
        std::uint32_t rank;
        PairRow row;
    };
    static bool comesFirst(const Candidate& a, const Candidate& b)
    {
        return a.score != b.score ? a.score > b.score : a.rank < b.rank;
    }

    void validate(const PolicyRequest& request) const;
    void groupByCluster();
    void updateEligibility();
    std::vector<std::uint8_t> computeEligible(const std::vector<bool>& active) const;
    Moments momentsOf(std::size_t metric) const;
    /// What the metric's values are multiplied with, after taking off the offset.
    double factorOf(std::size_t metric) const;
    double offsetOf(std::size_t metric) const;
    void computeScores();
    void drawScores();
    void takeScores(std::span<const double> scores);
    void countClusters();
    void apportion();
    void fillCluster(std::size_t group);
    void cutToBudget();
    void collectRows();
    double sortKey(double score) const;
    bool isBetter(PairRow a, PairRow b) const;
    bool competes(PairRow row) const;
    Override overrideOf(PairRow row) const;
    std::uint32_t rankOf(PairRow row) const;
    std::size_t groupOf(PairRow row) const;
    std::span<const PairRow> membersOf(std::size_t group) const;
    double bestExcluded(std::size_t group) const;
    WhyCard::Part explainMetric(std::size_t metric, PairRow row, double distance) const;
    void addRanks(WhyCard& card, PairRow row) const;

    PolicyInput m_input;
    PolicyRequest m_request;            ///< of the last choice; its overrides are copied to m_overrides
    std::vector<Override> m_overrides;  ///< empty = none
    std::vector<PairRow> m_members;     ///< rows, cluster by cluster, ascending inside
    std::vector<std::size_t> m_begins;  ///< group g is m_members[m_begins[g] … m_begins[g + 1])
    std::vector<std::int32_t> m_groups; ///< cluster number of each group; the last is kNoCluster
    std::vector<bool> m_isComplete;     ///< per metric: no pair is without a value
    std::vector<bool> m_active;         ///< metrics for which m_eligible holds
    MissingRule m_missing = MissingRule::Exclude;
    std::vector<std::uint8_t> m_eligible;          ///< one per pair
    std::vector<std::optional<Moments>> m_moments; ///< per metric, over the eligible pairs; filled when first needed
    std::vector<double> m_scores;
    std::vector<std::uint8_t> m_chosen;
    std::vector<Candidate> m_candidates; ///< scratch of fillCluster
    PolicyResult m_result;               ///< while it is made, quotas has one entry per group
    bool m_hasChosen = false;
    bool m_hasGivenScores = false; ///< m_eligible holds for scores that were given, not for m_active
};

} // namespace winnow::select
