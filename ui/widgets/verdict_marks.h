#pragma once

#include "core/domain/selection.h"

#include <QColor>
#include <QRectF>
#include <QString>

class QPainter;

namespace winnow::ui {

/// The verdicts of the window, always as a shape with its colour: pin a filled triangle, ban a cross, lock a padlock.
/// Nothing for Override::None. A pending one is drawn as an outline.
enum class MarkState { Confirmed, Pending };
void paintVerdict(QPainter& painter, const QRectF& square, Override verdict, MarkState state = MarkState::Confirmed);
/// The filled dot of a chosen pair.
void paintChosen(QPainter& painter, const QRectF& square);
/// A five-pointed star, filled or as an outline.
void paintStar(QPainter& painter, const QRectF& square, const QColor& colour, bool isFilled);
/// A bar of 0 … 100 with a tick at 50; nothing for NaN.
void paintPercentileBar(QPainter& painter, const QRectF& rect, double percentile);

/// "pinned", "banned", "locked in", "locked out" or nothing, in the user's language.
QString verdictText(Override verdict);
QColor verdictColour(Override verdict);

} // namespace winnow::ui
