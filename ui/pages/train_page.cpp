#include "ui/pages/train_page.h"

#include "ui/actions.h"
#include "ui/document.h"
#include "ui/theme.h"
#include "ui/widgets/batch_form.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/plain_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleValidator>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QThreadPool>
#include <QVBoxLayout>

#include <algorithm>

namespace winnow::ui {

namespace {

    const QString kAll = QStringLiteral("all");
    const QString kRandom = QStringLiteral("\x01random");
    constexpr int kSampleCount = 12;

    QString freeName(const QString& base, const std::vector<RunInfo>& runs)
    {
        const auto isTaken = [&](const QString& name) {
            return std::any_of(
                runs.begin(), runs.end(), [&](const RunInfo& run) { return run.name == name.toStdString(); });
        };
        if (!isTaken(base))
            return base;
        for (int number = 2;; ++number)
            if (const auto name = QStringLiteral("%1-%2").arg(base).arg(number); !isTaken(name))
                return name;
    }

} // namespace

TrainPage::TrainPage(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_actions(actions)
    , m_model(document)
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyLook(this))
{
    setObjectName(QStringLiteral("trainPage"));
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeForm());
    splitter->addWidget(makeCentre());
    splitter->addWidget(makeRuns());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({280, 460, 540});
    m_stack->addWidget(m_empty);
    m_stack->addWidget(splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_empty, &EmptyLook::activated, this, [this] {
        if (auto* action = m_actions.find(QStringLiteral("project.import")))
            action->trigger();
    });
    if (auto* action = m_actions.find(QStringLiteral("run.start")))
        connect(action, &QAction::triggered, this, &TrainPage::start);
    connectDocument();
    resetProject();
}

QWidget* TrainPage::makeForm()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(makeHeading(tr("Fine-tune"), panel));
    m_selection = new QComboBox(panel);
    m_selection->setObjectName(QStringLiteral("trainSelection"));
    addField(layout, tr("On which pairs"), m_selection);
    m_randomCount = new QSpinBox(panel);
    m_randomCount->setObjectName(QStringLiteral("randomCount"));
    m_randomCount->setRange(1, 100'000'000);
    m_randomCount->setValue(200);
    m_randomLabel = new QLabel(tr("How many (drawn by the seed)"), panel);
    m_randomLabel->setBuddy(m_randomCount);
    layout->addWidget(m_randomLabel);
    layout->addWidget(m_randomCount);
    m_name = new QLineEdit(panel);
    m_name->setObjectName(QStringLiteral("runName"));
    addField(layout, tr("Name of the run"), m_name);
    addRecipeFields(layout, panel);
    m_evaluate = new QCheckBox(tr("Evaluate when done"), panel);
    m_evaluate->setObjectName(QStringLiteral("evaluateWhenDone"));
    m_evaluate->setChecked(true);
    layout->addWidget(m_evaluate);
    m_control = new QCheckBox(tr("Add a random control"), panel);
    m_control->setObjectName(QStringLiteral("randomControl"));
    m_control->setToolTip(tr("A second run on as many pairs drawn at random shows what the choice itself is worth"));
    layout->addWidget(m_control);
    layout->addStretch(1);

    connect(m_selection, qOverload<int>(&QComboBox::activated), this, [this] { m_isSelectionChosen = true; });
    connect(m_selection, qOverload<int>(&QComboBox::currentIndexChanged), this, [this] {
        m_randomCount->setVisible(isRandomWanted());
        m_randomLabel->setVisible(isRandomWanted());
        m_control->setEnabled(!isRandomWanted() && m_selection->currentData().toString() != kAll);
        suggestName();
        requestForecast();
    });
    connect(m_randomCount, qOverload<int>(&QSpinBox::valueChanged), this, [this] {
        suggestName();
        requestForecast();
    });

    return makeFormColumn(panel, makeStartBar(), 260, this);
}

