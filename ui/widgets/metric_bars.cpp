#include "ui/widgets/metric_bars.h"

#include "ui/theme.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/verdict_marks.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr int kLinePx = 24;
    constexpr int kValuePx = 72;
    constexpr int kPercentPx = 44;
    constexpr int kBarWidthPx = 72;
    constexpr int kBarHeightPx = 6;
} // namespace

MetricBars::MetricBars(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("metricBars"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void MetricBars::setLines(std::vector<Line> lines)
{
    const bool isOtherHeight = lines.size() != m_lines.size();
    m_lines = std::move(lines);
    QStringList spoken;
    for (const auto& line : m_lines)
        spoken.push_back(line.name + QChar(u' ') + formatNumber(line.value) + QStringLiteral(", ")
            + formatPercentile(line.percentile));
    setAccessibleName(tr("Metrics"));
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    if (isOtherHeight)
        updateGeometry();
    update();
}

QSize MetricBars::sizeHint() const { return {240, static_cast<int>(m_lines.size()) * kLinePx}; }

void MetricBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto& theme = Theme::current();
    const auto& tokens = theme.tokens();
    int y = 0;
    for (const auto& line : m_lines) {
        const QRect percent(width() - kPercentPx, y, kPercentPx, kLinePx);
        const QRectF bar(
            width() - kPercentPx - kBarWidthPx, y + (kLinePx - kBarHeightPx) / 2.0, kBarWidthPx, kBarHeightPx);
        const QRect value(static_cast<int>(bar.left()) - Theme::kGap - kValuePx, y, kValuePx, kLinePx);
        const QRect name(0, y, std::max(value.left() - Theme::kUnit, 0), kLinePx);
        painter.setFont(theme.font(Theme::Text::Body));
        painter.setPen(tokens.text);
        painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(line.name, Qt::ElideRight, name.width()));
        painter.setFont(theme.numberFont(Theme::Text::Body, Theme::Weight::Strong));
        painter.drawText(value, Qt::AlignRight | Qt::AlignVCenter, formatNumber(line.value));
        paintPercentileBar(painter, bar, line.percentile);
        painter.setFont(theme.numberFont(Theme::Text::Caption));
        painter.setPen(tokens.text2);
        painter.drawText(percent, Qt::AlignRight | Qt::AlignVCenter, formatPercentile(line.percentile));
        y += kLinePx;
    }
}

int MetricBars::lineAt(const QPoint& point) const
{
    const auto line = point.y() / kLinePx;
    return point.y() >= 0 && static_cast<std::size_t>(line) < m_lines.size() ? line : -1;
}

bool MetricBars::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto line = lineAt(help->pos());
    if (line < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), toToolTip(m_lines[static_cast<std::size_t>(line)].explanation), this);
    return true;
}

} // namespace winnow::ui
