#include "core/select/policy.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/safetensors.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <numeric>

namespace winnow::select {
namespace {

    using Rows = std::vector<PairRow>;

    /// Columns that live as long as the plan made of them.
    struct Pool {
        std::vector<std::vector<double>> metrics;
        std::vector<std::int32_t> clusters;
        std::vector<std::uint32_t> idRank;
        std::vector<Override> overrides;

        PolicyInput input() const
        {
            PolicyInput out;
            out.pairCount = static_cast<std::int64_t>(metrics.front().size());
            for (std::size_t m = 0; m < metrics.size(); ++m)
                out.metrics.push_back({"m" + std::to_string(m), metrics[m]});
            out.clusters = clusters;
            out.idRank = idRank;
            return out;
        }
        PolicyRequest request(double budget) const
        {
            PolicyRequest out;
            out.budget = {budget, false};
            out.weights.assign(metrics.size(), 1);
            out.overrides = overrides;
            return out;
        }
    };

    Rows chooseFrom(const Pool& pool, const PolicyRequest& request)
    {
        return SelectionPlan(pool.input()).choose(request).rows;
    }

    template <typename Call> ErrorCode codeOf(Call call)
    {
        try {
            call();
        } catch (const Error& e) {
            return e.code();
        }
        return ErrorCode::Internal;
    }

    TEST(SelectionPlan, TakesTheBest)
    {
        const Pool pool{{{1, 5, 3, 4, 2}}, {}, {}, {}};
        EXPECT_EQ(chooseFrom(pool, pool.request(2)), (Rows{1, 3}));
    }

    TEST(SelectionPlan, WeighsZScoresNotRawValues)
    {
        // z of m0: -1.34 -0.45 0.45 1.34; of m1, a thousand times larger: 1.34 0.45 -0.45 -1.34. Weight 2 on m0 wins.
        Pool pool{{{1, 2, 3, 4}, {4000, 3000, 2000, 1000}}, {}, {}, {}};
        auto request = pool.request(1);
        request.weights = {2, 1};
        EXPECT_EQ(chooseFrom(pool, request), (Rows{3}));
        request.weights = {1, 2};
        EXPECT_EQ(chooseFrom(pool, request), (Rows{0}));
        SelectionPlan plan(pool.input());
        request.weights = {2, 1};
        plan.choose(request);
        EXPECT_NEAR(plan.scores()[3], 1.3416407864998738, 1e-12);
    }

    TEST(SelectionPlan, NegativeWeightsPreferSmallValues)
    {
        const Pool pool{{{1, 5, 3}}, {}, {}, {}};
        auto request = pool.request(1);
        request.weights = {-1};
        EXPECT_EQ(chooseFrom(pool, request), (Rows{0}));
    }

    TEST(SelectionPlan, BreaksTiesById)
    {
        const Pool pool{{{7, 7, 7, 7}}, {}, {3, 1, 0, 2}, {}};
        EXPECT_EQ(chooseFrom(pool, pool.request(2)), (Rows{1, 2}));
        const Pool plain{{{7, 7, 7, 7}}, {}, {}, {}};
        EXPECT_EQ(chooseFrom(plain, plain.request(2)), (Rows{0, 1}));
    }

    TEST(SelectionPlan, MissingValuesExcludeOrCountAsTheMean)
    {
        const Pool pool{{{1, kMissing, 4, 2}}, {}, {}, {}};
        auto request = pool.request(4);
        SelectionPlan plan(pool.input());
        EXPECT_EQ(plan.choose(request).rows, (Rows{0, 2, 3}));
        EXPECT_EQ(plan.choose(request).missingCount, 1);
        EXPECT_EQ(plan.choose(request).shortfall(), 1);
        request.missing = MissingRule::Mean;
        request.budget = {2, false};
        EXPECT_EQ(plan.choose(request).rows, (Rows{1, 2})); // the mean 2.33 lies above 2
        EXPECT_EQ(plan.choose(request).eligibleCount, 4);
    }