QWidget* TrainPage::makeStartBar()
{
    auto* const panel = new QWidget(this);
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kGap, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    m_forecast = new QLabel(panel);
    m_forecast->setObjectName(QStringLiteral("forecast"));
    m_forecast->setTextFormat(Qt::PlainText);
    m_forecast->setWordWrap(true);
    layout->addWidget(m_forecast);
    m_start = new QPushButton(
        Theme::icon(QStringLiteral("play"), Theme::current().tokens().onAccent), tr("Start run"), panel);
    m_start->setObjectName(QStringLiteral("startRun"));
    m_start->setProperty("look", QStringLiteral("primary"));
    m_start->setMinimumHeight(Theme::kPrimary);
    layout->addWidget(m_start);
    connect(m_start, &QPushButton::clicked, this, &TrainPage::start);
    return panel;
}

void TrainPage::addRecipeFields(QVBoxLayout* layout, QWidget* panel)
{
    m_steps = makeOptionalSpin(panel, "steps", 10'000'000);
    addField(layout, tr("Steps"), m_steps);
    m_batch = makeOptionalSpin(panel, "batch", 4096);
    addField(layout, tr("Pairs a step"), m_batch);
    m_rate = new QLineEdit(panel);
    m_rate->setObjectName(QStringLiteral("rate"));
    auto* validator = new QDoubleValidator(0, 10, 12, m_rate);
    validator->setLocale(QLocale::c());
    m_rate->setValidator(validator);
    m_rate->setPlaceholderText(tr("default"));
    addField(layout, tr("Peak learning rate"), m_rate);
    m_warmup = makeOptionalSpin(panel, "warmup", 10'000'000);
    addField(layout, tr("Warm-up steps"), m_warmup);
    m_seed = new QSpinBox(panel);
    m_seed->setObjectName(QStringLiteral("trainSeed"));
    m_seed->setRange(0, 999'999'999);
    m_seed->setValue(42);
    m_seed->setFont(Theme::current().numberFont());
    addField(layout, tr("Seed"), m_seed);
    m_mode = new QComboBox(panel);
    m_mode->setObjectName(QStringLiteral("trainMode"));
    m_mode->addItem(tr("Corrected (recommended)"), false);
    m_mode->addItem(tr("As published: random crops"), true);
    addField(layout, tr("Mode"), m_mode);
    m_device = makeDeviceBox(panel);
    addField(layout, tr("Device"), m_device);
    for (auto* spin : {m_steps, m_batch, m_warmup, m_seed})
        connect(spin, qOverload<int>(&QSpinBox::valueChanged), this, &TrainPage::requestForecast);
    connect(m_rate, &QLineEdit::editingFinished, this, &TrainPage::requestForecast);
}

QWidget* TrainPage::makeCentre()
{
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    auto* top = new QWidget(splitter);
    auto* layout = new QVBoxLayout(top);
    layout->setContentsMargins(Theme::kGap, Theme::kSection, Theme::kGap, 0);
    m_curveTitle = makeHeading(tr("Loss"), top);
    layout->addWidget(m_curveTitle);
    m_curve = new ChartView(top);
    m_curve->setObjectName(QStringLiteral("lossCurve"));
    m_curve->setAccessibleName(tr("Loss over steps"));
    m_curve->setAxes({tr("step"), tr("loss"), {}, true, false});
    m_curve->setEmptyText(tr("The loss of a run is drawn here as it falls."));
    layout->addWidget(m_curve, 1);
    m_curve->setMinimumHeight(180);
    splitter->addWidget(top);
    auto* bottom = new QWidget(splitter);
    auto* bottomLayout = new QVBoxLayout(bottom);
    bottomLayout->setContentsMargins(Theme::kGap, Theme::kGap, Theme::kGap, Theme::kGap);
    bottomLayout->addWidget(makeHeading(tr("Sample answers"), bottom));
    m_samples = new PlainText(bottom);
    m_samples->setObjectName(QStringLiteral("sampleAnswers"));
    m_samples->setAccessibleName(tr("Sample answers of the run"));
    m_samples->setMaximumLines(7);
    m_samples->setPlaceholderText(tr("Once a run is evaluated, some of its answers stand here."));
    bottomLayout->addWidget(m_samples, 1);
    splitter->addWidget(bottom);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    return splitter;
}

