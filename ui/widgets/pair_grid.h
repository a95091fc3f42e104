#pragma once

#include "core/domain/columns.h"
#include "ui/theme.h"

#include <QAbstractScrollArea>
#include <QHash>
#include <QString>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace winnow::ui {

class Document;
class PageLoader;
class ThumbnailCache;

/// A light table: pictures with the sort metric's value, verdict and chosen marks, and two lines of the response.
/// Paints only what is visible, over any list of rows (a million of them take no more than ten), and shares current row
/// and selection with every other view through the document. Scrolls in fractions of a row, so that no pixel height
/// overflows.
class PairGrid : public QAbstractScrollArea {
    Q_OBJECT

public:
    static constexpr int kMinSide = 96;
    static constexpr int kMaxSide = 360;
    static constexpr int kDefaultSide = 168;

    PairGrid(Document& document, PageLoader& loader, ThumbnailCache& thumbnails, QWidget* parent = nullptr);

    /// Rows in the order shown. Never null.
    void setRows(std::shared_ptr<const std::vector<PairRow>> rows);
    std::shared_ptr<const std::vector<PairRow>> rows() const { return m_rows; }
    /// The metric whose value stands under each picture; empty = none.
    void setMetric(const QString& metric);
    int thumbnailSide() const { return m_side; }
    void setThumbnailSide(int side);

    int columnCount() const { return m_columns; }
    /// Position of the current row in the rows shown, or -1.
    int currentPosition() const { return m_current; }
    void setCurrentPosition(int position, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    void ensureVisible(int position);
    /// Where the cell is now, in viewport pixels; may lie outside.
    QRect cellRect(int position) const;
    int positionAt(const QPoint& point) const;
    /// First and one past the last visible position.
    std::pair<int, int> visibleRange() const;
    QString describe(int position) const;

Q_SIGNALS:
    void openRequested();
    void thumbnailSideChanged(int side);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    struct Lines {
        QString first;
        QString second;
    };
    void updateGeometryOfCells();
    void updateScrollBar();
    void requestVisible();
    void takeCurrent();
    void takeSelection();
    void toggleSelected(int position);
    void setHovered(int position);
    void updateRows(const std::vector<PairRow>& rows);
    void postRequest();
    void selectBetween(int first, int second);
    void paintCell(QPainter& painter, const QRect& cell, int position);
    void paintPicture(QPainter& painter, const QRect& box, PairRow row);
    void paintPlaceholder(QPainter& painter, const QRect& box, const QString& reason);
    void paintScoreLine(QPainter& painter, const QRect& line, PairRow row);
    void paintMarks(QPainter& painter, const QRect& line, PairRow row);
    const Lines& linesOf(PairRow row);
    bool isSelected(PairRow row) const;
    double valueOf(PairRow row) const;
    int pageStep() const;

    Document& m_document;
    PageLoader& m_loader;
    ThumbnailCache& m_thumbnails;
    std::shared_ptr<const std::vector<PairRow>> m_rows;
    QString m_metric;
    std::shared_ptr<const std::vector<double>> m_values;
    int m_side = kDefaultSide;
    int m_current = -1;
    int m_anchor = -1;
    int m_hovered = -1;
    std::vector<std::uint8_t> m_selected; ///< bitmap over pairs; empty = none
    QHash<PairRow, Lines> m_lines;        ///< of what was painted lately, for the width of now
    // Sizes of a cell, from the fonts.
    static constexpr int kPad = Theme::kGap; ///< between a cell's border, its picture and its lines
    int m_lineHeight = 16;
    int m_columns = 1;
    int m_cellWidth = 0;
    int m_cellHeight = 0;
    bool m_isRequestPosted = false;
};

} // namespace winnow::ui
