#include "ui/widgets/picture_image.h"

#include <QPainter>
#include <QTextOption>

namespace winnow::ui {
namespace {
    /// Borrows the pixels.
    QImage borrowed(const pipeline::Picture& picture)
    {
        return QImage(picture.rgb.data(), picture.width, picture.height, static_cast<qsizetype>(picture.width) * 3,
            QImage::Format_RGB888);
    }
} // namespace

QImage toImage(const pipeline::Picture& picture)
{
    return picture.isNull() ? QImage() : borrowed(picture).convertToFormat(QImage::Format_RGB32);
}

QImage toImage(const pipeline::Picture& picture, int maxSide)
{
    if (picture.width <= maxSide && picture.height <= maxSide)
        return toImage(picture);
    return borrowed(picture)
        .scaled(maxSide, maxSide, Qt::KeepAspectRatio, Qt::SmoothTransformation)
        .convertToFormat(QImage::Format_RGB32);
}

void drawReason(QPainter& painter, const QRect& place, const QString& reason)
{
    QTextOption option(Qt::AlignHCenter | Qt::AlignTop);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    painter.drawText(place, reason, option);
}

} // namespace winnow::ui
