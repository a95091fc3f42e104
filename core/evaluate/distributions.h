#pragma once

#include <vector>

namespace winnow::evaluate {

/// Regularised incomplete beta function I_x(a, b), 0 <= x <= 1, a, b > 0, by Lentz's continued fraction (Press et al.,
/// Numerical Recipes, 6.4); relative error below 1e-12 in the ranges used here.
double incompleteBeta(double a, double b, double x);

/// Two-sided tail of Student's t: P(|T| >= |t|) with `degrees` > 0 (not necessarily whole).
double studentTwoSided(double t, double degrees);
/// The t with P(|T| <= t) = level, 0 < level < 1.
double studentQuantile(double level, double degrees);
/// Upper tail of Fisher's F: P(F >= f).
double fisherUpper(double f, double firstDegrees, double secondDegrees);

/// Holm's step-down correction (Holm 1979): adjusted p-values in the order given, at most 1, never below the raw ones.
std::vector<double> holm(const std::vector<double>& pValues);

/// Missing (NaN) of nothing.
double meanOf(const std::vector<double>& values);

/// Pearson's correlation, and Spearman's with mean ranks for ties; missing (NaN) with fewer than three points or no
/// spread. `first` and `second` are equally long.
double pearson(const std::vector<double>& first, const std::vector<double>& second);
double spearman(const std::vector<double>& first, const std::vector<double>& second);
/// Two-sided p of a correlation of n points under no relation, by t = r sqrt((n - 2) / (1 - r^2)).
double correlationP(double correlation, std::size_t points);

/// One-way analysis of variance: do the groups differ in mean?
struct GroupTest {
    double betweenVariance = 0; ///< of the groups' true means, at least 0
    double withinVariance = 0;  ///< of one value inside a group
    double f = 0;
    double pValue = 1;
    double reliability = 0; ///< share of the variance of group means that is not noise, 0 ... 1
};
/// Groups with fewer than two values are left out; a test that cannot be made (fewer than two groups) has p = 1.
GroupTest compareGroups(const std::vector<std::vector<double>>& groups);

} // namespace winnow::evaluate
