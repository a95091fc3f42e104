#include "ui/widgets/metric_table.h"

#include "ui/models/metric_table_model.h"
#include "ui/theme.h"

#include <QApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleOptionButton>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kRowPx = 48;
    constexpr int kFamilyPx = 36;
    constexpr int kTickPx = 16;
    constexpr int kTickAreaPx = 32;
    constexpr int kCellBarPx = 3;
    constexpr int kReadingPx = 132;
    constexpr int kTimePx = 116;
    constexpr int kNarrowModelPx = 128;
    constexpr int kWideModelPx = 180;

    QColor colourOf(int tone)
    {
        const auto& tokens = Theme::current().tokens();
        switch (tone) {
        case MetricTableModel::BusyTone:
            return tokens.accent;
        case MetricTableModel::WarnTone:
            return tokens.warn;
        case MetricTableModel::FailureTone:
            return tokens.ban;
        case MetricTableModel::QuietTone:
            return tokens.text2;
        default:
            return tokens.text;
        }
    }

    bool isFamily(const QModelIndex& index) { return !(index.flags() & Qt::ItemIsSelectable); }

    bool isReading(const QModelIndex& index)
    {
        return index.column() == MetricTableModel::CorrectedColumn
            || index.column() == MetricTableModel::PublishedColumn;
    }

    QRect tickRect(const QRect& cell)
    {
        return {cell.left() + Theme::kGap, cell.center().y() - kTickPx / 2 + 1, kTickPx, kTickPx};
    }

} // namespace

void MetricTableDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    const auto& tokens = Theme::current().tokens();
    if (isFamily(index)) {
        paintFamily(*painter, option, index);
        painter->restore();
        return;
    }
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, tokens.selection);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, tokens.hover);
    painter->setPen(tokens.border);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    if (index.column() == MetricTableModel::NameColumn)
        paintName(*painter, option, index);
    else
        paintReading(*painter, option, index);
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(tokens.accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option.rect.adjusted(1, 1, -1, -1));
    }
    painter->restore();
}

void MetricTableDelegate::paintFamily(
    QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto& theme = Theme::current();
    painter.fillRect(option.rect, theme.tokens().window);
    painter.setPen(theme.tokens().border);
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter.setPen(theme.tokens().text2);
    painter.setFont(theme.font(Theme::Text::Body, Theme::Weight::Strong));
    painter.drawText(option.rect.adjusted(Theme::kGap, 0, -Theme::kGap, -Theme::kUnit), Qt::AlignLeft | Qt::AlignBottom,
        index.data().toString());
}

void MetricTableDelegate::paintName(
    QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto& theme = Theme::current();
    const auto inner = option.rect.adjusted(Theme::kGap, Theme::kUnit, -Theme::kGap, -Theme::kUnit);
    const int half = inner.height() / 2;
    const auto meaning = index.data(MetricTableModel::MeaningRole).toString();
    const QRect first = meaning.isEmpty() ? inner : QRect(inner.left(), inner.top(), inner.width(), half);
    painter.setFont(theme.font(Theme::Text::Body));
    painter.setPen(theme.tokens().text);
    painter.drawText(first, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, first.width()));
    painter.setFont(theme.font(Theme::Text::Caption));
    painter.setPen(theme.tokens().text2);
    painter.drawText(QRect(inner.left(), inner.top() + half, inner.width(), half),
        Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(meaning, Qt::ElideRight, inner.width()));
}

void MetricTableDelegate::paintReading(
    QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto& theme = Theme::current();
    auto inner = option.rect.adjusted(Theme::kGap, 2, -Theme::kGap, -2);
    if (index.data(Qt::CheckStateRole).isValid())
        paintTick(painter, option, index);
    if (isReading(index))
        inner.setLeft(inner.left() + kTickAreaPx - Theme::kGap);
    painter.setFont(isReading(index) ? theme.numberFont() : theme.font(Theme::Text::Body));
    painter.setPen(colourOf(index.data(MetricTableModel::ToneRole).toInt()));
    const auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
    painter.drawText(inner, static_cast<int>(alignment) | Qt::TextSingleLine,
        painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, inner.width()));
    const auto fraction = index.data(MetricTableModel::FractionRole);
    if (!fraction.isValid())
        return;
    const QRectF track(inner.left(), inner.bottom() - kCellBarPx - 1, inner.width(), kCellBarPx);
    painter.setPen(Qt::NoPen);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(theme.tokens().canvas);
    painter.drawRoundedRect(track, kCellBarPx / 2.0, kCellBarPx / 2.0);
    const bool isBusy = index.data(MetricTableModel::ToneRole).toInt() == MetricTableModel::BusyTone;
    painter.setBrush(isBusy ? theme.tokens().accent : theme.tokens().text2);
    painter.drawRoundedRect(
        QRectF(track.left(), track.top(), track.width() * std::clamp(fraction.toDouble(), 0.0, 1.0), track.height()),
        kCellBarPx / 2.0, kCellBarPx / 2.0);
}

