#pragma once

#include <QString>

class QLabel;
class QVBoxLayout;
class QWidget;

namespace winnow::ui {

/// Plain text in heading type.
QLabel* makeHeading(const QString& text, QWidget* parent);

/// A label above its field, for narrow columns; the label is the field's buddy.
void addField(QVBoxLayout* layout, const QString& text, QWidget* field);

} // namespace winnow::ui
