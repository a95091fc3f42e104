#include "ui/main_window.h"

#include "core/pipeline/project_job.h"
#include "ui/command_palette.h"
#include "ui/dialogs.h"
#include "ui/dialogs/benchmark_dialog.h"
#include "ui/dialogs/cluster_dialog.h"
#include "ui/dialogs/export_dialog.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/models_dialog.h"
#include "ui/dialogs/search_dialog.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/jobs/job_panel.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/data_page.h"
#include "ui/pages/score_page.h"
#include "ui/pages/select_page.h"
#include "ui/pages/start_page.h"
#include "ui/pages/train_mode.h"
#include "ui/panels/compare_tray.h"
#include "ui/panels/history.h"
#include "ui/panels/preflight.h"
#include "ui/panels/unfinished_bar.h"
#include "ui/rail.h"
#include "ui/status_line.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"

#include <QActionGroup>
#include <QApplication>
#include <QBoxLayout>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFutureWatcher>
#include <QKeyEvent>
#include <QMenuBar>
#include <QPushButton>
#include <QScreen>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QtConcurrent>

#include <algorithm>
#include <utility>

namespace winnow::ui {

namespace {

    constexpr int kStartIndex = 0;
    constexpr int kFailureIndex = 1;
    constexpr int kFirstModeIndex = 2;

    QString id(const char* text) { return QString::fromLatin1(text); }

} // namespace

MainWindow::MainWindow(Settings& settings, QWidget* parent)
    : QMainWindow(parent)
    , m_settings(settings)
    , m_actions(settings)
    , m_modes{id("data"), id("score"), id("select"), id("train"), id("compare")}
    , m_mode(id("data"))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/winnow.svg")));
    setMinimumSize(960, 600);
    m_status = new StatusLine(m_document, m_queue);
    setStatusBar(m_status);
    connectProjectActions(); // before the pages, which may connect to the same actions
    connectDecisions();
    connectViewActions();
    makePages();
    makeDocks();
    makeMenus();
    connectDocument();
    connectJobs();
    connectTheme();
    refreshBlocks();
    refreshTitle();
    resize(1280, 800);
    restoreGeometry(m_settings.windowGeometry());
    m_start->setFocus(Qt::OtherFocusReason);
    qApp->installEventFilter(this);
}

MainWindow::~MainWindow() { qApp->removeEventFilter(this); }

void MainWindow::makePages()
{
    QStringList modeIds;
    for (const QString& mode : m_modes)
        modeIds << QStringLiteral("mode.") + mode;
    m_rail = new Rail(m_actions, modeIds);
    m_start = new StartPage(m_actions, m_settings, m_queue);
    m_failure = new EmptyLook;
    m_data = new DataPage(m_document, m_queue, m_actions);
    m_stack = new QStackedWidget;
    auto* const score = new ScorePage(m_document, m_queue, m_actions, m_settings);
    connect(score, &ScorePage::pairWanted, this, [this] { applyMode(id("data")); });
    for (QWidget* const page :
        std::initializer_list<QWidget*>{m_start, makeFailurePage(), m_data, score,
            new SelectPage(m_document, m_queue, m_actions, m_settings),
            new TrainMode(m_document, m_queue, m_actions, m_settings), new ComparePage(m_document, m_queue, m_actions)})
        m_stack->addWidget(page);
    auto* const central = new QWidget;
    auto* const layout = new QHBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* const column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(new UnfinishedBar(m_document, m_queue));
    column->addWidget(m_stack, 1);
    layout->addWidget(m_rail);
    layout->addLayout(column, 1);
    setCentralWidget(central);
    connect(m_start, &StartPage::projectChosen, this, &MainWindow::openProject);
    connect(m_data, &DataPage::importRequested, m_actions[id("project.import")], &QAction::trigger);
    connect(m_data, &DataPage::scoreRequested, m_actions[id("job.score")], &QAction::trigger);
    connect(m_data, &DataPage::clusterRequested, m_actions[id("job.cluster")], &QAction::trigger);
}

