#pragma once

#include <QStyledItemDelegate>
#include <QTableView>

namespace winnow::ui {

class MetricTableModel;

/// Cells of the metrics' table: a family in heading type, a name over its meaning, a reading with its tick, its count
/// and a thin bar of how much of it is there.
class MetricTableDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// A click at the tick, or Space, turns it.
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
        const QModelIndex& index) override;

private:
    void paintFamily(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintName(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintReading(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintTick(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
};

/// The table of Score mode. Arrows move from cell to cell, Space ticks, letters stay commands of the window.
class MetricTable : public QTableView {
    Q_OBJECT

public:
    explicit MetricTable(MetricTableModel& model, QWidget* parent = nullptr);

    void keyboardSearch(const QString& search) override;

Q_SIGNALS:
    void currentMoved(); ///< another cell, or another model

protected:
    bool event(QEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void spanFamilies();
    void fitColumns();
    void chooseFirst();

    MetricTableModel& m_model;
    QString m_column; ///< of the current cell, to find it again after a reset
};

} // namespace winnow::ui
