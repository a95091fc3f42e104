#pragma once

#include "core/base/text.h"

#include <cmath>
#include <string>

namespace winnow::pipeline {

/// "p = 0.012", or "p < 0.001".
inline std::string pText(double p) { return p < 0.001 ? "p < 0.001" : "p = " + text::fixed(p, 3); }

/// As a cell of a table whose heading says what it is: "0.012", "< 0.001".
inline std::string pCell(double p) { return p < 0.001 ? "< 0.001" : text::fixed(p, 3); }

/// "[1.20, 3.45]".
inline std::string interval(double low, double high, int digits = 2)
{
    return text::join("[", text::fixed(low, digits), ", ", text::fixed(high, digits), "]");
}

/// "+1.20", "-0.30".
inline std::string signedPoints(double value) { return (value >= 0 ? "+" : "-") + text::fixed(std::abs(value), 2); }

} // namespace winnow::pipeline
