#include "ui/widgets/chart_view.h"

#include "ui/dialogs.h"
#include "ui/theme.h"
#include "ui/widgets/chart_data.h"
#include "ui/widgets/number_text.h"

#include <QContextMenuEvent>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QSvgGenerator>
#include <QTimer>
#include <QVBoxLayout>

// qcustomplot.h speaks Qt's keywords, which this project switches off; they live for this one include.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef emit
#undef foreach

#include <algorithm>
#include <cmath>

namespace winnow::ui {
namespace {
    constexpr int kHandleReachPx = 8;
    constexpr int kRepaintMs = 50;
    constexpr std::size_t kDirectLabels = 4;

    QColor colourOf(const ChartSeries& series)
    {
        const auto& tokens = Theme::current().tokens();
        switch (series.colour) {
        case ChartSeries::Colour::Accent:
            return tokens.accent;
        case ChartSeries::Colour::Quiet:
            return tokens.border;
        case ChartSeries::Colour::Text:
            return tokens.text2;
        case ChartSeries::Colour::Category:
            break;
        }
        return Theme::current().category(series.category);
    }

} // namespace

struct ChartView::State {
    QCustomPlot* plot = nullptr;
    ChartAxes axes;
    std::vector<ChartSeries> series;
    std::vector<QCPAbstractPlottable*> plottables;
    std::vector<QCPItemText*> labels;
    QCPItemText* empty = nullptr;
    QCPItemText* crosshairText = nullptr;
    QCPItemStraightLine* crosshair = nullptr;
    QTimer repaint;
    bool isZoomed = false;
    // The range and its handles.
    bool hasHandles = false;
    double fullLow = 0;
    double fullHigh = 1;
    std::optional<std::pair<double, double>> range;
    QCPItemRect* shades[2] = {nullptr, nullptr};
    QCPItemStraightLine* handles[2] = {nullptr, nullptr};
    int dragged = -1;
};

ChartView::ChartView(QWidget* parent)
    : QWidget(parent)
    , m_state(std::make_unique<State>())
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* plot = m_state->plot = new QCustomPlot(this);
    layout->addWidget(plot);
    plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    plot->installEventFilter(this);
    plot->setMouseTracking(true);
    plot->setFocusPolicy(Qt::NoFocus);
    plot->setAttribute(Qt::WA_NoMousePropagation, false);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Chart"));
    m_state->empty = new QCPItemText(plot);
    m_state->empty->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_state->empty->position->setCoords(0.5, 0.5);
    m_state->crosshair = new QCPItemStraightLine(plot);
    m_state->crosshair->setVisible(false);
    m_state->crosshairText = new QCPItemText(plot);
    m_state->crosshairText->setVisible(false);
    m_state->crosshairText->setTextAlignment(Qt::AlignLeft);
    m_state->crosshairText->setPadding(QMargins(4, 2, 4, 2));
    m_state->crosshairText->setLayer(QStringLiteral("overlay"));
    m_state->repaint.setSingleShot(true);
    m_state->repaint.setInterval(kRepaintMs);
    connect(&m_state->repaint, &QTimer::timeout, this, [this] { rebuild(); });
    connect(&Theme::current(), &Theme::changed, this, [this] { applyTheme(); });
    applyTheme();
}

ChartView::~ChartView() = default;

QSize ChartView::sizeHint() const { return {320, 220}; }
QSize ChartView::minimumSizeHint() const { return {96, 64}; }

void ChartView::setAxes(const ChartAxes& axes)
{
    m_state->axes = axes;
    applyTheme();
}

void ChartView::setSeries(std::vector<ChartSeries> series)
{
    m_state->series = std::move(series);
    rebuild();
}

void ChartView::appendPoint(std::size_t series, double x, double y)
{
    if (series >= m_state->series.size())
        m_state->series.resize(series + 1);
    m_state->series[series].x.push_back(x);
    m_state->series[series].y.push_back(y);
    if (!m_state->repaint.isActive())
        m_state->repaint.start();
}

void ChartView::setEmptyText(const QString& text)
{
    m_state->empty->setText(text);
    m_state->plot->replot(QCustomPlot::rpQueuedReplot);
}

