#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace winnow::ui {

/// One pair's metrics under each other: name, value, percentile as a bar and a number. Hovering a line explains the
/// metric.
class MetricBars : public QWidget {
    Q_OBJECT

public:
    struct Line {
        QString name;        ///< of the column
        QString explanation; ///< plain text
        double value = 0;
        double percentile = 0; ///< NaN while unknown
    };

    explicit MetricBars(QWidget* parent = nullptr);
    void setLines(std::vector<Line> lines);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    int lineAt(const QPoint& point) const;
    std::vector<Line> m_lines;
};

} // namespace winnow::ui
