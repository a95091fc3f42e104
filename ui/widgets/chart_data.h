#pragma once

#include <QString>

#include <cstddef>
#include <vector>

namespace winnow::ui {

/// One curve, one set of bars or one set of points, as plain numbers; x increasing for lines and bars.
struct ChartSeries {
    enum class Kind { Line, Points, Bars };
    /// What the colour says; Category takes `category` of the fixed colour-blind-safe order.
    enum class Colour { Category, Accent, Quiet, Text };

    QString name;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> low; ///< with `high`: an interval for each point, drawn as a whisker; else empty
    std::vector<double> high;
    Kind kind = Kind::Line;
    Colour colour = Colour::Category;
    std::size_t category = 0;
    double barWidth = 1; ///< of Bars, in units of x
};

/// Indices to draw of a long curve: all of a short one, else the lowest and highest of each bucket, so that no peak is
/// lost.
std::vector<std::size_t> thinnedIndices(const std::vector<double>& y);

/// Index of the x nearest to the wanted one in an increasing list, which must not be empty.
std::size_t nearestIndex(const std::vector<double>& x, double wanted);

/// All values as "series,x,y,low,high". Returns why not, or an empty text.
QString writeChartCsv(const std::vector<ChartSeries>& series, const QString& file);

} // namespace winnow::ui
