#include "ui/panels/validity_panel.h"

#include "core/pipeline/html_page.h"
#include "ui/theme.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"

#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::ui {

namespace {

    constexpr int kChartPx = 190;
    constexpr std::size_t kNamedInputs = 16;

} // namespace

QString selectorKindText(SelectorKind kind)
{
    switch (kind) {
    case SelectorKind::Weights:
        return ValidityPanel::tr("weights");
    case SelectorKind::Linear:
        return ValidityPanel::tr("linear");
    case SelectorKind::Mlp:
        return ValidityPanel::tr("small network (MLP)");
    case SelectorKind::Attention:
        return ValidityPanel::tr("self-attention");
    }
    return {};
}

ValidityPanel::ValidityPanel(QWidget* parent)
    : QWidget(parent)
    , m_title(makeHeading(tr("How far to trust it"), this))
    , m_verdict(makeText(this, "validityVerdict"))
    , m_numbers(new QWidget(this))
    , m_scheme(makeText(this, "validityScheme", "caption"))
    , m_chart(new ChartView(this))
    , m_importanceTitle(makeText(this, "importanceTitle"))
    , m_importances(new BarList(this))
{
    setObjectName(QStringLiteral("validityPanel"));
    setAccessibleName(tr("How far the selector may be trusted"));
    m_title->setWordWrap(true);
    m_verdict->setFont(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
    auto* const form = new QFormLayout(m_numbers);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(Theme::kUnit);
    m_error = addNumber(form, "validityError", tr("Held-out error"),
        tr("Mean squared error on subsets the selector never saw, beside that of the mean of the other labels, which "
           "knows nothing. Lower is better."));
    m_r2 = addNumber(form, "validityR2", tr("R² held out"),
        tr("Share of the labels' spread that is predicted; 0 or below is no better than the mean."));
    m_spearman = addNumber(form, "validitySpearman", tr("Spearman"),
        tr("Rank correlation of predictions and labels on subsets it never saw, -1 to 1; higher is better."));
    m_pValue = addNumber(form, "validityP", tr("Permutation p"),
        tr("Share of shuffled labels that are predicted as well or better; below 0.05 speaks for more than chance."));
    m_fit = addNumber(form, "validityFit", tr("On its own labels"),
        tr("R² and rank correlation on the labels it was fitted to: flattering, and no measure of trust."));
    m_chart->setObjectName(QStringLiteral("validityChart"));
    m_chart->setAccessibleName(tr("Measured labels against held-out predictions"));
    m_chart->setFixedHeight(kChartPx);
    m_importanceTitle->setFont(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
    m_importances->setObjectName(QStringLiteral("importances"));
    m_importances->setAccessibleName(tr("What the selector looks at"));
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kGap);
    layout->setSpacing(Theme::kGap);
    for (QWidget* const widget : std::initializer_list<QWidget*>{
             m_title, m_verdict, m_numbers, m_chart, m_scheme, m_importanceTitle, m_importances})
        layout->addWidget(widget);
    clear();
}

QLabel* ValidityPanel::addNumber(QFormLayout* form, const char* name, const QString& label, const QString& tip)
{
    auto* const value = new QLabel(m_numbers);
    value->setObjectName(QLatin1String(name));
    value->setTextFormat(Qt::PlainText);
    value->setFont(Theme::current().numberFont());
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setWordWrap(true); // the column is narrow
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setToolTip(tip);
    value->setAccessibleName(label);
    auto* const text = new QLabel(label, m_numbers);
    text->setToolTip(tip);
    text->setProperty("look", QStringLiteral("caption"));
    form->addRow(text, value);
    return value;
}

void ValidityPanel::clear() { hide(); }

void ValidityPanel::setSelector(const SelectorInfo& info)
{
    const auto& validity = info.validity;
    m_title->setText(tr("How far to trust %1").arg(QString::fromStdString(info.name)));
    const bool isMeasured = validity.labelCount > 0;
    const auto verdict =
        validity.verdict.empty() ? QString() : QString::fromStdString(pipeline::asSentence(validity.verdict));
    m_verdict->setText(!verdict.isEmpty() ? verdict
            : info.kind == SelectorKind::Weights
            ? tr("Weights are a choice, not a prediction: nothing was measured.")
            : tr("Nothing is known of how well it predicts: it came without labels."));
    setLook(m_verdict, isMeasured && validity.beatsChance ? QStringLiteral("good") : QStringLiteral("warn"));
    m_numbers->setVisible(isMeasured);
    m_chart->setVisible(isMeasured && !validity.predicted.empty());
    m_scheme->setText(QString::fromStdString(pipeline::asSentence(validity.scheme)));
    m_scheme->setVisible(!validity.scheme.empty());
    showNumbers(validity);
    showPredictions(validity);
    showImportances(info);
    show();
}

void ValidityPanel::showNumbers(const SelectorValidity& validity)
{
    m_error->setText(
        tr("%1 (knowing nothing: %2)").arg(formatNumber(validity.error), formatNumber(validity.chanceError)));
    m_r2->setText(formatNumber(validity.r2));
    m_spearman->setText(formatNumber(validity.spearman));
    m_pValue->setText(std::isfinite(validity.pValue)
            ? tr("%1 (%2 shuffles)").arg(formatNumber(validity.pValue), formatCount(validity.permutations))
            : formatNumber(validity.pValue));
    m_fit->setText(tr("R² %1, Spearman %2").arg(formatNumber(validity.fitR2), formatNumber(validity.fitSpearman)));
}

void ValidityPanel::showPredictions(const SelectorValidity& validity)
{
    const auto count = std::min(validity.labels.size(), validity.predicted.size());
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::sort(order.begin(), order.end(),
        [&](std::size_t first, std::size_t second) { return validity.labels[first] < validity.labels[second]; });
    ChartSeries points, line;
    points.name = tr("held out");
    points.kind = ChartSeries::Kind::Points;
    points.colour = ChartSeries::Colour::Accent;
    line.name = tr("ideal");
    line.kind = ChartSeries::Kind::Line;
    line.colour = ChartSeries::Colour::Quiet;
    for (const auto i : order) {
        if (!std::isfinite(validity.labels[i]) || !std::isfinite(validity.predicted[i]))
            continue;
        points.x.push_back(validity.labels[i]);
        points.y.push_back(validity.predicted[i]);
    }
    if (!points.x.empty())
        for (const double end : {points.x.front(), points.x.back()}) {
            line.x.push_back(end);
            line.y.push_back(end);
        }
    m_chart->setAxes({tr("measured label"), tr("predicted, held out"), {}, true, false});
    m_chart->setSeries(points.x.empty() ? std::vector<ChartSeries>{} : std::vector<ChartSeries>{line, points});
}

void ValidityPanel::showImportances(const SelectorInfo& info)
{
    std::vector<BarList::Line> lines;
    if (info.kind == SelectorKind::Weights) {
        for (const auto& [metric, weight] : info.weights)
            lines.push_back({QString::fromStdString(metric), tr("Weight of its z-score"), weight});
        m_importanceTitle->setText(tr("Weights"));
    } else {
        for (const auto& entry : info.validity.importances)
            lines.push_back({QString::fromStdString(entry.input),
                std::isfinite(entry.coefficient)
                    ? tr("Error grows by %1 when it is shuffled; one standard deviation changes the score by %2")
                          .arg(formatNumber(entry.importance), formatNumber(entry.coefficient))
                    : tr("Error grows by %1 when it is shuffled").arg(formatNumber(entry.importance)),
                entry.importance});
        m_importanceTitle->setText(tr("What it looks at"));
        m_importanceTitle->setToolTip(
            tr("How much the squared error on the labels grows when the values of one input are shuffled"));
    }
    std::stable_sort(lines.begin(), lines.end(), [](const BarList::Line& first, const BarList::Line& second) {
        return std::abs(first.value) > std::abs(second.value);
    });
    if (lines.size() > kNamedInputs)
        lines.resize(kNamedInputs);
    m_importanceTitle->setVisible(!lines.empty());
    m_importances->setVisible(!lines.empty());
    m_importances->setLines(std::move(lines));
}

} // namespace winnow::ui
