#pragma once

#include "core/domain/metric.h"

#include <QWidget>

#include <vector>

class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace winnow::ui {

/// One metric's weight: name, a small histogram of its values, a slider and the number.
class WeightRow : public QWidget {
    Q_OBJECT

public:
    static constexpr double kLimit = 2;

    WeightRow(const QString& metric, QWidget* parent = nullptr);

    QString metric() const { return m_metric; }
    double weight() const;
    void setWeight(double weight);
    /// Counts per bin, for the sparkline.
    void setHistogram(std::vector<double> counts);

Q_SIGNALS:
    void pressed(); ///< a change is about to begin
    void weightChanged();

private:
    class Sparkline;
    void takeSlider(int position);
    void takeNumber(double value);

    QString m_metric;
    Sparkline* m_sparkline;
    QSlider* m_slider;
    QDoubleSpinBox* m_number;
};

/// The values of a column in `binCount` equal bins between its 1st and 99th percentile; a pass over the column.
std::vector<double> histogramOf(const std::vector<double>& values, std::size_t binCount);

} // namespace winnow::ui
