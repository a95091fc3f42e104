#pragma once

#include <QString>
#include <QStringList>

class QTableWidget;
class QWidget;

namespace winnow::ui {

/// A table to read, not to edit: whole rows are chosen, no grid, one control's height a row. Headers of `numbers` stand
/// on the right, as their cells do.
QTableWidget* makePlainTable(QWidget* parent, const char* name, const QString& label, const QStringList& headers,
    const QList<int>& numbers = {});

enum class CellKind { Text, Number, StrongText, StrongNumber };
/// Texts stand on the left, numbers on the right in digits of one width; the tool tip holds what is cut off.
void setCell(QTableWidget* table, int row, int column, const QString& text, CellKind kind = CellKind::Text);

} // namespace winnow::ui
