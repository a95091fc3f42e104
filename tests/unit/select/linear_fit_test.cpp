#include "core/select/linear_fit.h"

#include "core/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace winnow::select {
namespace {

    const std::vector<double> kX{1, 2, 2, 1, 3, 5, 4, 3, 5, 8, 6, 2, 7, 9, 8, 4};
    const std::vector<double> kY{3.1, 2.4, 6.2, 5.1, 9.9, 5.0, 11.2, 8.1};
    const MatrixView kRows{kX, 2};

    struct Case {
        double ridge, first, second, intercept, leaveOneOut;
    };

    // scikit-learn 1.2.1: LinearRegression, Ridge(solver cholesky), cross_val_predict with LeaveOneOut
    TEST(LinearFit, FollowsScikitLearnWithAndWithoutPenalty)
    {
        for (const auto& want : {Case{0, 0.465421558164354, 0.822091782283885, 0.7867129135538953, 0.13987839030641777},
                 Case{1, 0.461573488489755, 0.810093599797622, 0.8550215026562107, 0.13358451106080996},
                 Case{10, 0.425961860153898, 0.717999330879893, 1.4066744730679162, 0.376694335069818}}) {
            const auto fit = fitLinear(kRows, kY, want.ridge);
            EXPECT_NEAR(fit.coefficients[0], want.first, 1e-12);
            EXPECT_NEAR(fit.coefficients[1], want.second, 1e-12);
            EXPECT_NEAR(fit.intercept, want.intercept, 1e-12);
            EXPECT_NEAR(leaveOneOutError(kRows, kY, want.ridge), want.leaveOneOut, 1e-12);
        }
        EXPECT_EQ(chooseRidge(kRows, kY, std::vector<double>{0, 1, 10}), 1);
    }

    TEST(LinearFit, AColumnThatAddsNothingGetsNoCoefficient)
    {
        const std::vector<double> x{
            1, 5, 2, 2, 5, 4, 3, 5, 6, 4, 5, 8}; // the middle is constant, the last twice the first
        const std::vector<double> y{1, 3, 5, 7};
        const auto fit = fitLinear({x, 3}, y, 0);
        EXPECT_THAT(fit.coefficients, testing::ElementsAre(testing::DoubleNear(2, 1e-12), 0, 0));
        EXPECT_NEAR(fit.intercept, -1, 1e-12);
    }

    TEST(LinearFit, EqualPenaltiesPreferTheLargerOne)
    {
        const std::vector<double> x{1, 1, 1, 1};
        EXPECT_EQ(chooseRidge({x, 1}, std::vector<double>{1, 2, 3, 4}, std::vector<double>{1, 100, 10}), 100);
    }

    TEST(LinearFit, RefusesWhatItCannotFit)
    {
        const auto code = [](auto work) {
            try {
                work();
            } catch (const Error& e) {
                return e.code();
            }
            return ErrorCode::Internal;
        };
        EXPECT_EQ(code([] { fitLinear({{}, 2}, {}, 0); }), ErrorCode::InvalidInput);
        EXPECT_EQ(code([] { fitLinear(kRows, std::vector<double>{1}, 0); }), ErrorCode::InvalidInput);
        EXPECT_EQ(code([] { fitLinear(kRows, kY, -1); }), ErrorCode::InvalidInput);
        EXPECT_EQ(code([] { chooseRidge(kRows, kY, {}); }), ErrorCode::InvalidInput);
        auto broken = kY;
        broken[3] = std::numeric_limits<double>::infinity();
        EXPECT_EQ(code([&] { fitLinear(kRows, broken, 0); }), ErrorCode::InvalidInput);
    }

} // namespace
} // namespace winnow::select
