#include "ui/widgets/chart_data.h"

#include <QCoreApplication>
#include <QSaveFile>
#include <QTextStream>

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr std::size_t kPointsPerSeries = 4000;

    QString csvField(const QString& field)
    {
        if (!field.contains(QChar(u',')) && !field.contains(QChar(u'"')) && !field.contains(QChar(u'\n')))
            return field;
        auto quoted = field;
        return QChar(u'"') + quoted.replace(QChar(u'"'), QStringLiteral("\"\"")) + QChar(u'"');
    }

    QString exactNumber(double value) { return QString::number(value, 'g', 17); }
} // namespace

std::vector<std::size_t> thinnedIndices(const std::vector<double>& y)
{
    std::vector<std::size_t> kept;
    if (y.size() <= kPointsPerSeries) {
        kept.resize(y.size());
        for (std::size_t i = 0; i < y.size(); ++i)
            kept[i] = i;
        return kept;
    }
    const auto buckets = kPointsPerSeries / 2;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        const auto from = y.begin() + static_cast<std::ptrdiff_t>(bucket * y.size() / buckets);
        const auto to = y.begin() + static_cast<std::ptrdiff_t>((bucket + 1) * y.size() / buckets);
        const auto [low, high] = std::minmax_element(from, to);
        const auto first = std::min(low, high), second = std::max(low, high);
        kept.push_back(static_cast<std::size_t>(first - y.begin()));
        if (second != first)
            kept.push_back(static_cast<std::size_t>(second - y.begin()));
    }
    return kept;
}

std::size_t nearestIndex(const std::vector<double>& x, double wanted)
{
    const auto after = std::lower_bound(x.begin(), x.end(), wanted);
    if (after == x.begin())
        return 0;
    const auto index = static_cast<std::size_t>(after - x.begin());
    if (after == x.end() || wanted - x[index - 1] < x[index] - wanted)
        return index - 1;
    return index;
}

QString writeChartCsv(const std::vector<ChartSeries>& series, const QString& file)
{
    const auto problem = [&file](const QString& reason) {
        return QCoreApplication::translate("ChartView", "cannot write the chart to %1: %2").arg(file, reason);
    };
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly))
        return problem(out.errorString());
    QTextStream text(&out);
    text << "series,x,y,low,high\n";
    for (const auto& one : series) {
        for (std::size_t i = 0; i < one.x.size() && i < one.y.size(); ++i) {
            const bool hasInterval = i < one.low.size() && i < one.high.size();
            text << csvField(one.name) << ',' << exactNumber(one.x[i]) << ',' << exactNumber(one.y[i]) << ','
                 << (hasInterval ? exactNumber(one.low[i]) : QString()) << ','
                 << (hasInterval ? exactNumber(one.high[i]) : QString()) << '\n';
        }
    }
    text.flush();
    return out.commit() ? QString() : problem(out.errorString());
}

} // namespace winnow::ui
