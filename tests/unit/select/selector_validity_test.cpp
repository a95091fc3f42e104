#include "core/select/selector_validity.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "tests/support/stopping_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace winnow::select {
namespace {

    using testing::HasSubstr;

    /// Six subsets of two rows of two numbers; labels go up with the first.
    TrainingSet sixSubsets()
    {
        TrainingSet set;
        set.rows =
            torch::tensor({1, 0, 3, 1, 2, 2, 4, 0, 6, 1, 6, 3, 5, 0, 9, 2, 8, 1, 10, 1, 12, 2, 8, 3}, torch::kFloat)
                .view({12, 2});
        set.sizes.assign(6, 2);
        set.labels = {10, 11, 12.5, 13, 14.2, 15};
        set.names = {"a", "b", "c", "d", "e", "f"};
        set.columns = {"x", "y"};
        return set;
    }

    /// Subsets of different sizes whose labels have nothing to do with their rows.
    TrainingSet noise(int subsets, int width)
    {
        TrainingSet set;
        Random random(5, "noise");
        std::vector<float> rows;
        for (int s = 0; s < subsets; ++s) {
            set.sizes.push_back(4 + s % 3);
            for (std::int64_t i = 0; i < set.sizes.back() * width; ++i)
                rows.push_back(static_cast<float>(random.normal()));
            set.labels.push_back(random.normal());
            set.names.push_back(text::join(s));
        }
        for (int c = 0; c < width; ++c)
            set.columns.push_back(text::join("c", c));
        set.rows = torch::tensor(rows).view({-1, width});
        return set;
    }

    TrainingOptions optionsOf(SelectorKind kind, Mode mode)
    {
        TrainingOptions out;
        out.kind = kind;
        out.mode = mode;
        out.heads = 2;
        out.maxSteps = 15;
        return out;
    }

    class SelectorValidityTest : public testing::Test {
    protected:
        NullContext context;
    };

    TEST_F(SelectorValidityTest, StatisticsFollowScipyAndPaper)
    {
        // scipy 1.10.1 spearmanr
        EXPECT_NEAR(rankCorrelation(std::vector<double>{1, 2, 3, 4, 5, 6}, std::vector<double>{2, 1, 4, 3, 6, 6}),
            0.8696565534786727, 1e-12);
        EXPECT_NEAR(rankCorrelation(std::vector<double>{3, 1, 2, 2}, std::vector<double>{1, 5, 2, 4}),
            -0.9486832980505139, 1e-12);
        EXPECT_TRUE(std::isnan(rankCorrelation(std::vector<double>{1, 1}, std::vector<double>{1, 2})));
        EXPECT_NEAR(othersMeanError(std::vector<double>{1, 2, 4, 7}), 9.333333333333332, 1e-12);
        // squared errors 1, 1, 0; variance of 1, 2, 6 about 3 is 14 / 3
        EXPECT_NEAR(determination(std::vector<double>{2, 1, 6}, std::vector<double>{1, 2, 6}), 1 - 2.0 / 14, 1e-12);
    }

    TEST_F(SelectorValidityTest, LinearLeaveOneOutFollowsScikitLearn)
    {
        // Standardised rows, subset means, Ridge(0.01) chosen by exact leave-one-out: numpy 1.24.2, scikit-learn 1.2.1
        const std::vector<double> fitted{10.133030122234375, 10.774146864687898, 12.62242380573218, 13.038320689236835,
            14.170407601511306, 14.961670916597406};
        const std::vector<double> heldOut{10.338434885136163, 10.637852036827944, 12.77456407706376, 13.054604065353807,
            14.112039171105925, 14.850852679146417};
        const auto set = sixSubsets();
        const auto training = optionsOf(SelectorKind::Linear, Mode::Corrected);
        const auto selector = fitSelector(set, training, context);
        EXPECT_EQ(selector.linear.ridge, 0.01);
        const auto validity = measureValidity(set, training, selector, {}, context);
        ASSERT_EQ(validity.predicted.size(), 6u);
        for (std::size_t i = 0; i < 6; ++i) {
            EXPECT_NEAR(validity.fitted[i], fitted[i], 1e-9);
            EXPECT_NEAR(validity.predicted[i], heldOut[i], 1e-9);
        }
        EXPECT_NEAR(validity.error, 0.05900639763522799, 1e-9);
        EXPECT_NEAR(validity.chanceError, 4.274, 1e-9);
        EXPECT_NEAR(validity.r2, 0.986194104437242, 1e-9);
        EXPECT_NEAR(validity.spearman, 1, 1e-12);
        EXPECT_NEAR(validity.importances[0].coefficient, 1.817127824200998, 1e-9);
        EXPECT_NEAR(validity.importances[1].coefficient, 0.15426093913901, 1e-9);
        EXPECT_GT(validity.importances[0].importance, 10 * validity.importances[1].importance);
    }

