#include "ui/pages/data_page.h"

#include "core/domain/columns.h"
#include "ui/actions.h"
#include "ui/document.h"
#include "ui/models/metric_summary.h"
#include "ui/models/page_loader.h"
#include "ui/models/pair_table_model.h"
#include "ui/models/thumbnail_cache.h"
#include "ui/panels/clusters.h"
#include "ui/panels/filter_bar.h"
#include "ui/panels/histograms.h"
#include "ui/panels/inspector.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/image_view.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/pair_grid.h"
#include "ui/widgets/pair_table.h"
#include "ui/widgets/single_view.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QComboBox>
#include <QDataStream>
#include <QIODevice>
#include <QLabel>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr int kBusyAfterMs = 300;
    constexpr int kInspectorPx = 340;
    constexpr int kHistogramsPx = 156;
    constexpr int kClustersPx = 150;
    constexpr quint32 kLayoutVersion = 1;
} // namespace

DataPage::DataPage(Document& document, JobQueue& queue, Actions& actions, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_actions(actions)
    , m_loader(new PageLoader(document, this))
    , m_thumbnails(new ThumbnailCache(this))
    , m_summaries(new MetricSummaries(document, this))
    , m_model(new PairTableModel(document, *m_loader, *m_summaries, this))
    , m_filter(new FilterBar(document, this))
    , m_histograms(new Histograms(document, *m_summaries, this))
    , m_inspector(new Inspector(document, *m_loader, *m_summaries, actions, this))
    , m_clusters(new Clusters(document, queue, actions, this))
{
    setObjectName(QStringLiteral("dataPage"));
    auto* centre = new QWidget(this);
    auto* centreLayout = new QVBoxLayout(centre);
    centreLayout->setContentsMargins(0, 0, 0, 0);
    centreLayout->setSpacing(Theme::kUnit);
    centreLayout->addWidget(m_filter);
    centreLayout->addWidget(makeToolBar());
    centreLayout->addWidget(makeViews(), 1);
    m_left = new QSplitter(Qt::Vertical, this);
    m_left->addWidget(centre);
    m_left->addWidget(m_histograms);
    m_left->setStretchFactor(0, 1);
    m_left->setSizes({1000, kHistogramsPx});
    m_right = new QSplitter(Qt::Vertical, this);
    m_right->addWidget(m_inspector);
    m_right->addWidget(m_clusters);
    m_right->setStretchFactor(0, 1);
    m_right->setSizes({1000, kClustersPx});
    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->addWidget(m_left);
    m_columns->addWidget(m_right);
    m_columns->setStretchFactor(0, 1);
    m_columns->setSizes({1000, kInspectorPx});
    for (auto* splitter : {m_left, m_right, m_columns})
        splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_columns);
    connectDocument();
    connectActions();
    takeProject();
}

DataPage::~DataPage() = default;

QToolButton* DataPage::makeViewButton(View view, const QString& actionId)
{
    auto* button = new QToolButton(this);
    const auto* action = m_actions.action(actionId);
    button->setObjectName(QStringLiteral("button.") + actionId);
    button->setText(action->text());
    button->setIcon(action->icon());
    button->setToolTip(action->toolTip());
    button->setAccessibleName(action->text());
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setCheckable(true);
    m_viewButtons->addButton(button, static_cast<int>(view));
    return button;
}