QWidget* MainWindow::makeFailurePage()
{
    auto* const page = new QWidget;
    auto* const back = new QPushButton(Theme::icon(id("left")), tr("Back to the start page"));
    back->setObjectName(QStringLiteral("backToStart"));
    auto* const layout = new QVBoxLayout(page);
    layout->addWidget(m_failure, 1);
    layout->addWidget(back, 0, Qt::AlignHCenter);
    layout->addSpacing(2 * Theme::kDialogMargin);
    connect(back, &QPushButton::clicked, this, [this] { m_stack->setCurrentIndex(kStartIndex); });
    return page;
}

void MainWindow::makeDocks()
{
    m_jobDock = makeDock(id("jobDock"), tr("Jobs"), new JobPanel(m_queue));
    m_historyDock = makeDock(id("historyDock"), tr("History"), new HistoryPanel(m_document, m_actions));
    followDock(m_jobDock, id("view.jobs"));
    followDock(m_historyDock, id("view.history"));
    auto* const tray = new CompareTray(m_document);
    QDockWidget* const trayDock = makeDock(id("trayDock"), tr("Side by side"), tray);
    addDockWidget(Qt::BottomDockWidgetArea, trayDock);
    trayDock->hide();
    connect(m_actions[id("view.tray")], &QAction::triggered, this, [this, tray, trayDock] {
        tray->toggle(m_document.actionRows());
        trayDock->setVisible(!tray->rows().empty());
    });
    auto* const preflight = new Preflight(m_document, m_queue);
    QDockWidget* const checkDock = makeDock(id("checkDock"), tr("Check"), preflight);
    addDockWidget(Qt::BottomDockWidgetArea, checkDock);
    checkDock->hide();
    connect(preflight, &Preflight::pairsWanted, this, [this] { applyMode(id("data")); });
    connect(m_actions[id("job.check")], &QAction::triggered, this, [this, preflight, checkDock] {
        withProject([&] {
            checkDock->show();
            preflight->start();
        });
    });
    connect(m_status, &StatusLine::jobsWanted, m_jobDock, [this] { m_jobDock->show(); });
}

QDockWidget* MainWindow::makeDock(const QString& name, const QString& title, QWidget* content)
{
    auto* const dock = new QDockWidget(title);
    dock->setObjectName(name);
    dock->setWidget(content);
    dock->setMinimumWidth(280);
    addDockWidget(Qt::RightDockWidgetArea, dock);
    dock->hide();
    return dock;
}

void MainWindow::followDock(QDockWidget* dock, const QString& actionId)
{
    QAction* const action = m_actions[actionId];
    action->setCheckable(true);
    connect(action, &QAction::triggered, dock, &QDockWidget::setVisible);
    connect(dock, &QDockWidget::visibilityChanged, action, [action, dock] { action->setChecked(!dock->isHidden()); });
}

void MainWindow::makeMenus()
{
    const auto fill = [this](const QString& title, const QStringList& ids) {
        QMenu* const menu = menuBar()->addMenu(title);
        menu->setToolTipsVisible(true);
        for (const QString& actionId : ids)
            actionId.isEmpty() ? menu->addSeparator() : (menu->addAction(m_actions[actionId]), nullptr);
    };
    fill(tr("&Project"),
        {id("project.demo"), id("project.new"), id("project.open"), {}, id("project.import"), id("project.export"), {},
            id("project.close"), id("app.quit")});
    fill(tr("&Edit"),
        {id("edit.undo"), id("edit.redo"), {}, id("decide.pin"), id("decide.ban"), id("decide.lock"),
            id("decide.clear"), {}, id("stars.0"), id("stars.1"), id("stars.2"), id("stars.3"), id("stars.4"),
            id("stars.5")});
    fill(tr("&View"),
        {id("mode.data"), id("mode.score"), id("mode.select"), id("mode.train"), id("mode.compare"), {},
            id("view.filter"), id("view.grid"), id("view.table"), id("view.single"), id("view.open"), id("view.zoom"),
            {}, id("view.tray"), id("view.jobs"), id("view.history"), {}, id("view.palette"), {}, id("theme.system"),
            id("theme.light"), id("theme.dark")});
    fill(tr("&Work"),
        {id("job.check"), id("job.score"), id("job.cluster"), id("job.search"), id("job.models"), id("job.benchmark"),
            {}, id("run.start")});
    fill(tr("&Help"), {id("help.shortcuts"), id("settings.shortcuts"), {}, id("help.about")});
    const auto adopt = [this](QAction* action) { addAction(action); }; // keys work whatever has the focus
    std::ranges::for_each(m_actions.all(), adopt);
    connect(&m_actions, &Actions::actionAdded, this, adopt);
}

