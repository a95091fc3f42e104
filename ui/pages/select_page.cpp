#include "ui/pages/select_page.h"

#include "core/base/text.h"
#include "ui/actions.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/models/thumbnail_cache.h"
#include "ui/panels/mode_comparison.h"
#include "ui/panels/selector_choice.h"
#include "ui/panels/validity_panel.h"
#include "ui/panels/why_card.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/pair_grid.h"
#include "ui/widgets/weight_row.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr std::size_t kSparklineBins = 24;
    constexpr int kStripHeight = 190;

    /// A weight to start with: the picture's fit counts, what else there is does not.
    double firstWeight(const QString& metric) { return metric == QStringLiteral("clip") ? 1 : 0; }

} // namespace

SelectPage::SelectPage(Document& document, JobQueue& jobs, Actions& actions, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_actions(actions)
    , m_settings(settings)
    , m_loader(document)
    , m_thumbnails(new ThumbnailCache(this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyLook(this))
{
    setObjectName(QStringLiteral("selectPage"));
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeControls());
    splitter->addWidget(makeCentre());
    splitter->addWidget(makeReasons());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({310, 670, 300});
    m_stack->addWidget(m_empty);
    m_stack->addWidget(splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_empty, &EmptyLook::activated, this, [this] {
        if (auto* action = m_actions.find(
                m_document.columns()->pairCount == 0 ? QStringLiteral("project.import") : QStringLiteral("job.score")))
            action->trigger();
    });
    connectDocument();
    connectSelector();
    resetProject();
}

QWidget* SelectPage::makeReasons()
{
    m_validity = new ValidityPanel(this);
    m_why = new WhyCardPanel(this);
    auto* const panel = new QWidget(this);
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_validity);
    layout->addWidget(m_why, 1);
    return makeScrollColumn(panel, 260, this);
}

QWidget* SelectPage::makeControls()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(makeHeading(tr("Score by"), panel));
    m_choice = new SelectorChoice(m_document, m_jobs, m_settings, panel);
    layout->addWidget(m_choice);
    m_weightsBox = new QWidget(panel);
    m_weightsLayout = new QVBoxLayout(m_weightsBox);
    m_weightsLayout->setContentsMargins(0, Theme::kGap, 0, 0);
    m_weightsLayout->setSpacing(Theme::kSection - Theme::kUnit);
    layout->addWidget(m_weightsBox);
    layout->addSpacing(Theme::kGap);
    layout->addWidget(makeRuleControls());
    layout->addSpacing(Theme::kGap);
    layout->addWidget(makeHeading(tr("Saved selections"), panel));
    m_saved = new QListWidget(panel);
    m_saved->setObjectName(QStringLiteral("savedSelections"));
    m_saved->setAccessibleName(tr("Saved selections"));
    m_saved->setMaximumHeight(140);
    layout->addWidget(m_saved);
    layout->addStretch(1);
    connect(m_saved, &QListWidget::itemActivated, this,
        [this](QListWidgetItem* item) { m_document.showSelection(item->data(Qt::UserRole).toString()); });

    return makeFormColumn(panel, makeSaveBar(), 306, this);
}

QWidget* SelectPage::makeSaveBar()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kGap, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    m_name = new QLineEdit(panel);
    m_name->setObjectName(QStringLiteral("selectionName"));
    addField(layout, tr("Name of the selection"), m_name);
    m_save = new QPushButton(
        Theme::icon(QStringLiteral("save"), Theme::current().tokens().onAccent), tr("Save selection"), panel);
    m_save->setObjectName(QStringLiteral("saveSelection"));
    m_save->setProperty("look", QStringLiteral("primary"));
    m_save->setMinimumHeight(Theme::kPrimary);
    layout->addWidget(m_save);
    connect(m_save, &QPushButton::clicked, this, &SelectPage::save);
    connect(m_name, &QLineEdit::returnPressed, this, &SelectPage::save);
    return panel;
}

