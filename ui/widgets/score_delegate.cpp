#include "ui/widgets/score_delegate.h"

#include "ui/models/pair_table_model.h"
#include "ui/theme.h"
#include "ui/widgets/verdict_marks.h"

#include <QPainter>

namespace winnow::ui {
namespace {
    constexpr int kCellMarkPx = 12;

    void paintBackground(QPainter& painter, const QStyleOptionViewItem& option)
    {
        const auto& tokens = Theme::current().tokens();
        if (option.state & QStyle::State_Selected)
            painter.fillRect(option.rect, tokens.selection);
        if (option.state & QStyle::State_HasFocus) {
            painter.setPen(QPen(tokens.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(option.rect.adjusted(1, 1, -1, -1));
        }
    }
} // namespace

QSize ScoreDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    auto size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(Theme::kControl);
    return size;
}

void ScoreDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    paintBackground(*painter, option);
    if (index.column() >= PairTableModel::FirstNumberColumn
        && !index.data(PairTableModel::MetricRole).toString().isEmpty())
        paintMetric(*painter, option, index);
    else
        paintMarked(*painter, option, index);
    painter->restore();
}

void ScoreDelegate::paintMetric(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto inner = option.rect.adjusted(Theme::kGap, 2, -Theme::kGap, -4);
    painter.setFont(Theme::current().numberFont());
    painter.setPen(Theme::current().tokens().text);
    painter.drawText(inner.adjusted(0, 0, 0, -4), Qt::AlignRight | Qt::AlignVCenter, index.data().toString());
    const auto percentile = index.data(PairTableModel::PercentileRole);
    if (percentile.isValid())
        paintPercentileBar(painter, QRectF(inner.left(), inner.bottom() - 2, inner.width(), 3), percentile.toDouble());
}

void ScoreDelegate::paintMarked(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    auto inner = option.rect.adjusted(Theme::kGap, 0, -Theme::kGap, 0);
    const auto& tokens = Theme::current().tokens();
    const QRectF mark(inner.left(), inner.center().y() - kCellMarkPx / 2.0 + 1, kCellMarkPx, kCellMarkPx);
    painter.setPen(tokens.text);
    if (index.column() == PairTableModel::VerdictColumn) {
        const auto verdict = static_cast<Override>(index.data(PairTableModel::OverrideRole).toInt());
        const bool isPending = index.data(PairTableModel::PendingRole).toBool();
        paintVerdict(painter, mark, verdict, isPending ? MarkState::Pending : MarkState::Confirmed);
        inner.setLeft(inner.left() + kCellMarkPx + 6);
        painter.setPen(verdictColour(verdict));
    } else if (index.column() == PairTableModel::IdColumn) {
        if (index.data(PairTableModel::ChosenRole).toBool())
            paintChosen(painter, mark);
        inner.setLeft(inner.left() + kCellMarkPx + 6);
    }
    painter.setFont(option.font);
    const auto text = painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, inner.width());
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
}

} // namespace winnow::ui