QWidget* DataPage::makeToolBar()
{
    auto* bar = new QWidget(this);
    m_viewButtons = new QButtonGroup(this);
    m_viewButtons->setExclusive(true);
    m_sort = new QComboBox(bar);
    m_sort->setObjectName(QStringLiteral("sortBox"));
    m_sort->setAccessibleName(tr("Sort by"));
    m_sort->setToolTip(tr("Order of the pairs"));
    m_sort->setMinimumContentsLength(12);
    m_direction = new QToolButton(bar);
    m_direction->setObjectName(QStringLiteral("sortDirection"));
    m_size = new QSlider(Qt::Horizontal, bar);
    m_size->setObjectName(QStringLiteral("thumbnailSize"));
    m_size->setRange(PairGrid::kMinSide, PairGrid::kMaxSide);
    m_size->setValue(PairGrid::kDefaultSide);
    m_size->setFixedWidth(120);
    m_size->setAccessibleName(tr("Size of the pictures"));
    m_size->setToolTip(tr("Size of the pictures (Ctrl+wheel)"));
    m_busy = new QProgressBar(bar);
    m_busy->setObjectName(QStringLiteral("viewBusy"));
    m_busy->setAccessibleName(tr("Filtering"));
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedWidth(64);
    m_busy->hide();
    auto* sortLabel = new QLabel(tr("Sort"), bar);
    auto* sizeLabel = new QLabel(tr("Size"), bar);
    for (auto* label : {sortLabel, sizeLabel})
        label->setProperty("look", QStringLiteral("caption"));
    sortLabel->setBuddy(m_sort);
    sizeLabel->setBuddy(m_size);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(Theme::kGap, 0, Theme::kGap, 0);
    layout->setSpacing(Theme::kUnit);
    layout->addWidget(makeViewButton(View::Grid, QStringLiteral("view.grid")));
    layout->addWidget(makeViewButton(View::Table, QStringLiteral("view.table")));
    layout->addWidget(makeViewButton(View::Single, QStringLiteral("view.single")));
    layout->addWidget(m_busy);
    layout->addStretch(1);
    for (auto* widget : std::initializer_list<QWidget*>{sortLabel, m_sort, m_direction})
        layout->addWidget(widget);
    layout->addSpacing(Theme::kSection);
    layout->addWidget(sizeLabel);
    layout->addWidget(m_size);
    return bar;
}

QWidget* DataPage::makeViews()
{
    m_stack = new QStackedWidget(this);
    m_empty = new EmptyLook(m_stack);
    m_empty->setObjectName(QStringLiteral("dataEmpty"));
    m_grid = new PairGrid(m_document, *m_loader, *m_thumbnails, m_stack);
    m_table = new PairTable(m_document, *m_model, m_stack);
    m_single = new SingleView(m_document, *m_loader, m_stack);
    for (auto* widget : std::initializer_list<QWidget*>{m_empty, m_grid, m_table, m_single})
        m_stack->addWidget(widget);
    connect(m_viewButtons, &QButtonGroup::idClicked, this, [this](int id) {
        setView(static_cast<View>(id));
        focusView();
    });
    connect(m_grid, &PairGrid::openRequested, this, &DataPage::toggleSingle);
    connect(m_table, &PairTable::openRequested, this, &DataPage::toggleSingle);
    connect(m_single, &SingleView::closeRequested, this, &DataPage::toggleSingle);
    connect(m_inspector, &Inspector::openRequested, this, &DataPage::toggleSingle);
    connect(m_empty, &EmptyLook::activated, this, &DataPage::emptyActivated);
    connect(m_histograms, &Histograms::scoreRequested, this, &DataPage::scoreRequested);
    connect(m_clusters, &Clusters::clusterRequested, this, &DataPage::clusterRequested);
    connect(m_filter, &FilterBar::left, this, &DataPage::focusView);
    connect(m_size, &QSlider::valueChanged, m_grid, &PairGrid::setThumbnailSide);
    connect(m_grid, &PairGrid::thumbnailSideChanged, m_size, &QSlider::setValue);
    connect(m_sort, qOverload<int>(&QComboBox::activated), this,
        [this] { m_document.setSort(m_sort->currentData().toString(), m_document.sortDescending()); });
    connect(m_direction, &QToolButton::clicked, this,
        [this] { m_document.setSort(m_document.sortColumn(), !m_document.sortDescending()); });
    return m_stack;
}

void DataPage::connectDocument()
{
    connect(&m_document, &Document::openStarted, this, &DataPage::takeProject);
    connect(&m_document, &Document::opened, this, &DataPage::takeProject);
    connect(&m_document, &Document::closed, this, &DataPage::takeProject);
    connect(&m_document, &Document::openFailed, this,
        [this](const QString& folder, const QString& sentence, const QString& details) {
            showFailure(tr("The project %1 did not open").arg(folder), sentence, details);
        });
    connect(&m_document, &Document::currentSetChanged, this, &DataPage::takeCurrentSet);
    connect(&m_document, &Document::columnsChanged, this, &DataPage::takeColumns);
    connect(&m_document, &Document::filterChanged, this, [this] {
        takeSort();
        m_busyTimer.start();
    });
    connect(&m_document, &Document::filterErrorChanged, this, [this] {
        m_busyTimer.stop();
        m_busy->hide();
    });
    m_busyTimer.setSingleShot(true);
    m_busyTimer.setInterval(kBusyAfterMs);
    connect(&m_busyTimer, &QTimer::timeout, m_busy, &QWidget::show);
}

