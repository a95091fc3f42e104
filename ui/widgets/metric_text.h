#pragma once

#include <QString>

#include <string_view>

namespace winnow::ui {

/// What a metric column is, for tooltips: title, meaning with range and direction, source; plain text, one part a line.
QString metricExplanation(std::string_view column);
QString metricUnit(std::string_view column);
/// Plain text as a tooltip that wraps and never interprets it.
QString toToolTip(const QString& plain);

} // namespace winnow::ui
