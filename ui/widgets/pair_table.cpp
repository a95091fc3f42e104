#include "ui/widgets/pair_table.h"

#include "core/domain/columns.h"
#include "ui/document.h"
#include "ui/models/pair_table_model.h"
#include "ui/theme.h"
#include "ui/widgets/score_delegate.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QScopedValueRollback>

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr int kNumberPx = 88;

    /// Widths at first: the metrics come into sight beside the texts.
    int widthOf(int column)
    {
        switch (column) {
        case PairTableModel::IdColumn:
            return 112;
        case PairTableModel::ResponseColumn:
            return 220;
        case PairTableModel::InstructionColumn:
            return 120;
        case PairTableModel::StarsColumn:
            return 72;
        default:
            return kNumberPx;
        }
    }

    /// The selected rows as ranges of positions: few even where a million are selected.
    QItemSelection toSelection(const PairTableModel& model, const std::vector<PairRow>& selected)
    {
        QItemSelection out;
        const auto count = model.rowCount();
        const auto last = model.columnCount() - 1;
        if (selected.size() == 1) {
            if (const auto position = model.positionOf(selected.front()))
                out.select(model.index(*position, 0), model.index(*position, last));
            return out;
        }
        if (selected.empty())
            return out;
        std::vector<bool> bitmap(
            static_cast<std::size_t>(*std::max_element(selected.begin(), selected.end())) + 1, false);
        for (const auto row : selected)
            bitmap[row] = true;
        int from = -1;
        for (int position = 0; position <= count; ++position) {
            const auto row = position < count ? model.pairRowAt(position) : std::nullopt;
            const bool isIn = row && *row < bitmap.size() && bitmap[*row];
            if (isIn && from < 0)
                from = position;
            if (!isIn && from >= 0) {
                out.select(model.index(from, 0), model.index(position - 1, last));
                from = -1;
            }
        }
        return out;
    }
} // namespace

PairTable::PairTable(Document& document, PairTableModel& model, QWidget* parent)
    : QTableView(parent)
    , m_document(document)
    , m_model(model)
{
    setObjectName(QStringLiteral("pairTable"));
    setAccessibleName(tr("Pairs as a table"));
    setItemDelegate(new ScoreDelegate(this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(Theme::kControl);
    verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(true);
    horizontalHeader()->setSortIndicatorShown(true);
    connect(horizontalHeader(), &QHeaderView::sectionClicked, this, &PairTable::sortBy);
    connect(&document, &Document::currentRowChanged, this, &PairTable::takeDocument);
    connect(&document, &Document::selectedRowsChanged, this, &PairTable::takeDocument);
    connect(&document, &Document::filterChanged, this, &PairTable::takeOrder);
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        takeDocument();
        takeOrder();
    });
    connect(this, &QTableView::doubleClicked, this, &PairTable::openRequested);
}

/// The model comes at the first showing: a header over a million rows is not free.
void PairTable::attach()
{
    const QScopedValueRollback guard(m_isTaking, true);
    setModel(&m_model);
    for (int column = 0; column < m_model.columnCount(); ++column)
        setColumnWidth(column, widthOf(column));
    takeOrder();
}

void PairTable::showEvent(QShowEvent* event)
{
    if (model() != &m_model)
        attach();
    takeDocument();
    QTableView::showEvent(event);
}

void PairTable::takeDocument()
{
    if (m_isTaking || !isVisible() || !selectionModel())
        return;
    const QScopedValueRollback guard(m_isTaking, true);
    selectionModel()->select(toSelection(m_model, m_document.selectedRows()), QItemSelectionModel::ClearAndSelect);
    const auto current = m_document.currentRow();
    const auto shown = m_model.pairRowAt(currentIndex().row());
    if (current && current != shown) {
        const auto position = m_model.positionOf(*current);
        const auto index = position ? m_model.index(*position, std::max(currentIndex().column(), 0)) : QModelIndex();
        selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
    }
    if (currentIndex().isValid())
        scrollTo(currentIndex());
}

void PairTable::takeOrder()
{
    const auto column = m_model.columnOfMetric(m_document.sortColumn());
    horizontalHeader()->setSortIndicator(
        column, m_document.sortDescending() ? Qt::DescendingOrder : Qt::AscendingOrder);
}

void PairTable::sortBy(int column)
{
    const auto metric = m_model.metricOf(column);
    const bool isSame = !metric.isEmpty() && metric == m_document.sortColumn();
    m_document.setSort(metric, isSame ? !m_document.sortDescending() : true);
    takeOrder();
}

void PairTable::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (m_isTaking || !current.isValid())
        return;
    const QScopedValueRollback guard(m_isTaking, true);
    m_document.setCurrentRow(m_model.pairRowAt(current.row()));
}

void PairTable::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QTableView::selectionChanged(selected, deselected);
    if (!m_isTaking)
        sendSelection();
}

void PairTable::sendSelection()
{
    const QScopedValueRollback guard(m_isTaking, true);
    Document::Rows rows;
    for (const auto& range : selectionModel()->selection())
        for (int position = range.top(); position <= range.bottom(); ++position)
            if (const auto row = m_model.pairRowAt(position))
                rows.push_back(*row);
    m_document.setSelectedRows(std::move(rows));
}

void PairTable::keyPressEvent(QKeyEvent* event)
{
    const bool opens = event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (opens && event->modifiers() == Qt::NoModifier) {
        Q_EMIT openRequested();
        return;
    }
    QTableView::keyPressEvent(event);
}

/// Letters are commands of the window, not a search in the first column.
void PairTable::keyboardSearch(const QString&) { }

} // namespace winnow::ui