QWidget* TrainPage::makeRuns()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kGap, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(makeHeading(tr("Runs"), panel));
    m_runs = new QTableView(panel);
    m_runs->setObjectName(QStringLiteral("runs"));
    m_runs->setAccessibleName(tr("Runs"));
    m_runs->setModel(&m_model);
    m_runs->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_runs->setSelectionMode(QAbstractItemView::SingleSelection);
    m_runs->setTextElideMode(Qt::ElideMiddle);
    m_runs->verticalHeader()->hide();
    m_runs->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_runs->horizontalHeader()->setStretchLastSection(true);
    m_runs->setTabKeyNavigation(false);
    layout->addWidget(m_runs, 1);
    auto* buttons = new QHBoxLayout;
    const auto add = [&](QPushButton*& button, const char* name, const QString& icon, const QString& text,
                         void (TrainPage::*slot)()) {
        button = new QPushButton(Theme::icon(icon), text, panel);
        button->setObjectName(QLatin1String(name));
        connect(button, &QPushButton::clicked, this, slot);
        buttons->addWidget(button);
    };
    add(m_resume, "resumeRun", QStringLiteral("train"), tr("Resume"), &TrainPage::resumeCurrent);
    add(m_cancel, "cancelRun", QStringLiteral("stop"), tr("Cancel"), &TrainPage::cancelCurrent);
    add(m_evaluateRun, "evaluateRun", QStringLiteral("compare"), tr("Evaluate"), &TrainPage::evaluateCurrent);
    buttons->addStretch(1);
    layout->addLayout(buttons);
    connect(m_runs->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        showRun(currentRun());
        updateButtons();
    });
    return panel;
}

void TrainPage::connectDocument()
{
    connect(&m_document, &Document::opened, this, &TrainPage::resetProject);
    connect(&m_document, &Document::closed, this, &TrainPage::resetProject);
    connect(&m_document, &Document::columnsChanged, this, &TrainPage::updateLook);
    connect(&m_document, &Document::listsChanged, this, [this] {
        updateSelections();
        suggestName(); // the run of that name may be there now
        updateButtons();
        selectSomeRun();
    });
    connect(&m_model, &QAbstractItemModel::modelReset, this, &TrainPage::selectSomeRun);
    connect(&m_jobs, &JobQueue::metricAdded, this, &TrainPage::takeMetric);
    connect(&m_jobs, &JobQueue::jobChanged, this, &TrainPage::updateButtons);
    connect(&m_jobs, &JobQueue::jobFinished, this, [this](JobId id) {
        const auto run = m_runOfJob.value(id.value);
        if (!run.isEmpty() && run == m_shownRun)
            loadSamples(run);
        updateButtons();
    });
}

void TrainPage::resetProject()
{
    m_runOfJob.clear();
    m_shownRun.clear();
    m_isSelectionChosen = false;
    m_listedSelections = QStringList{QString()}; // of no project
    m_curve->setSeries({});
    m_samples->setText({});
    updateSelections();
    updateLook();
    updateButtons();
    showRun(currentRun());
}

void TrainPage::selectSomeRun()
{
    if (m_runs->currentIndex().row() >= 0 || m_model.rowCount() == 0)
        return;
    const int known = m_model.rowOf(m_shownRun);
    m_runs->setCurrentIndex(m_model.index(known >= 0 ? known : m_model.rowCount() - 1, 0));
}

