#include "ui/widgets/star_rating.h"

#include "ui/theme.h"
#include "ui/widgets/verdict_marks.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr int kStarPx = 16;
    constexpr int kCellPx = Theme::kControl;
} // namespace

StarRating::StarRating(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("starRating"));
    setFocusPolicy(Qt::StrongFocus);
    setToolTip(tr("Stars (0 to 5)"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setStars(0);
}

QSize StarRating::sizeHint() const { return {kStars * kCellPx, kCellPx}; }

void StarRating::setStars(int stars)
{
    m_stars = std::clamp(stars, 0, kStars);
    setAccessibleName(tr("%n star(s)", nullptr, m_stars));
    update();
}

void StarRating::choose(int stars)
{
    stars = std::clamp(stars, 0, kStars);
    if (stars == m_stars)
        return;
    setStars(stars);
    Q_EMIT starsChosen(stars);
}

void StarRating::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto& tokens = Theme::current().tokens();
    for (int star = 0; star < kStars; ++star) {
        const QRectF square(star * kCellPx + (kCellPx - kStarPx) / 2.0, (height() - kStarPx) / 2.0, kStarPx, kStarPx);
        paintStar(painter, square, isEnabled() ? (star < m_stars ? tokens.accent : tokens.text2) : tokens.disabled,
            star < m_stars);
    }
    if (hasFocus()) {
        painter.setPen(QPen(tokens.accent, 2));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void StarRating::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    const auto clicked = event->pos().x() / kCellPx + 1;
    choose(clicked == m_stars ? 0 : clicked);
}

void StarRating::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left)
        return choose(m_stars - 1);
    if (event->key() == Qt::Key_Right)
        return choose(m_stars + 1);
    QWidget::keyPressEvent(event);
}

} // namespace winnow::ui
