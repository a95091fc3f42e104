#pragma once

#include "core/domain/selection.h"

#include <QString>

#include <map>
#include <optional>
#include <string>

namespace winnow::ui {

/// "200" or "6%". Nothing where it is neither, or not above zero.
std::optional<Budget> readBudget(const QString& text);
/// "clip=1, reward=0.5": metric and weight, by commas. Nothing where it reads otherwise or a metric comes twice.
std::optional<std::map<std::string, double>> readWeights(const QString& text);
QString weightsText(const std::map<std::string, double>& weights);

} // namespace winnow::ui
