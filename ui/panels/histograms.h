#pragma once

#include <QTimer>
#include <QWidget>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

class QHBoxLayout;
class QLabel;
class QScrollArea;

namespace winnow::ui {

class ChartView;
class Document;
class MetricSummaries;
struct MetricSummary;

/// One histogram for each metric: all pairs, those shown, those chosen. Dragging a handle writes the range into the
/// filter.
class Histograms : public QWidget {
    Q_OBJECT

public:
    Histograms(Document& document, MetricSummaries& summaries, QWidget* parent = nullptr);

    /// Null for a metric that is not shown.
    ChartView* chart(const QString& metric) const;

Q_SIGNALS:
    void scoreRequested(); ///< the button of the empty look

private:
    struct Tile {
        QString metric;
        QWidget* widget = nullptr;
        QLabel* title = nullptr;
        ChartView* chart = nullptr;
        std::shared_ptr<const MetricSummary> summary;
    };
    struct Counts {
        std::shared_ptr<const MetricSummary> summary;
        std::vector<std::int64_t> shown;
        std::vector<std::int64_t> chosen;
    };
    QWidget* makeEmpty();
    void rebuild();
    Tile makeTile(const QString& metric);
    void requestCounts();
    void take(std::vector<Counts> counts);
    void showNext();
    void showTile(Tile& tile, const Counts& counts);
    void takeFilter();
    void writeRange(const QString& metric, bool hasRange, double low, double high);

    Document& m_document;
    MetricSummaries& m_summaries;
    QScrollArea* m_area;
    QWidget* m_row;
    QHBoxLayout* m_layout;
    QWidget* m_empty;
    std::vector<Tile> m_tiles;
    std::uint64_t m_request = 0;
    std::vector<Counts> m_counts; ///< being shown, one tile a turn of the event loop
    std::size_t m_next = 0;
    QTimer m_step;
};

} // namespace winnow::ui
