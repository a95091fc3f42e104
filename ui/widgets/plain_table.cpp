#include "ui/widgets/plain_table.h"

#include "ui/theme.h"
#include "ui/widgets/metric_text.h"

#include <QHeaderView>
#include <QTableWidget>

namespace winnow::ui {

namespace {
    Qt::Alignment alignment(bool isNumber) { return (isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter; }
} // namespace

QTableWidget* makePlainTable(
    QWidget* parent, const char* name, const QString& label, const QStringList& headers, const QList<int>& numbers)
{
    auto* const table = new QTableWidget(0, static_cast<int>(headers.size()), parent);
    table->setObjectName(QLatin1String(name));
    table->setAccessibleName(label);
    table->setHorizontalHeaderLabels(headers);
    for (int column = 0; column < headers.size(); ++column)
        table->horizontalHeaderItem(column)->setTextAlignment(alignment(numbers.contains(column)));
    table->horizontalHeader()->setHighlightSections(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(Theme::kControl);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setTextElideMode(Qt::ElideMiddle);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    return table;
}

void setCell(QTableWidget* table, int row, int column, const QString& text, CellKind kind)
{
    const bool isNumber = kind == CellKind::Number || kind == CellKind::StrongNumber;
    const bool isStrong = kind == CellKind::StrongText || kind == CellKind::StrongNumber;
    const auto weight = isStrong ? Theme::Weight::Strong : Theme::Weight::Regular;
    auto* const item = new QTableWidgetItem(text);
    item->setTextAlignment(alignment(isNumber));
    item->setToolTip(toToolTip(text));
    item->setFont(isNumber ? Theme::current().numberFont(Theme::Text::Body, weight)
                           : Theme::current().font(Theme::Text::Body, weight));
    table->setItem(row, column, item);
}

} // namespace winnow::ui
