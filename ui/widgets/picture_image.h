#pragma once

#include "core/pipeline/pictures.h"

#include <QImage>

namespace winnow::ui {

/// Pixels of the core as a picture of the window (RGB32); null where there are none. Any thread.
QImage toImage(const pipeline::Picture& picture);
/// As above, shrunk smoothly so that no side passes maxSide.
QImage toImage(const pipeline::Picture& picture, int maxSide);

} // namespace winnow::ui
