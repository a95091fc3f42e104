#pragma once

#include "core/pipeline/pictures.h"

#include <QImage>

class QPainter;

namespace winnow::ui {

/// Pixels of the core as a picture of the window (RGB32); null where there are none. Any thread.
QImage toImage(const pipeline::Picture& picture);
/// As above, shrunk smoothly so that no side passes maxSide.
QImage toImage(const pipeline::Picture& picture, int maxSide);

/// Why there is no picture, under its sign: centred, paths broken where they must be.
void drawReason(QPainter& painter, const QRect& place, const QString& reason);

} // namespace winnow::ui
