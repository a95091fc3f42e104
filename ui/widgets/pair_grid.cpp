#include "ui/widgets/pair_grid.h"

#include "ui/document.h"
#include "ui/models/page_loader.h"
#include "ui/models/thumbnail_cache.h"
#include "ui/theme.h"
#include "ui/widgets/metric_text.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTimer>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr int kStepsPerRow = 64; ///< of the scroll bar
    constexpr int kSideStep = 24;
    constexpr int kScoreLines = 1;
    constexpr int kTextLines = 2;
} // namespace

PairGrid::PairGrid(Document& document, PageLoader& loader, ThumbnailCache& thumbnails, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_document(document)
    , m_loader(loader)
    , m_thumbnails(thumbnails)
    , m_rows(std::make_shared<const std::vector<PairRow>>())
{
    setObjectName(QStringLiteral("pairGrid"));
    setAccessibleName(tr("Pairs as pictures"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    viewport()->setMouseTracking(true);
    const auto repaint = [this] { viewport()->update(); };
    connect(&document, &Document::currentRowChanged, this, &PairGrid::takeCurrent);
    connect(&document, &Document::selectedRowsChanged, this, &PairGrid::takeSelection);
    connect(&document, &Document::overridesChanged, this, repaint);
    connect(&document, &Document::chosenChanged, this, repaint);
    connect(&document, &Document::columnsChanged, this, [this] { setMetric(m_metric); });
    connect(&document, &Document::opened, this, [this] { setMetric(m_metric); });
    connect(&Theme::current(), &Theme::changed, this, &PairGrid::updateGeometryOfCells);
    connect(&loader, &PageLoader::loaded, this, [this](const std::vector<PairRow>& rows) {
        for (const auto row : rows)
            m_lines.remove(row);
        updateRows(rows);
        postRequest();
    });
    connect(&thumbnails, &ThumbnailCache::loaded, this, &PairGrid::updateRows);
    updateGeometryOfCells();
    takeSelection();
}

void PairGrid::setRows(std::shared_ptr<const std::vector<PairRow>> rows)
{
    m_rows = std::move(rows);
    m_anchor = -1;
    m_current = -1;
    updateScrollBar();
    takeCurrent();
    if (m_current < 0)
        verticalScrollBar()->setValue(0);
    viewport()->update();
    postRequest();
}

void PairGrid::setMetric(const QString& metric)
{
    const auto* column = m_document.columns()->findMetric(metric.toStdString());
    m_metric = metric;
    m_values = column ? column->values : nullptr;
    viewport()->update();
}

void PairGrid::setThumbnailSide(int side)
{
    side = std::clamp(side, kMinSide, kMaxSide);
    if (side == m_side)
        return;
    const auto kept = m_current >= 0 ? m_current : visibleRange().first;
    m_side = side;
    m_lines.clear();
    updateGeometryOfCells();
    ensureVisible(kept);
    Q_EMIT thumbnailSideChanged(side);
}

void PairGrid::updateGeometryOfCells()
{
    const auto kept = visibleRange().first;
    m_lineHeight = QFontMetrics(Theme::current().font(Theme::Text::Body)).height();
    const auto width = std::max(viewport()->width(), 1);
    m_columns = std::max(1, width / (m_side + 2 * kPad));
    m_cellWidth = width / m_columns;
    m_cellHeight = kPad + m_side + kPad / 2 + (kScoreLines + kTextLines) * m_lineHeight + kPad;
    updateScrollBar();
    if (kept > 0 && m_cellHeight > 0)
        verticalScrollBar()->setValue(kept / m_columns * kStepsPerRow);
    viewport()->update();
    postRequest();
}

void PairGrid::updateScrollBar()
{
    const auto columns = columnCount();
    const auto count = static_cast<qint64>(m_rows->size());
    const auto lines = (count + columns - 1) / columns;
    const auto height = std::max(m_cellHeight, 1);
    const auto page = static_cast<qint64>(viewport()->height()) * kStepsPerRow / height;
    auto* bar = verticalScrollBar();
    bar->setPageStep(static_cast<int>(std::max<qint64>(page, 1)));
    bar->setSingleStep(kStepsPerRow / 3);
    bar->setRange(0, static_cast<int>(std::max<qint64>(0, lines * kStepsPerRow - page)));
}

std::pair<int, int> PairGrid::visibleRange() const
{
    if (m_cellHeight <= 0)
        return {0, 0};
    const auto columns = columnCount();
    const auto value = verticalScrollBar()->value();
    const auto top = value / kStepsPerRow;
    const auto hidden = value % kStepsPerRow * m_cellHeight / kStepsPerRow;
    const auto lines = (viewport()->height() + hidden + m_cellHeight - 1) / m_cellHeight;
    const auto count = static_cast<qint64>(m_rows->size());
    const auto first = std::min(static_cast<qint64>(top) * columns, count);
    const auto last = std::min(static_cast<qint64>(top + lines) * columns, count);
    return {static_cast<int>(first), static_cast<int>(last)};
}

QRect PairGrid::cellRect(int position) const
{
    const auto columns = columnCount();
    const auto value = verticalScrollBar()->value();
    const auto line = position / columns - value / kStepsPerRow;
    const auto hidden = value % kStepsPerRow * m_cellHeight / kStepsPerRow;
    const auto y = std::clamp(static_cast<qint64>(line) * m_cellHeight - hidden, qint64(-1000000), qint64(1000000));
    return {position % columns * m_cellWidth, static_cast<int>(y), m_cellWidth, m_cellHeight};
}

int PairGrid::positionAt(const QPoint& point) const
{
    const auto [first, last] = visibleRange();
    for (int position = first; position < last; ++position)
        if (cellRect(position).contains(point))
            return position;
    return -1;
}

void PairGrid::ensureVisible(int position)
{
    if (position < 0 || static_cast<std::size_t>(position) >= m_rows->size() || m_cellHeight <= 0)
        return;
    const auto line = position / columnCount();
    auto* bar = verticalScrollBar();
    const auto top = line * kStepsPerRow;
    if (bar->value() > top)
        bar->setValue(top);
    else if (bar->value() + bar->pageStep() < top + kStepsPerRow)
        bar->setValue(std::min(top, top + kStepsPerRow - bar->pageStep() + 1));
}

void PairGrid::takeCurrent()
{
    const auto row = m_document.currentRow();
    const bool isSame = row && m_current >= 0 && static_cast<std::size_t>(m_current) < m_rows->size()
        && (*m_rows)[static_cast<std::size_t>(m_current)] == *row;
    if (!isSame) {
        const auto found = row ? std::find(m_rows->begin(), m_rows->end(), *row) : m_rows->end();
        m_current = found == m_rows->end() ? -1 : static_cast<int>(found - m_rows->begin());
        m_anchor = m_current;
    }
    ensureVisible(m_current);
    setAccessibleDescription(describe(m_current));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
    viewport()->update();
}

void PairGrid::takeSelection()
{
    const auto& rows = m_document.selectedRows();
    m_selected.clear();
    if (!rows.empty())
        m_selected.assign(static_cast<std::size_t>(std::max<std::int64_t>(m_document.columns()->pairCount, 0)), 0);
    for (const auto row : rows)
        if (row < m_selected.size())
            m_selected[row] = 1;
    viewport()->update();
}

bool PairGrid::isSelected(PairRow row) const { return row < m_selected.size() && m_selected[row] != 0; }

void PairGrid::setCurrentPosition(int position, Qt::KeyboardModifiers modifiers)
{
    if (m_rows->empty())
        return;
    position = std::clamp(position, 0, static_cast<int>(m_rows->size()) - 1);
    const auto anchor = m_anchor < 0 ? position : m_anchor;
    m_current = position;
    m_document.setCurrentRow((*m_rows)[static_cast<std::size_t>(position)]);
    if (modifiers & Qt::ShiftModifier) {
        m_anchor = anchor;
        selectBetween(anchor, position);
        return;
    }
    m_anchor = position;
    if (!(modifiers & Qt::ControlModifier))
        m_document.setSelectedRows({(*m_rows)[static_cast<std::size_t>(position)]});
}

void PairGrid::selectBetween(int first, int second)
{
    const auto low = static_cast<std::ptrdiff_t>(std::min(first, second));
    const auto high = static_cast<std::ptrdiff_t>(std::max(first, second)) + 1;
    m_document.setSelectedRows({m_rows->begin() + low, m_rows->begin() + high});
}

void PairGrid::toggleSelected(int position)
{
    const auto row = (*m_rows)[static_cast<std::size_t>(position)];
    auto rows = m_document.selectedRows();
    if (isSelected(row))
        std::erase(rows, row);
    else
        rows.push_back(row);
    m_current = m_anchor = position;
    m_document.setSelectedRows(std::move(rows));
    m_document.setCurrentRow(row);
}

int PairGrid::pageStep() const { return std::max(1, viewport()->height() / std::max(m_cellHeight, 1)) * columnCount(); }

void PairGrid::keyPressEvent(QKeyEvent* event)
{
    const auto last = static_cast<int>(m_rows->size()) - 1;
    const auto current = std::max(m_current, 0);
    const auto columns = columnCount();
    const auto isFirst = m_current < 0;
    const auto go = [&](int position) { setCurrentPosition(isFirst ? current : position, event->modifiers()); };
    switch (event->key()) {
    case Qt::Key_Left:
        return go(current - 1);
    case Qt::Key_Right:
        return go(current + 1);
    case Qt::Key_Up:
        return go(current - columns < 0 ? current : current - columns);
    case Qt::Key_Down:
        return go(
            current + columns > last ? (current / columns == last / columns ? current : last) : current + columns);
    case Qt::Key_PageUp:
        return go(current - pageStep());
    case Qt::Key_PageDown:
        return go(current + pageStep());
    case Qt::Key_Home:
        return setCurrentPosition(0, event->modifiers() & Qt::ShiftModifier);
    case Qt::Key_End:
        return setCurrentPosition(last, event->modifiers() & Qt::ShiftModifier);
    case Qt::Key_Space:
        if (event->modifiers() & Qt::ControlModifier && m_current >= 0)
            return toggleSelected(m_current);
        Q_EMIT openRequested();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT openRequested();
        return;
    default:
        break;
    }
    if (event->matches(QKeySequence::SelectAll))
        return m_document.setSelectedRows(*m_rows);
    QAbstractScrollArea::keyPressEvent(event);
}

void PairGrid::mousePressEvent(QMouseEvent* event)
{
    const auto position = positionAt(event->pos());
    if (position < 0 || event->button() == Qt::MiddleButton)
        return;
    const bool isContext =
        event->button() == Qt::RightButton && isSelected((*m_rows)[static_cast<std::size_t>(position)]);
    if (isContext)
        return;
    if (event->modifiers() & Qt::ControlModifier)
        return toggleSelected(position);
    setCurrentPosition(position, event->modifiers() & Qt::ShiftModifier);
}

void PairGrid::mouseMoveEvent(QMouseEvent* event)
{
    const auto position = positionAt(event->pos());
    setHovered(position);
    if (event->buttons() & Qt::LeftButton && position >= 0 && m_anchor >= 0 && position != m_current
        && !(event->modifiers() & Qt::ControlModifier))
        setCurrentPosition(position, Qt::ShiftModifier);
}

void PairGrid::setHovered(int position)
{
    if (position == m_hovered)
        return;
    for (const auto old : {m_hovered, position})
        if (old >= 0)
            viewport()->update(cellRect(old));
    m_hovered = position;
}

void PairGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && positionAt(event->pos()) >= 0)
        Q_EMIT openRequested();
}

void PairGrid::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier))
        return QAbstractScrollArea::wheelEvent(event);
    setThumbnailSide(m_side + (event->angleDelta().y() > 0 ? kSideStep : -kSideStep));
    event->accept();
}

