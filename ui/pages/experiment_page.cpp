#include "ui/pages/experiment_page.h"

#include "core/pipeline/selector_job.h"
#include "ui/document.h"
#include "ui/models/selection_text.h"
#include "ui/panels/validity_panel.h"
#include "ui/theme.h"
#include "ui/widgets/batch_form.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kMostRepeats = 1000;
    constexpr std::int64_t kFewSeeds = 3;

    QSpinBox* makeCount(QWidget* parent, const char* name, int value)
    {
        auto* const spin = new QSpinBox(parent);
        spin->setObjectName(QLatin1String(name));
        spin->setRange(1, kMostRepeats);
        spin->setValue(value);
        spin->setFont(Theme::current().numberFont());
        return spin;
    }

    bool choosesItself(pipeline::Ablation ablation)
    {
        return ablation == pipeline::Ablation::Indicators || ablation == pipeline::Ablation::Selectors;
    }

} // namespace

ExperimentPage::ExperimentPage(
    Document& document, JobQueue& jobs, Actions& actions, Settings& settings, QWidget* parent)
    : BatchPage(document, jobs, actions, parent)
    , m_settings(settings)
{
    setObjectName(QStringLiteral("experimentPage"));
    auto* const splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeForm());
    splitter->addWidget(makeResult());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({300, 890});
    setContent(splitter, QStringLiteral("job.score"));
}

QWidget* ExperimentPage::makeForm()
{
    auto* const panel = new QWidget(this);
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(makeHeading(tr("Put the choice to the test"), panel));
    auto* const what =
        new QLabel(tr("Chosen pairs against random ones, all pairs, the best by one metric and the longest, "
                      "each fine-tuned under several seeds."),
            panel);
    what->setWordWrap(true);
    what->setProperty("look", QStringLiteral("caption"));
    layout->addWidget(what);
    addWhatFields(panel);
    addSizeFields(panel);
    auto* const controls = makeControls(tr("Run the experiment"), panel);
    layout->addStretch(1);
    const auto changed = [this] { forgetForecast(); };
    for (auto* const edit : {m_name, m_weights, m_budget})
        connect(edit, &QLineEdit::textChanged, this, changed);
    for (auto* const box : {m_selector, m_clustering, m_mode, m_ablation})
        connect(box, qOverload<int>(&QComboBox::activated), this, changed);
    for (auto* const spin : {m_seeds, m_draws, m_steps})
        connect(spin, qOverload<int>(&QSpinBox::valueChanged), this, changed);
    connect(m_benchmarks, &BenchmarkList::changed, this, changed);
    return makeFormColumn(panel, controls, 280, this);
}

void ExperimentPage::addWhatFields(QWidget* panel)
{
    auto* const layout = static_cast<QVBoxLayout*>(panel->layout());
    m_name = new QLineEdit(QStringLiteral("experiment"), panel);
    m_name->setObjectName(QStringLiteral("experimentName"));
    addField(layout, tr("Name"), m_name);
    m_ablation = new QComboBox(panel);
    m_ablation->setObjectName(QStringLiteral("ablation"));
    m_ablation->addItem(tr("The choice against its controls"), static_cast<int>(pipeline::Ablation::None));
    m_ablation->addItem(tr("Each metric alone"), static_cast<int>(pipeline::Ablation::Indicators));
    m_ablation->addItem(tr("Each selector"), static_cast<int>(pipeline::Ablation::Selectors));
    m_ablation->addItem(tr("Each clustering"), static_cast<int>(pipeline::Ablation::Clusterings));
    m_ablation->addItem(tr("50, 100, 200, 400, 800 pairs"), static_cast<int>(pipeline::Ablation::Sizes));
    addField(layout, tr("What is compared"), m_ablation);
    m_selector = new QComboBox(panel);
    m_selector->setObjectName(QStringLiteral("experimentSelector"));
    addField(layout, tr("Chosen by"), m_selector);
    m_weights = new QLineEdit(QStringLiteral("clip=1"), panel);
    m_weights->setObjectName(QStringLiteral("experimentWeights"));
    m_weights->setToolTip(tr("Metrics and their weights by commas: clip=1, reward=0.5"));
    addField(layout, tr("Weights"), m_weights);
    m_clustering = new QComboBox(panel);
    m_clustering->setObjectName(QStringLiteral("experimentClustering"));
    addField(layout, tr("Spread over the clusters of"), m_clustering);
    m_budget = new QLineEdit(QStringLiteral("200"), panel);
    m_budget->setObjectName(QStringLiteral("experimentBudget"));
    addField(layout, tr("Budget (count or %)"), m_budget);
    m_mode = makeModeBox(panel, "experimentMode");
    addField(layout, tr("Rule"), m_mode);
}

void ExperimentPage::addSizeFields(QWidget* panel)
{
    auto* const layout = static_cast<QVBoxLayout*>(panel->layout());
    const pipeline::ExperimentOptions defaults;
    m_seeds = makeCount(panel, "experimentSeeds", static_cast<int>(defaults.seeds));
    m_seeds->setToolTip(tr("Fine-tunes of every selection, each with another seed"));
    addField(layout, tr("Seeds"), m_seeds);
    m_draws = makeCount(panel, "experimentDraws", static_cast<int>(defaults.randomDraws));
    m_draws->setToolTip(tr("Random selections of the same size"));
    addField(layout, tr("Random draws"), m_draws);
    m_steps = makeOptionalSpin(panel, "experimentSteps", 10'000'000);
    addField(layout, tr("Steps of each fine-tune"), m_steps);
    m_benchmarks = new BenchmarkList(panel);
    addField(layout, tr("Benchmarks"), m_benchmarks);
    m_device = makeDeviceBox(panel, "experimentDevice");
    addField(layout, tr("Device"), m_device);
}

