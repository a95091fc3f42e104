#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace winnow::select {

/// y = x · coefficients + intercept.
struct LinearFit {
    std::vector<double> coefficients; ///< [F]
    double intercept = 0;
    double ridge = 0; ///< the penalty it was fitted with

    double predict(std::span<const double> x) const;
};

/// N rows of F numbers, row-major.
struct MatrixView {
    std::span<const double> values;
    std::size_t columns = 0;
    std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
    std::span<const double> row(std::size_t i) const { return values.subspan(i * columns, columns); }
};

/// Least squares with `ridge` · |coefficients|² on top, the intercept without penalty (scikit-learn's LinearRegression
/// and Ridge), in closed form and double precision. Without a penalty a column that is constant or depends on the ones
/// before it gets the coefficient 0. Throws Error(InvalidInput): no rows, other counts, a number that is not finite, a
/// negative penalty. Cost: N F² + F³.
LinearFit fitLinear(const MatrixView& x, std::span<const double> y, double ridge);

/// Mean squared error of each row predicted from the others, exact, from one fit (the hat matrix; Allen's PRESS).
double leaveOneOutError(const MatrixView& x, std::span<const double> y, double ridge);

/// The penalty of `candidates` with the least leaveOneOutError(), the larger one where two are equal.
double chooseRidge(const MatrixView& x, std::span<const double> y, std::span<const double> candidates);

/// The penalties that are tried: 0.01, 0.1 … 10 000.
std::span<const double> ridgeCandidates();

} // namespace winnow::select
