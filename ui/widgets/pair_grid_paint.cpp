// The painting half of PairGrid: what one cell looks like.
#include "ui/widgets/pair_grid.h"

#include "ui/document.h"
#include "ui/models/page_loader.h"
#include "ui/models/thumbnail_cache.h"
#include "ui/theme.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/picture_image.h"
#include "ui/widgets/verdict_marks.h"

#include <QPaintEvent>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace winnow::ui {
namespace {
    constexpr int kMarkPx = 14;
    constexpr int kKeptLines = 4000;
    constexpr int kShownCharacters = 240;

    QString firstPart(const std::string& text)
    {
        return QString::fromStdString(text.substr(0, static_cast<std::size_t>(kShownCharacters) * 4))
            .left(kShownCharacters)
            .simplified();
    }
} // namespace

void PairGrid::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), Theme::current().tokens().surface);
    painter.setRenderHint(QPainter::TextAntialiasing);
    const auto [first, last] = visibleRange();
    for (int position = first; position < last; ++position) {
        const auto cell = cellRect(position);
        if (cell.intersects(event->rect()))
            paintCell(painter, cell, position);
    }
}

void PairGrid::paintCell(QPainter& painter, const QRect& cell, int position)
{
    const auto& theme = Theme::current();
    const auto& tokens = theme.tokens();
    const auto row = (*m_rows)[static_cast<std::size_t>(position)];
    const auto frame = cell.adjusted(2, 2, -2, -2);
    if (isSelected(row))
        painter.fillRect(frame, tokens.selection);
    else if (position == m_hovered)
        painter.fillRect(frame, tokens.hover);
    const QRect box(cell.left() + (cell.width() - m_side) / 2, cell.top() + kPad, m_side, m_side);
    painter.fillRect(box, tokens.canvas);
    paintPicture(painter, box, row);

    QRect line(box.left(), box.bottom() + 1 + kPad / 2, box.width(), m_lineHeight);
    paintScoreLine(painter, line, row);
    const auto& lines = linesOf(row);
    painter.setFont(theme.font(Theme::Text::Body));
    painter.setPen(tokens.text);
    for (const auto* text : {&lines.first, &lines.second}) {
        line.translate(0, m_lineHeight);
        if (!text->isEmpty())
            painter.drawText(line,
                (text->isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine,
                *text);
    }
    if (position == m_current) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(tokens.accent, hasFocus() ? 2 : 1));
        painter.drawRect(frame.adjusted(1, 1, -1, -1));
    }
}

void PairGrid::paintPicture(QPainter& painter, const QRect& box, PairRow row)
{
    const auto* thumbnail = m_thumbnails.find(row);
    if (!thumbnail) {
        const auto missing = m_document.columns()->imageMissing;
        const auto entry = m_loader.peek(row);
        if (entry && entry->image.empty())
            paintPlaceholder(
                painter, box, entry->pair.images.empty() ? tr("no picture: text only") : tr("picture not found"));
        else if (missing && row < missing->size() && (*missing)[row])
            paintPlaceholder(painter, box, tr("picture not found"));
        return;
    }
    if (thumbnail->image.isNull())
        return paintPlaceholder(painter, box, thumbnail->problem);
    const auto ratio = devicePixelRatioF();
    auto size = QSizeF(thumbnail->image.size()) / ratio;
    const bool isOtherSide = thumbnail->side != static_cast<int>(m_side * ratio);
    if (isOtherSide || size.width() > m_side || size.height() > m_side)
        size.scale(box.size(), Qt::KeepAspectRatio);
    const QRectF target(std::round(box.center().x() - size.width() / 2 + 0.5),
        std::round(box.center().y() - size.height() / 2 + 0.5), size.width(), size.height());
    painter.drawImage(target, thumbnail->image);
}

void PairGrid::paintPlaceholder(QPainter& painter, const QRect& box, const QString& reason)
{
    const auto& theme = Theme::current();
    const auto& tokens = theme.tokens();
    const QRect sign(box.center().x() - 20, box.center().y() - 34, 40, 30);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(tokens.text2, 1.5));
    painter.drawRect(sign);
    painter.drawLine(sign.bottomLeft(), sign.topRight());
    painter.setFont(theme.font(Theme::Text::Caption));
    const QRect text(
        box.left() + kPad, sign.bottom() + kPad, box.width() - 2 * kPad, box.bottom() - sign.bottom() - kPad);
    drawReason(painter, text, reason);
}