void ExperimentPage::takePartialResult() { requestShown(); }

void ExperimentPage::forgetProject()
{
    m_wanted.clear();
    m_report.reset();
    takeExperiments();
    updateSelectors();
}

void ExperimentPage::takeProject()
{
    const auto wanted = m_clustering->currentData().toString();
    m_clustering->clear();
    m_clustering->addItem(tr("nothing (best overall)"), QString());
    for (const auto& clustering : m_document.columns()->clusterings) {
        const auto name = QString::fromStdString(clustering.info.name);
        m_clustering->addItem(name, name);
    }
    m_clustering->setCurrentIndex(std::max(0, m_clustering->findData(wanted)));
    m_benchmarks->setBenchmarks(m_document.benchmarks());
    updateLook();
    updateForm();
    takeExperiments();
    updateSelectors();
}

void ExperimentPage::updateSelectors()
{
    const auto wanted = m_selector->currentData().toString();
    m_selector->clear();
    m_selector->addItem(tr("weights, as below"), QString());
    for (const auto& selector : m_document.selectors()) {
        const auto name = QString::fromStdString(selector.name);
        m_selector->addItem(tr("%1 – %2").arg(name, selectorKindText(selector.kind)), name);
    }
    m_selector->setCurrentIndex(std::max(0, m_selector->findData(wanted)));
    updateForm();
}

void ExperimentPage::updateLook()
{
    const auto columns = m_document.columns();
    if (columns->pairCount == 0)
        m_empty->showEmpty({QStringLiteral("import"), tr("No pairs yet"),
            tr("Import a dataset; whether choosing among its pairs pays is tested here."), tr("Import")});
    else
        m_empty->showEmpty({QStringLiteral("score"), tr("Nothing to choose by yet"),
            tr("Score the pairs first; then a choice by these scores is put to the test here."), tr("Score")});
    showContent(columns->pairCount > 0 && !columns->metrics.empty());
}

pipeline::ExperimentOptions ExperimentPage::options() const
{
    pipeline::ExperimentOptions out;
    out.name = m_name->text().trimmed().toStdString();
    out.ablation = static_cast<pipeline::Ablation>(m_ablation->currentData().toInt());
    out.selector = m_selector->currentData().toString().toStdString();
    const auto budget = readBudget(m_budget->text());
    require(budget.has_value(), ErrorCode::InvalidInput,
        tr("The budget is a count such as 200, or a percentage such as 6%").toStdString());
    out.budget = *budget;
    if (out.selector.empty() && !choosesItself(out.ablation)) {
        const auto weights = readWeights(m_weights->text());
        require(weights.has_value(), ErrorCode::InvalidInput,
            tr("The weights are metrics with numbers, such as clip=1, reward=0.5").toStdString());
        out.weights = *weights;
    }
    if (choosesItself(out.ablation))
        out.selector.clear();
    out.clustering = m_clustering->currentData().toString().toStdString();
    out.mode = m_mode->currentData().toBool() ? Mode::Published : Mode::Corrected;
    out.seeds = m_seeds->value();
    out.randomDraws = m_draws->value();
    out.steps = optionalValue(m_steps);
    out.benchmarks = m_benchmarks->ticked();
    out.device = m_device->currentText().toStdString();
    return out;
}

void ExperimentPage::updateForm()
{
    const auto ablation = static_cast<pipeline::Ablation>(m_ablation->currentData().toInt());
    const bool isSelf = choosesItself(ablation);
    m_selector->setEnabled(!isSelf);
    m_selector->setToolTip(isSelf ? tr("This comparison chooses by each in turn") : QString());
    const bool areWeights = !isSelf && m_selector->currentData().toString().isEmpty();
    m_weights->setEnabled(areWeights);
    const bool isKnown = m_shown->findData(m_name->text().trimmed()) >= 0;
    m_controls->setVerb(isKnown ? tr("Go on with the experiment") : tr("Run the experiment"));
    try {
        const auto wanted = options();
        if (wanted.name.empty())
            m_controls->setProblem(tr("The experiment needs a name"));
        else if (m_document.benchmarks().empty())
            m_controls->setProblem(tr("The project has no benchmark: add one in the Work menu"));
        else if (wanted.benchmarks.empty())
            m_controls->setProblem(tr("Tick at least one benchmark"));
        else if (!m_forecastText.isEmpty())
            m_controls->setNote(m_forecastText);
        else if (wanted.seeds < kFewSeeds || wanted.randomDraws < kFewSeeds)
            m_controls->setWarning(tr("With fewer than three seeds or draws hardly any difference can be shown"));
        else
            m_controls->setNote({});
    } catch (const Error& error) {
        m_controls->setProblem(QString::fromStdString(error.message()));
    }
}

ExperimentPage::BatchJob ExperimentPage::makeForecast() const
{
    return {tr("Forecast the cost of the experiment"),
        [workspace = m_document.workspace(), wanted = options()](RunContext& context) -> pipeline::JobResult {
            const auto found = pipeline::forecastExperiment(*workspace, wanted, context);
            return {found.sentence, pipeline::toJson(found), false};
        }};
}

ExperimentPage::BatchJob ExperimentPage::makeBatch()
{
    const auto wanted = options();
    m_wanted = QString::fromStdString(wanted.name);
    return {tr("Experiment %1").arg(m_wanted), [workspace = m_document.workspace(), wanted](RunContext& context) {
                return pipeline::runExperiment(*workspace, wanted, context);
            }};
}

} // namespace winnow::ui