QWidget* SelectPage::makeRuleControls()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    m_budget = new QLineEdit(QStringLiteral("200"), panel);
    m_budget->setObjectName(QStringLiteral("budget"));
    m_budget->setToolTip(tr("How many pairs to choose: a count such as 200, or a percentage of all pairs such as 6%"));
    m_budget->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{1,9}(\\.\\d{0,3})?\\s*%?")), m_budget));
    addField(layout, tr("Budget (count or %)"), m_budget);
    m_clustering = new QComboBox(panel);
    m_clustering->setObjectName(QStringLiteral("quotaClustering"));
    addField(layout, tr("Spread over the clusters of"), m_clustering);
    m_quotas = new QTableWidget(0, 4, panel);
    m_quotas->setObjectName(QStringLiteral("quotas"));
    m_quotas->setAccessibleName(tr("Quota of each cluster"));
    m_quotas->setHorizontalHeaderLabels({tr("Cluster"), tr("Pairs"), tr("Quota"), tr("Chosen")});
    m_quotas->verticalHeader()->hide();
    m_quotas->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_quotas->setSelectionMode(QAbstractItemView::NoSelection);
    m_quotas->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_quotas->horizontalHeader()->setFont(Theme::current().font(Theme::Text::Caption));
    m_quotas->horizontalHeader()->setMinimumSectionSize(Theme::kControl);
    m_quotas->verticalHeader()->setDefaultSectionSize(Theme::kControl - Theme::kUnit);
    m_quotas->setMinimumHeight(190);
    layout->addWidget(m_quotas);
    m_missing = new QComboBox(panel);
    m_missing->setObjectName(QStringLiteral("missing"));
    m_missing->addItem(tr("are left out"), false);
    m_missing->addItem(tr("count as average"), true);
    addField(layout, tr("Pairs without a value"), m_missing);
    m_random = new QCheckBox(tr("Choose at random (a control)"), panel);
    m_random->setObjectName(QStringLiteral("random"));
    layout->addWidget(m_random);
    m_seed = new QSpinBox(panel);
    m_seed->setObjectName(QStringLiteral("seed"));
    m_seed->setRange(0, 999'999);
    addField(layout, tr("Seed"), m_seed);

    const auto changed = [this] {
        rememberBase();
        requestSelection();
    };
    connect(m_budget, &QLineEdit::editingFinished, this, changed);
    connect(m_budget, &QLineEdit::textEdited, this, changed);
    connect(m_clustering, qOverload<int>(&QComboBox::activated), this, changed);
    connect(m_missing, qOverload<int>(&QComboBox::activated), this, changed);
    connect(m_random, &QCheckBox::toggled, this, changed);
    connect(m_seed, qOverload<int>(&QSpinBox::valueChanged), this, changed);
    return panel;
}