void MetricTableDelegate::paintTick(
    QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem tick(option);
    tick.rect = tickRect(option.rect);
    tick.state &= ~(QStyle::State_HasFocus | QStyle::State_On | QStyle::State_Off);
    tick.state |= index.data(Qt::CheckStateRole).toInt() == Qt::Checked ? QStyle::State_On : QStyle::State_Off;
    const auto* const widget = option.widget;
    (widget ? widget->style() : QApplication::style())
        ->drawPrimitive(QStyle::PE_IndicatorItemViewItemCheck, &tick, &painter, widget);
}

bool MetricTableDelegate::editorEvent(
    QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const auto state = index.data(Qt::CheckStateRole);
    if (!state.isValid())
        return false;
    const auto turn = [&] {
        return model->setData(index, state.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    };
    if (event->type() == QEvent::KeyPress) {
        const auto key = static_cast<QKeyEvent*>(event)->key();
        return (key == Qt::Key_Space || key == Qt::Key_Select) && turn();
    }
    if (event->type() != QEvent::MouseButtonRelease && event->type() != QEvent::MouseButtonDblClick)
        return false;
    const auto* const mouse = static_cast<QMouseEvent*>(event);
    const QRect area(option.rect.left(), option.rect.top(), kTickAreaPx, option.rect.height());
    if (mouse->button() != Qt::LeftButton || !area.contains(mouse->position().toPoint()))
        return false;
    return event->type() == QEvent::MouseButtonDblClick || turn();
}

MetricTable::MetricTable(MetricTableModel& model, QWidget* parent)
    : QTableView(parent)
    , m_model(model)
{
    setObjectName(QStringLiteral("metricTable"));
    setAccessibleName(tr("Metrics"));
    setItemDelegate(new MetricTableDelegate(this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRowPx);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
    setModel(&model);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setSectionResizeMode(MetricTableModel::NameColumn, QHeaderView::Stretch);
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        spanFamilies();
        chooseFirst();
    });
    spanFamilies();
    fitColumns();
}

void MetricTable::spanFamilies()
{
    clearSpans();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const bool isHeading = m_model.rowAt(row)->isFamily();
        setRowHeight(row, isHeading ? kFamilyPx : kRowPx);
        if (isHeading)
            setSpan(row, 0, 1, MetricTableModel::ColumnCount);
    }
}

void MetricTable::fitColumns()
{
    const bool isWide = viewport()->width() > 900;
    setColumnWidth(MetricTableModel::CorrectedColumn, kReadingPx);
    setColumnWidth(MetricTableModel::PublishedColumn, kReadingPx);
    setColumnWidth(MetricTableModel::ModelColumn, isWide ? kWideModelPx : kNarrowModelPx);
    setColumnWidth(MetricTableModel::TimeColumn, kTimePx);
}

/// The cell that was current before, else the first metric.
void MetricTable::chooseFirst()
{
    int row = m_model.rowOf(m_column);
    for (int i = 0; row < 0 && i < m_model.rowCount(); ++i)
        if (!m_model.rowAt(i)->isFamily())
            row = i;
    if (row < 0) {
        Q_EMIT currentMoved();
        return;
    }
    const bool isPublished = m_column.endsWith(QStringLiteral(".published"));
    setCurrentIndex(
        m_model.index(row, isPublished ? MetricTableModel::PublishedColumn : MetricTableModel::CorrectedColumn));
}

void MetricTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void MetricTable::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    const auto* const row = m_model.rowAt(current.row());
    if (row != nullptr && !row->isFamily())
        m_column = row->cells[current.column() == MetricTableModel::PublishedColumn ? 1 : 0].column;
    Q_EMIT currentMoved();
}

bool MetricTable::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // Space ticks here; elsewhere it opens the current pair.
        auto* const key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier) {
            key->accept();
            return true;
        }
    }
    return QTableView::event(event);
}

void MetricTable::keyboardSearch(const QString&) { }

} // namespace winnow::ui
