#include "ui/widgets/weight_row.h"

#include "core/pipeline/score_job.h"
#include "ui/theme.h"

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    constexpr int kSteps = 100; ///< slider positions per unit of weight
    constexpr int kSparklineHeight = 20;
    constexpr int kSparklineWidth = 72;

} // namespace

class WeightRow::Sparkline : public QWidget {
public:
    explicit Sparkline(QWidget* parent)
        : QWidget(parent)
    {
        setFixedSize(kSparklineWidth, kSparklineHeight);
    }
    void setCounts(std::vector<double> counts)
    {
        m_counts = std::move(counts);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        if (m_counts.empty())
            return;
        QPainter painter(this);
        const double highest = std::max(1.0, *std::max_element(m_counts.begin(), m_counts.end()));
        const double width = double(kSparklineWidth) / static_cast<double>(m_counts.size());
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::current().tokens().text2);
        for (std::size_t i = 0; i < m_counts.size(); ++i) {
            const double height = kSparklineHeight * m_counts[i] / highest;
            painter.drawRect(
                QRectF(width * static_cast<double>(i), kSparklineHeight - height, std::max(1.0, width - 1), height));
        }
    }

private:
    std::vector<double> m_counts;
};

WeightRow::WeightRow(const QString& metric, QWidget* parent)
    : QWidget(parent)
    , m_metric(metric)
    , m_sparkline(new Sparkline(this))
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_number(new QDoubleSpinBox(this))
{
    const auto description = pipeline::describeMetric(metric.toStdString());
    auto* name = new QLabel(QString::fromStdString(description.title), this);
    name->setTextFormat(Qt::PlainText);
    const auto tip = QString::fromStdString(
        description.meaning.empty() ? description.title : description.title + "\n" + description.meaning);
    setToolTip(tip.toHtmlEscaped());
    m_slider->setObjectName(QStringLiteral("weight.%1").arg(metric));
    m_slider->setAccessibleName(tr("Weight of %1").arg(name->text()));
    m_slider->setRange(static_cast<int>(-kLimit * kSteps), static_cast<int>(kLimit * kSteps));
    m_slider->setPageStep(kSteps / 10);
    m_slider->setSingleStep(kSteps / 20);
    m_number->setObjectName(QStringLiteral("weightNumber.%1").arg(metric));
    m_number->setAccessibleName(m_slider->accessibleName());
    m_number->setRange(-100, 100);
    m_number->setDecimals(2);
    m_number->setSingleStep(0.1);
    m_number->setAlignment(Qt::AlignRight);
    m_number->setFont(Theme::current().numberFont());
    m_number->setKeyboardTracking(false);
    name->setBuddy(m_number);

    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(Theme::kGap);
    layout->setVerticalSpacing(Theme::kUnit);
    layout->addWidget(name, 0, 0);
    layout->addWidget(m_sparkline, 0, 1, Qt::AlignRight);
    layout->addWidget(m_slider, 1, 0);
    layout->addWidget(m_number, 1, 1);
    layout->setColumnStretch(0, 1);

    connect(m_slider, &QSlider::sliderPressed, this, &WeightRow::pressed);
    connect(m_slider, &QSlider::valueChanged, this, &WeightRow::takeSlider);
    connect(m_number, qOverload<double>(&QDoubleSpinBox::valueChanged), this, &WeightRow::takeNumber);
}

double WeightRow::weight() const { return m_number->value(); }

void WeightRow::setWeight(double weight)
{
    const QSignalBlocker first(m_slider), second(m_number);
    m_number->setValue(weight);
    m_slider->setValue(static_cast<int>(std::lround(weight * kSteps)));
}

void WeightRow::setHistogram(std::vector<double> counts) { m_sparkline->setCounts(std::move(counts)); }

void WeightRow::takeSlider(int position)
{
    if (!m_slider->isSliderDown())
        Q_EMIT pressed();
    const QSignalBlocker blocker(m_number);
    m_number->setValue(double(position) / kSteps);
    Q_EMIT weightChanged();
}

void WeightRow::takeNumber(double value)
{
    Q_EMIT pressed();
    const QSignalBlocker blocker(m_slider);
    m_slider->setValue(static_cast<int>(std::lround(value * kSteps)));
    Q_EMIT weightChanged();
}

std::vector<double> histogramOf(const std::vector<double>& values, std::size_t binCount)
{
    // A sample shows the shape as well as all of a million values would.
    constexpr std::size_t kSample = 4096;
    std::vector<double> sample;
    const std::size_t step = std::max<std::size_t>(1, values.size() / kSample);
    for (std::size_t i = 0; i < values.size(); i += step)
        if (!std::isnan(values[i]))
            sample.push_back(values[i]);
    std::vector<double> bins(binCount, 0);
    if (sample.empty())
        return bins;
    std::sort(sample.begin(), sample.end());
    const double low = sample[sample.size() / 100], high = sample[sample.size() - 1 - sample.size() / 100];
    for (const double value : sample) {
        const double place = high > low ? (value - low) / (high - low) : 0;
        const auto bin = static_cast<std::ptrdiff_t>(place * static_cast<double>(binCount));
        bins[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(bin, 0, static_cast<std::ptrdiff_t>(binCount) - 1))] +=
            1;
    }
    return bins;
}

} // namespace winnow::ui