QWidget* SelectPage::makeCentre()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, Theme::kGap, 0, 0);
    layout->setSpacing(Theme::kGap);
    layout->addLayout(makeHeader(panel));
    m_problem = new QLabel(panel);
    m_problem->setObjectName(QStringLiteral("selectProblem"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(Theme::kGap, 0, Theme::kGap, 0);
    m_problem->hide();
    layout->addWidget(m_problem);
    auto* const chosen = new QWidget(panel);
    auto* const chosenLayout = new QVBoxLayout(chosen);
    chosenLayout->setContentsMargins(0, 0, 0, 0);
    chosenLayout->setSpacing(Theme::kGap);
    chosenLayout->addWidget(makeStrips());
    m_grid = new PairGrid(m_document, m_loader, *m_thumbnails, chosen);
    m_grid->setObjectName(QStringLiteral("chosenGrid"));
    m_grid->setAccessibleName(tr("Chosen pairs"));
    chosenLayout->addWidget(m_grid, 1);
    m_comparison = new ModeComparison(m_document, m_loader, *m_thumbnails, panel);
    m_centre = new QStackedWidget(panel);
    m_centre->addWidget(chosen);
    m_centre->addWidget(m_comparison);
    layout->addWidget(m_centre, 1);
    return panel;
}

QLayout* SelectPage::makeHeader(QWidget* panel)
{
    auto* const row = new QHBoxLayout;
    row->setContentsMargins(Theme::kGap, 0, Theme::kGap, 0);
    row->setSpacing(Theme::kGap);
    m_summary = makeHeading({}, panel);
    m_summary->setObjectName(QStringLiteral("selectSummary"));
    m_summary->setWordWrap(true); // gives way to what stands beside it
    m_mode = new QComboBox(panel);
    m_mode->setObjectName(QStringLiteral("mode"));
    m_mode->setAccessibleName(tr("Rule"));
    m_mode->addItem(tr("Corrected (recommended)"), false);
    m_mode->addItem(tr("As published"), true);
    m_mode->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_mode->setToolTip(
        tr("As published repeats the paper's rule to the letter: raw scores cut to whole numbers and its own quotas"));
    m_both = new QPushButton(panel);
    m_both->setObjectName(QStringLiteral("bothRules"));
    m_both->setText(tr("Side by side"));
    m_both->setCheckable(true);
    m_both->setToolTip(tr("What the corrected and the published rule choose, and where they differ"));
    row->addWidget(m_summary, 1);
    row->addWidget(m_mode);
    row->addWidget(m_both);
    connect(m_mode, qOverload<int>(&QComboBox::activated), this, [this] {
        rememberBase();
        requestSelection();
    });
    connect(m_both, &QPushButton::toggled, this, [this](bool isOn) {
        m_centre->setCurrentIndex(isOn ? 1 : 0);
        if (isOn)
            m_comparison->showBusy();
        requestSelection();
    });
    return row;
}

QWidget* SelectPage::makeStrips()
{
    m_strips = new QWidget(this);
    auto* layout = new QHBoxLayout(m_strips);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    const auto addStrip = [&](QLabel*& title, PairGrid*& grid, const char* name, const QString& label) {
        auto* column = new QVBoxLayout;
        title = new QLabel(m_strips);
        title->setTextFormat(Qt::PlainText);
        title->setContentsMargins(Theme::kGap, 0, Theme::kGap, 0);
        grid = new PairGrid(m_document, m_loader, *m_thumbnails, m_strips);
        grid->setObjectName(QLatin1String(name));
        grid->setAccessibleName(label);
        grid->setThumbnailSide(PairGrid::kMinSide);
        grid->setFixedHeight(kStripHeight);
        column->addWidget(title);
        column->addWidget(grid);
        layout->addLayout(column);
    };
    addStrip(m_enteringTitle, m_entering, "enteringGrid", tr("Entering pairs"));
    addStrip(m_leavingTitle, m_leaving, "leavingGrid", tr("Leaving pairs"));
    m_strips->hide();
    return m_strips;
}

void SelectPage::connectDocument()
{
    connect(&m_document, &Document::opened, this, &SelectPage::resetProject);
    connect(&m_document, &Document::closed, this, &SelectPage::resetProject);
    connect(&m_document, &Document::columnsChanged, this, [this] {
        m_areColumnsNew = true;
        takeColumns();
        requestSelection();
    });
    connect(&m_document, &Document::overridesChanged, this, &SelectPage::requestSelection);
    connect(&m_document, &Document::listsChanged, this, &SelectPage::updateSelections);
    connect(&m_document, &Document::currentRowChanged, this, &SelectPage::explainCurrent);
    connect(&m_live, &LiveSelector::computed, this, &SelectPage::takeResult);
    connect(&m_live, &LiveSelector::explained, this,
        [this](PairRow row, const std::shared_ptr<const pipeline::WhyCard>& card) {
            if (m_document.currentRow() == row)
                m_why->setCard(*card);
        });
    connect(&m_loader, &PageLoader::loaded, this, [this](const std::vector<PairRow>& rows) {
        const auto current = m_document.currentRow();
        if (current && std::find(rows.begin(), rows.end(), *current) != rows.end())
            explainCurrent();
    });
}

void SelectPage::resetProject()
{
    m_thumbnails->setProject(m_document.folder());
    m_base.reset();
    m_result.reset();
    m_why->clear();
    m_name->clear();
    m_areColumnsNew = true;
    takeColumns();
    updateSelections();
    updateLook();
    requestSelection();
}

void SelectPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    takeColumns();
    requestSelection();
}

void SelectPage::takeColumns()
{
    if (!m_areColumnsNew || !isVisible())
        return; // a hidden page costs the window's thread nothing
    m_areColumnsNew = false;
    updateMetrics();
    updateClusterings();
    updateLook();
}

void SelectPage::updateMetrics()
{
    const auto columns = m_document.columns();
    std::vector<WeightRow*> kept;
    for (const auto& metric : columns->metrics) {
        const auto name = QString::fromStdString(metric.info.name);
        const auto known = std::find_if(m_weights.begin(), m_weights.end(),
            [&](const WeightRow* row) { return row != nullptr && row->metric() == name; });
        WeightRow* row = known == m_weights.end() ? nullptr : std::exchange(*known, nullptr);
        if (row == nullptr) {
            row = new WeightRow(name, this);
            row->setWeight(firstWeight(name));
            connect(row, &WeightRow::pressed, this, &SelectPage::rememberBase);
            connect(row, &WeightRow::weightChanged, this, &SelectPage::requestSelection);
            m_weightsLayout->addWidget(row);
        }
        row->setHistogram(histogramOf(*metric.values, kSparklineBins));
        kept.push_back(row);
    }
    for (auto* gone : m_weights)
        delete gone;
    m_weights = std::move(kept);
}

