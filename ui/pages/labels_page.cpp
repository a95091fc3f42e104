#include "ui/pages/labels_page.h"

#include "ui/document.h"
#include "ui/theme.h"
#include "ui/widgets/batch_form.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/plain_table.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    constexpr double kNormal95 = 1.959964;

    bool isComplete(const LabelSet& set, qint64 repeats)
    {
        return !set.labels.empty() && std::all_of(set.labels.begin(), set.labels.end(), [&](const ClusterLabel& label) {
            return label.isMeasured() && static_cast<qint64>(label.repeats.size()) >= repeats;
        });
    }

    /// The error that is larger: that of the repeats, or that of the questions.
    double errorOf(const ClusterLabel& label)
    {
        const double byRepeats = std::isfinite(label.standardError) ? label.standardError : 0;
        const double byQuestions = std::isfinite(label.questionError) ? label.questionError : 0;
        return std::max(byRepeats, byQuestions);
    }

} // namespace

LabelsPage::LabelsPage(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent)
    : BatchPage(document, jobs, actions, parent)
{
    setObjectName(QStringLiteral("labelsPage"));
    auto* const splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeForm());
    splitter->addWidget(makeCentre());
    splitter->addWidget(makeSets());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({290, 560, 330});
    setContent(splitter, QStringLiteral("job.cluster"));
}

QWidget* LabelsPage::makeForm()
{
    auto* const panel = new QWidget(this);
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(makeHeading(tr("Measure labels"), panel));
    auto* const what =
        new QLabel(tr("Each cluster's pairs fine-tune the base model by themselves. What that model scores "
                      "is the cluster's label; a selector learns from them."),
            panel);
    what->setWordWrap(true);
    what->setProperty("look", QStringLiteral("caption"));
    layout->addWidget(what);
    m_clustering = new QComboBox(panel);
    m_clustering->setObjectName(QStringLiteral("labelClustering"));
    addField(layout, tr("Clusters of"), m_clustering);
    m_benchmarks = new BenchmarkList(panel);
    addField(layout, tr("Benchmarks"), m_benchmarks);
    m_name = new QLineEdit(panel);
    m_name->setObjectName(QStringLiteral("labelName"));
    addField(layout, tr("Name of the labels"), m_name);
    m_repeats = makeOptionalSpin(panel, "labelRepeats", 100);
    m_repeats->setToolTip(tr("Fine-tunes of each cluster with other seeds: their spread is the error bar"));
    addField(layout, tr("Repeats of each"), m_repeats);
    m_steps = makeOptionalSpin(panel, "labelSteps", 10'000'000);
    addField(layout, tr("Steps of each fine-tune"), m_steps);
    m_seed = new QSpinBox(panel);
    m_seed->setObjectName(QStringLiteral("labelSeed"));
    m_seed->setRange(0, 999'999'999);
    m_seed->setValue(42);
    m_seed->setFont(Theme::current().numberFont());
    addField(layout, tr("Seed"), m_seed);
    m_mode = makeModeBox(panel, "labelMode");
    addField(layout, tr("Mode"), m_mode);
    m_device = makeDeviceBox(panel, "labelDevice");
    addField(layout, tr("Device"), m_device);
    auto* const controls = makeControls(tr("Measure labels"), panel);
    layout->addStretch(1);
    connectForm();
    return makeFormColumn(panel, controls, 270, this);
}

void LabelsPage::connectForm()
{
    const auto changed = [this] { forgetForecast(); };
    connect(m_benchmarks, &BenchmarkList::changed, this, changed);
    connect(m_clustering, qOverload<int>(&QComboBox::currentIndexChanged), this, [this, changed] {
        if (!m_name->isModified())
            m_name->setText(m_clustering->currentData().toString());
        changed();
    });
    connect(m_name, &QLineEdit::textChanged, this, changed);
    for (auto* const spin : {m_repeats, m_steps})
        connect(spin, qOverload<int>(&QSpinBox::valueChanged), this, changed);
    connect(m_mode, qOverload<int>(&QComboBox::activated), this, changed);
}

