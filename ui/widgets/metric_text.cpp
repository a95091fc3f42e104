#include "ui/widgets/metric_text.h"

#include "core/pipeline/score_job.h"

#include <QStringList>

namespace winnow::ui {

QString metricExplanation(std::string_view column)
{
    const auto description = pipeline::describeMetric(column);
    QStringList lines;
    for (const auto* part : {&description.title, &description.meaning, &description.source})
        if (!part->empty())
            lines.push_back(QString::fromStdString(*part));
    if (lines.isEmpty())
        lines.push_back(QString::fromUtf8(column.data(), static_cast<qsizetype>(column.size())));
    return lines.join(QChar(u'\n'));
}

QString metricUnit(std::string_view column) { return QString::fromStdString(pipeline::describeMetric(column).unit); }

QString toToolTip(const QString& plain)
{
    const auto escaped = plain.toHtmlEscaped().replace(QChar(u'\n'), QStringLiteral("<br>"));
    return QStringLiteral("<p>") + escaped + QStringLiteral("</p>");
}

} // namespace winnow::ui