void SelectPage::updateClusterings()
{
    const auto wanted = m_clustering->currentData().toString();
    m_clustering->clear();
    m_clustering->addItem(tr("nothing (best overall)"), QString());
    for (const auto& clustering : m_document.columns()->clusterings) {
        const auto name = QString::fromStdString(clustering.info.name);
        m_clustering->addItem(
            tr("%1 (%2 clusters)").arg(name, formatCount(static_cast<qint64>(clustering.info.sizes.size()))), name);
    }
    const int found = m_clustering->findData(wanted);
    // The first clustering that appears is used: spread is the point of having one.
    m_clustering->setCurrentIndex(!wanted.isEmpty() && found >= 0 ? found : std::min(1, m_clustering->count() - 1));
}

void SelectPage::updateSelections()
{
    m_saved->clear();
    for (const auto& selection : m_document.selections()) {
        const auto name = QString::fromStdString(selection.name);
        auto* item = new QListWidgetItem(tr("%1 - %2 pairs").arg(name, formatCount(selection.pairCount)), m_saved);
        item->setData(Qt::UserRole, name);
        item->setToolTip(tr("Enter or double click shows it in every view"));
    }
    if (m_name->text().isEmpty() || !m_name->isModified())
        m_name->setText(freeName());
}

QString SelectPage::freeName() const
{
    for (int number = 1;; ++number) {
        const auto name = QStringLiteral("selection-%1").arg(number);
        const auto& all = m_document.selections();
        if (std::none_of(all.begin(), all.end(), [&](const SelectionInfo& s) { return s.name == name.toStdString(); }))
            return name;
    }
}

void SelectPage::updateLook()
{
    const auto columns = m_document.columns();
    if (columns->pairCount == 0)
        m_empty->showEmpty({QStringLiteral("import"), tr("No pairs yet"),
            tr("Import a dataset; then its best pairs are chosen here."), tr("Import")});
    else if (columns->metrics.empty())
        m_empty->showEmpty({QStringLiteral("score"), tr("Nothing to weigh yet"),
            tr("Score the pairs first: each metric becomes a slider here."), tr("Score")});
    m_stack->setCurrentIndex(columns->pairCount > 0 && !columns->metrics.empty() ? 1 : 0);
}

pipeline::SelectOptions SelectPage::options() const
{
    pipeline::SelectOptions out;
    out.name = m_name->text().trimmed().toStdString();
    auto budget = m_budget->text().trimmed();
    out.budget.isPercent = budget.endsWith(QLatin1Char('%'));
    budget.remove(QLatin1Char('%'));
    out.budget.value = budget.toDouble();
    for (const auto* row : m_weights)
        if (row->weight() != 0)
            out.weights[row->metric().toStdString()] = row->weight();
    out.selector = m_choice->selector();
    out.random = m_random->isChecked();
    if (out.random)
        out.selector.clear();
    if (out.random || !out.selector.empty())
        out.weights.clear();
    out.clustering = m_clustering->currentData().toString().toStdString();
    out.mode = m_mode->currentData().toBool() ? Mode::Published : Mode::Corrected;
    out.missing = m_missing->currentData().toBool() ? pipeline::MissingRule::Mean : pipeline::MissingRule::Exclude;
    out.seed = static_cast<std::uint64_t>(m_seed->value());
    return out;
}

void SelectPage::rememberBase()
{
    if (m_result && m_result->chosen)
        m_base = m_result->chosen;
}

void SelectPage::requestSelection()
{
    if (!isVisible() || m_document.columns()->metrics.empty())
        return;
    auto wanted = options();
    m_choice->setMissingRule(wanted.missing);
    if (!wanted.selector.empty() && !m_choice->scores())
        return; // they are on their way, or a message says why not
    const auto scores = wanted.selector.empty() ? nullptr : m_choice->scores();
    m_live.request(m_document.columns(), wanted, scores);
    if (!m_both->isChecked())
        return;
    wanted.mode = wanted.mode == Mode::Published ? Mode::Corrected : Mode::Published;
    m_other.request(m_document.columns(), wanted, scores);
}

} // namespace winnow::ui