bool PairGrid::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        setHovered(-1);
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto position = positionAt(help->pos());
    if (position < 0)
        QToolTip::hideText();
    else // text of the data: never rich text
        QToolTip::showText(help->globalPos(), toToolTip(describe(position)), viewport());
    return true;
}

void PairGrid::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateGeometryOfCells();
}

void PairGrid::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    ensureVisible(m_current);
    postRequest();
}

void PairGrid::scrollContentsBy(int, int)
{
    viewport()->update();
    postRequest();
}

void PairGrid::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void PairGrid::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void PairGrid::updateRows(const std::vector<PairRow>& rows)
{
    const auto [first, last] = visibleRange();
    for (int position = first; position < last; ++position)
        if (std::find(rows.begin(), rows.end(), (*m_rows)[static_cast<std::size_t>(position)]) != rows.end())
            viewport()->update(cellRect(position));
}

void PairGrid::postRequest()
{
    if (m_isRequestPosted || !isVisible())
        return;
    m_isRequestPosted = true;
    QTimer::singleShot(0, this, [this] {
        m_isRequestPosted = false;
        requestVisible();
    });
}

void PairGrid::hideEvent(QHideEvent* event)
{
    QAbstractScrollArea::hideEvent(event);
    m_thumbnails.setWanted(this, {}, 0);
}

/// Asks for what is on the screen, then for the screen after it and half of the one before.
void PairGrid::requestVisible()
{
    const auto [first, last] = visibleRange();
    const auto count = last - first;
    const auto size = static_cast<int>(m_rows->size());
    std::vector<ThumbnailCache::Wanted> wanted;
    const auto want = [&](int from, int to) {
        for (int position = std::max(from, 0); position < std::min(to, size); ++position) {
            const auto row = (*m_rows)[static_cast<std::size_t>(position)];
            const auto entry = m_loader.find(row);
            if (entry && !entry->image.empty())
                wanted.push_back({row, entry->image});
        }
    };
    want(first, last);
    want(last, last + count);
    want(first - count / 2, first);
    m_thumbnails.setWanted(this, wanted, static_cast<int>(m_side * devicePixelRatioF()));
}

} // namespace winnow::ui