    TEST(SelectionPlan, MetricWithoutWeightExcludesNobody)
    {
        const Pool pool{{{1, 2, 3}, {kMissing, kMissing, 1}}, {}, {}, {}};
        auto request = pool.request(3);
        request.weights = {1, 0};
        EXPECT_EQ(chooseFrom(pool, request), (Rows{0, 1, 2}));
    }

    TEST(SelectionPlan, EligibilityFollowsAChangeOfWeights)
    {
        const Pool pool{{{1, 2, 3, 10}, {5, 6, kMissing, kMissing}}, {}, {}, {}};
        SelectionPlan plan(pool.input());
        auto request = pool.request(1);
        request.weights = {1, 0};
        EXPECT_EQ(plan.choose(request).rows, (Rows{3}));
        request.weights = {1, 1};
        EXPECT_EQ(plan.choose(request).rows, (Rows{1}));
        EXPECT_NEAR(plan.scores()[1], 2, 1e-12); // z = 1 in both among the two eligible pairs
        request.weights = {1, 0};
        EXPECT_EQ(plan.choose(request).rows, (Rows{3}));
    }

    TEST(SelectionPlan, AConstantMetricAddsNothing)
    {
        const Pool pool{{{0.1, 0.1, 0.1}, {1, 3, 2}}, {}, {}, {}};
        EXPECT_EQ(chooseFrom(pool, pool.request(1)), (Rows{1}));
    }

    TEST(SelectionPlan, SpreadsOverClusters)
    {
        const Pool pool{{{9, 8, 7, 6, 1, 2}}, {0, 0, 0, 0, 1, 1}, {}, {}};
        SelectionPlan plan(pool.input());
        const auto& result = plan.choose(pool.request(3));
        EXPECT_EQ(result.rows, (Rows{0, 1, 5}));
        ASSERT_EQ(result.quotas.size(), 2u);
        EXPECT_EQ(result.quotas[0].quota, 2);
        EXPECT_EQ(result.quotas[1].quota, 1);
        EXPECT_LT(result.quotas[1].cutScore, result.quotas[0].cutScore);
    }

    TEST(SelectionPlan, PairsWithoutClusterAreAGroupOfTheirOwn)
    {
        const Pool pool{{{9, 8, 7, 6}}, {0, 0, kNoCluster, kNoCluster}, {}, {}};
        SelectionPlan plan(pool.input());
        const auto& result = plan.choose(pool.request(2));
        EXPECT_EQ(result.rows, (Rows{0, 2}));
        EXPECT_EQ(result.quotas.back().cluster, kNoCluster);
    }

    TEST(SelectionPlan, PinsCountInsideBudgetAndQuota)
    {
        Pool pool{{{9, 8, 7, 6, 1, 2}}, {0, 0, 0, 0, 1, 1}, {}, {}};
        pool.overrides.assign(6, Override::None);
        pool.overrides[3] = Override::Pinned;
        SelectionPlan plan(pool.input());
        const auto& result = plan.choose(pool.request(3));
        EXPECT_EQ(result.rows, (Rows{0, 3, 5}));
        EXPECT_EQ(result.quotas[0].pinnedCount, 1);
        EXPECT_EQ(result.pinnedCount, 1);
    }

    TEST(SelectionPlan, PinsRaiseTheQuotaOfTheirCluster)
    {
        Pool pool{{{9, 8, 7, 6, 1, 2}}, {0, 0, 0, 0, 1, 1}, {}, {}};
        pool.overrides = {
            Override::None, Override::None, Override::None, Override::None, Override::LockedIn, Override::Pinned};
        EXPECT_EQ(chooseFrom(pool, pool.request(3)), (Rows{0, 4, 5}));
    }

    TEST(SelectionPlan, BansAndLocksOutAreObeyed)
    {
        Pool pool{{{5, 4, 3, 2}}, {}, {}, {}};
        pool.overrides = {Override::Banned, Override::LockedOut, Override::None, Override::None};
        SelectionPlan plan(pool.input());
        EXPECT_EQ(plan.choose(pool.request(1)).rows, (Rows{2}));
        EXPECT_EQ(plan.choose(pool.request(1)).bannedCount, 2);
    }

