#pragma once

#include <QString>

class QComboBox;
class QLabel;
class QVBoxLayout;
class QWidget;

namespace winnow::ui {

/// Plain text in heading type.
QLabel* makeHeading(const QString& text, QWidget* parent);

/// Empty plain text that wraps and can be selected, with an object name and a look of style/winnow.qss.
QLabel* makeText(QWidget* parent, const char* name, const char* look = "");

/// Another look of style/winnow.qss for a widget that may be shown already.
void setLook(QWidget* widget, const QString& look);

/// A label above its field, for narrow columns; the label is the field's buddy.
void addField(QVBoxLayout* layout, const QString& text, QWidget* field);

/// "cpu" and what else this machine has, filled in the background: asking for CUDA devices may take seconds.
QComboBox* makeDeviceBox(QWidget* parent = nullptr, const char* name = "device");

/// A column that scrolls up and down only, at least `width` pixels wide.
QWidget* makeScrollColumn(QWidget* content, int width, QWidget* parent);

/// The same with a foot that stays in sight below it: what the form is for.
QWidget* makeFormColumn(QWidget* fields, QWidget* foot, int width, QWidget* parent);

} // namespace winnow::ui
