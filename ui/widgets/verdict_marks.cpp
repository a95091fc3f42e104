#include "ui/widgets/verdict_marks.h"

#include "ui/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace winnow::ui {
namespace {
    QPainterPath trianglePath(const QRectF& box)
    {
        QPainterPath path(QPointF(box.center().x(), box.top() + box.height() * 0.08));
        path.lineTo(box.right(), box.bottom() - box.height() * 0.08);
        path.lineTo(box.left(), box.bottom() - box.height() * 0.08);
        path.closeSubpath();
        return path;
    }

    void paintCross(QPainter& painter, const QRectF& box, double width)
    {
        const auto inner =
            box.adjusted(box.width() * 0.12, box.height() * 0.12, -box.width() * 0.12, -box.height() * 0.12);
        auto pen = painter.pen();
        pen.setWidthF(width);
        pen.setCapStyle(Qt::RoundCap);
        painter.setPen(pen);
        painter.drawLine(inner.topLeft(), inner.bottomRight());
        painter.drawLine(inner.topRight(), inner.bottomLeft());
    }

    /// Closed over what is locked in; the body of what is locked out carries a bar through it.
    void paintPadlock(QPainter& painter, const QRectF& box, const QColor& colour, bool isOut)
    {
        const QRectF body(
            box.left() + box.width() * 0.12, box.top() + box.height() * 0.45, box.width() * 0.76, box.height() * 0.5);
        const QRectF shackle(
            box.left() + box.width() * 0.26, box.top() + box.height() * 0.06, box.width() * 0.48, box.height() * 0.72);
        painter.setPen(QPen(colour, box.width() * 0.13));
        const auto brush = painter.brush();
        painter.setBrush(Qt::NoBrush);
        painter.drawArc(shackle, 0, 180 * 16);
        painter.setBrush(brush);
        painter.setPen(QPen(colour, box.width() * 0.08));
        painter.drawRoundedRect(body, box.width() * 0.08, box.width() * 0.08);
        if (isOut) {
            painter.setPen(QPen(Theme::current().tokens().surface, box.width() * 0.14));
            painter.drawLine(QPointF(body.left() + body.width() * 0.22, body.center().y()),
                QPointF(body.right() - body.width() * 0.22, body.center().y()));
        }
    }
} // namespace

void paintVerdict(QPainter& painter, const QRectF& square, Override verdict, MarkState state)
{
    if (verdict == Override::None)
        return;
    const auto colour = verdictColour(verdict);
    const bool isPending = state == MarkState::Pending;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, square.width() * 0.1));
    painter.setBrush(isPending ? QBrush(Qt::NoBrush) : QBrush(colour));
    if (verdict == Override::Pinned)
        painter.drawPath(trianglePath(square.adjusted(1, 1, -1, -1)));
    else if (verdict == Override::Banned)
        paintCross(painter, square, square.width() * (isPending ? 0.1 : 0.2));
    else
        paintPadlock(painter, square, colour, verdict == Override::LockedOut);
    painter.restore();
}

void paintChosen(QPainter& painter, const QRectF& square)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::current().tokens().chosen);
    const auto inset = square.width() * 0.14;
    painter.drawEllipse(square.adjusted(inset, inset, -inset, -inset));
    painter.restore();
}

void paintStar(QPainter& painter, const QRectF& square, const QColor& colour, bool isFilled)
{
    QPainterPath path;
    for (int corner = 0; corner < 10; ++corner) {
        const auto angle = -std::numbers::pi / 2 + corner * std::numbers::pi / 5;
        const auto radius = square.width() / 2 * (corner % 2 == 0 ? 1.0 : 0.42);
        const QPointF at = square.center() + QPointF(std::cos(angle) * radius, std::sin(angle) * radius);
        corner == 0 ? path.moveTo(at) : path.lineTo(at);
    }
    path.closeSubpath();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.2));
    painter.setBrush(isFilled ? QBrush(colour) : QBrush(Qt::NoBrush));
    painter.drawPath(path);
    painter.restore();
}

void paintPercentileBar(QPainter& painter, const QRectF& rect, double percentile)
{
    if (std::isnan(percentile))
        return;
    const auto& tokens = Theme::current().tokens();
    painter.fillRect(rect, tokens.canvas);
    auto filled = rect;
    filled.setWidth(rect.width() * std::clamp(percentile, 0.0, 100.0) / 100);
    painter.fillRect(filled, tokens.accent);
    painter.fillRect(QRectF(rect.center().x() - 0.5, rect.top() - 1, 1, rect.height() + 2), tokens.text2);
}

QString verdictText(Override verdict)
{
    switch (verdict) {
    case Override::Pinned:
        return QCoreApplication::translate("Verdict", "pinned");
    case Override::Banned:
        return QCoreApplication::translate("Verdict", "banned");
    case Override::LockedIn:
        return QCoreApplication::translate("Verdict", "locked in");
    case Override::LockedOut:
        return QCoreApplication::translate("Verdict", "locked out");
    case Override::None:
        break;
    }
    return {};
}

QColor verdictColour(Override verdict)
{
    const auto& tokens = Theme::current().tokens();
    switch (verdict) {
    case Override::Pinned:
        return tokens.pin;
    case Override::Banned:
        return tokens.ban;
    case Override::LockedIn:
    case Override::LockedOut:
        return tokens.lock;
    case Override::None:
        break;
    }
    return tokens.text2;
}

} // namespace winnow::ui
