#include "ui/pages/score_page.h"

#include "core/store/column_store.h"
#include "ui/actions.h"
#include "ui/background.h"
#include "ui/dialogs/attach_dialog.h"
#include "ui/dialogs/feature_dialog.h"
#include "ui/dialogs/judge_dialog.h"
#include "ui/document.h"
#include "ui/jobs/job_panel.h"
#include "ui/panels/metric_details.h"
#include "ui/panels/space_overview.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/metric_table.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    constexpr int kDetailsPx = 340;
    constexpr int kSpacesPx = 168;

} // namespace

ScorePage::ScorePage(Document& document, JobQueue& jobs, Actions& actions, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_actions(actions)
    , m_settings(settings)
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyLook(this))
{
    setObjectName(QStringLiteral("scorePage"));
    auto* const left = new QSplitter(Qt::Vertical, this);
    left->setChildrenCollapsible(false);
    left->addWidget(makeMetrics());
    m_spaces = new SpaceOverview(document);
    left->addWidget(m_spaces);
    left->setStretchFactor(0, 1);
    left->setSizes({520, kSpacesPx});
    auto* const splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({840, kDetailsPx});
    m_stack->addWidget(m_empty);
    m_stack->addWidget(splitter);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    setFocusProxy(m_table);
    connect(m_empty, &EmptyLook::activated, this, [this] { m_actions[QStringLiteral("project.import")]->trigger(); });
    connect(m_actions[QStringLiteral("run.start")], &QAction::triggered, this, [this] {
        if (isVisible() && m_start->isEnabled())
            start();
    });
    connectDocument();
    connectDetails();
    connectSpaces();
    resetProject();
}

QWidget* ScorePage::makeMetrics()
{
    auto* const panel = new QWidget(this);
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, Theme::kGap, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(makeHeader(panel));
    m_table = new MetricTable(m_model, panel);
    layout->addWidget(m_table, 1);
    layout->addWidget(makeProgress(panel));
    layout->addWidget(makeBar(panel));
    return panel;
}

