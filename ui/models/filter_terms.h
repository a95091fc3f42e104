#pragma once

#include <QString>
#include <QStringList>

#include <optional>
#include <utility>

namespace winnow::ui {

/// The text of a filter taken apart at its outermost `and`s, so that chips, histogram handles and the list of clusters
/// can each write and remove one term. Knows quotes and parentheses, not the whole grammar: a text with an outer `or`
/// is one term.

QStringList splitTerms(const QString& text);
QString joinTerms(const QStringList& terms);

/// The text with its term `metric in a..b` replaced, appended, or (no range) removed. Values keep four significant
/// digits, widened so that no value inside the range is lost by rounding.
QString withRange(const QString& text, const QString& metric, std::optional<std::pair<double, double>> range);
/// What `metric in a..b` of the text says, if there is one.
std::optional<std::pair<double, double>> rangeOf(const QString& text, const QString& metric);

/// The same for `cluster(name) = number`.
QString withCluster(const QString& text, const QString& clustering, std::optional<int> cluster);
std::optional<int> clusterOf(const QString& text, const QString& clustering);

} // namespace winnow::ui