/// The actions belong to every mode; this page answers while it is the one that is seen.
void DataPage::whenShown(const QString& actionId, void (DataPage::*command)())
{
    connect(m_actions.action(actionId), &QAction::triggered, this, [this, command] {
        if (isVisible())
            (this->*command)();
    });
}

void DataPage::connectActions()
{
    const std::pair<QString, View> views[] = {{QStringLiteral("view.grid"), View::Grid},
        {QStringLiteral("view.table"), View::Table}, {QStringLiteral("view.single"), View::Single}};
    for (const auto& [id, view] : views)
        connect(m_actions.action(id), &QAction::triggered, this, [this, wanted = view] {
            if (!isVisible())
                return;
            setView(wanted);
            focusView();
        });
    whenShown(QStringLiteral("view.open"), &DataPage::toggleSingle);
    whenShown(QStringLiteral("view.zoom"), &DataPage::toggleZoom);
    whenShown(QStringLiteral("view.filter"), &DataPage::focusFilter);
    whenShown(QStringLiteral("decide.clear"), &DataPage::advance);
    for (auto* view : std::initializer_list<QWidget*>{m_grid, m_table, m_single}) {
        view->setContextMenuPolicy(Qt::ActionsContextMenu);
        for (const auto& id : {QStringLiteral("view.open"), QStringLiteral("decide.pin"), QStringLiteral("decide.ban"),
                 QStringLiteral("decide.lock"), QStringLiteral("decide.clear")})
            view->addAction(m_actions.action(id));
    }
}

void DataPage::setView(View view)
{
    if (view == View::Single && m_view != View::Single)
        m_before = m_view;
    m_view = view;
    showState();
    Q_EMIT viewChanged();
}

void DataPage::focusView()
{
    if (auto* shown = m_stack->currentWidget(); shown != m_empty)
        shown->setFocus(Qt::OtherFocusReason);
}

void DataPage::toggleSingle()
{
    setView(m_view == View::Single ? m_before : View::Single);
    focusView();
}

void DataPage::toggleZoom() { (m_view == View::Single ? m_single->picture() : m_inspector->picture()).toggleZoom(); }

void DataPage::focusFilter() { m_filter->focusText(); }

/// After "clear": on to the next pair, once whoever decides has read the rows to decide on.
void DataPage::advance()
{
    QMetaObject::invokeMethod(
        this, [this] { m_single->step(1); }, Qt::QueuedConnection);
}

void DataPage::takeProject()
{
    m_hasSet = false;
    m_hasFailed = false;
    m_busyTimer.stop();
    m_busy->hide();
    m_thumbnails->setProject(m_document.folder());
    m_grid->setRows(m_document.currentSet());
    takeColumns();
}

void DataPage::takeColumns()
{
    const QSignalBlocker blocker(m_sort);
    m_sort->clear();
    m_sort->addItem(tr("Import order"), QString());
    for (const auto& metric : m_document.columns()->metrics) {
        const auto name = QString::fromStdString(metric.info.name);
        m_sort->addItem(name, name);
        m_sort->setItemData(m_sort->count() - 1, toToolTip(metricExplanation(metric.info.name)), Qt::ToolTipRole);
    }
    m_thumbnails->refresh();
    takeSort();
    showState();
}