void TrainPage::updateLook()
{
    const bool hasPairs = m_document.columns()->pairCount > 0;
    if (!hasPairs)
        m_empty->showEmpty({QStringLiteral("train"), tr("Nothing to train on"),
            tr("Import a dataset first; then choose its best pairs."), tr("Import")});
    m_stack->setCurrentIndex(hasPairs ? 1 : 0);
    requestForecast();
}

void TrainPage::updateSelections()
{
    QStringList listed;
    for (const auto& selection : m_document.selections())
        listed << QString::fromStdString(selection.name) << QString::number(selection.pairCount);
    if (m_selection->count() > 0 && listed == m_listedSelections)
        return; // while a run is under way its steps change twice a second, and nothing here
    m_listedSelections = listed;
    const auto wanted = m_selection->currentData();
    const QSignalBlocker blocker(m_selection);
    m_selection->clear();
    for (const auto& selection : m_document.selections())
        m_selection->addItem(
            tr("%1 - %2 pairs").arg(QString::fromStdString(selection.name), formatCount(selection.pairCount)),
            QString::fromStdString(selection.name));
    m_selection->addItem(tr("Random pairs"), kRandom);
    m_selection->addItem(tr("All pairs"), kAll);
    // The newest saved selection that is not a random one, until the person takes another.
    int preferred = 0;
    for (std::size_t i = 0; i < m_document.selections().size(); ++i)
        if (m_document.selections()[i].provenance.find("\"random\":true") == std::string::npos)
            preferred = static_cast<int>(i);
    const int found = m_isSelectionChosen ? m_selection->findData(wanted) : -1;
    m_selection->setCurrentIndex(found >= 0 ? found : preferred);
    m_randomCount->setVisible(isRandomWanted());
    m_randomLabel->setVisible(isRandomWanted());
    m_control->setEnabled(!isRandomWanted() && m_selection->currentData().toString() != kAll);
    suggestName();
    requestForecast();
}

bool TrainPage::isRandomWanted() const { return m_selection->currentData().toString() == kRandom; }

void TrainPage::suggestName()
{
    if (m_name->isModified() && !m_name->text().isEmpty())
        return;
    const auto selection = m_selection->currentData().toString();
    const auto base = isRandomWanted() ? QStringLiteral("random-%1").arg(m_randomCount->value()) : selection;
    m_name->setText(freeName(QStringLiteral("run-%1").arg(base), m_document.runs()));
}

pipeline::FinetuneOptions TrainPage::options() const
{
    pipeline::FinetuneOptions out;
    out.run = m_name->text().trimmed().toStdString();
    out.selection = isRandomWanted() ? std::string() : m_selection->currentData().toString().toStdString();
    out.steps = optionalValue(m_steps);
    out.batch = optionalValue(m_batch);
    out.warmupSteps = optionalValue(m_warmup);
    bool isNumber = false;
    const double rate = QLocale::c().toDouble(m_rate->text(), &isNumber);
    if (isNumber && rate > 0)
        out.peakRate = rate;
    out.seed = static_cast<std::uint64_t>(m_seed->value());
    out.mode = m_mode->currentData().toBool() ? Mode::Published : Mode::Corrected;
    out.device = m_device->currentText().toStdString();
    out.evaluateWhenDone = m_evaluate->isChecked();
    return out;
}

void TrainPage::requestForecast()
{
    const auto workspace = m_document.workspace();
    if (!workspace || m_document.columns()->pairCount == 0)
        return;
    auto wanted = options();
    const auto randomCount = isRandomWanted() ? m_randomCount->value() : 0;
    if (wanted.selection.empty())
        wanted.selection = "all";
    const auto request = ++m_forecastRequest;
    QThreadPool::globalInstance()->start(
        [this, guard = QPointer<TrainPage>(this), workspace, wanted, randomCount, request] {
            pipeline::FinetuneForecast forecast;
            try {
                forecast = pipeline::forecastFinetune(*workspace, wanted);
                if (randomCount > 0) {
                    forecast.pairs = std::min<std::int64_t>(randomCount, forecast.pairs);
                    forecast.passes = double(forecast.steps * forecast.batch) / double(forecast.pairs);
                }
            } catch (const std::exception& e) {
                forecast.warnings = {e.what()};
            }
            QMetaObject::invokeMethod(qApp, [this, guard, forecast, request] {
                if (guard && request == m_forecastRequest)
                    showForecast(forecast);
            });
        });
}