void ChartView::styleAxis(QCPAxis* axis)
{
    const auto& theme = Theme::current();
    const auto& tokens = theme.tokens();
    axis->setBasePen(QPen(tokens.border));
    axis->setTickPen(QPen(tokens.border));
    axis->setSubTickPen(Qt::NoPen);
    axis->setTickLabelColor(tokens.text2);
    axis->setLabelColor(tokens.text2);
    axis->setTickLabelFont(theme.numberFont(Theme::Text::Caption));
    axis->setLabelFont(theme.font(Theme::Text::Caption));
    axis->grid()->setPen(QPen(tokens.border));
    axis->grid()->setZeroLinePen(QPen(tokens.border));
    axis->setNumberFormat(QStringLiteral("gb"));
    axis->setNumberPrecision(4);
}

void ChartView::applyTheme()
{
    const auto& theme = Theme::current();
    const auto& tokens = theme.tokens();
    auto& state = *m_state;
    auto* plot = state.plot;
    plot->setBackground(tokens.surface);
    styleAxis(plot->xAxis);
    styleAxis(plot->yAxis);
    plot->xAxis->grid()->setVisible(!state.hasHandles);
    plot->yAxis->grid()->setVisible(state.axes.showY);
    plot->yAxis->setVisible(state.axes.showY);
    plot->xAxis->setLabel(state.axes.x);
    plot->yAxis->setLabel(state.axes.y);
    plot->yAxis->setScaleType(state.axes.logarithmicY ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (state.axes.categories.empty()) {
        QSharedPointer<QCPAxisTicker> ticker(new QCPAxisTicker);
        ticker->setTickCount(state.hasHandles ? 3 : 5);
        plot->xAxis->setTicker(ticker);
    } else {
        QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
        for (std::size_t i = 0; i < state.axes.categories.size(); ++i)
            ticker->addTick(static_cast<double>(i), state.axes.categories[i]);
        plot->xAxis->setTicker(ticker);
    }
    state.empty->setColor(tokens.text2);
    state.empty->setFont(theme.font(Theme::Text::Body));
    state.crosshair->setPen(QPen(tokens.text2, 1, Qt::DashLine));
    state.crosshairText->setColor(tokens.text);
    state.crosshairText->setFont(theme.numberFont(Theme::Text::Caption));
    state.crosshairText->setBrush(tokens.raised);
    state.crosshairText->setPen(QPen(tokens.border));
    rebuild();
}

void ChartView::rebuild()
{
    auto& state = *m_state;
    state.plot->clearPlottables();
    state.plottables.clear();
    for (auto* label : state.labels)
        state.plot->removeItem(label);
    state.labels.clear();
    bool anything = false;
    for (const auto& series : state.series) {
        state.plottables.push_back(makePlottable(series));
        anything = anything || !series.x.empty();
    }
    state.empty->setVisible(!anything);
    state.plot->xAxis->setVisible(anything); // axes of nothing would only run through the words
    state.plot->yAxis->setVisible(anything && state.axes.showY);
    if (!state.isZoomed)
        fitAxes();
    placeLabels();
    placeHandles();
    state.plot->replot(QCustomPlot::rpQueuedReplot);
}

QCPAbstractPlottable* ChartView::makePlottable(const ChartSeries& series)
{
    if (series.kind == ChartSeries::Kind::Bars)
        return makeBars(series);
    auto* graph = m_state->plot->addGraph();
    const auto colour = colourOf(series);
    graph->setPen(QPen(colour, 2));
    if (series.kind == ChartSeries::Kind::Points) {
        static constexpr QCPScatterStyle::ScatterShape kShapes[] = {QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare,
            QCPScatterStyle::ssTriangle, QCPScatterStyle::ssDiamond, QCPScatterStyle::ssCross};
        graph->setLineStyle(QCPGraph::lsNone);
        const auto shape = static_cast<std::size_t>(Theme::categoryMarker(series.category)) % std::size(kShapes);
        graph->setScatterStyle(QCPScatterStyle(kShapes[shape], colour, colour, 8));
    }
    QVector<double> x, y;
    for (const auto index : thinnedIndices(series.y)) {
        x.push_back(series.x[index]);
        y.push_back(series.y[index]);
    }
    graph->setData(x, y, true);
    if (!series.low.empty())
        addWhiskers(series, graph);
    return graph;
}

QCPAbstractPlottable* ChartView::makeBars(const ChartSeries& series)
{
    auto* plot = m_state->plot;
    auto* bars = new QCPBars(plot->xAxis, plot->yAxis);
    bars->setWidth(series.barWidth);
    bars->setPen(Qt::NoPen);
    bars->setBrush(colourOf(series));
    bars->setAntialiased(false);
    bars->setData(
        QVector<double>(series.x.begin(), series.x.end()), QVector<double>(series.y.begin(), series.y.end()), true);
    if (!series.low.empty())
        addWhiskers(series, bars);
    return bars;
}

void ChartView::addWhiskers(const ChartSeries& series, QCPAbstractPlottable* of)
{
    auto* whiskers = new QCPErrorBars(m_state->plot->xAxis, m_state->plot->yAxis);
    whiskers->setDataPlottable(of);
    whiskers->setPen(QPen(Theme::current().tokens().text, 1.5));
    QVector<double> below, above;
    for (std::size_t i = 0; i < series.y.size() && i < series.low.size() && i < series.high.size(); ++i) {
        below.push_back(series.y[i] - series.low[i]);
        above.push_back(series.high[i] - series.y[i]);
    }
    whiskers->setData(below, above);
}

void ChartView::placeLabels()
{
    auto& state = *m_state;
    std::size_t lines = 0;
    for (const auto& series : state.series)
        lines += series.kind == ChartSeries::Kind::Line ? 1 : 0;
    state.plot->legend->setVisible(lines > kDirectLabels);
    state.plot->legend->setBrush(Theme::current().tokens().raised);
    state.plot->legend->setBorderPen(QPen(Theme::current().tokens().border));
    state.plot->legend->setTextColor(Theme::current().tokens().text);
    for (std::size_t i = 0; i < state.series.size(); ++i) {
        const auto& series = state.series[i];
        state.plottables[i]->setName(series.name);
        if (series.kind != ChartSeries::Kind::Line || lines > kDirectLabels || series.x.empty()
            || series.name.isEmpty())
            continue;
        auto* label = new QCPItemText(state.plot);
        label->setText(series.name);
        label->setColor(Theme::current().tokens().text);
        label->setFont(Theme::current().font(Theme::Text::Caption, Theme::Weight::Strong));
        label->setPositionAlignment(Qt::AlignRight | Qt::AlignBottom);
        label->setPadding(QMargins(0, 0, 4, 2));
        label->setBrush(Qt::NoBrush);
        label->position->setCoords(series.x.back(), series.y.back());
        state.labels.push_back(label);
    }
}

void ChartView::fitAxes()
{
    auto& state = *m_state;
    double low = INFINITY, high = -INFINITY, bottom = INFINITY, top = -INFINITY;
    const auto take = [](double value, double& least, double& most) {
        if (std::isfinite(value)) {
            least = std::min(least, value);
            most = std::max(most, value);
        }
    };
    for (const auto& series : state.series) {
        const auto half = series.kind == ChartSeries::Kind::Bars ? series.barWidth / 2 : 0;
        for (const auto x : series.x) {
            take(x - half, low, high);
            take(x + half, low, high);
        }
        for (const auto* values : {&series.y, &series.low, &series.high})
            for (const auto y : *values)
                take(y, bottom, top);
        if (series.kind == ChartSeries::Kind::Bars)
            take(0, bottom, top);
    }
    if (state.hasHandles) {
        const auto room = (state.fullHigh - state.fullLow) * 0.02; // the handles stay in sight at both ends
        low = state.fullLow - room;
        high = state.fullHigh + room;
    } else if (!state.axes.categories.empty()) {
        low = -0.5;
        high = static_cast<double>(state.axes.categories.size()) - 0.5;
    } else if (std::any_of(state.series.begin(), state.series.end(),
                   [](const ChartSeries& series) { return series.kind == ChartSeries::Kind::Points; })) {
        const auto room = (high - low) * 0.02; // points at the ends are whole
        low -= room;
        high += room;
    }
    if (!(low <= high) || !(bottom <= top))
        return;
    const auto margin = top > bottom ? (top - bottom) * 0.06 : std::max(std::abs(top) * 0.1, 0.5);
    state.plot->xAxis->setRange(low, high > low ? high : low + 1);
    state.plot->yAxis->setRange(bottom == 0 ? 0 : bottom - margin, top + margin);
}

void ChartView::enableRange(double low, double high)
{
    auto& state = *m_state;
    if (state.hasHandles && state.fullLow == low && state.fullHigh == high)
        return;
    state.fullLow = low;
    state.fullHigh = high > low ? high : low + 1;
    if (!state.hasHandles) {
        state.hasHandles = true;
        state.plot->setInteractions(QCP::iNone);
        for (int side = 0; side < 2; ++side) {
            state.shades[side] = new QCPItemRect(state.plot);
            state.handles[side] = new QCPItemStraightLine(state.plot);
        }
    }
    applyTheme();
}

void ChartView::setRange(std::optional<std::pair<double, double>> range)
{
    m_state->range = range;
    placeHandles();
    m_state->plot->replot(QCustomPlot::rpQueuedReplot);
}

std::optional<std::pair<double, double>> ChartView::range() const { return m_state->range; }

void ChartView::placeHandles()
{
    auto& state = *m_state;
    if (!state.hasHandles)
        return;
    const auto [low, high] = state.range.value_or(std::pair(state.fullLow, state.fullHigh));
    auto shade = Theme::current().tokens().canvas;
    shade.setAlphaF(0.8F);
    const auto top = state.plot->yAxis->range().upper;
    for (int side = 0; side < 2; ++side) {
        const auto at = side == 0 ? low : high;
        const auto edge = side == 0 ? state.fullLow : state.fullHigh;
        state.shades[side]->setPen(Qt::NoPen);
        state.shades[side]->setBrush(shade);
        state.shades[side]->topLeft->setCoords(std::min(at, edge), top);
        state.shades[side]->bottomRight->setCoords(std::max(at, edge), state.plot->yAxis->range().lower);
        state.shades[side]->setVisible(at != edge);
        state.handles[side]->setPen(QPen(Theme::current().tokens().accent, state.range || hasFocus() ? 3 : 1));
        state.handles[side]->point1->setCoords(at, 0);
        state.handles[side]->point2->setCoords(at, 1);
    }
}

void ChartView::moveHandle(int handle, double value)
{
    auto& state = *m_state;
    auto range = state.range.value_or(std::pair(state.fullLow, state.fullHigh));
    value = std::clamp(value, state.fullLow, state.fullHigh);
    if (handle == 0)
        range.first = std::min(value, range.second);
    else
        range.second = std::max(value, range.first);
    setRange(range);
    Q_EMIT rangeDragged(range.first, range.second);
}

void ChartView::chooseRange()
{
    auto& state = *m_state;
    if (state.range && state.range->first <= state.fullLow && state.range->second >= state.fullHigh)
        setRange(std::nullopt);
    const auto [low, high] = state.range.value_or(std::pair(state.fullLow, state.fullHigh));
    Q_EMIT rangeChosen(state.range.has_value(), low, high);
}

bool ChartView::dragHandle(QEvent::Type type, const QPoint& at)
{
    auto& state = *m_state;
    auto* axis = state.plot->xAxis;
    if (type == QEvent::MouseButtonPress) {
        const auto [low, high] = state.range.value_or(std::pair(state.fullLow, state.fullHigh));
        const auto toLow = std::abs(at.x() - axis->coordToPixel(low));
        const auto toHigh = std::abs(at.x() - axis->coordToPixel(high));
        const bool inside =
            at.x() > axis->coordToPixel(low) + kHandleReachPx && at.x() < axis->coordToPixel(high) - kHandleReachPx;
        if (inside && std::min(toLow, toHigh) > 4 * kHandleReachPx)
            return false;
        state.dragged = toLow < toHigh || (toLow == toHigh && at.x() < axis->coordToPixel(low)) ? 0 : 1;
        setFocus(Qt::MouseFocusReason);
        return true;
    }
    if (type == QEvent::MouseMove && state.dragged >= 0) {
        moveHandle(state.dragged, axis->pixelToCoord(at.x()));
        return true;
    }
    if (type == QEvent::MouseButtonRelease && state.dragged >= 0) {
        state.dragged = -1;
        chooseRange();
        return true;
    }
    return false;
}

bool ChartView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_state->plot)
        return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseButtonDblClick:
        resetZoom();
        return true;
    case QEvent::Leave:
        hideCrosshair();
        return false;
    case QEvent::Resize:
        QTimer::singleShot(0, this, [this] { placeHandles(); });
        return false;
    case QEvent::Wheel:
        m_state->isZoomed = !m_state->hasHandles;
        return m_state->hasHandles;
    case QEvent::MouseButtonPress:
    case QEvent::MouseMove:
    case QEvent::MouseButtonRelease:
        break;
    default:
        return false;
    }
    const auto* mouse = static_cast<QMouseEvent*>(event);
    if (event->type() == QEvent::MouseButtonPress && mouse->button() != Qt::LeftButton)
        return false;
    if (m_state->hasHandles && dragHandle(event->type(), mouse->pos()))
        return true;
    if (event->type() == QEvent::MouseMove) {
        m_state->isZoomed = m_state->isZoomed || (!m_state->hasHandles && mouse->buttons() != Qt::NoButton);
        updateCrosshair(mouse->pos());
    }
    return false;
}