void MainWindow::connectDocument()
{
    connect(&m_document, &Document::openStarted, this, [this](const QString& folder) {
        m_stack->setCurrentIndex(kStartIndex);
        m_start->showBusy(tr("Opening %1…").arg(folder));
        refreshBlocks();
    });
    connect(&m_document, &Document::opened, this, [this] {
        m_start->showBusy({});
        m_settings.addRecentProject(toQString(m_document.folder()));
        applyMode(m_wishedMode.isEmpty() ? m_mode : m_wishedMode);
        restoreLayout();
        refreshBlocks();
        refreshTitle();
        if (const auto then = std::exchange(m_afterOpen, {}))
            then();
    });
    connect(&m_document, &Document::openFailed, this,
        [this](const QString& folder, const QString& sentence, const QString& details) {
            m_afterOpen = {};
            m_door.leave();
            m_start->showBusy({});
            m_failure->showFailure(tr("%1 could not be opened").arg(folder), sentence, details);
            m_stack->setCurrentIndex(kFailureIndex);
            refreshBlocks();
        });
    connect(&m_document, &Document::closed, this, [this] {
        m_start->refreshRecent();
        m_stack->setCurrentIndex(kStartIndex);
        refreshBlocks();
        refreshTitle();
    });
    connect(&m_door, &ProjectDoor::knocked, this, [this] {
        setWindowState(windowState() & ~Qt::WindowMinimized);
        show();
        raise();
        activateWindow();
    });
    connect(&m_document, &Document::undoChanged, this, &MainWindow::refreshBlocks);
    connect(&m_document, &Document::currentRowChanged, this, &MainWindow::refreshBlocks);
    connect(&m_document, &Document::selectedRowsChanged, this, &MainWindow::refreshBlocks);
    connect(&m_document, &Document::failed, this, [this](const QString& sentence) { m_status->complain(sentence); });
    connect(&m_document, &Document::said, this, [this](const QString& sentence) { m_status->offer(sentence); });
    connect(&m_document, &Document::decided, this,
        [this](const QString& sentence) { m_status->offer(sentence, tr("Undo"), [this] { m_document.undo(); }); });
}

void MainWindow::connectProjectActions()
{
    connect(m_actions[id("project.demo")], &QAction::triggered, this, &MainWindow::openDemo);
    connect(m_actions[id("project.new")], &QAction::triggered, this, [this] { newProject({}); });
    connect(m_actions[id("project.open")], &QAction::triggered, this, [this] {
        Dialogs::askFolder(
            this, {tr("Open a project"), m_settings.lastFolder(id("open")), {}, {}}, [this](const QString& folder) {
                m_settings.setLastFolder(id("open"), QFileInfo(folder).absolutePath());
                openProject(folder);
            });
    });
    connect(m_actions[id("project.import")], &QAction::triggered, this, &MainWindow::importDataset);
    connect(m_actions[id("project.export")], &QAction::triggered, this,
        [this] { withProject([this] { (new ExportDialog(m_document, m_queue, m_settings, this))->open(); }); });
    connect(m_actions[id("project.close")], &QAction::triggered, this, [this] {
        saveLayout();
        m_document.close();
        m_door.leave();
    });
    connect(m_actions[id("app.quit")], &QAction::triggered, this, &QWidget::close);
    connect(m_actions[id("job.score")], &QAction::triggered, this,
        [this] { withProject([this] { applyMode(id("score")); }); });
    connect(m_actions[id("job.cluster")], &QAction::triggered, this,
        [this] { withProject([this] { (new ClusterDialog(m_document, m_queue, this))->open(); }); });
    connect(m_actions[id("job.search")], &QAction::triggered, this, [this] {
        withProject([this] {
            applyMode(id("data"));
            (new SearchDialog(m_document, m_queue, this))->open();
        });
    });
    connect(m_actions[id("job.benchmark")], &QAction::triggered, this,
        [this] { withProject([this] { (new BenchmarkDialog(m_document, m_queue, m_settings, this))->open(); }); });
    connect(m_actions[id("job.models")], &QAction::triggered, this,
        [this] { (new ModelsDialog(m_settings, m_queue, this))->open(); });
}

