#include "ui/widgets/bar_list.h"

#include "ui/theme.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    constexpr int kLinePx = 24;
    constexpr int kValuePx = 64;
    constexpr int kBarHeightPx = 8;
    constexpr double kNameShare = 0.42; ///< of the width

} // namespace

BarList::BarList(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void BarList::setLines(std::vector<Line> lines)
{
    m_lines = std::move(lines);
    m_largest = 0;
    m_hasNegative = false;
    QStringList spoken;
    for (const auto& line : m_lines) {
        if (std::isfinite(line.value)) {
            m_largest = std::max(m_largest, std::abs(line.value));
            m_hasNegative = m_hasNegative || line.value < 0;
        }
        spoken << line.name + QChar(u' ') + formatNumber(line.value);
    }
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

QSize BarList::sizeHint() const { return {220, static_cast<int>(m_lines.size()) * kLinePx}; }

void BarList::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& theme = Theme::current();
    const auto& tokens = theme.tokens();
    const int nameWidth = static_cast<int>(width() * kNameShare);
    const double room = std::max(0, width() - nameWidth - kValuePx - 2 * Theme::kGap);
    const double zero = nameWidth + Theme::kGap + (m_hasNegative ? room / 2 : 0);
    const double unit = m_largest > 0 ? (m_hasNegative ? room / 2 : room) / m_largest : 0;
    int y = 0;
    for (const auto& line : m_lines) {
        painter.setFont(theme.font(Theme::Text::Body));
        painter.setPen(tokens.text);
        painter.drawText(QRect(0, y, nameWidth, kLinePx), Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(line.name, Qt::ElideMiddle, nameWidth));
        if (std::isfinite(line.value) && line.value != 0) {
            const double length = std::abs(line.value) * unit;
            painter.setPen(Qt::NoPen);
            painter.setBrush(line.value < 0 ? tokens.warn : tokens.accent);
            painter.drawRoundedRect(QRectF(line.value < 0 ? zero - length : zero, y + (kLinePx - kBarHeightPx) / 2.0,
                                        std::max(length, 1.0), kBarHeightPx),
                2, 2);
        }
        painter.setFont(theme.numberFont());
        painter.setPen(tokens.text);
        painter.drawText(QRect(width() - kValuePx, y, kValuePx, kLinePx), Qt::AlignRight | Qt::AlignVCenter,
            formatNumber(line.value));
        y += kLinePx;
    }
    painter.setPen(tokens.border);
    if (!m_lines.empty())
        painter.drawLine(QPointF(zero, 0), QPointF(zero, y));
}

bool BarList::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* const help = static_cast<QHelpEvent*>(event);
    const auto line = static_cast<std::size_t>(std::max(0, help->pos().y() / kLinePx));
    if (line >= m_lines.size())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), toToolTip(m_lines[line].explanation), this);
    return true;
}

} // namespace winnow::ui
