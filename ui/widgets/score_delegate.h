#pragma once

#include <QStyledItemDelegate>

namespace winnow::ui {

/// Cells of the pair table: numbers right-aligned over a thin bar of their percentile, verdicts with their shape, a dot
/// before the id of a chosen pair.
class ScoreDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintMetric(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintMarked(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
};

} // namespace winnow::ui
