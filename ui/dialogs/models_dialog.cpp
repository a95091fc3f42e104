#include "ui/dialogs/models_dialog.h"

#include "ui/background.h"
#include "ui/dialogs.h"
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

    const QString kPurpose = QStringLiteral("model");

    enum Column { RoleColumn, NameColumn, DefaultColumn, AboutColumn, FolderColumn, kColumnCount };

    QString titleOf(const std::string& role)
    {
        if (role == "clip")
            return ModelsDialog::tr("CLIP");
        if (role == "reward")
            return ModelsDialog::tr("reward");
        if (role == "llm")
            return ModelsDialog::tr("language");
        if (role == "vlm")
            return ModelsDialog::tr("vision and language");
        return QString::fromStdString(role);
    }

} // namespace

ModelsDialog::ModelsDialog(Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("modelsDialog"), tr("Models"),
        tr("The embedded models need no download; they know drawn scenes only. Your own checkpoints stay in their "
           "folders, and nothing in them is executed."),
        parent)
    , m_settings(settings)
{
    resize(920, 480);
    makeTable();
    m_makeDefault = makeButton("makeDefault", "check", tr("Make it the default"));
    m_remove = makeButton("removeModel", "remove", tr("Remove from the list"));
    auto* const row = new QHBoxLayout;
    row->setSpacing(Theme::kGap);
    row->addWidget(m_makeDefault);
    row->addWidget(m_remove);
    row->addStretch(1);
    body()->addLayout(row);
    primary()->setObjectName(QStringLiteral("addModel"));
    setVerb(QStringLiteral("add"), tr("Add a folder…"));
    cancel()->setText(tr("Close"));
    connect(m_makeDefault, &QPushButton::clicked, this, &ModelsDialog::makeDefault);
    connect(m_remove, &QPushButton::clicked, this, &ModelsDialog::remove);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &ModelsDialog::refreshButtons);
    setNote(tr("Looking at the folders…"), true);
    refreshButtons();
    reload();
}

void ModelsDialog::makeTable()
{
    m_table = new QTableWidget(0, kColumnCount);
    m_table->setObjectName(QStringLiteral("models"));
    m_table->setAccessibleName(tr("Models"));
    m_table->setHorizontalHeaderLabels({tr("For"), tr("Name"), tr("Default"), tr("What it is"), tr("Folder")});
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
    m_table->setColumnWidth(FolderColumn, 220);
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
    inBackground(
        this, [] { return pipeline::listModels(); },
        [this](std::vector<pipeline::ModelEntry> models) { fill(std::move(models)); },
        [this](const QString& problem) { setFailure(problem); });
}

void ModelsDialog::fill(std::vector<pipeline::ModelEntry> models)
{
    m_models = std::move(models);
    m_table->setRowCount(static_cast<int>(m_models.size()));
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        const auto& model = m_models[i];
        const int row = static_cast<int>(i);
        QString cells[kColumnCount];
        cells[RoleColumn] = titleOf(model.role);
        cells[NameColumn] = QString::fromStdString(model.name);
        cells[DefaultColumn] = model.isDefault ? tr("yes") : QString();
        cells[AboutColumn] = QString::fromStdString(model.about);
        cells[FolderColumn] = toQString(model.folder);
        for (int column = 0; column < kColumnCount; ++column) {
            auto* const item = new QTableWidgetItem(cells[column]);
            item->setToolTip(toToolTip(cells[column]));
            m_table->setItem(row, column, item);
        }
        if (model.role == m_last.role && model.name == m_last.name)
            m_table->selectRow(row);
    }
    for (const int column : {RoleColumn, NameColumn, DefaultColumn})
        m_table->resizeColumnToContents(column);
    // A list asked for earlier may come while a change is under way or after one failed: that stays said.
    if (!m_isBusy && m_failure.isEmpty())
        setNote(m_models.empty() ? tr("No model is there yet: add the folder of one") : m_last.sentence, true);
    refreshButtons();
}

const pipeline::ModelEntry* ModelsDialog::current() const
{
    const int row = m_table->selectedItems().isEmpty() ? -1 : m_table->currentRow();
    const auto index = static_cast<std::size_t>(row);
    return row >= 0 && index < m_models.size() ? &m_models[index] : nullptr;
}

void ModelsDialog::refreshButtons()
{
    const auto* const entry = current();
    m_makeDefault->setEnabled(!m_isBusy && entry != nullptr && !entry->isDefault);
    m_makeDefault->setToolTip(entry == nullptr ? tr("Choose a model in the list first")
            : entry->isDefault                 ? tr("It is the default of its role already")
                                               : tr("Used by jobs that name no model of this role"));
    m_remove->setEnabled(!m_isBusy && entry != nullptr && !entry->embedded);
    m_remove->setToolTip(entry == nullptr ? tr("Choose a model in the list first")
            : entry->embedded             ? tr("The embedded models belong to the program")
                                          : tr("The folder itself is not touched"));
}

void ModelsDialog::accept()
{
    const Dialogs::FileQuestion question{tr("Folder of a model"), m_settings.lastFolder(kPurpose), {}, {}};
    Dialogs::askFolder(this, question, [this](const QString& folder) {
        m_settings.setLastFolder(kPurpose, QFileInfo(folder).absolutePath());
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
    if (const auto* const entry = current())
        change(tr("Changing the default…"), [role = entry->role, name = entry->name]() -> Change {
            pipeline::setDefaultModel(role, name);
            return {tr("%1 is the default now").arg(QString::fromStdString(name)), role, name};
        });
}

void ModelsDialog::remove()
{
    if (const auto* const entry = current())
        change(tr("Removing…"), [role = entry->role, name = entry->name, folder = entry->folder]() -> Change {
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
