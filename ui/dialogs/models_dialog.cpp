#include "ui/dialogs/models_dialog.h"

#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/settings.h"
#include "ui/theme.h"

#include <QBoxLayout>
#include <QFileInfo>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>

#include <utility>

namespace winnow::ui {

ModelsDialog::ModelsDialog(Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("modelsDialog"), tr("Models"),
        tr("The embedded models need no download. Your own checkpoints stay in their folders; nothing in them is "
           "executed."),
        parent)
    , m_settings(settings)
{
    resize(800, 440);
    m_table = new QTableWidget(0, 4);
    m_table->setObjectName(QStringLiteral("models"));
    m_table->setAccessibleName(tr("Models"));
    m_table->setHorizontalHeaderLabels({tr("Role"), tr("Name"), tr("Default"), tr("About")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
    m_table->setShowGrid(false);
    body()->addWidget(m_table, 1);
    const auto makeButton = [](const char* name, const char* icon, const QString& text) {
        auto* const button = new QPushButton(Theme::icon(QLatin1String(icon)), text);
        button->setObjectName(QLatin1String(name));
        button->setAutoDefault(false);
        return button;
    };
    auto* const add = makeButton("addModel", "add", tr("Add a folder…"));
    m_makeDefault = makeButton("makeDefault", "check", tr("Make it the default"));
    m_remove = makeButton("removeModel", "remove", tr("Remove from the list"));
    m_remove->setToolTip(tr("The folder itself is not touched"));
    auto* const row = new QHBoxLayout;
    for (QPushButton* const button : {add, m_makeDefault, m_remove})
        row->addWidget(button);
    row->addStretch(1);
    body()->addLayout(row);
    primary()->setText(tr("Done"));
    connect(add, &QPushButton::clicked, this, &ModelsDialog::addFolder);
    connect(m_makeDefault, &QPushButton::clicked, this, [this] {
        if (const pipeline::ModelEntry* const entry = current())
            change([role = entry->role, name = entry->name] { pipeline::setDefaultModel(role, name); });
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (const pipeline::ModelEntry* const entry = current())
            change([role = entry->role, name = entry->name] { pipeline::removeModel(role, name); });
    });
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &ModelsDialog::refreshButtons);
    setNote(QString(), true);
    refreshButtons();
    reload();
}

void ModelsDialog::reload()
{
    inBackground(
        this, [] { return pipeline::listModels(); },
        [this](std::vector<pipeline::ModelEntry> models) { fill(std::move(models)); },
        [this](const QString& problem) { setNote(problem, true); });
}

void ModelsDialog::fill(std::vector<pipeline::ModelEntry> models)
{
    m_models = std::move(models);
    m_table->setRowCount(static_cast<int>(m_models.size()));
    for (std::size_t i = 0; i < m_models.size(); ++i) {
        const pipeline::ModelEntry& model = m_models[i];
        const QString cells[] = {QString::fromStdString(model.role), QString::fromStdString(model.name),
            model.isDefault ? tr("yes") : QString(), QString::fromStdString(model.about)};
        for (int column = 0; column < 4; ++column) {
            auto* const item = new QTableWidgetItem(cells[column]);
            item->setToolTip(toQString(model.folder));
            m_table->setItem(static_cast<int>(i), column, item);
        }
    }
    if (m_models.empty())
        setNote(tr("No model is there yet: add the folder of one"), true);
    refreshButtons();
}

const pipeline::ModelEntry* ModelsDialog::current() const
{
    const int row = m_table->currentRow();
    return row >= 0 && static_cast<std::size_t>(row) < m_models.size() ? &m_models[static_cast<std::size_t>(row)]
                                                                       : nullptr;
}

void ModelsDialog::refreshButtons()
{
    const pipeline::ModelEntry* const entry = current();
    m_makeDefault->setEnabled(entry && !entry->isDefault);
    m_remove->setEnabled(entry && !entry->embedded);
}

void ModelsDialog::addFolder()
{
    Dialogs::askFolder(this, {tr("Folder of a model"), m_settings.lastFolder(QStringLiteral("model")), {}, {}},
        [this](const QString& folder) {
            m_settings.setLastFolder(QStringLiteral("model"), QFileInfo(folder).absolutePath());
            setNote(tr("Checking %1…").arg(folder), true);
            inBackground(
                this, [path = toPath(folder)] { return pipeline::checkModel(path); },
                [this, folder](const pipeline::ModelCheck& check) { addChecked(folder, check); });
        });
}

void ModelsDialog::addChecked(const QString& folder, const pipeline::ModelCheck& check)
{
    if (!check.ok) {
        setNote(QString(), true);
        Dialogs::showProblem(this, {tr("This folder cannot be used"), QString::fromStdString(check.about), folder});
        return;
    }
    change([role = check.role, path = toPath(folder)] { pipeline::addModel(role, path); });
}

void ModelsDialog::change(std::function<void()> work)
{
    inBackground(
        this,
        [work = std::move(work)] {
            work();
            return true;
        },
        [this](bool) {
            setNote(QString(), true);
            reload();
        },
        [this](const QString& problem) {
            Dialogs::showProblem(this, {tr("Models"), problem, {}});
        });
}

} // namespace winnow::ui