    TEST_F(SelectorValidityTest, RefitsForManyLabellingsAreThoseOfTheFitItself)
    {
        for (const auto mode : {Mode::Corrected, Mode::Published}) {
            const auto set = noise(8, 3);
            const auto training = optionsOf(SelectorKind::Linear, mode);
            const auto fast = LinearRefits(set, mode).heldOut(set.labels);
            for (std::int64_t i = 0; i < set.count(); ++i) {
                const auto known = set.without(i);
                const auto slow = predictUnseen(fitSelector(known, training, context), known, set.subset(i), context);
                EXPECT_NEAR(fast[static_cast<std::size_t>(i)], slow, 1e-6);
            }
        }
    }

    TEST_F(SelectorValidityTest, ASignalBeatsChanceAndNoiseDoesNot)
    {
        const auto training = optionsOf(SelectorKind::Linear, Mode::Corrected);
        const auto good = measureValidity(
            sixSubsets(), training, fitSelector(sixSubsets(), training, context), {.permutations = 199}, context);
        EXPECT_TRUE(good.beatsChance);
        EXPECT_LT(good.pValue, 0.05);
        EXPECT_THAT(good.verdict, HasSubstr("better than chance (held-out R2 0.99"));
        const auto random = noise(12, 4);
        const auto bad =
            measureValidity(random, training, fitSelector(random, training, context), {.permutations = 199}, context);
        EXPECT_FALSE(bad.beatsChance);
        EXPECT_GT(bad.pValue, 0.05);
        EXPECT_THAT(bad.verdict, HasSubstr("no better than chance"));
    }

    TEST_F(SelectorValidityTest, EveryKindIsDeterministicAndStopsBetweenSteps)
    {
        const auto set = noise(6, 4).cutToSmallest();
        for (const auto kind : {SelectorKind::Linear, SelectorKind::Mlp, SelectorKind::Attention})
            for (const auto mode : {Mode::Corrected, Mode::Published}) {
                const auto training = optionsOf(kind, mode);
                const auto measure = [&](RunContext& run) {
                    return measureValidity(
                        set, training, fitSelector(set, training, run), {.permutations = 3, .repeats = 2}, run);
                };
                const auto first = measure(context), second = measure(context);
                EXPECT_EQ(first.predicted, second.predicted);
                EXPECT_EQ(first.pValue, second.pValue);
                EXPECT_EQ(first.importances[2].importance, second.importances[2].importance);
                EXPECT_EQ(first.predicted.size(), 6u);
                StoppingContext stop(3);
                EXPECT_THROW(measure(stop), Cancelled);
            }
    }

    TEST_F(SelectorValidityTest, UnseenSubsetIsAppendedToTheSequenceOfThePublishedAttention)
    {
        const auto set = noise(5, 4).cutToSmallest();
        const auto known = set.without(4);
        const auto training = optionsOf(SelectorKind::Attention, Mode::Published);
        const auto selector = fitSelector(known, training, context);
        const auto inputs = set.stacked(); // the fifth stands last already
        const torch::NoGradGuard noGrad;
        const auto whole = selector.attention->forward(inputs, context).mean(1);
        EXPECT_NEAR(predictUnseen(selector, known, set.subset(4), context), whole[4].item<double>(), 1e-5);
    }

    TEST_F(SelectorValidityTest, CorrectedNetKeepsTheStepsWithTheLeastHeldOutError)
    {
        const auto set = sixSubsets();
        auto training = optionsOf(SelectorKind::Mlp, Mode::Corrected);
        const auto errors = crossValidatedErrors(set, training, context);
        ASSERT_EQ(errors.size(), 15u);
        const auto best = std::min_element(errors.begin(), errors.end()) - errors.begin() + 1;
        EXPECT_EQ(fitSelector(set, training, context).steps, best);
        training.steps = 4;
        EXPECT_EQ(fitSelector(set, training, context).steps, 4);
    }

    TEST_F(SelectorValidityTest, RefusesLabelsThatTeachNothing)
    {
        const auto training = optionsOf(SelectorKind::Linear, Mode::Corrected);
        const auto message = [&](TrainingSet set, const TrainingOptions& options) -> std::string {
            try {
                fitSelector(set, options, context);
            } catch (const Error& e) {
                return e.message();
            }
            return "";
        };
        auto set = sixSubsets();
        set.labels.assign(6, 3.0);
        EXPECT_THAT(message(set, training), HasSubstr("all labels are the same"));
        EXPECT_THAT(message(sixSubsets().only({0, 1}), training), HasSubstr("at least 3 labelled subsets"));
        set = sixSubsets();
        set.rows[3][0] = std::numeric_limits<float>::quiet_NaN();
        EXPECT_THAT(message(set, training), HasSubstr("not a finite number"));
        EXPECT_THAT(
            message(noise(6, 4), optionsOf(SelectorKind::Attention, Mode::Published)), HasSubstr("of equal size"));
        auto wrong = training;
        wrong.folds = 1;
        EXPECT_THAT(message(sixSubsets(), wrong), HasSubstr("at least 2 folds"));
    }

} // namespace
} // namespace winnow::select
