#pragma once

#include "ui/widgets/chart_data.h"

#include <QEvent>
#include <QString>
#include <QWidget>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

class QCPAbstractPlottable;
class QCPAxis;

namespace winnow::ui {

/// What kind of axes a chart has.
struct ChartAxes {
    QString x; ///< title with its unit; empty = none
    QString y;
    std::vector<QString> categories; ///< names at x = 0, 1, …; empty = numbers
    bool showY = true;
    bool logarithmicY = false;
};

/// The one chart of the window: curves, bars or points over labelled axes, a crosshair with values, wheel and drag to
/// zoom, double click to reset, export, and on wish a range with two handles to drag. Window thread only. Long series
/// are thinned to what the width can show; all values stay in the CSV.
class ChartView : public QWidget {
    Q_OBJECT
public:
    explicit ChartView(QWidget* parent = nullptr);
    ~ChartView() override;

    void setAxes(const ChartAxes& axes);
    /// Replaces every series; keeps the zoom when the person had zoomed.
    void setSeries(std::vector<ChartSeries> series);
    /// Adds a point at the end of a series (live curves); repaints at most some twenty times a second.
    void appendPoint(std::size_t series, double x, double y);
    /// What stands in the middle while there is nothing to draw.
    void setEmptyText(const QString& text);

    /// Two handles over the x axis; std::nullopt = whole width (no range). The full width is the given one.
    void enableRange(double low, double high);
    void setRange(std::optional<std::pair<double, double>> range);
    std::optional<std::pair<double, double>> range() const;

    /// Writes what is shown as .png or .svg, or all values as .csv, by the ending. Returns why not, or an empty text.
    QString exportTo(const QString& file) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// While the person drags a handle.
    void rangeDragged(double low, double high);
    /// When the handle is let go, or the range is reset by a double click (then hasRange is false).
    void rangeChosen(bool hasRange, double low, double high);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct State;
    void styleAxis(QCPAxis* axis);
    void applyTheme();
    void rebuild();
    QCPAbstractPlottable* makePlottable(const ChartSeries& series);
    QCPAbstractPlottable* makeBars(const ChartSeries& series);
    void addWhiskers(const ChartSeries& series, QCPAbstractPlottable* of);
    void placeLabels();
    void fitAxes();
    void placeHandles();
    void updateCrosshair(const QPoint& at);
    void hideCrosshair();
    bool dragHandle(QEvent::Type type, const QPoint& at);
    void moveHandle(int handle, double value);
    void chooseRange();
    void resetZoom();
    void askExport();
    std::unique_ptr<State> m_state;
};

} // namespace winnow::ui
