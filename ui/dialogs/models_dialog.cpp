#include "ui/dialogs/models_dialog.h"

#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/dialogs/model_download_dialog.h"
#include "ui/document.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/metric_text.h"

#include <QBoxLayout>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>

#include <utility>

namespace winnow::ui {

namespace {

    const QString kModelsPurpose = QStringLiteral("model");

    enum Column { RoleColumn, NameColumn, DefaultColumn, AboutColumn, SizeColumn, LicenceColumn, kColumnCount };

    QString titleOf(const std::string& role)
    {
        if (role == "clip")
            return ModelsDialog::tr("CLIP");
        if (role == "text")
            return ModelsDialog::tr("text");
        if (role == "reward")
            return ModelsDialog::tr("reward");
        if (role == "llm")
            return ModelsDialog::tr("language");
        if (role == "vlm")
            return ModelsDialog::tr("vision and language");
        if (role == "judge")
            return ModelsDialog::tr("judge");
        return QString::fromStdString(role);
    }

} // namespace

ModelsDialog::ModelsDialog(Settings& settings, JobQueue& jobs, QWidget* parent)
    : FormDialog(QStringLiteral("modelsDialog"), tr("Models"),
        tr("The embedded models need no download; they know drawn scenes only. Your own checkpoints stay in their "
           "folders, and nothing in them is executed."),
        parent)
    , m_settings(settings)
    , m_jobs(jobs)
    , m_details(new ModelDetails)
{
    resize(980, 620);
    makeTable();
    body()->addWidget(m_details);
    m_get = makeButton("getModel", "down", tr("Get one from a hub…"));
    m_get->setToolTip(tr("Shows what would be fetched, and asks, before anything is"));
    m_makeDefault = makeButton("makeDefault", "check", tr("Make it the default"));
    m_remove = makeButton("removeModel", "remove", tr("Remove from the list"));
    auto* const row = new QHBoxLayout;
    row->setSpacing(Theme::kGap);
    for (QPushButton* const button : {m_get, m_makeDefault, m_remove})
        row->addWidget(button);
    row->addStretch(1);
    body()->addLayout(row);
    primary()->setObjectName(QStringLiteral("addModel"));
    setVerb(QStringLiteral("add"), tr("Add a folder…"));
    cancel()->setText(tr("Close"));
    connect(
        m_get, &QPushButton::clicked, this, [this] { (new ModelDownloadDialog(m_settings, m_jobs, this))->open(); });
    connect(m_makeDefault, &QPushButton::clicked, this, &ModelsDialog::makeDefault);
    connect(m_remove, &QPushButton::clicked, this, &ModelsDialog::remove);
    connect(m_details, &ModelDetails::hashWanted, this, &ModelsDialog::computeHash);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &ModelsDialog::refreshButtons);
    connect(&m_jobs, &JobQueue::jobFinished, this, &ModelsDialog::jobFinished);
    setNote(tr("Looking at the folders…"), true);
    refreshButtons();
    reload();
}