void ChartView::updateCrosshair(const QPoint& at)
{
    auto& state = *m_state;
    if (!state.plot->axisRect()->rect().contains(at) || state.series.empty())
        return hideCrosshair();
    const auto wanted = state.plot->xAxis->pixelToCoord(at.x());
    double snapped = wanted;
    QStringList lines;
    for (const auto& series : state.series) {
        if (series.x.empty())
            continue;
        const auto index = nearestIndex(series.x, wanted);
        if (lines.isEmpty())
            snapped = series.x[index];
        const auto value =
            state.hasHandles ? formatCount(std::llround(series.y[index])) : formatNumber(series.y[index]);
        lines.push_back(series.name.isEmpty() ? value : series.name + QStringLiteral("  ") + value);
    }
    if (lines.isEmpty())
        return hideCrosshair();
    const auto category = static_cast<std::size_t>(std::max(0.0, std::round(snapped)));
    lines.push_front(category < state.axes.categories.size() ? state.axes.categories[category] : formatNumber(snapped));
    state.crosshair->point1->setCoords(snapped, 0);
    state.crosshair->point2->setCoords(snapped, 1);
    state.crosshairText->setText(lines.join(QChar(u'\n')));
    const bool onLeft = at.x() > state.plot->axisRect()->rect().center().x();
    state.crosshairText->setPositionAlignment((onLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
    state.crosshairText->position->setType(QCPItemPosition::ptAbsolute);
    state.crosshairText->position->setCoords(at.x() + (onLeft ? -8 : 8), state.plot->axisRect()->rect().top() + 2);
    state.crosshair->setVisible(true);
    state.crosshairText->setVisible(true);
    state.plot->replot(QCustomPlot::rpQueuedReplot);
}

void ChartView::hideCrosshair()
{
    if (!m_state->crosshair->visible())
        return;
    m_state->crosshair->setVisible(false);
    m_state->crosshairText->setVisible(false);
    m_state->plot->replot(QCustomPlot::rpQueuedReplot);
}

void ChartView::resetZoom()
{
    m_state->isZoomed = false;
    if (m_state->hasHandles) {
        setRange(std::nullopt);
        chooseRange();
    }
    rebuild();
}

void ChartView::keyPressEvent(QKeyEvent* event)
{
    auto& state = *m_state;
    const bool isArrow = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
    if (event->key() == Qt::Key_Backspace || event->key() == Qt::Key_Delete)
        return resetZoom();
    if (!state.hasHandles || !isArrow)
        return QWidget::keyPressEvent(event);
    const auto step = (state.fullHigh - state.fullLow) / 50 * (event->key() == Qt::Key_Left ? -1 : 1);
    const auto range = state.range.value_or(std::pair(state.fullLow, state.fullHigh));
    const int handle = event->modifiers() & Qt::ShiftModifier ? 1 : 0;
    moveHandle(handle, (handle == 0 ? range.first : range.second) + step);
    chooseRange();
}

void ChartView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Export chart…"), this, [this] { askExport(); });
    menu->addAction(m_state->hasHandles ? tr("Clear range") : tr("Reset zoom"), this, [this] { resetZoom(); });
    menu->popup(event->globalPos());
}

void ChartView::askExport()
{
    Dialogs::askSaveFile(this,
        {tr("Export chart"), {}, tr("Picture (*.png);;Vector picture (*.svg);;Values (*.csv)"),
            QStringLiteral("chart.png")},
        [this](const QString& file) {
            if (const auto problem = exportTo(file); !problem.isEmpty())
                Dialogs::showProblem(this, {tr("Export chart"), problem, file});
        });
}

QString ChartView::exportTo(const QString& file) const
{
    const auto ending = QFileInfo(file).suffix().toLower();
    if (ending == QStringLiteral("csv"))
        return writeChartCsv(m_state->series, file);
    bool isWritten = false;
    if (ending == QStringLiteral("svg")) {
        QSvgGenerator generator;
        generator.setFileName(file);
        generator.setSize(m_state->plot->size());
        generator.setViewBox(m_state->plot->rect());
        QCPPainter painter;
        isWritten = painter.begin(&generator);
        if (isWritten) {
            painter.setMode(QCPPainter::pmVectorized);
            m_state->plot->toPainter(&painter, m_state->plot->width(), m_state->plot->height());
            isWritten = painter.end();
        }
    } else if (ending == QStringLiteral("png")) {
        isWritten = m_state->plot->savePng(file, 0, 0, 2.0);
    } else {
        return tr("cannot export the chart to %1: the ending must be .png, .svg or .csv").arg(file);
    }
    return isWritten ? QString() : tr("cannot write the chart to %1").arg(file);
}

} // namespace winnow::ui