    TEST(SelectionPlan, APinnedPairNeedsNoScore)
    {
        Pool pool{{{5, 4, kMissing}}, {}, {}, {}};
        pool.overrides = {Override::None, Override::None, Override::Pinned};
        EXPECT_EQ(chooseFrom(pool, pool.request(2)), (Rows{0, 2}));
    }

    TEST(SelectionPlan, MorePinsThanBudgetNamesBothNumbers)
    {
        Pool pool{{{5, 4, 3}}, {}, {}, {}};
        pool.overrides.assign(3, Override::Pinned);
        try {
            chooseFrom(pool, pool.request(2));
            FAIL() << "three pins fitted into two places";
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::Conflict);
            EXPECT_NE(e.message().find('3'), std::string::npos);
            EXPECT_NE(e.message().find('2'), std::string::npos);
        }
    }

    TEST(SelectionPlan, PercentIsOfAllPairsRoundedHalfUp)
    {
        Pool pool{{{1, 2, 3, 4, 5}}, {}, {}, {}};
        pool.overrides = {Override::Banned, Override::None, Override::None, Override::None, Override::None};
        auto request = pool.request(0);
        request.budget = {50, true};
        EXPECT_EQ(chooseFrom(pool, request), (Rows{2, 3, 4}));
    }

    TEST(SelectionPlan, RefusesImpossibleRequests)
    {
        const Pool pool{{{1, 2, 3}}, {}, {}, {}};
        const auto codeFor = [&](auto change) {
            auto request = pool.request(1);
            change(request);
            return codeOf([&] { chooseFrom(pool, request); });
        };
        EXPECT_EQ(codeFor([](auto& r) { r.budget = {0, false}; }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeFor([](auto& r) { r.budget = {-3, false}; }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeFor([](auto& r) { r.budget = {101, true}; }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeFor([](auto& r) { r.budget = {0.01, true}; }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeFor([](auto& r) { r.budget = {kMissing, false}; }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeFor([](auto& r) { r.weights = {0}; }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeFor([](auto& r) { r.weights = {kMissing}; }), ErrorCode::InvalidInput);
        EXPECT_EQ(codeFor([](auto& r) { r.weights = {1, 1}; }), ErrorCode::InvalidInput);
        static const std::vector<Override> kTooFew{Override::None};
        EXPECT_EQ(codeFor([](auto& r) { r.overrides = kTooFew; }), ErrorCode::InvalidInput);
    }

    TEST(SelectionPlan, RefusesColumnsOfUnequalLength)
    {
        PolicyInput input;
        input.pairCount = 3;
        const std::vector<double> values{1, 2};
        input.metrics = {{"clip", values}};
        EXPECT_THROW(SelectionPlan{input}, Error);
    }

    TEST(SelectionPlan, RandomChoiceFollowsItsSeed)
    {
        Pool pool{{std::vector<double>(1000, 1.0)}, {}, {}, {}};
        auto request = pool.request(100);
        request.isRandom = true;
        request.seed = 5;
        const auto first = chooseFrom(pool, request);
        EXPECT_EQ(first.size(), 100u);
        EXPECT_EQ(chooseFrom(pool, request), first);
        request.seed = 6;
        EXPECT_NE(chooseFrom(pool, request), first);
    }

    TEST(SelectionPlan, RandomChoiceLooksAtNoMetric)
    {
        const Pool pool{{{kMissing, kMissing, 1}}, {}, {}, {}};
        auto request = pool.request(3);
        request.isRandom = true;
        EXPECT_EQ(chooseFrom(pool, request), (Rows{0, 1, 2}));
    }

    TEST(SelectionPlan, PublishedRuleTruncatesScoresAndKeepsFileOrder)
    {
        Pool pool{{{3.1, 3.9, 4.0, 3.5}}, {}, {}, {}};
        auto request = pool.request(2);
        request.mode = Mode::Published;
        EXPECT_EQ(chooseFrom(pool, request), (Rows{0, 2})); // int(3.1) = int(3.9): the first in the file wins
    }

    TEST(SelectionPlan, PublishedRuleCutsToTheBudget)
    {
        // Minimum 1 for each of four clusters, budget 2: the two best of the four stay.
        Pool pool{{{5, 9, 1, 7}}, {0, 1, 2, 3}, {}, {}};
        auto request = pool.request(2);
        request.mode = Mode::Published;
        EXPECT_EQ(chooseFrom(pool, request), (Rows{1, 3}));
        pool.overrides = {Override::None, Override::None, Override::Pinned, Override::None};
        request.overrides = pool.overrides;
        EXPECT_EQ(chooseFrom(pool, request), (Rows{1, 2}));
    }

    TEST(SelectionPlan, PublishedScoresGiveThePublishedChoice)
    {
        const auto folder = std::filesystem::path(sharedDir()) / "golden/selector/published";
        if (!std::filesystem::exists(folder))
            GTEST_SKIP() << "needs ../shared/golden/selector";
        const safetensors::Reader file(folder / "golden.safetensors");
        const auto* entry = file.find("all.scores");
        ASSERT_NE(entry, nullptr);
        std::vector<float> scores(static_cast<std::size_t>(entry->elementCount()));
        std::memcpy(scores.data(), file.bytes(*entry).data(), scores.size() * sizeof(float));
        const auto cases = json::load(folder / "selection.json");
        const auto ids = cases["image_ids_in_order"].get<std::vector<std::string>>();
        std::map<std::string, PairRow> rows;
        for (std::size_t i = 0; i < ids.size(); ++i)
            rows[ids[i]] = static_cast<PairRow>(i);
        for (const auto* name : {"published_kmeans30", "by_id_modulo_10"}) {
            Pool pool{{{scores.begin(), scores.end()}}, std::vector<std::int32_t>(ids.size(), kNoCluster), {}, {}};
            std::int32_t number = 0;
            for (const auto& [key, members] : cases[name]["clusters"].items()) {
                for (const auto& id : members)
                    pool.clusters[rows.at(id.get<std::string>())] = number;
                ++number;
            }
            auto request = pool.request(200);
            request.mode = Mode::Published;
            Rows expected;
            for (const auto& id : cases[name]["selected_ids"])
                expected.push_back(rows.at(id.get<std::string>()));
            std::sort(expected.begin(), expected.end());
            EXPECT_EQ(chooseFrom(pool, request), expected) << name;
        }
    }

    TEST(SelectionPlan, GivenScoresTakeThePlaceOfTheWeights)
    {
        const Pool pool{{{1, 2, 3, 4}}, {}, {}, {}};
        SelectionPlan plan(pool.input());
        auto request = pool.request(2);
        const std::vector<double> scores{5, kMissing, 9, 1};
        request.scores = scores;
        const auto& result = plan.choose(request);
        EXPECT_EQ(result.rows, (Rows{0, 2}));
        EXPECT_EQ(result.eligibleCount, 3);
        EXPECT_EQ(result.missingCount, 1);
        EXPECT_EQ(plan.explain(1).whatWouldFlip, "a value for every input of the selector");
        EXPECT_TRUE(plan.explain(0).parts.empty());
        EXPECT_EQ(plan.explain(3).rank, 3);
        // The weights and chance decide again as if nothing had been between.
        request.scores = {};
        EXPECT_EQ(plan.choose(request).rows, (Rows{2, 3}));
        EXPECT_EQ(plan.explain(1).parts.size(), 1u);
        request.scores = scores;
        plan.choose(request);
        request.scores = {};
        request.isRandom = true;
        EXPECT_EQ(plan.choose(request).eligibleCount, 4);
        request.isRandom = false;
        request.scores = std::span(scores).first(3);
        EXPECT_THROW(plan.choose(request), Error);
    }

    TEST(WhyCard, TellsRankCutAndWhatWouldFlip)
    {
        const Pool pool{{{1, 2, 3, 4}}, {}, {}, {}};
        SelectionPlan plan(pool.input());
        plan.choose(pool.request(2));
        const auto out = plan.explain(1);
        EXPECT_FALSE(out.isChosen);
        EXPECT_EQ(out.rank, 3);
        EXPECT_EQ(out.competing, 4);
        EXPECT_EQ(out.quota, 2);
        ASSERT_EQ(out.parts.size(), 1u);
        EXPECT_DOUBLE_EQ(out.parts[0].percentile, 37.5); // one below, itself counted half, of four
        EXPECT_NEAR(out.parts[0].valueToFlip, 3, 1e-12);
        EXPECT_NEAR(out.parts[0].zScore, -0.4472135954999579, 1e-12);
        EXPECT_NE(out.whatWouldFlip.find("quota of 3"), std::string::npos) << out.whatWouldFlip;
        const auto in = plan.explain(3);
        EXPECT_TRUE(in.isChosen);
        EXPECT_EQ(in.rank, 1);
        EXPECT_NEAR(in.parts[0].valueToFlip, 2, 1e-12);
    }

    TEST(WhyCard, NamesMissingMetricsAndDecisions)
    {
        Pool pool{{{1, kMissing, 3, 4}}, {}, {}, {}};
        pool.overrides = {Override::Pinned, Override::None, Override::None, Override::Banned};
        SelectionPlan plan(pool.input());
        plan.choose(pool.request(2));
        EXPECT_EQ(plan.explain(1).missingMetrics, std::vector<std::string>{"m0"});
        EXPECT_FALSE(plan.explain(1).isEligible);
        EXPECT_NE(plan.explain(1).whatWouldFlip.find("m0"), std::string::npos);
        EXPECT_NE(plan.explain(0).whatWouldFlip.find("pin"), std::string::npos);
        EXPECT_NE(plan.explain(3).whatWouldFlip.find("ban"), std::string::npos);
        EXPECT_EQ(plan.explain(3).rank, 1);
    }

    TEST(WhyCard, NeedsAChoiceAndAPair)
    {
        const Pool pool{{{1, 2}}, {}, {}, {}};
        SelectionPlan plan(pool.input());
        EXPECT_THROW(plan.explain(0), Error);
        plan.choose(pool.request(1));
        EXPECT_THROW(plan.explain(2), Error);
    }

    TEST(SelectionPlan, AgreesWithSortingEverything)
    {
        Random random(3, "policy-test");
        Pool pool{{{}, {}}, {}, {}, {}};
        for (int i = 0; i < 2000; ++i) {
            pool.metrics[0].push_back(random.chance(0.1) ? kMissing : std::round(random.normal() * 4) / 4); // many ties
            pool.metrics[1].push_back(random.normal());
            pool.clusters.push_back(static_cast<std::int32_t>(random.below(7)));
            pool.overrides.push_back(random.chance(0.02) ? Override::Pinned
                    : random.chance(0.05)                ? Override::Banned
                                                         : Override::None);
        }
        auto request = pool.request(300);
        request.weights = {1, 0.1};
        SelectionPlan plan(pool.input());
        const auto& result = plan.choose(request);
        EXPECT_EQ(result.rows.size(), 300u);
        for (const auto& quota : result.quotas) {
            std::vector<std::pair<double, PairRow>> ranked;
            for (PairRow row = 0; row < 2000; ++row)
                if (pool.clusters[row] == quota.cluster && pool.overrides[row] == Override::None
                    && !std::isnan(plan.scores()[row]))
                    ranked.push_back({-plan.scores()[row], row});
            std::sort(ranked.begin(), ranked.end());
            const auto taken = static_cast<std::size_t>(quota.quota - quota.pinnedCount);
            for (std::size_t i = 0; i < ranked.size(); ++i)
                EXPECT_EQ(plan.chosen()[ranked[i].second] != 0, i < taken)
                    << "cluster " << quota.cluster << " rank " << i;
        }
    }

} // namespace
} // namespace winnow::select
