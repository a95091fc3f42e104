#include "core/evaluate/experiment.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/evaluate/distributions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace winnow::evaluate {
namespace {

    using testing::DoubleNear;
    using testing::ElementsAre;

    // Expected numbers: scipy 1.10.1 and numpy, by scipy.special.betainc, scipy.stats.t, .f, .pearsonr, .spearmanr,
    // .f_oneway and a plain array version of the analysis of variance.

    TEST(Distributions, IncompleteBetaIsScipys)
    {
        EXPECT_NEAR(incompleteBeta(2, 3, 0.4), 0.5248, 1e-13);
        EXPECT_NEAR(incompleteBeta(0.5, 0.5, 0.1), 0.2048327646991335, 1e-13);
        EXPECT_NEAR(incompleteBeta(50, 0.5, 0.99), 0.31730439787419623, 1e-12);
        EXPECT_NEAR(incompleteBeta(2.5, 0.5, 0.3), 0.01892712407194565, 1e-13);
        EXPECT_EQ(incompleteBeta(2, 2, 0), 0);
        EXPECT_EQ(incompleteBeta(2, 2, 1), 1);
    }

    TEST(Distributions, StudentAndFisherAreScipys)
    {
        EXPECT_NEAR(studentTwoSided(2.776445105, 4), 0.05000000001011946, 1e-12);
        EXPECT_NEAR(studentTwoSided(1, 2.5), 0.40406102727827353, 1e-12);
        EXPECT_NEAR(studentTwoSided(-4.2, 7), 0.004035559925219957, 1e-12);
        EXPECT_EQ(studentTwoSided(0, 3), 1);
        EXPECT_NEAR(studentQuantile(0.95, 1), 12.706204736432095, 1e-8);
        EXPECT_NEAR(studentQuantile(0.95, 4), 2.7764451051977987, 1e-9);
        EXPECT_NEAR(studentQuantile(0.95, 7.5), 2.333039626555376, 1e-9);
        EXPECT_NEAR(studentQuantile(0.95, 1000), 1.9623390808264074, 1e-9);
        EXPECT_NEAR(fisherUpper(3.5, 2, 12), 0.06346961596914295, 1e-12);
        EXPECT_NEAR(fisherUpper(1.2, 29, 30), 0.3110461671995156, 1e-12);
        EXPECT_NEAR(fisherUpper(0.3, 4, 9), 0.8707930338838645, 1e-12);
    }

    TEST(Distributions, HolmStepsDownAndNeverFallsBack)
    {
        // By hand: sorted 0.01 x 4, 0.02 x 3, 0.025 x 2 = 0.05 < 0.06, 0.9 x 1.
        EXPECT_THAT(holm({0.025, 0.01, 0.9, 0.02}),
            ElementsAre(
                DoubleNear(0.06, 1e-12), DoubleNear(0.04, 1e-12), DoubleNear(0.9, 1e-12), DoubleNear(0.06, 1e-12)));
        EXPECT_THAT(holm({0.5, 0.6}), ElementsAre(1.0, 1.0));
        EXPECT_THAT(holm({}), ElementsAre());
    }

    TEST(Distributions, CorrelationsAreScipys)
    {
        EXPECT_NEAR(pearson({1, 2, 3, 4, 5, 6.5}, {2, 1, 4, 3, 7, 6}), 0.8409768771846674, 1e-12);
        EXPECT_NEAR(correlationP(0.8409768771846674, 6), 0.035921813905545164, 1e-10);
        EXPECT_NEAR(spearman({1, 2, 2, 3, 5}, {3, 1, 4, 4, 9}), 0.7631578947368421, 1e-12);
        EXPECT_TRUE(std::isnan(pearson({1, 1, 1}, {1, 2, 3})));
        EXPECT_TRUE(std::isnan(pearson({1, 2}, {1, 2})));
        EXPECT_EQ(correlationP(std::nan(""), 9), 1);
    }

    TEST(Distributions, GroupTestIsScipysOneWayAnova)
    {
        const auto test = compareGroups({{30.1, 30.9, 31.2}, {29.5, 29.9, 30.0}, {31.5, 31.0, 32.0}});
        EXPECT_NEAR(test.f, 10.139896373057026, 1e-9);
        EXPECT_NEAR(test.pValue, 0.011901122995441011, 1e-10);
        EXPECT_NEAR(test.reliability, 1 - 1 / 10.139896373057026, 1e-10);
        EXPECT_EQ(compareGroups({{1}, {2}, {3}}).pValue, 1); // one value a group tells nothing
        EXPECT_EQ(compareGroups({{1, 1}, {1, 1}}).pValue, 1);
    }

    TEST(ExperimentMean, OneFactorIsTheOneSampleTTest)
    {
        const auto estimate = estimateMean({1, 1, 5, {3, 1, 2, 2, 4}});
        EXPECT_NEAR(estimate.mean, 2.4, 1e-12);
        EXPECT_NEAR(estimate.standardError, 0.5099019513592785, 1e-12);
        EXPECT_EQ(estimate.degrees, 4);
        EXPECT_NEAR(estimate.pValue, 0.009261696759514425, 1e-11);
        EXPECT_NEAR(estimate.interval.low, 0.984285223017725, 1e-8);
        EXPECT_NEAR(estimate.interval.high, 3.815714776982275, 1e-8);
    }