void DataPage::takeSort()
{
    const auto index = m_sort->findData(m_document.sortColumn());
    m_sort->setCurrentIndex(std::max(index, 0));
    const bool isDescending = m_document.sortDescending();
    m_direction->setIcon(Theme::icon(isDescending ? QStringLiteral("down") : QStringLiteral("up")));
    m_direction->setEnabled(!m_document.sortColumn().isEmpty());
    const auto text = !m_direction->isEnabled() ? tr("Choose a metric to sort by first")
        : isDescending                          ? tr("Highest first; click for lowest first")
                                                : tr("Lowest first; click for highest first");
    m_direction->setToolTip(text);
    m_direction->setAccessibleName(text);
    m_grid->setMetric(m_document.sortColumn());
}

void DataPage::takeCurrentSet()
{
    m_busyTimer.stop();
    m_busy->hide();
    m_hasSet = true;
    const auto rows = m_document.currentSet();
    const auto before = std::max(m_grid->currentPosition(), 0);
    m_grid->setRows(rows);
    showState();
    if (m_grid->currentPosition() >= 0 || rows->empty())
        return;
    // The current pair left the set: the one that took its place is current now.
    const auto row = (*rows)[std::min(static_cast<std::size_t>(before), rows->size() - 1)];
    m_document.setSelectedRows({row});
    m_document.setCurrentRow(row);
}

void DataPage::showFailure(const QString& title, const QString& sentence, const QString& details)
{
    m_hasFailed = true;
    m_empty->showFailure(title, sentence, details);
    m_stack->setCurrentWidget(m_empty);
}

void DataPage::showState()
{
    const bool isOpen = m_document.isOpen();
    const bool isNothing =
        !isOpen || m_document.columns()->pairCount == 0 || !m_hasSet || m_document.currentSet()->empty();
    if (m_hasFailed && !isOpen)
        return;
    if (m_document.isOpening())
        m_empty->showBusy(tr("Opening the project"));
    else if (!isOpen)
        m_empty->showEmpty({QStringLiteral("open"), tr("No project is open"),
            tr("Open or make a project to see its pairs here."), {}});
    else if (m_document.columns()->pairCount == 0)
        m_empty->showEmpty({QStringLiteral("import"), tr("No pairs yet"),
            tr("Pictures with their instructions and responses will stand here once a dataset is imported."),
            tr("Import a dataset…")});
    else if (!m_hasSet)
        m_empty->showBusy(tr("Reading the pairs"));
    else if (isNothing)
        m_empty->showEmpty({QStringLiteral("filter"), tr("No pair matches"),
            tr("The filter \"%1\" leaves nothing to show.").arg(m_document.filterText()), tr("Clear the filter")});
    QWidget* const views[] = {m_grid, m_table, m_single};
    auto* shown = isNothing ? m_empty : views[static_cast<std::size_t>(m_view)];
    const bool hadFocus = m_stack->currentWidget() && m_stack->currentWidget()->hasFocus();
    m_stack->setCurrentWidget(shown);
    if (hadFocus)
        focusView();
    m_viewButtons->button(static_cast<int>(m_view))->setChecked(true);
    for (auto* button : m_viewButtons->buttons())
        button->setEnabled(isOpen);
    m_size->setEnabled(isOpen && m_view == View::Grid);
    m_sort->setEnabled(isOpen);
}

void DataPage::emptyActivated()
{
    if (m_document.columns()->pairCount == 0)
        Q_EMIT importRequested();
    else
        m_document.setFilter({});
}

void DataPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showState();
}

QByteArray DataPage::saveLayout() const
{
    QByteArray layout;
    QDataStream out(&layout, QIODevice::WriteOnly);
    const auto view = m_view == View::Single ? m_before : m_view;
    out << kLayoutVersion << m_columns->saveState() << m_left->saveState() << m_right->saveState()
        << qint32(m_grid->thumbnailSide()) << qint32(view);
    return layout;
}

void DataPage::restoreLayout(const QByteArray& layout)
{
    QDataStream in(layout);
    quint32 version = 0;
    QByteArray columns, left, right;
    qint32 side = 0, view = 0;
    in >> version >> columns >> left >> right >> side >> view;
    if (in.status() != QDataStream::Ok || version != kLayoutVersion)
        return;
    m_columns->restoreState(columns);
    m_left->restoreState(left);
    m_right->restoreState(right);
    m_grid->setThumbnailSide(side);
    setView(view == qint32(View::Table) ? View::Table : View::Grid);
}

} // namespace winnow::ui