void MainWindow::connectDecisions()
{
    for (const QString& what : {id("pin"), id("ban"), id("lock"), id("clear")})
        connect(m_actions[QStringLiteral("decide.") + what], &QAction::triggered, this,
            [this, what] { m_document.decide(what, m_document.actionRows()); });
    for (int stars = 0; stars <= 5; ++stars)
        connect(m_actions[QStringLiteral("stars.%1").arg(stars)], &QAction::triggered, this,
            [this, stars] { m_document.setStars(m_document.actionRows(), stars); });
    connect(m_actions[id("edit.undo")], &QAction::triggered, &m_document, &Document::undo);
    connect(m_actions[id("edit.redo")], &QAction::triggered, &m_document, &Document::redo);
}

void MainWindow::connectViewActions()
{
    auto* const group = new QActionGroup(this);
    for (const QString& mode : m_modes) {
        QAction* const action = m_actions[QStringLiteral("mode.") + mode];
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, mode] { applyMode(mode); });
    }
    // Filter, views and zoom belong to Data mode; asked for elsewhere they lead there.
    for (const QString& view : {id("view.filter"), id("view.grid"), id("view.table"), id("view.single")})
        connect(m_actions[view], &QAction::triggered, this, [this] {
            if (m_document.isOpen() && m_mode != id("data"))
                applyMode(id("data"));
        });
    connect(m_actions[id("view.palette")], &QAction::triggered, this,
        [this] { (new CommandPalette(m_actions, this))->open(); });
    connect(m_actions[id("help.shortcuts")], &QAction::triggered, this,
        [this] { (new ShortcutsDialog(m_actions, this))->open(); });
    connect(m_actions[id("settings.shortcuts")], &QAction::triggered, this,
        [this] { (new ShortcutsDialog(m_actions, this))->open(); });
    connect(m_actions[id("help.about")], &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::connectJobs()
{
    connect(&m_queue, &JobQueue::jobFinished, this, &MainWindow::finishJob);
    connect(&m_queue, &JobQueue::becameIdle, this, [this] {
        if (m_isClosing)
            close();
    });
}

void MainWindow::connectTheme()
{
    auto* const group = new QActionGroup(this);
    const std::pair<QString, Theme::Choice> choices[] = {{id("theme.system"), Theme::Choice::System},
        {id("theme.light"), Theme::Choice::Light}, {id("theme.dark"), Theme::Choice::Dark}};
    for (const auto& [actionId, choice] : choices) {
        QAction* const action = m_actions[actionId];
        action->setCheckable(true);
        action->setChecked(choice == m_settings.themeChoice());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, wished = choice] {
            m_settings.setThemeChoice(wished);
            Theme::current().setChoice(wished);
        });
    }
}

void MainWindow::openProject(const QString& folder)
{
    m_door.enter(toPath(folder), [this, folder](ProjectDoor::Answer answer) {
        if (answer == ProjectDoor::Answer::OpenElsewhere) {
            m_status->offer(tr("%1 is open in another window, which was brought to the front").arg(folder));
            Q_EMIT openElsewhere(folder);
            return;
        }
        if (m_document.isOpen())
            saveLayout();
        m_document.open(toPath(folder));
    });
}

