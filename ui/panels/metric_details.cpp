#include "ui/panels/metric_details.h"

#include "core/store/column_store.h"
#include "core/store/pair_store.h"
#include "ui/background.h"
#include "ui/document.h"
#include "ui/models/metric_summary.h"
#include "ui/models/metric_table_model.h"
#include "ui/theme.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    constexpr std::size_t kNamedFailures = 200;
    constexpr int kChartPx = 150;
    constexpr int kListPx = 140;

    QString modelLabel(const pipeline::ModelEntry& model)
    {
        const auto name = model.embedded ? MetricDetails::tr("embedded") : QString::fromStdString(model.name);
        const auto about = QString::fromStdString(model.about);
        return about.isEmpty() ? name : QStringLiteral("%1 – %2").arg(name, about);
    }

} // namespace

MetricDetails::MetricDetails(Document& document, const MetricTableModel& model, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_model(model)
    , m_title(makeHeading({}, this))
    , m_meaning(makeText(this, "metricMeaning"))
    , m_source(makeText(this, "metricSource", "caption"))
    , m_modelRow(new QWidget(this))
    , m_modelBox(new QComboBox(m_modelRow))
    , m_setup(new QPushButton(Theme::icon(QStringLiteral("models")), tr("Models…"), m_modelRow))
    , m_judge(new QPushButton(Theme::icon(QStringLiteral("models")), tr("Set up the judge…"), this))
    , m_warning(makeText(this, "metricWarning", "warn"))
    , m_readings(makeText(this, "metricReadings"))
{
    setObjectName(QStringLiteral("metricDetails"));
    m_title->setObjectName(QStringLiteral("metricTitle"));
    m_title->setWordWrap(true);
    m_modelBox->setObjectName(QStringLiteral("metricModel"));
    m_modelBox->setAccessibleName(tr("Model that computes the metric"));
    m_modelBox->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_modelBox->setMinimumContentsLength(12);
    m_setup->setObjectName(QStringLiteral("openModels"));
    m_setup->setToolTip(tr("The list of models: add a folder, choose the default"));
    auto* const row = new QHBoxLayout(m_modelRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_modelBox, 1);
    row->addWidget(m_setup);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    for (QWidget* const widget : std::initializer_list<QWidget*>{
             m_title, m_meaning, m_source, m_modelRow, m_judge, m_warning, m_readings, makeSpread(), makeFailures()})
        layout->addWidget(widget);
    layout->addStretch(1);
    connect(m_modelBox, qOverload<int>(&QComboBox::activated), this, &MetricDetails::takeModel);
    m_judge->setObjectName(QStringLiteral("setUpJudge"));
    m_judge->setToolTip(tr("Who is asked, what, how often, and what it may cost"));
    connect(m_judge, &QPushButton::clicked, this, &MetricDetails::setupWanted);
    connect(m_setup, &QPushButton::clicked, this, &MetricDetails::modelsWanted);
    showCell({});
}

QWidget* MetricDetails::makeSpread()
{
    m_spread = new QWidget(this);
    auto* const layout = new QVBoxLayout(m_spread);
    layout->setContentsMargins(0, Theme::kGap, 0, 0);
    layout->setSpacing(Theme::kUnit);
    m_spreadTitle = makeText(m_spread, "spreadTitle");
    m_spreadTitle->setFont(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
    m_spreadNumbers = makeText(m_spread, "spreadNumbers", "caption");
    m_chart = new ChartView(m_spread);
    m_chart->setObjectName(QStringLiteral("metricSpread"));
    m_chart->setAccessibleName(tr("How the values spread"));
    m_chart->setMinimumHeight(kChartPx);
    m_chart->setMaximumHeight(kChartPx);
    layout->addWidget(m_spreadTitle);
    layout->addWidget(m_chart);
    layout->addWidget(m_spreadNumbers);
    return m_spread;
}

QWidget* MetricDetails::makeFailures()
{
    m_failures = new QWidget(this);
    auto* const layout = new QVBoxLayout(m_failures);
    layout->setContentsMargins(0, Theme::kGap, 0, 0);
    layout->setSpacing(Theme::kUnit);
    m_failuresTitle = makeText(m_failures, "failuresTitle", "warn");
    m_failureList = new QListWidget(m_failures);
    m_failureList->setObjectName(QStringLiteral("metricFailures"));
    m_failureList->setAccessibleName(tr("Pairs that could not be scored"));
    m_failureList->setMinimumHeight(kListPx);
    m_failureList->setMaximumHeight(kListPx);
    m_failureList->setUniformItemSizes(true);
    layout->addWidget(m_failuresTitle);
    layout->addWidget(m_failureList);
    connect(m_failureList, &QListWidget::itemActivated, this,
        [this](const QListWidgetItem* item) { Q_EMIT pairWanted(item->data(Qt::UserRole).toUInt()); });
    return m_failures;
}

void MetricDetails::showCell(const QModelIndex& index)
{
    const auto* const row = m_model.rowAt(index.row());
    m_index = row != nullptr && !row->isFamily() ? index : QModelIndex();
    m_shownValues.reset();
    showTexts();
    showModel();
    refresh();
}

void MetricDetails::refresh()
{
    showReadings();
    requestSpread();
    requestFailures();
}

void MetricDetails::showTexts()
{
    const auto* const row = m_index.isValid() ? m_model.rowAt(m_index.row()) : nullptr;
    const auto text = [](const std::string& part) { return QString::fromStdString(part); };
    m_title->setText(row != nullptr ? text(row->description.title) : tr("No metric is chosen"));
    m_meaning->setText(row != nullptr ? text(row->description.meaning) : QString());
    m_meaning->setVisible(!m_meaning->text().isEmpty());
    m_source->setText(row != nullptr && !row->description.source.empty()
            ? tr("Source: %1").arg(text(row->description.source))
            : QString());
    m_source->setVisible(!m_source->text().isEmpty());
}

void MetricDetails::setModels(std::vector<pipeline::ModelEntry> models)
{
    m_models = std::move(models);
    m_areModelsKnown = true;
    std::erase_if(m_chosen, [this](const auto& chosen) {
        return std::none_of(m_models.begin(), m_models.end(), [&](const pipeline::ModelEntry& model) {
            return model.role == chosen.first && model.folder == chosen.second;
        });
    });
    showModel();
}

void MetricDetails::showModel()
{
    const auto* const row = m_index.isValid() ? m_model.rowAt(m_index.row()) : nullptr;
    const std::string role = row != nullptr && row->description.canCompute ? row->description.role : std::string();
    m_modelRow->setVisible(!role.empty());
    m_judge->setVisible(row != nullptr && row->description.canCompute && row->description.family == "judge");
    const QSignalBlocker blocker(m_modelBox);
    m_modelBox->clear();
    const auto chosen = m_chosen.find(role);
    for (const auto& model : m_models) {
        if (role.empty() || model.role != role)
            continue;
        m_modelBox->addItem(modelLabel(model), toQString(model.folder));
        const int last = m_modelBox->count() - 1;
        m_modelBox->setItemData(last, toToolTip(toQString(model.folder)), Qt::ToolTipRole);
        if (chosen == m_chosen.end() ? model.isDefault : model.folder == chosen->second)
            m_modelBox->setCurrentIndex(last);
    }
    if (m_modelBox->count() == 0)
        m_modelBox->addItem(m_areModelsKnown ? tr("no model of this role: add one") : tr("looking…"));
    m_modelBox->setEnabled(m_modelBox->count() > 1);
    m_modelBox->setToolTip(toToolTip(m_modelBox->currentText()));
    m_warning->setText(!role.empty() && isEmbedded(role)
            ? tr("The embedded model knows drawn scenes only: its scores of real photographs mean little")
            : QString());
    m_warning->setVisible(!m_warning->text().isEmpty());
}

bool MetricDetails::isEmbedded(const std::string& role) const
{
    const auto chosen = m_chosen.find(role);
    return std::any_of(m_models.begin(), m_models.end(), [&](const pipeline::ModelEntry& model) {
        return model.role == role && model.embedded
            && (chosen == m_chosen.end() ? model.isDefault : model.folder == chosen->second);
    });
}

void MetricDetails::takeModel()
{
    const auto* const row = m_index.isValid() ? m_model.rowAt(m_index.row()) : nullptr;
    if (row == nullptr)
        return;
    const auto folder = toPath(m_modelBox->currentData().toString());
    const bool isDefault = std::any_of(m_models.begin(), m_models.end(), [&](const pipeline::ModelEntry& model) {
        return model.role == row->description.role && model.folder == folder && model.isDefault;
    });
    // The default stays unnamed, so that the recipe of the project works on another machine.
    if (isDefault)
        m_chosen.erase(row->description.role);
    else
        m_chosen[row->description.role] = folder;
    showModel();
    Q_EMIT modelChosen();
}

QString MetricDetails::readingText(const MetricCell& cell) const
{
    QStringList lines;
    const auto pairs = m_model.pairCount();
    const auto missing = pairs - cell.valueCount;
    lines << tr("%1: %2 of %3 pairs").arg(cell.column, formatCount(cell.valueCount), formatCount(pairs));
    if (missing > 0)
        lines.back() += tr(", %1 missing").arg(formatCount(missing));
    if (cell.failedCount > 0)
        lines.back() += tr(" (%1 could not be scored)").arg(formatCount(cell.failedCount));
    const auto origin = originOf(cell.provenance);
    if (!origin.name.isEmpty())
        lines << (origin.isImported ? tr("Imported from %1").arg(origin.path) : tr("Model: %1").arg(origin.path));
    if (!origin.hash.isEmpty())
        lines << tr("SHA-256 %1…").arg(origin.hash.left(16));
    if (cell.forecast && std::isfinite(cell.forecast->secondsPerPair))
        lines << tr("%1 ms a pair on this machine, measured on %2 pairs")
                     .arg(
                         formatNumber(cell.forecast->secondsPerPair * 1000), formatCount(cell.forecast->measuredPairs));
    if (!cell.problem.isEmpty())
        lines << tr("Last time it failed: %1").arg(cell.problem);
    return lines.join(QChar(u'\n'));
}

void MetricDetails::showReadings()
{
    const auto* const row = m_index.isValid() ? m_model.rowAt(m_index.row()) : nullptr;
    QStringList blocks;
    if (row != nullptr)
        for (const auto& cell : row->cells)
            if (cell.isThere || !cell.problem.isEmpty()
                || (cell.isOffered && cell.forecast && std::isfinite(cell.forecast->secondsPerPair)))
                blocks << readingText(cell);
    if (row != nullptr && blocks.isEmpty())
        blocks << (row->description.canCompute ? tr("Not computed yet: tick it in the table, then start below.")
                                               : tr("This version cannot compute it; ready values can be imported."));
    const auto text = blocks.join(QStringLiteral("\n\n"));
    if (m_readings->text() != text)
        m_readings->setText(text);
    m_readings->setVisible(!blocks.isEmpty());
}

void MetricDetails::requestSpread()
{
    const auto* const row = m_index.isValid() ? m_model.rowAt(m_index.row()) : nullptr;
    const MetricColumn* column = nullptr;
    if (row != nullptr) {
        const bool isPublished = m_index.column() == MetricTableModel::PublishedColumn;
        const auto& wanted = row->cells[isPublished ? 1 : 0];
        const auto& other = row->cells[isPublished ? 0 : 1];
        column = m_document.columns()->findMetric((wanted.isThere ? wanted : other).column.toStdString());
    }
    if (column != nullptr && column->info.valueCount == 0)
        column = nullptr;
    m_spread->setVisible(column != nullptr && column->values);
    if (column == nullptr || !column->values || column->values == m_shownValues)
        return;
    m_shownValues = column->values;
    m_spreadTitle->setText(tr("Values of %1").arg(QString::fromStdString(column->info.name)));
    inBackground(
        this, [values = column->values] { return computeMetricSummary(values); },
        [this](const MetricSummary& summary) {
            if (summary.values == m_shownValues)
                showSpread(summary);
        });
}

void MetricDetails::showSpread(const MetricSummary& summary)
{
    if (summary.count == 0) {
        m_chart->setSeries({});
        m_chart->setEmptyText(tr("no values"));
        m_spreadNumbers->clear();
        return;
    }
    ChartSeries bars;
    bars.name = tr("pairs");
    bars.kind = ChartSeries::Kind::Bars;
    bars.colour = ChartSeries::Colour::Accent;
    bars.barWidth = summary.binWidth;
    for (std::size_t bin = 0; bin < summary.bins.size(); ++bin) {
        bars.x.push_back(summary.low + summary.binWidth * (static_cast<double>(bin) + 0.5));
        bars.y.push_back(static_cast<double>(summary.bins[bin]));
    }
    ChartAxes axes;
    axes.showY = false;
    m_chart->setAxes(axes);
    m_chart->setSeries({bars});
    const auto at = [&](double share) {
        const auto last = static_cast<double>(summary.quantiles.size() - 1);
        return formatNumber(summary.quantiles[static_cast<std::size_t>(share * last)]);
    };
    m_spreadNumbers->setText(tr("lowest %1, median %2, highest %3; nine in ten from %4 to %5")
                                 .arg(at(0), at(0.5), at(1), at(0.05), at(0.95)));
}

void MetricDetails::requestFailures()
{
    const auto* const row = m_index.isValid() ? m_model.rowAt(m_index.row()) : nullptr;
    const MetricCell* cell = nullptr;
    if (row != nullptr)
        cell = &row->cells[m_index.column() == MetricTableModel::PublishedColumn ? 1 : 0];
    if (cell == nullptr || cell->failedCount == 0) {
        ++m_request;
        m_shownFailures = {};
        m_failures->hide();
        return;
    }
    const std::pair shown{cell->column, cell->failedCount};
    if (shown == m_shownFailures)
        return;
    m_shownFailures = shown;
    const auto request = ++m_request;
    struct Failure {
        PairRow row;
        QString text;
    };
    m_failuresTitle->setText(tr("%1 pairs have no %2").arg(formatCount(cell->failedCount), cell->column));
    m_document.read(
        this,
        [column = cell->column.toStdString()](store::Project& project) {
            std::vector<Failure> out;
            store::PairStore pairs(project);
            for (const auto& [failed, reason] : store::MetricStore(project).failures(column, kNamedFailures))
                out.push_back({failed,
                    QString::fromStdString(pairs.load(failed).pair.id.value) + QStringLiteral(": ")
                        + QString::fromStdString(reason)});
            return out;
        },
        [this, request](const std::vector<Failure>& failures) {
            if (request != m_request)
                return;
            m_failureList->clear();
            for (const auto& failure : failures) {
                auto* const item = new QListWidgetItem(failure.text, m_failureList);
                item->setData(Qt::UserRole, failure.row);
                item->setToolTip(toToolTip(failure.text + QChar(u'\n') + tr("Enter or double click shows the pair")));
            }
            m_failures->setVisible(!failures.empty());
        });
}

} // namespace winnow::ui