QLayout* ScorePage::makeHeader(QWidget* panel)
{
    auto* const row = new QHBoxLayout;
    row->setContentsMargins(Theme::kSection, 0, Theme::kSection, Theme::kGap);
    row->setSpacing(Theme::kGap);
    row->addWidget(makeHeading(tr("Metrics"), panel));
    m_summary = new QLabel(panel);
    m_summary->setObjectName(QStringLiteral("scoreSummary"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setProperty("look", QStringLiteral("caption"));
    row->addWidget(m_summary, 1);
    auto* const import = new QPushButton(Theme::icon(QStringLiteral("import")), tr("Import scores…"), panel);
    import->setObjectName(QStringLiteral("importScores"));
    import->setToolTip(tr("Brings in scores that were made elsewhere, keyed by the ids of the pairs"));
    connect(import, &QPushButton::clicked, this,
        [this] { (new AttachDialog(AttachDialog::Kind::Metrics, m_document, m_jobs, m_settings, this))->open(); });
    row->addWidget(import);
    return row;
}

QWidget* ScorePage::makeProgress(QWidget* panel)
{
    m_progressRow = new QWidget(panel);
    auto* const layout = new QHBoxLayout(m_progressRow);
    layout->setContentsMargins(Theme::kSection, Theme::kGap, Theme::kSection, 0);
    layout->setSpacing(Theme::kGap);
    m_progress = new QProgressBar(m_progressRow);
    m_progress->setObjectName(QStringLiteral("scoreProgress"));
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of scoring"));
    m_status = new QLabel(m_progressRow);
    m_status->setObjectName(QStringLiteral("scoreStatus"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setProperty("look", QStringLiteral("caption"));
    m_pause = new QPushButton(m_progressRow);
    m_pause->setObjectName(QStringLiteral("pauseScoring"));
    layout->addWidget(m_progress, 1);
    layout->addWidget(m_status);
    layout->addWidget(m_pause);
    connect(m_pause, &QPushButton::clicked, this, &ScorePage::pause);
    return m_progressRow;
}

QWidget* ScorePage::makeBar(QWidget* panel)
{
    auto* const bar = new QWidget(panel);
    m_device = makeDeviceBox(bar);
    m_device->setAccessibleName(tr("Device"));
    m_device->setToolTip(tr("Where models run"));
    m_forecast = new QLabel(bar);
    m_forecast->setObjectName(QStringLiteral("scoreForecast"));
    m_message = new QLabel(bar);
    m_message->setObjectName(QStringLiteral("scoreMessage"));
    m_message->setProperty("look", QStringLiteral("failure"));
    for (auto* const label : {m_forecast, m_message}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    const auto makeButton = [&](const char* name, const char* icon, const QString& text, void (ScorePage::*slot)()) {
        auto* const button = new QPushButton(Theme::icon(QLatin1String(icon)), text, bar);
        button->setObjectName(QLatin1String(name));
        connect(button, &QPushButton::clicked, this, slot);
        return button;
    };
    m_measure = makeButton("measureScores", "refresh", tr("Measure"), &ScorePage::measure);
    m_stop = makeButton("stopScores", "stop", tr("Stop"), &ScorePage::stop);
    m_start = makeButton("startScores", "play", {}, &ScorePage::start);
    m_start->setIcon(Theme::icon(QStringLiteral("play"), Theme::current().tokens().onAccent));
    m_start->setProperty("look", QStringLiteral("primary"));
    m_start->setMinimumHeight(Theme::kPrimary);
    connect(&Theme::current(), &Theme::changed, m_start,
        [this] { m_start->setIcon(Theme::icon(QStringLiteral("play"), Theme::current().tokens().onAccent)); });

    auto* const texts = new QVBoxLayout;
    texts->setSpacing(Theme::kUnit);
    texts->addWidget(m_message);
    texts->addWidget(m_forecast);
    auto* const layout = new QHBoxLayout(bar);
    layout->setContentsMargins(Theme::kSection, Theme::kGap, Theme::kSection, Theme::kGap);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(m_device);
    layout->addLayout(texts, 1);
    for (auto* const button : {m_measure, m_stop, m_start})
        layout->addWidget(button);
    connect(m_device, qOverload<int>(&QComboBox::activated), this, &ScorePage::requestForecast);
    return bar;
}

QWidget* ScorePage::makeDetails()
{
    m_details = new MetricDetails(m_document, m_model);
    auto* const scroll = makeScrollColumn(m_details, 300, this);
    scroll->setFocusPolicy(Qt::NoFocus);
    return scroll;
}

void ScorePage::connectDocument()
{
    connect(&m_document, &Document::opened, this, &ScorePage::resetProject);
    connect(&m_document, &Document::closed, this, &ScorePage::resetProject);
    connect(&m_document, &Document::columnsChanged, this, [this] {
        m_areColumnsNew = true;
        takeColumns();
    });
    connect(&m_model, &MetricTableModel::wishesChanged, this, &ScorePage::updateBar);
    connect(&m_model, &QAbstractItemModel::dataChanged, m_details, &MetricDetails::refresh);
    connect(m_table, &MetricTable::currentMoved, this, [this] { m_details->showCell(m_table->currentIndex()); });
    for (const auto signal : {&JobQueue::jobChanged, &JobQueue::jobFinished})
        connect(&m_jobs, signal, this, &ScorePage::takeJob);
    connect(&m_jobs, &JobQueue::jobFinished, this, [this](JobId) {
        m_spaces->refresh();
        requestFailures();
        requestForecast();
    });
}

void ScorePage::connectDetails()
{
    connect(m_details, &MetricDetails::modelChosen, this, [this] {
        showModelNames(m_modelEntries);
        requestForecast();
    });
    connect(
        m_details, &MetricDetails::modelsWanted, this, [this] { m_actions[QStringLiteral("job.models")]->trigger(); });
    connect(m_details, &MetricDetails::setupWanted, this, [this] {
        const bool isPublished = m_table->currentIndex().column() == MetricTableModel::PublishedColumn;
        (new JudgeDialog(m_document, m_jobs, isPublished ? Mode::Published : Mode::Corrected, this))->open();
    });
    connect(m_details, &MetricDetails::pairWanted, this, [this](PairRow row) {
        m_document.setCurrentRow(row);
        m_document.setSelectedRows({row});
        Q_EMIT pairWanted();
    });
}

void ScorePage::connectSpaces()
{
    connect(m_spaces, &SpaceOverview::featuresWanted, this,
        [this] { (new FeatureDialog(m_document, m_jobs, this))->open(); });
    connect(
        m_spaces, &SpaceOverview::clusterWanted, this, [this] { m_actions[QStringLiteral("job.cluster")]->trigger(); });
    connect(m_spaces, &SpaceOverview::importFeaturesWanted, this,
        [this] { (new AttachDialog(AttachDialog::Kind::Features, m_document, m_jobs, m_settings, this))->open(); });
    connect(m_spaces, &SpaceOverview::importClustersWanted, this,
        [this] { (new AttachDialog(AttachDialog::Kind::Clusters, m_document, m_jobs, m_settings, this))->open(); });
}

void ScorePage::resetProject()
{
    m_model.clear();
    m_columnOf.clear();
    m_message->clear();
    m_message->hide();
    m_areColumnsNew = true;
    takeColumns();
    updateLook();
    updateProgress();
}

void ScorePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    takeColumns();
    loadModels();
}

void ScorePage::takeColumns()
{
    if (!m_areColumnsNew || !isVisible())
        return; // a hidden page costs the window's thread nothing
    m_areColumnsNew = false;
    m_model.setColumns(*m_document.columns());
    m_spaces->refresh();
    requestFailures();
    requestForecast();
    updateLook();
}

void ScorePage::updateLook()
{
    const auto pairCount = m_document.columns()->pairCount;
    if (pairCount == 0)
        m_empty->showEmpty({QStringLiteral("import"), tr("No pairs yet"),
            tr("Import a dataset; then its pairs are scored here, one number for each pair and metric."),
            tr("Import")});
    m_stack->setCurrentIndex(pairCount > 0 ? 1 : 0);
    const auto [there, offered] = m_model.countComplete();
    m_summary->setText(tr("%1 pairs · %2 metrics are there · %3 can be computed")
                           .arg(formatCount(pairCount), formatCount(there), formatCount(offered)));
}

void ScorePage::requestFailures()
{
    if (!isVisible() || !m_document.isOpen())
        return;
    const auto request = ++m_failureRequest;
    m_document.read(
        this, [](store::Project& project) { return store::MetricStore(project).failureCounts(); },
        [this, request](const std::map<std::string, std::int64_t>& counts) {
            if (request == m_failureRequest)
                m_model.setFailures({counts.begin(), counts.end()});
        });
}

pipeline::ScoreOptions ScorePage::optionsFor(const MetricTableModel::Wish& wish) const
{
    pipeline::ScoreOptions out;
    out.metrics = {wish.metric};
    out.mode = wish.mode;
    out.device = m_device->currentText().toStdString();
    out.models = m_details->chosenModels();
    return out;
}

void ScorePage::requestForecast()
{
    if (!isVisible() || !m_document.isOpen())
        return;
    std::vector<pipeline::ScoreOptions> wanted(2, optionsFor({}));
    for (const auto mode : {Mode::Corrected, Mode::Published}) {
        auto& options = wanted[static_cast<std::size_t>(mode)];
        options.mode = mode;
        options.metrics.clear();
        for (const auto& metric : pipeline::knownMetrics())
            if (metric.canCompute && (mode == Mode::Corrected || metric.hasPublished))
                options.metrics.push_back(metric.name);
    }
    const auto request = ++m_forecastRequest;
    m_document.read(
        this,
        [wanted](store::Project& project) {
            auto all = pipeline::forecastScore(project, wanted[0]);
            const auto published = pipeline::forecastScore(project, wanted[1]);
            all.insert(all.end(), published.begin(), published.end());
            return all;
        },
        [this, request](const std::vector<pipeline::ScoreForecast>& forecasts) {
            if (request != m_forecastRequest)
                return;
            m_model.setForecasts(forecasts);
            updateBar();
        });
}

void ScorePage::loadModels()
{
    inBackground(
        this, [] { return pipeline::listModels(); },
        [this](const std::vector<pipeline::ModelEntry>& models) {
            m_modelEntries = models;
            m_details->setModels(models);
            showModelNames(models);
            requestForecast();
        });
}

void ScorePage::showModelNames(const std::vector<pipeline::ModelEntry>& models)
{
    std::map<std::string, QString> names;
    const auto& chosen = m_details->chosenModels();
    for (const auto& model : models) {
        const auto wanted = chosen.find(model.role);
        if (wanted == chosen.end() ? model.isDefault : model.folder == wanted->second)
            names[model.role] = model.embedded ? tr("embedded") : QString::fromStdString(model.name);
    }
    m_model.setModelNames(names);
}

} // namespace winnow::ui