void TrainPage::showForecast(const pipeline::FinetuneForecast& forecast)
{
    QStringList lines;
    if (forecast.steps > 0) {
        lines << tr("%1 steps of %2 pairs, %3 passes over %4 pairs")
                     .arg(formatCount(forecast.steps), formatCount(forecast.batch), formatNumber(forecast.passes),
                         formatCount(forecast.pairs));
        lines << tr("peak rate %1, warm-up %2 steps")
                     .arg(QString::number(forecast.peakRate, 'g', 3), formatCount(forecast.warmupSteps));
        lines << tr("about %1 MB of memory").arg(formatCount(forecast.memoryBytes / 1'000'000));
        m_rate->setPlaceholderText(tr("default: %1").arg(QString::number(forecast.peakRate, 'g', 3)));
    }
    if (!forecast.base.empty())
        lines << QString::fromStdString(forecast.base);
    for (const auto& warning : forecast.warnings)
        lines << QStringLiteral("⚠ ") + QString::fromStdString(warning);
    m_forecast->setText(lines.join(QLatin1Char('\n')));
}

void TrainPage::showRun(const QString& name)
{
    if (name == m_shownRun)
        return;
    m_shownRun = name;
    m_curveTitle->setText(name.isEmpty() ? tr("Loss") : tr("Loss of %1").arg(name));
    ChartSeries live;
    live.name = tr("loss");
    live.colour = ChartSeries::Colour::Accent;
    m_curve->setSeries({live});
    m_samples->setText({});
    if (name.isEmpty())
        return;
    m_document.read(
        this, [run = name.toStdString()](store::Project& project) { return pipeline::loadCurve(project, run); },
        [this, name](const pipeline::RunCurve& curve) {
            if (name != m_shownRun)
                return;
            ChartSeries series;
            series.name = tr("loss");
            series.colour = ChartSeries::Colour::Accent;
            for (const auto& point : curve.loss) {
                series.x.push_back(double(point.step));
                series.y.push_back(point.value);
            }
            m_curve->setSeries({series});
        });
    loadSamples(name);
}

void TrainPage::takeMetric(JobId job, const QString& series, double x, double y)
{
    if (series == QStringLiteral("loss") && m_runOfJob.value(job.value) == m_shownRun)
        m_curve->appendPoint(0, x, y);
}

void TrainPage::loadSamples(const QString& run)
{
    if (m_document.benchmarks().empty())
        return;
    const auto benchmark = m_document.benchmarks().front().name;
    m_document.read(
        this,
        [benchmark, name = run.toStdString()](store::Project& project) {
            auto rows = pipeline::loadAnswers(project, benchmark, {name});
            std::erase_if(rows, [](const pipeline::AnswerRow& row) { return row.correct.front() < 0; });
            return rows;
        },
        [this, run](const std::vector<pipeline::AnswerRow>& rows) {
            if (run != m_shownRun)
                return;
            QStringList lines;
            const std::size_t step = std::max<std::size_t>(1, rows.size() / kSampleCount);
            for (std::size_t i = 0; i < rows.size() && lines.size() < kSampleCount; i += step)
                lines << tr("%1 %2  -  %3 (right: %4)")
                             .arg(rows[i].correct.front() == 1 ? QStringLiteral("✓") : QStringLiteral("✗"),
                                 QString::fromStdString(rows[i].question),
                                 QString::fromStdString(rows[i].answers.front()),
                                 QString::fromStdString(rows[i].truth));
            m_samples->setText(lines.join(QLatin1Char('\n')));
        });
}

} // namespace winnow::ui
