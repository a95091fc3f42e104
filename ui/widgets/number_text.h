#pragma once

#include <QString>

namespace winnow::ui {

/// Three significant digits ("31.2", "0.913", "12 400"); a dash where the value is missing. The same in every locale.
QString formatNumber(double value);
/// Digits in groups of three with thin spaces: "3 439".
QString formatCount(qint64 count);
/// "2 min 10 s", "3 h 5 min", "4.2 s"; a dash where unknown (negative or not finite).
QString formatDuration(double seconds);
/// "0.018", "< 0.001".
QString formatPValue(double p);
/// 0 … 100 as "92 %", never "100 %" or "0 %" for what is not the last or the first.
QString formatPercentile(double percentile);

} // namespace winnow::ui
