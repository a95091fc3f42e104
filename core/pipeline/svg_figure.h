#pragma once

#include "core/pipeline/experiment_job.h"

#include <optional>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// A value with its interval.
struct FigureRow {
    std::string label;
    double value = 0;
    double low = 0;
    double high = 0;
    bool isAccent = false; ///< filled and in colour; the others are hollow: never told by colour alone
};

/// Rows as dots with bars on one axis, with a line at `reference` where it is given. As HTML: inline SVG, or an image
/// of it.
std::string intervalFigure(const std::string& title, const std::string& axis, const std::vector<FigureRow>& rows,
    std::optional<double> reference, Figures figures);

/// One line of a curve over x; points in increasing x.
struct FigureLine {
    std::string label;
    std::vector<double> x;
    std::vector<FigureRow> points; ///< beside x; labels are not drawn
};
/// Up to four lines with bars, named at their ends.
std::string lineFigure(const std::string& title, const std::string& xAxis, const std::string& yAxis,
    const std::vector<FigureLine>& lines, Figures figures);

} // namespace winnow::pipeline