void PairGrid::paintScoreLine(QPainter& painter, const QRect& line, PairRow row)
{
    const auto& theme = Theme::current();
    if (m_values) {
        painter.setFont(theme.numberFont(Theme::Text::Body, Theme::Weight::Strong));
        painter.setPen(theme.tokens().text);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, formatNumber(valueOf(row)));
    } else if (const auto entry = m_loader.peek(row)) {
        painter.setFont(theme.font(Theme::Text::Caption));
        painter.setPen(theme.tokens().text2);
        const auto id = painter.fontMetrics().elidedText(
            firstPart(entry->pair.id.value), Qt::ElideMiddle, line.width() - 2 * kMarkPx);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, id);
    }
    paintMarks(painter, line, row);
}

void PairGrid::paintMarks(QPainter& painter, const QRect& line, PairRow row)
{
    const auto& theme = Theme::current();
    QRectF square(line.right() + 1 - kMarkPx, line.center().y() - kMarkPx / 2.0 + 1, kMarkPx, kMarkPx);
    const auto verdict = m_document.overrideOf(row);
    if (verdict != Override::None) {
        paintVerdict(painter, square, verdict, m_document.isPending(row) ? MarkState::Pending : MarkState::Confirmed);
        square.translate(-kMarkPx - 4, 0);
    }
    const auto chosen = m_document.chosen();
    if (chosen && row < chosen->size() && (*chosen)[row]) {
        paintChosen(painter, square);
        square.translate(-kMarkPx - 4, 0);
    }
    const auto stars = m_document.starsOf(row);
    if (stars <= 0)
        return;
    paintStar(painter, square, theme.tokens().text2, true);
    painter.setFont(theme.numberFont(Theme::Text::Caption));
    painter.setPen(theme.tokens().text2);
    painter.drawText(square.translated(-kMarkPx, 0), Qt::AlignRight | Qt::AlignVCenter, QString::number(stars));
}

/// The response in two lines, broken and elided once for the width of now.
const PairGrid::Lines& PairGrid::linesOf(PairRow row)
{
    static const Lines kWaiting{QStringLiteral("…"), {}};
    const auto found = m_lines.constFind(row);
    if (found != m_lines.constEnd())
        return *found;
    const auto entry = m_loader.peek(row);
    if (!entry)
        return kWaiting;
    if (m_lines.size() > kKeptLines)
        m_lines.clear();
    Lines lines;
    const auto text = firstPart(entry->pair.response);
    const auto font = Theme::current().font(Theme::Text::Body);
    QTextLayout layout(text, font);
    layout.beginLayout();
    auto first = layout.createLine();
    if (first.isValid())
        first.setLineWidth(m_side);
    layout.endLayout();
    if (first.isValid()) {
        const QFontMetrics metrics(font);
        const auto cut = first.textLength();
        lines.first = metrics.elidedText(text.left(cut).trimmed(), Qt::ElideRight, m_side);
        lines.second = metrics.elidedText(text.mid(cut).trimmed(), Qt::ElideRight, m_side);
    }
    return *m_lines.insert(row, lines);
}

double PairGrid::valueOf(PairRow row) const { return m_values && row < m_values->size() ? (*m_values)[row] : kMissing; }

QString PairGrid::describe(int position) const
{
    if (position < 0 || static_cast<std::size_t>(position) >= m_rows->size())
        return {};
    const auto row = (*m_rows)[static_cast<std::size_t>(position)];
    QStringList parts{tr("%1 of %2").arg(formatCount(position + 1), formatCount(static_cast<qint64>(m_rows->size())))};
    const auto entry = m_loader.peek(row);
    if (entry)
        parts.push_back(firstPart(entry->pair.id.value));
    if (m_values)
        parts.push_back(m_metric + QChar(u' ') + formatNumber(valueOf(row)));
    const auto verdict = verdictText(m_document.overrideOf(row));
    if (!verdict.isEmpty())
        parts.push_back(verdict);
    const auto chosen = m_document.chosen();
    if (chosen && row < chosen->size() && (*chosen)[row])
        parts.push_back(tr("chosen"));
    if (entry)
        parts.push_back(firstPart(entry->pair.response));
    return parts.join(QStringLiteral(", "));
}

} // namespace winnow::ui
