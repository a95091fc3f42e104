#include "ui/panels/mode_comparison.h"

#include "ui/document.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/pair_grid.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    constexpr int kTablePx = 168;

    QString signedNumber(double value)
    {
        return std::isfinite(value) && value > 0 ? QStringLiteral("+") + formatNumber(value) : formatNumber(value);
    }

} // namespace

ModeComparison::ModeComparison(Document& document, PageLoader& loader, ThumbnailCache& thumbnails, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_summary(makeText(this, "modeSummary"))
    , m_problem(makeText(this, "modeProblem", "failure"))
    , m_metrics(new QTableWidget(0, 4, this))
    , m_correctedTitle(makeText(this, "onlyCorrectedTitle"))
    , m_publishedTitle(makeText(this, "onlyPublishedTitle"))
    , m_corrected(new PairGrid(document, loader, thumbnails, this))
    , m_published(new PairGrid(document, loader, thumbnails, this))
{
    setObjectName(QStringLiteral("modeComparison"));
    m_summary->setFont(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
    m_metrics->setObjectName(QStringLiteral("modeMetrics"));
    m_metrics->setAccessibleName(tr("Means of the metrics in both choices"));
    m_metrics->setHorizontalHeaderLabels({tr("Mean of"), tr("Corrected"), tr("Published"), tr("Difference")});
    m_metrics->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_metrics->horizontalHeader()->setHighlightSections(false);
    for (int column = 1; column <= 3; ++column)
        m_metrics->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_metrics->horizontalHeaderItem(0)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_metrics->verticalHeader()->hide();
    m_metrics->verticalHeader()->setDefaultSectionSize(Theme::kControl - Theme::kUnit);
    m_metrics->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_metrics->setSelectionMode(QAbstractItemView::NoSelection);
    m_metrics->setShowGrid(false);
    m_metrics->setMaximumHeight(kTablePx);
    m_metrics->setTabKeyNavigation(false);
    auto* const grids = new QHBoxLayout;
    grids->setSpacing(Theme::kGap);
    const auto add = [&](QLabel* title, PairGrid* grid, const char* name, const QString& label) {
        grid->setObjectName(QLatin1String(name));
        grid->setAccessibleName(label);
        grid->setThumbnailSide(PairGrid::kMinSide);
        auto* const column = new QVBoxLayout;
        column->setSpacing(Theme::kUnit);
        column->addWidget(title);
        column->addWidget(grid, 1);
        grids->addLayout(column, 1);
    };
    add(m_correctedTitle, m_corrected, "onlyCorrected", tr("Pairs only in the corrected choice"));
    add(m_publishedTitle, m_published, "onlyPublished", tr("Pairs only in the published choice"));
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kGap, 0, Theme::kGap, 0);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(m_summary);
    layout->addWidget(m_problem);
    layout->addWidget(m_metrics);
    layout->addLayout(grids, 1);
    m_problem->hide();
}

void ModeComparison::showBusy() { m_summary->setText(tr("Choosing by both rules…")); }

void ModeComparison::setChoices(const Choices& choices)
{
    auto corrected = choices.corrected;
    auto published = choices.published;
    std::sort(corrected.begin(), corrected.end());
    std::sort(published.begin(), published.end());
    static const std::vector<double> kNone;
    m_comparison =
        pipeline::compareChoices(*m_document.columns(), corrected, published, choices.scores ? *choices.scores : kNone);
    QStringList problems;
    if (!choices.correctedProblem.isEmpty())
        problems << tr("Corrected: %1").arg(choices.correctedProblem);
    if (!choices.publishedProblem.isEmpty())
        problems << tr("As published: %1").arg(choices.publishedProblem);
    m_problem->setText(problems.join(QChar(u'\n')));
    m_problem->setVisible(!problems.isEmpty());
    m_summary->setText(std::isfinite(m_comparison.overlap)
            ? tr("%1 pairs are in both choices (%2 of the smaller one); corrected takes %3, published %4")
                  .arg(formatCount(m_comparison.bothCount), formatPercentile(100 * m_comparison.overlap),
                      formatCount(m_comparison.firstCount), formatCount(m_comparison.secondCount))
            : tr("There is nothing to compare yet"));
    m_correctedTitle->setText(
        tr("Only corrected: %1").arg(formatCount(static_cast<qint64>(m_comparison.onlyFirst.size()))));
    m_publishedTitle->setText(
        tr("Only published: %1").arg(formatCount(static_cast<qint64>(m_comparison.onlySecond.size()))));
    m_corrected->setRows(std::make_shared<const std::vector<PairRow>>(m_comparison.onlyFirst));
    m_published->setRows(std::make_shared<const std::vector<PairRow>>(m_comparison.onlySecond));
    showMetrics();
}

void ModeComparison::showMetrics()
{
    m_metrics->setRowCount(static_cast<int>(m_comparison.metrics.size()));
    int row = 0;
    for (const auto& means : m_comparison.metrics) {
        const auto name = QString::fromStdString(means.metric);
        const QStringList texts{means.metric == "score" ? tr("score") : name, formatNumber(means.first),
            formatNumber(means.second), signedNumber(means.difference())};
        for (int column = 0; column < texts.size(); ++column) {
            auto* const item = new QTableWidgetItem(texts[column]);
            item->setTextAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
            if (column > 0)
                item->setFont(Theme::current().numberFont());
            item->setToolTip(
                toToolTip(column == 0 ? metricExplanation(means.metric)
                                      : tr("%1, mean over the pairs that only one takes: corrected %2, "
                                           "published %3")
                                            .arg(name, formatNumber(means.onlyFirst), formatNumber(means.onlySecond))));
            m_metrics->setItem(row, column, item);
        }
        ++row;
    }
}

} // namespace winnow::ui