void MainWindow::openDemo()
{
    const QString folder =
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + QStringLiteral("/Winnow/demo");
    if (m_demoJob && m_queue.find(m_demoJob) && !m_queue.find(m_demoJob)->isOver())
        return;
    pipeline::DemoOptions options;
    options.folder = toPath(folder);
    // Also when the folder is there: an interrupted one is continued, a finished one is found to be finished.
    m_demoJob = m_queue.submit(Lane::Data, tr("Make the demo project"),
        [options](RunContext& context) { return pipeline::makeDemo(options, context); });
    m_start->follow(m_demoJob);
}

void MainWindow::newProject(std::function<void()> then)
{
    const Dialogs::FileQuestion question{
        tr("Where the project is kept: name a new folder"), m_settings.lastFolder(id("open")), {}, tr("my-project")};
    Dialogs::askSaveFile(this, question, [this, then = std::move(then)](const QString& folder) {
        m_settings.setLastFolder(id("open"), QFileInfo(folder).absolutePath());
        auto* const watcher = new QFutureWatcher<QString>(this);
        connect(watcher, &QFutureWatcher<QString>::finished, this, [this, watcher, folder, then] {
            watcher->deleteLater();
            if (!watcher->result().isEmpty()) {
                Dialogs::showProblem(this, {tr("New project"), watcher->result(), folder});
                return;
            }
            openProject(folder);
            m_afterOpen = then;
        });
        watcher->setFuture(QtConcurrent::run([path = toPath(folder)] {
            try {
                pipeline::createProject(path);
                return QString();
            } catch (const std::exception& error) {
                return QString::fromUtf8(error.what());
            }
        }));
    });
}

void MainWindow::importDataset()
{
    const auto show = [this] { (new ImportDialog(m_document, m_queue, m_settings, this))->open(); };
    if (m_document.isOpen())
        show();
    else
        newProject(show);
}

void MainWindow::withProject(const std::function<void()>& show)
{
    if (m_document.isOpen())
        show();
    else
        m_status->complain(tr("Open a project first"));
}

void MainWindow::showMode(const QString& mode)
{
    m_wishedMode = mode;
    if (m_document.isOpen())
        applyMode(mode);
}