void ModelsDialog::makeTable()
{
    m_table = new QTableWidget(0, kColumnCount);
    m_table->setObjectName(QStringLiteral("models"));
    m_table->setAccessibleName(tr("Models"));
    m_table->setHorizontalHeaderLabels(
        {tr("For"), tr("Name"), tr("Default"), tr("What it is"), tr("On disk"), tr("Licence")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(2 * Theme::kControl);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(AboutColumn, QHeaderView::Stretch);
    m_table->setColumnWidth(LicenceColumn, 140);
    body()->addWidget(m_table, 1);
}

QPushButton* ModelsDialog::makeButton(const char* name, const char* icon, const QString& text)
{
    auto* const button = new QPushButton(Theme::icon(QLatin1String(icon)), text);
    button->setObjectName(QLatin1String(name));
    button->setAutoDefault(false);
    return button;
}

void ModelsDialog::reload()
{
    const auto request = ++m_request;
    inBackground(
        this,
        [] {
            std::vector<ModelRow> rows;
            for (auto& entry : pipeline::listModels()) {
                auto facts = pipeline::loadModelFacts(entry.folder, entry.role);
                rows.push_back({std::move(entry), std::move(facts)});
            }
            return rows;
        },
        [this, request](std::vector<ModelRow> models) {
            if (request == m_request)
                fill(std::move(models));
        },
        [this, request](const QString& problem) {
            if (request == m_request)
                setFailure(problem);
        });
}

void ModelsDialog::fill(std::vector<ModelRow> models)
{
    const auto* const before = current();
    const auto role = !m_last.role.empty() ? m_last.role : before != nullptr ? before->entry.role : std::string();
    const auto name = !m_last.role.empty() ? m_last.name : before != nullptr ? before->entry.name : std::string();
    m_last.role.clear(); // it is selected once; from then on the person chooses
    m_models = std::move(models);
    m_table->setRowCount(static_cast<int>(m_models.size()));
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        fillRow(static_cast<int>(i));
        if (m_models[i].entry.role == role && m_models[i].entry.name == name)
            m_table->selectRow(static_cast<int>(i));
    }
    if (current() == nullptr && !m_models.empty())
        m_table->selectRow(0);
    for (const int column : {RoleColumn, NameColumn, DefaultColumn, SizeColumn})
        m_table->resizeColumnToContents(column);
    // A list asked for earlier may come while a change is under way or after one failed: that stays said.
    if (!m_isBusy && m_failure.isEmpty())
        setNote(m_models.empty() ? tr("No model is there yet: add the folder of one") : m_last.sentence, true);
    refreshButtons();
}

void ModelsDialog::fillRow(int row)
{
    const auto& [entry, facts] = m_models[static_cast<std::size_t>(row)];
    QString cells[kColumnCount];
    cells[RoleColumn] = titleOf(entry.role);
    cells[NameColumn] = QString::fromStdString(entry.name);
    cells[DefaultColumn] = entry.isDefault ? tr("yes") : QString();
    cells[AboutColumn] = QString::fromStdString(entry.about);
    cells[SizeColumn] = QString::fromStdString(pipeline::sizeText(facts.diskBytes));
    cells[LicenceColumn] = QString::fromStdString(facts.licence);
    for (int column = 0; column < kColumnCount; ++column) {
        auto* const item = new QTableWidgetItem(cells[column]);
        item->setToolTip(toToolTip(cells[column]));
        m_table->setItem(row, column, item);
    }
}

const ModelRow* ModelsDialog::current() const
{
    const int row = m_table->selectedItems().isEmpty() ? -1 : m_table->currentRow();
    const auto index = static_cast<std::size_t>(row);
    return row >= 0 && index < m_models.size() ? &m_models[index] : nullptr;
}

void ModelsDialog::refreshButtons()
{
    const auto* const row = current();
    const auto* const entry = row != nullptr ? &row->entry : nullptr;
    m_details->show(row);
    m_details->setHashing(row != nullptr && bool(m_hashJob) && row->entry.folder == m_hashedFolder);
    m_makeDefault->setEnabled(!m_isBusy && entry != nullptr && !entry->isDefault);
    m_makeDefault->setToolTip(entry == nullptr ? tr("Choose a model in the list first")
            : entry->isDefault                 ? tr("It is the default of its role already")
                                               : tr("Used by jobs that name no model of this role"));
    m_remove->setEnabled(!m_isBusy && entry != nullptr && !entry->embedded);
    m_remove->setToolTip(entry == nullptr ? tr("Choose a model in the list first")
            : entry->embedded             ? tr("The embedded models belong to the program")
                                          : tr("The folder itself is not touched"));
}

void ModelsDialog::computeHash()
{
    const auto* const row = current();
    if (row == nullptr || m_hashJob)
        return;
    m_failure.clear();
    m_hashedFolder = row->entry.folder.string();
    m_hashJob = m_jobs.submit(Lane::Data, tr("Hash of %1").arg(QString::fromStdString(row->entry.name)),
        [folder = row->entry.folder](RunContext& context) { return pipeline::runModelHash(folder, context); });
    refreshButtons();
}

void ModelsDialog::jobFinished(JobId id)
{
    const JobState* const state = m_jobs.find(id);
    if (id == m_hashJob) {
        m_hashJob = {};
        if (state != nullptr && state->status == JobStatus::Failed)
            setFailure(m_failure = state->message);
    } else if (state == nullptr || state->lane != Lane::Network || state->status != JobStatus::Finished) {
        return; // only hashes and downloads change what is shown here
    }
    refreshButtons();
    reload();
}

void ModelsDialog::accept()
{
    const Dialogs::FileQuestion question{tr("Folder of a model"), m_settings.lastFolder(kModelsPurpose), {}, {}};
    Dialogs::askFolder(this, question, [this](const QString& folder) {
        m_settings.setLastFolder(kModelsPurpose, QFileInfo(folder).absolutePath());
        addFolder(folder);
    });
}

void ModelsDialog::addFolder(const QString& folder)
{
    change(tr("Looking at %1…").arg(folder), [path = toPath(folder)]() -> Change {
        const auto check = pipeline::checkModel(path);
        if (!check.ok)
            throw Error(ErrorCode::BadFile, check.about);
        const auto added = pipeline::addModel(check.role, path);
        return {tr("%1 is the default now: %2")
                    .arg(QString::fromStdString(added.name), QString::fromStdString(added.about)),
            added.role, added.name};
    });
}

void ModelsDialog::makeDefault()
{
    if (const auto* const row = current())
        change(tr("Changing the default…"), [role = row->entry.role, name = row->entry.name]() -> Change {
            pipeline::setDefaultModel(role, name);
            return {tr("%1 is the default now").arg(QString::fromStdString(name)), role, name};
        });
}

void ModelsDialog::remove()
{
    if (const auto* const row = current())
        change(
            tr("Removing…"), [role = row->entry.role, name = row->entry.name, folder = row->entry.folder]() -> Change {
                pipeline::removeModel(role, name);
                return {tr("%1 is off the list; its folder %2 is as it was")
                            .arg(QString::fromStdString(name), toQString(folder)),
                    {}, {}};
            });
}

void ModelsDialog::change(const QString& busy, std::function<Change()> work)
{
    if (m_isBusy)
        return;
    m_isBusy = true;
    m_failure.clear();
    setNote(busy, false);
    refreshButtons();
    inBackground(
        this, std::move(work),
        [this](Change done) {
            m_isBusy = false;
            m_last = std::move(done);
            reload();
        },
        [this](const QString& problem) {
            m_isBusy = false;
            m_failure = problem;
            setFailure(problem);
            refreshButtons();
        });
}

} // namespace winnow::ui
