#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace winnow::ui {

/// Named values under each other, each with a bar from zero: to the right for positive ones, to the left for negative
/// ones, to the scale of the largest. Hovering a line explains it.
class BarList : public QWidget {
    Q_OBJECT

public:
    struct Line {
        QString name;
        QString explanation; ///< plain text
        double value = 0;    ///< NaN = missing
    };

    explicit BarList(QWidget* parent = nullptr);

    void setLines(std::vector<Line> lines);
    const std::vector<Line>& lines() const { return m_lines; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    std::vector<Line> m_lines;
    double m_largest = 0;
    bool m_hasNegative = false;
};

} // namespace winnow::ui
