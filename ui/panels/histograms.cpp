#include "ui/panels/histograms.h"

#include "ui/background.h"
#include "ui/document.h"
#include "ui/models/filter_terms.h"
#include "ui/models/metric_summary.h"
#include "ui/theme.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr int kTilePx = 196;
    constexpr int kTileHeightPx = 132;

    ChartSeries barsOf(const MetricSummary& summary, const std::vector<std::int64_t>& counts, const QString& name,
        ChartSeries::Colour colour)
    {
        ChartSeries series;
        series.name = name;
        series.kind = ChartSeries::Kind::Bars;
        series.colour = colour;
        series.barWidth = summary.binWidth;
        for (std::size_t bin = 0; bin < counts.size(); ++bin) {
            series.x.push_back(summary.low + summary.binWidth * (static_cast<double>(bin) + 0.5));
            series.y.push_back(static_cast<double>(counts[bin]));
        }
        return series;
    }
} // namespace

Histograms::Histograms(Document& document, MetricSummaries& summaries, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_summaries(summaries)
    , m_area(new QScrollArea(this))
    , m_row(new QWidget)
    , m_layout(new QHBoxLayout(m_row))
    , m_empty(makeEmpty())
{
    setObjectName(QStringLiteral("histograms"));
    setAccessibleName(tr("Histograms of the metrics"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_area);
    m_area->setWidget(m_row);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_area->setFocusPolicy(Qt::NoFocus);
    m_layout->setContentsMargins(Theme::kGap, Theme::kUnit, Theme::kGap, Theme::kUnit);
    m_layout->setSpacing(Theme::kGap);
    m_layout->addWidget(m_empty, 1);
    m_layout->addStretch();
    m_step.setSingleShot(true);
    m_step.setInterval(0);
    connect(&m_step, &QTimer::timeout, this, &Histograms::showNext);
    connect(&summaries, &MetricSummaries::changed, this, &Histograms::rebuild);
    connect(&document, &Document::currentSetChanged, this, &Histograms::requestCounts);
    connect(&document, &Document::chosenChanged, this, &Histograms::requestCounts);
    connect(&document, &Document::filterChanged, this, &Histograms::takeFilter);
    rebuild();
}

QWidget* Histograms::makeEmpty()
{
    auto* empty = new QWidget(m_row);
    auto* sentence = new QLabel(tr("How the metrics are spread will stand here once the pairs are scored."), empty);
    sentence->setProperty("look", QStringLiteral("caption"));
    sentence->setWordWrap(true);
    sentence->setAlignment(Qt::AlignCenter);
    auto* button = new QPushButton(tr("Score the pairs…"), empty);
    button->setObjectName(QStringLiteral("histogramsScore"));
    connect(button, &QPushButton::clicked, this, &Histograms::scoreRequested);
    auto* layout = new QVBoxLayout(empty);
    layout->addStretch(1);
    layout->addWidget(sentence);
    layout->addWidget(button, 0, Qt::AlignHCenter);
    layout->addStretch(1);
    return empty;
}

ChartView* Histograms::chart(const QString& metric) const
{
    for (const auto& tile : m_tiles)
        if (tile.metric == metric)
            return tile.chart;
    return nullptr;
}

void Histograms::rebuild()
{
    const auto columns = m_document.columns();
    QStringList names;
    for (const auto& metric : columns->metrics)
        names.push_back(QString::fromStdString(metric.info.name));
    QStringList shown;
    for (const auto& tile : m_tiles)
        shown.push_back(tile.metric);
    if (names != shown) {
        for (auto& tile : m_tiles)
            tile.widget->deleteLater();
        m_tiles.clear();
        m_counts.clear();
        for (const auto& name : names)
            m_tiles.push_back(makeTile(name));
    }
    m_empty->setVisible(names.isEmpty() && m_document.isOpen() && columns->pairCount > 0);
    for (auto& tile : m_tiles)
        tile.summary = m_summaries.find(tile.metric.toStdString());
    requestCounts();
}

Histograms::Tile Histograms::makeTile(const QString& metric)
{
    Tile tile;
    tile.metric = metric;
    tile.widget = new QWidget(m_row);
    tile.widget->setFixedWidth(kTilePx);
    tile.widget->setMinimumHeight(kTileHeightPx);
    tile.title = new QLabel(tile.widget);
    tile.title->setTextFormat(Qt::PlainText);
    tile.title->setFont(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
    tile.title->setToolTip(toToolTip(metric + QLatin1Char('\n') + metricExplanation(metric.toStdString())));
    const auto unit = metricUnit(metric.toStdString());
    const auto title = unit.isEmpty() ? metric : metric + QStringLiteral(" (") + unit + QStringLiteral(")");
    tile.title->setText(tile.title->fontMetrics().elidedText(title, Qt::ElideMiddle, kTilePx));
    tile.title->setAccessibleName(title);
    tile.chart = new ChartView(tile.widget);
    tile.chart->setObjectName(QStringLiteral("histogram.") + metric);
    tile.chart->setAccessibleName(tr("Histogram of %1").arg(metric));
    tile.chart->setEmptyText(tr("…"));
    ChartAxes axes;
    axes.showY = false;
    tile.chart->setAxes(axes);
    auto* layout = new QVBoxLayout(tile.widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(tile.title);
    layout->addWidget(tile.chart, 1);
    m_layout->insertWidget(m_layout->count() - 1, tile.widget);
    connect(tile.chart, &ChartView::rangeChosen, this,
        [this, metric](bool hasRange, double low, double high) { writeRange(metric, hasRange, low, high); });
    return tile;
}

void Histograms::requestCounts()
{
    std::vector<std::shared_ptr<const MetricSummary>> summaries;
    for (const auto& tile : m_tiles)
        summaries.push_back(tile.summary);
    const auto request = ++m_request;
    inBackground(
        this,
        [summaries, rows = m_document.currentSet(), chosen = m_document.chosen()] {
            std::vector<Counts> all;
            for (const auto& summary : summaries) {
                Counts counts{summary, {}, {}};
                const bool isWhole = summary && rows->size() >= summary->values->size();
                if (summary)
                    counts.shown = isWhole ? summary->bins : computeBins(*summary, *rows);
                if (summary && chosen)
                    counts.chosen = computeBins(*summary, *chosen);
                all.push_back(std::move(counts));
            }
            return all;
        },
        [this, request](const std::vector<Counts>& counts) {
            if (request == m_request)
                take(counts);
        });
}

void Histograms::take(std::vector<Counts> counts)
{
    m_counts = std::move(counts);
    m_next = 0;
    m_step.start();
}

/// One chart a turn: ten at once would hold a frame up.
void Histograms::showNext()
{
    if (m_next >= m_tiles.size() || m_next >= m_counts.size())
        return takeFilter();
    showTile(m_tiles[m_next], m_counts[m_next]);
    m_next += 1;
    m_step.start();
}

void Histograms::showTile(Tile& tile, const Counts& counts)
{
    if (!counts.summary)
        return;
    const auto& summary = *counts.summary;
    if (summary.count == 0) {
        tile.chart->setSeries({});
        tile.chart->setEmptyText(tr("no values"));
        return;
    }
    std::vector<ChartSeries> series;
    series.push_back(barsOf(summary, summary.bins, tr("all"), ChartSeries::Colour::Quiet));
    series.push_back(barsOf(summary, counts.shown, tr("shown"), ChartSeries::Colour::Text));
    if (!counts.chosen.empty())
        series.push_back(barsOf(summary, counts.chosen, tr("chosen"), ChartSeries::Colour::Accent));
    tile.chart->enableRange(summary.low, summary.high());
    tile.chart->setSeries(std::move(series));
}

void Histograms::takeFilter()
{
    for (auto& tile : m_tiles)
        tile.chart->setRange(rangeOf(m_document.filterText(), tile.metric));
}

void Histograms::writeRange(const QString& metric, bool hasRange, double low, double high)
{
    const auto range = hasRange ? std::optional(std::pair(low, high)) : std::nullopt;
    m_document.setFilter(withRange(m_document.filterText(), metric, range));
}

} // namespace winnow::ui
