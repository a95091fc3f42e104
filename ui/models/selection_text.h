#pragma once

#include "core/domain/selection.h"

#include <QString>

#include <map>
#include <optional>
#include <string>

namespace winnow::ui {

/// As pipeline::parseBudget reads it; nothing where it cannot.
std::optional<Budget> readBudget(const QString& text);
/// As pipeline::parseWeights reads them; nothing where it cannot, or where there are none.
std::optional<std::map<std::string, double>> readWeights(const QString& text);

} // namespace winnow::ui
