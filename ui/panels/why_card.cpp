#include "ui/panels/why_card.h"

#include "core/pipeline/score_job.h"
#include "ui/theme.h"
#include "ui/widgets/metric_bars.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/plain_text.h"

#include <QLabel>
#include <QVBoxLayout>

#include <cmath>

namespace winnow::ui {

namespace {

    QLabel* makeLabel(
        QWidget* parent, const char* name, Theme::Text size, Theme::Weight weight = Theme::Weight::Regular)
    {
        auto* label = new QLabel(parent);
        label->setObjectName(QLatin1String(name));
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setFont(Theme::current().font(size, weight));
        return label;
    }

    QString explanation(const QString& metric)
    {
        const auto description = pipeline::describeMetric(metric.toStdString());
        return QString::fromStdString(description.title + "\n" + description.meaning);
    }

} // namespace

WhyCardPanel::WhyCardPanel(QWidget* parent)
    : QWidget(parent)
    , m_title(makeLabel(this, "whyTitle", Theme::Text::Heading, Theme::Weight::Strong))
    , m_verdict(makeLabel(this, "whyVerdict", Theme::Text::Body, Theme::Weight::Strong))
    , m_numbers(makeLabel(this, "whyNumbers", Theme::Text::Body))
    , m_bars(new MetricBars(this))
    , m_contributions(makeLabel(this, "whyContributions", Theme::Text::Caption))
    , m_flip(makeLabel(this, "whyFlip", Theme::Text::Body))
    , m_response(new PlainText(this))
{
    setObjectName(QStringLiteral("whyCard"));
    setAccessibleName(tr("Why this verdict"));
    m_response->setObjectName(QStringLiteral("whyResponse"));
    m_response->setMaximumLines(8);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    for (QWidget* widget : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_verdict),
             static_cast<QWidget*>(m_numbers), static_cast<QWidget*>(m_bars), static_cast<QWidget*>(m_contributions),
             static_cast<QWidget*>(m_flip), static_cast<QWidget*>(m_response)})
        layout->addWidget(widget);
    layout->addStretch(1);
    clear();
}

void WhyCardPanel::clear()
{
    m_title->setText(tr("Why this verdict"));
    m_verdict->setText(tr("Click a pair to see why it is in or out."));
    for (QWidget* widget : {static_cast<QWidget*>(m_numbers), static_cast<QWidget*>(m_bars),
             static_cast<QWidget*>(m_contributions), static_cast<QWidget*>(m_flip), static_cast<QWidget*>(m_response)})
        widget->hide();
}

void WhyCardPanel::setPair(const QString& id, const QString& response)
{
    m_title->setText(id);
    m_response->setText(response);
    m_response->setVisible(!response.isEmpty());
}

void WhyCardPanel::setCard(const pipeline::WhyCard& card)
{
    m_verdict->setText(QString::fromStdString(card.sentence));
    m_numbers->setText(tr("score %1, cut %2").arg(formatNumber(card.score), formatNumber(card.cut)));
    m_numbers->show();
    std::vector<MetricBars::Line> lines;
    QStringList contributions;
    for (const auto& part : card.parts) {
        const auto name = QString::fromStdString(part.metric);
        lines.push_back({name, explanation(name), part.value, part.percentile});
        if (std::isfinite(part.contribution))
            contributions
                << tr("%1 adds %2 (z %3)").arg(name, formatNumber(part.contribution), formatNumber(part.zScore));
        else if (std::isfinite(part.importance))
            contributions << tr("%1 matters %2 to the selector").arg(name, formatNumber(part.importance));
    }
    m_bars->setVisible(!lines.empty());
    m_bars->setLines(std::move(lines));
    m_contributions->setText(contributions.join(QLatin1Char('\n')));
    m_contributions->setVisible(!contributions.isEmpty());
    m_flip->setText(tr("To change it: %1").arg(QString::fromStdString(card.flip)));
    m_flip->setVisible(!card.flip.empty());
}

} // namespace winnow::ui