QWidget* LabelsPage::makeCentre()
{
    auto* const panel = new QWidget(this);
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    m_title = makeHeading(tr("Labels"), panel);
    m_title->setObjectName(QStringLiteral("labelsTitle"));
    m_summary = new QLabel(panel);
    m_summary->setObjectName(QStringLiteral("labelsSummary"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_summary->setProperty("look", QStringLiteral("caption"));
    m_chart = new ChartView(panel);
    m_chart->setObjectName(QStringLiteral("labelsChart"));
    m_chart->setAccessibleName(tr("Label of each cluster with its error bar"));
    m_chart->setEmptyText(tr("Once measured, each cluster's label stands here with its error bar."));
    m_chart->setMinimumHeight(200);
    m_rows = makePlainTable(panel, "labelRows", tr("Labels of the clusters"),
        {tr("Cluster"), tr("Pairs"), tr("Label, %"), tr("± 95 %"), tr("Repeats")}, {1, 2, 3, 4});
    m_rows->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    layout->addWidget(m_title);
    layout->addWidget(m_summary);
    layout->addWidget(m_chart, 3);
    layout->addWidget(m_rows, 2);
    return panel;
}

QWidget* LabelsPage::makeSets()
{
    auto* const panel = new QWidget(this);
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kGap, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(makeHeading(tr("Label sets"), panel));
    m_sets = makePlainTable(panel, "labelSets", tr("Label sets"), {tr("Name"), tr("Clusters of"), tr("Measured")}, {2});
    m_sets->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    layout->addWidget(m_sets, 1);
    m_train = new QPushButton(Theme::icon(QStringLiteral("train")), tr("Train a selector…"), panel);
    m_train->setObjectName(QStringLiteral("trainSelector"));
    layout->addWidget(m_train);
    connect(m_sets, &QTableWidget::currentCellChanged, this, [this] { showSet(); });
    connect(m_train, &QPushButton::clicked, this, [this] {
        if (const auto* const set = currentSet())
            Q_EMIT selectorWanted(QString::fromStdString(set->name));
    });
    return panel;
}

void LabelsPage::takePartialResult() { m_document.refresh(); } // its label is stored

void LabelsPage::forgetProject()
{
    m_name->setModified(false);
    takeSets();
}

void LabelsPage::takeProject()
{
    const auto wanted = m_clustering->currentData().toString();
    const auto& clusterings = m_document.columns()->clusterings;
    m_clustering->clear();
    for (const auto& clustering : clusterings) {
        const auto name = QString::fromStdString(clustering.info.name);
        m_clustering->addItem(
            tr("%1 (%2 clusters)").arg(name, formatCount(static_cast<qint64>(clustering.info.sizes.size()))), name);
    }
    if (const int found = m_clustering->findData(wanted); found >= 0)
        m_clustering->setCurrentIndex(found);
    m_benchmarks->setBenchmarks(m_document.benchmarks());
    updateLook();
    updateForm();
    takeSets();
}

void LabelsPage::updateLook()
{
    const auto columns = m_document.columns();
    if (columns->pairCount == 0)
        m_empty->showEmpty({QStringLiteral("import"), tr("No pairs yet"),
            tr("Import a dataset; then what its parts are worth is measured here."), tr("Import")});
    else
        m_empty->showEmpty({QStringLiteral("cluster"), tr("No clustering yet"),
            tr("Labels are measured on the clusters of a clustering, some thirty of like size. Make one first."),
            tr("Cluster…")});
    showContent(columns->pairCount > 0 && !columns->clusterings.empty());
}

pipeline::LabelOptions LabelsPage::options() const
{
    pipeline::LabelOptions out;
    out.name = m_name->text().trimmed().toStdString();
    out.clustering = m_clustering->currentData().toString().toStdString();
    out.benchmarks = m_benchmarks->ticked();
    out.steps = optionalValue(m_steps);
    out.repeats = m_repeats->value();
    out.seed = static_cast<std::uint64_t>(m_seed->value());
    out.mode = m_mode->currentData().toBool() ? Mode::Published : Mode::Corrected;
    out.device = m_device->currentText().toStdString();
    return out;
}

void LabelsPage::updateForm()
{
    const auto wanted = options();
    const auto* const clustering = m_document.columns()->findClustering(wanted.clustering);
    const auto clusters = clustering != nullptr ? static_cast<qint64>(clustering->info.sizes.size()) : 0;
    const qint64 repeats = wanted.repeats > 0 ? wanted.repeats : wanted.mode == Mode::Published ? 1 : 2;
    const auto known = std::find_if(
        m_labelSets.begin(), m_labelSets.end(), [&](const LabelSet& set) { return set.name == wanted.name; });
    const bool isThere = known != m_labelSets.end();
    m_controls->setVerb(isThere ? tr("Go on measuring") : tr("Measure %1 labels").arg(formatCount(clusters)));
    if (clustering == nullptr)
        m_controls->setProblem(tr("Choose a clustering"));
    else if (m_document.benchmarks().empty())
        m_controls->setProblem(tr("The project has no benchmark: add one in the Work menu"));
    else if (wanted.benchmarks.empty())
        m_controls->setProblem(tr("Tick at least one benchmark"));
    else if (isThere && isComplete(*known, repeats))
        m_controls->setProblem(tr("All of these labels are measured; another name measures them anew"));
    else if (!m_forecastText.isEmpty())
        m_controls->setNote(m_forecastText);
    else
        m_controls->setNote(tr("%1 fine-tunes, each evaluated on %2 questions")
                                .arg(formatCount(clusters * repeats), formatCount(m_benchmarks->questionCount())));
}

LabelsPage::BatchJob LabelsPage::makeForecast() const
{
    return {tr("Forecast the cost of labels"),
        [workspace = m_document.workspace(), wanted = options()](RunContext& context) -> pipeline::JobResult {
            const auto found = pipeline::forecastLabels(*workspace, wanted, context);
            return {found.sentence, pipeline::toJson(found), false};
        }};
}

LabelsPage::BatchJob LabelsPage::makeBatch()
{
    const auto wanted = options();
    m_wanted = QString::fromStdString(wanted.name);
    return {tr("Measure labels %1").arg(m_wanted), [workspace = m_document.workspace(), wanted](RunContext& context) {
                return pipeline::runLabels(*workspace, wanted, context);
            }};
}

const LabelSet* LabelsPage::currentSet() const
{
    const int row = m_sets->currentRow();
    return row >= 0 && row < static_cast<int>(m_labelSets.size()) ? &m_labelSets[static_cast<std::size_t>(row)]
                                                                  : nullptr;
}

void LabelsPage::takeSets()
{
    const auto* const before = currentSet();
    const auto wanted = !m_wanted.isEmpty() ? m_wanted.toStdString() : before != nullptr ? before->name : std::string();
    m_labelSets = m_document.labelSets();
    int chosen = m_labelSets.empty() ? -1 : 0;
    {
        const QSignalBlocker blocker(m_sets);
        m_sets->setRowCount(static_cast<int>(m_labelSets.size()));
        int row = 0;
        for (const auto& set : m_labelSets) {
            setCell(m_sets, row, 0, QString::fromStdString(set.name));
            setCell(m_sets, row, 1, QString::fromStdString(set.clustering));
            setCell(m_sets, row, 2,
                tr("%1 of %2")
                    .arg(formatCount(set.measuredCount()), formatCount(static_cast<qint64>(set.labels.size()))),
                CellKind::Number);
            if (set.name == wanted) {
                chosen = row;
                m_wanted.clear();
            }
            ++row;
        }
        m_sets->setCurrentCell(chosen, 0);
    }
    showSet();
    updateForm();
}

void LabelsPage::showSet()
{
    const auto* const set = currentSet();
    const auto measured = set != nullptr ? set->measuredCount() : 0;
    m_train->setEnabled(measured >= 3);
    m_train->setToolTip(measured >= 3 ? tr("Fits a selector to these labels and says how far to trust it")
                                      : tr("A selector needs at least three measured labels"));
    m_title->setText(set != nullptr ? tr("Labels %1").arg(QString::fromStdString(set->name)) : tr("Labels"));
    m_rows->setVisible(set != nullptr);
    if (set == nullptr) {
        m_summary->setText(tr("None is measured yet."));
        m_chart->setSeries({});
        return;
    }
    showChart(*set);
    showRows(*set);
}

void LabelsPage::showChart(const LabelSet& set)
{
    ChartSeries series;
    series.name = tr("label");
    series.kind = ChartSeries::Kind::Points;
    series.colour = ChartSeries::Colour::Accent;
    double sum = 0, squares = 0, count = 0;
    for (const auto& label : set.labels) {
        if (!label.isMeasured())
            continue;
        const double half = kNormal95 * errorOf(label);
        series.x.push_back(label.cluster);
        series.y.push_back(label.value);
        series.low.push_back(label.value - half);
        series.high.push_back(label.value + half);
        sum += label.value;
        squares += label.value * label.value;
        ++count;
    }
    m_chart->setAxes({tr("cluster"), tr("accuracy, %"), {}, true, false});
    m_chart->setSeries(series.x.empty() ? std::vector<ChartSeries>{} : std::vector<ChartSeries>{series});
    QStringList benchmarks;
    for (const auto& name : set.benchmarks)
        benchmarks << QString::fromStdString(name);
    auto text = tr("%1 of %2 clusters measured on %3.")
                    .arg(formatCount(static_cast<qint64>(count)), formatCount(static_cast<qint64>(set.labels.size())),
                        benchmarks.join(QStringLiteral(", ")));
    if (count > 1) {
        const double mean = sum / count;
        const double spread = std::sqrt(std::max(0.0, squares / count - mean * mean));
        double noise = 0;
        for (const auto& label : set.labels)
            noise += label.isMeasured() ? errorOf(label) * errorOf(label) : 0;
        text += tr(" Mean %1 %, spread %2, of which about %3 is noise of measuring.")
                    .arg(formatNumber(mean), formatNumber(spread), formatNumber(std::sqrt(noise / count)));
    }
    m_summary->setText(text);
}

void LabelsPage::showRows(const LabelSet& set)
{
    const auto* const clustering = m_document.columns()->findClustering(set.clustering);
    m_rows->setRowCount(static_cast<int>(set.labels.size()));
    int row = 0;
    for (const auto& label : set.labels) {
        auto name = QString::number(label.cluster);
        if (clustering != nullptr && label.cluster < static_cast<std::int32_t>(clustering->info.clusterNames.size()))
            if (const auto& own = clustering->info.clusterNames[static_cast<std::size_t>(label.cluster)];
                !own.empty() && own != name.toStdString())
                name += QStringLiteral(" ") + QString::fromStdString(own);
        QStringList repeats;
        for (const double value : label.repeats)
            repeats << formatNumber(value);
        setCell(m_rows, row, 0, name);
        setCell(m_rows, row, 1, formatCount(label.pairCount), CellKind::Number);
        setCell(m_rows, row, 2, label.isMeasured() ? formatNumber(label.value) : QString::fromStdString(label.note),
            CellKind::Number);
        setCell(m_rows, row, 3, label.isMeasured() ? formatNumber(kNormal95 * errorOf(label)) : QString(),
            CellKind::Number);
        setCell(m_rows, row, 4, repeats.join(QStringLiteral("; ")), CellKind::Number);
        ++row;
    }
}

} // namespace winnow::ui