    TEST(ExperimentMean, TwoFactorsNeverFallBelowTheLargestOne)
    {
        const auto estimate = estimateMean({1, 3, 4, {1, 0, 2, -1, 2, 1, 0, 3, 0, 2, 1, 1.5}});
        EXPECT_NEAR(estimate.mean, 1.0416666666666667, 1e-12);
        ASSERT_EQ(estimate.parts.size(), 2u);
        EXPECT_EQ(estimate.parts[0].factor, "seeds");
        EXPECT_NEAR(estimate.parts[0].share, 0.08506944444444448, 1e-12);
        EXPECT_NEAR(estimate.parts[1].share, 0.0017361111111111127, 1e-12);
        EXPECT_NEAR(estimate.standardError, 0.29166666666666674, 1e-12);
        EXPECT_EQ(estimate.degrees, 2);
        EXPECT_NEAR(estimate.pValue, 0.07023999586799778, 1e-10);
    }

    TEST(ExperimentMean, ThreeFactorsAddUpWithoutTheirInteractions)
    {
        const auto estimate = estimateMean({2, 2, 3, {5, 1, 3, 6, 2, 4.5, 2, 0, 1, 4, 1, 2}});
        EXPECT_NEAR(estimate.mean, 2.625, 1e-12);
        EXPECT_NEAR(estimate.standardError, 1.4630874888399532, 1e-12);
        EXPECT_NEAR(estimate.degrees, 3.308565160902804, 1e-10);
        EXPECT_NEAR(estimate.interval.low, -1.794918424911982, 1e-7);
        EXPECT_NEAR(estimate.pValue, 0.1620409289644509, 1e-10);
    }

    TEST(ExperimentMean, NoSpreadIsNoDoubt)
    {
        EXPECT_EQ(estimateMean({1, 2, 2, {0, 0, 0, 0}}).pValue, 1);
        EXPECT_EQ(estimateMean({1, 2, 2, {1, 1, 1, 1}}).pValue, 0);
        EXPECT_THROW(estimateMean({1, 2, 2, {1, 1, 1}}), Error);
        EXPECT_THROW(estimateMean({0, 2, 2, {}}), Error);
    }

    /// Share of 95 % intervals that hold the truth, 0, when draws, seeds and units have normal effects of these sizes.
    double coverage(const Grid& shape, double draws, double seeds, double units, double rest, int rounds)
    {
        Random random(7, "coverage");
        int hits = 0;
        for (int round = 0; round < rounds; ++round) {
            Grid grid = shape;
            grid.values.assign(grid.draws * grid.seeds * grid.units, 0);
            std::vector<double> unitEffects;
            for (std::size_t u = 0; u < grid.units; ++u)
                unitEffects.push_back(units * random.normal());
            for (std::size_t d = 0; d < grid.draws; ++d) {
                const double drawEffect = draws * random.normal();
                for (std::size_t s = 0; s < grid.seeds; ++s) {
                    const double runEffect = drawEffect + seeds * random.normal();
                    for (std::size_t u = 0; u < grid.units; ++u)
                        grid.at(d, s, u) = runEffect + unitEffects[u] + rest * random.normal();
                }
            }
            const auto interval = estimateMean(grid).interval;
            hits += interval.low <= 0 && 0 <= interval.high ? 1 : 0;
        }
        return hits / static_cast<double>(rounds);
    }

    TEST(ExperimentMean, IntervalsCoverWhatTheyPromise)
    {
        constexpr int kRounds = 600; // standard error of a share of 95 %: 0.9 points
        EXPECT_GT(coverage({1, 5, 40, {}}, 0, 2, 1, 3, kRounds), 0.92) << "fine-tunes differ";
        EXPECT_GT(coverage({1, 5, 40, {}}, 0, 0.05, 2, 3, kRounds), 0.92) << "questions differ";
        EXPECT_GT(coverage({5, 5, 20, {}}, 1, 1, 2, 3, kRounds), 0.92) << "random draws differ";
        EXPECT_LT(coverage({1, 5, 40, {}}, 0, 0.05, 2, 3, kRounds), 0.995)
            << "and are not so wide that they say nothing";
    }

    TEST(ExperimentDifference, PairsSeedsAndUnitsAndRepeatsTheOnlyDraw)
    {
        const Grid one{1, 2, 2, {1, 2, 3, 4}}, two{2, 2, 2, {0, 1, 1, 1, 2, 2, 2, 2}};
        const auto out = difference(one, two);
        EXPECT_EQ(out.draws, 2u);
        EXPECT_THAT(out.values, ElementsAre(1, 1, 2, 3, -1, 0, 1, 2));
        EXPECT_THAT(difference(two, one).values, ElementsAre(-1, -1, -2, -3, 1, 0, -1, -2));
        EXPECT_THROW(difference(one, Grid{1, 1, 2, {1, 2}}), Error);
        EXPECT_THROW(difference(two, Grid{3, 2, 2, std::vector<double>(12)}), Error);
    }

    TEST(ExperimentUnits, MeanOfUnitsIsTheAccuracy)
    {
        // Picture 3 has three questions, picture 1 one: 3 of 4 right.
        const auto units = unitScores({{1, 0, 1, 1}, {3, 3, 1, 3}});
        EXPECT_THAT(units, ElementsAre(DoubleNear(50, 1e-12), DoubleNear(100, 1e-12)));
        EXPECT_NEAR((units[0] + units[1]) / 2, 75, 1e-12);
        const auto joined = joinBenchmarks({units, {20, 40, 60}}); // accuracies 75 and 40
        ASSERT_EQ(joined.size(), 5u);
        EXPECT_NEAR((joined[0] + joined[1] + joined[2] + joined[3] + joined[4]) / 5, 57.5, 1e-12);
        EXPECT_THROW(unitScores({{}, {}}), Error);
    }

} // namespace
} // namespace winnow::evaluate
