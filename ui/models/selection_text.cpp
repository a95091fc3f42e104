#include "ui/models/selection_text.h"

#include <QLocale>
#include <QStringList>

#include <cmath>

namespace winnow::ui {

std::optional<Budget> readBudget(const QString& text)
{
    auto number = text.trimmed();
    Budget out;
    out.isPercent = number.endsWith(QLatin1Char('%'));
    if (out.isPercent)
        number.chop(1);
    bool isNumber = false;
    out.value = QLocale::c().toDouble(number.trimmed(), &isNumber);
    const bool isWhole = out.isPercent || out.value == std::floor(out.value);
    if (!isNumber || !isWhole || !(out.value > 0) || (out.isPercent && out.value > 100))
        return std::nullopt;
    return out;
}

std::optional<std::map<std::string, double>> readWeights(const QString& text)
{
    std::map<std::string, double> out;
    for (const auto& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const auto equals = part.indexOf(QLatin1Char('='));
        bool isNumber = false;
        const double weight = QLocale::c().toDouble(part.mid(equals + 1).trimmed(), &isNumber);
        const auto metric = part.left(equals).trimmed().toStdString();
        if (equals < 1 || metric.empty() || !isNumber || !std::isfinite(weight) || out.contains(metric))
            return std::nullopt;
        out[metric] = weight;
    }
    return out.empty() ? std::nullopt : std::optional(out);
}

QString weightsText(const std::map<std::string, double>& weights)
{
    QStringList parts;
    for (const auto& [metric, weight] : weights)
        parts << QStringLiteral("%1=%2").arg(QString::fromStdString(metric)).arg(weight);
    return parts.join(QStringLiteral(", "));
}

} // namespace winnow::ui
