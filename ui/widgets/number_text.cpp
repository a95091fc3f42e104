#include "ui/widgets/number_text.h"

#include "core/pipeline/number_text.h"

#include <QChar>

#include <algorithm>
#include <cmath>

namespace winnow::ui {
namespace {
    constexpr QChar kThinSpace(0x2009);
    constexpr QChar kDash(0x2013);
    constexpr QChar kMinus(0x2212);

    QString grouped(QString digits)
    {
        for (auto at = digits.size() - 3; at > 0; at -= 3)
            digits.insert(at, kThinSpace);
        return digits;
    }

    QString part(qint64 amount, const char* unit)
    {
        return QString::number(amount) + QChar(u' ') + QLatin1String(unit);
    }
} // namespace

QString formatNumber(double value)
{
    if (std::isnan(value))
        return QString(kDash);
    if (std::isinf(value))
        return value > 0 ? QString(QChar(0x221E)) : QString(kMinus) + QChar(0x221E);
    const auto size = std::abs(value);
    QString out;
    if (size == 0)
        out = QStringLiteral("0");
    else if (size < 1e-3 || size >= 1e9)
        out = QString::number(size, 'e', 2);
    else if (size >= 999.5)
        out = grouped(QString::number(std::llround(size)));
    else
        out = QString::number(size, 'f',
            size >= 99.95          ? 0
                : size >= 9.995    ? 1
                : size >= 0.9995   ? 2
                : size >= 0.09995  ? 3
                : size >= 0.009995 ? 4
                                   : 5);
    return value < 0 ? QString(kMinus) + out : out;
}

QString formatCount(qint64 count)
{
    const auto digits = grouped(QString::number(std::abs(count)));
    return count < 0 ? QString(kMinus) + digits : digits;
}

QString formatDuration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return QString(kDash);
    if (seconds < 10)
        return QString::number(seconds, 'f', 1) + QStringLiteral(" s");
    const auto whole = std::llround(seconds);
    if (whole < 60)
        return part(whole, "s");
    if (whole < 3600)
        return part(whole / 60, "min") + (whole % 60 ? QChar(u' ') + part(whole % 60, "s") : QString());
    return part(whole / 3600, "h") + (whole % 3600 / 60 ? QChar(u' ') + part(whole % 3600 / 60, "min") : QString());
}

QString formatPValue(double p) { return QString::fromStdString(pipeline::pCell(p)); }

QString formatPercentile(double percentile)
{
    if (!std::isfinite(percentile))
        return QString(kDash);
    auto whole = std::llround(std::clamp(percentile, 0.0, 100.0));
    if (whole == 100 && percentile < 100)
        whole = 99;
    if (whole == 0 && percentile > 0)
        whole = 1;
    return QString::number(whole) + QStringLiteral(" %");
}

} // namespace winnow::ui