void MainWindow::applyMode(const QString& mode)
{
    const qsizetype index = m_modes.indexOf(mode);
    if (index < 0 || !m_document.isOpen())
        return;
    m_mode = mode;
    m_stack->setCurrentIndex(kFirstModeIndex + static_cast<int>(index));
    m_actions[QStringLiteral("mode.") + mode]->setChecked(true);
    m_stack->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void MainWindow::refreshBlocks()
{
    const QString closed = m_document.isOpen() ? QString() : tr("no project is open");
    for (const char* const name : {"project.export", "project.close", "mode.data", "mode.score", "mode.select",
             "mode.train", "mode.compare", "view.filter", "view.grid", "view.table", "view.single", "view.open",
             "view.zoom", "job.check", "job.score", "job.cluster", "job.search", "run.start"})
        m_actions.setBlocked(id(name), closed);
    const QString noRows = !closed.isEmpty() || !m_document.actionRows().empty() ? closed : tr("no pair is selected");
    for (const char* const name : {"view.tray", "decide.pin", "decide.ban", "decide.lock", "decide.clear", "stars.0",
             "stars.1", "stars.2", "stars.3", "stars.4", "stars.5"})
        m_actions.setBlocked(id(name), noRows);
    m_actions.setBlocked(id("edit.undo"), !closed.isEmpty() || m_document.canUndo() ? closed : tr("nothing to undo"));
    m_actions.setBlocked(id("edit.redo"), !closed.isEmpty() || m_document.canRedo() ? closed : tr("nothing to redo"));
}

void MainWindow::refreshTitle()
{
    setWindowTitle(m_document.isOpen() ? tr("%1 – Winnow").arg(m_document.name()) : tr("Winnow"));
}

void MainWindow::saveLayout()
{
    if (!m_document.isOpen())
        return;
    Json layout;
    layout["state"] = saveState().toBase64().toStdString();
    layout["data"] = m_data->saveLayout().toBase64().toStdString();
    layout["mode"] = m_mode.toStdString();
    m_document.read(
        this, [layout](store::Project& project) { project.setSetting("window", layout); }, [] {});
}

void MainWindow::restoreLayout()
{
    m_document.read(
        this, [](store::Project& project) { return project.setting("window"); },
        [this](const Json& layout) {
            const bool hasWish = !std::exchange(m_wishedMode, {}).isEmpty();
            if (!layout.is_object())
                return;
            const auto bytes = [&layout](const char* name) {
                const auto found = layout.find(name);
                return found != layout.end() && found->is_string()
                    ? QByteArray::fromBase64(QByteArray::fromStdString(found->get<std::string>()))
                    : QByteArray();
            };
            restoreState(bytes("state"));
            m_data->restoreLayout(bytes("data"));
            const auto mode = layout.find("mode");
            if (!hasWish && mode != layout.end() && mode->is_string())
                applyMode(QString::fromStdString(mode->get<std::string>()));
        });
}

void MainWindow::finishJob(JobId jobId)
{
    const JobState* const state = m_queue.find(jobId);
    if (!state)
        return;
    m_document.refresh();
    const auto showJobs = [this] { m_jobDock->show(); };
    if (state->status == JobStatus::Failed)
        m_status->complain(tr("%1 failed: %2").arg(state->title, state->message), tr("Show"), showJobs);
    else if (state->status == JobStatus::Finished && state->result.hasProblems)
        m_status->offer(state->message, tr("Show"), showJobs);
    else if (state->status == JobStatus::Finished)
        m_status->offer(state->message);
    if (jobId == m_demoJob && state->status == JobStatus::Finished && !m_document.isOpen())
        openProject(
            QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + QStringLiteral("/Winnow/demo"));
}

void MainWindow::showAbout()
{
    Dialogs::showProblem(this,
        {tr("About Winnow"),
            tr("Winnow %1\nA desktop studio for curating image-instruction data.\nFree software under the GPL, version "
               "3 or later.")
                .arg(QStringLiteral(WINNOW_VERSION)),
            QString::fromStdString(pipeline::versionText()), Dialogs::Kind::Information});
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_queue.isIdle()) {
        // Stop, then wait without blocking: every job ends at its next safe point and goes on there when started again.
        m_isClosing = true;
        m_queue.stopAll();
        m_status->offer(tr("Stopping the running jobs; they go on where they were when started again"));
        event->ignore();
        return;
    }
    saveLayout();
    m_settings.setWindowGeometry(saveGeometry());
    event->accept();
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Wheel) {
        // Scrolling past a field must not change what it says: it takes the wheel once it has the focus.
        const auto* const field = qobject_cast<QWidget*>(watched);
        const bool isField = field
            && (field->inherits("QAbstractSpinBox") || field->inherits("QComboBox") || field->inherits("QSlider"));
        if (isField && !field->hasFocus()) {
            event->ignore();
            return true;
        }
    }
    if (event->type() != QEvent::ShortcutOverride)
        return QMainWindow::eventFilter(watched, event);
    auto* const key = static_cast<QKeyEvent*>(event);
    const QWidget* const focus = QApplication::focusWidget();
    const bool isPlain = !(key->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
    if (!focus || !isPlain)
        return false;
    const bool takesText = focus->inherits("QLineEdit") || focus->inherits("QAbstractSpinBox")
        || ((focus->inherits("QTextEdit") || focus->inherits("QPlainTextEdit"))
            && !focus->property("readOnly").toBool());
    const bool takesSpace =
        key->key() == Qt::Key_Space && (focus->inherits("QAbstractButton") || focus->inherits("QComboBox"));
    if (!(takesText && !key->text().isEmpty()) && !takesSpace)
        return false;
    event->accept(); // the widget gets the key itself
    return true;
}

} // namespace winnow::ui
