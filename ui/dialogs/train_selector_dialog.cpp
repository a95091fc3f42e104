#include "ui/dialogs/train_selector_dialog.h"

#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/panels/validity_panel.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/batch_form.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr qint64 kFewestLabels = 3;
    constexpr int kHighestTrainingSeed = 999'999'999;
    const QString kFolder = QStringLiteral("\x01"
                                           "folder");

} // namespace

TrainSelectorDialog::TrainSelectorDialog(
    Document& document, JobQueue& jobs, Settings& settings, const QString& labels, QWidget* parent)
    : FormDialog(QStringLiteral("trainSelectorDialog"), tr("Train a selector"),
        tr("Learns from measured labels which pairs help, and says how far that can be trusted: each label is "
           "predicted "
           "by a selector that never saw it."),
        parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_settings(settings)
    , m_name(new QLineEdit(QStringLiteral("selector")))
    , m_labels(new QComboBox)
    , m_folder(new QLineEdit)
    , m_kind(new QComboBox)
    , m_mode(makeModeBox(nullptr, "mode"))
    , m_inputs(new QLineEdit)
    , m_seed(new QSpinBox)
{
    setMinimumWidth(560);
    for (const auto kind : {SelectorKind::Linear, SelectorKind::Mlp, SelectorKind::Attention})
        m_kind->addItem(selectorKindText(kind), static_cast<int>(kind));
    m_kind->setToolTip(
        tr("With some thirty labels a linear selector is the safest; self-attention is the published one"));
    m_inputs->setPlaceholderText(tr("image-pca6, text-pca6, clip, 10*reward, 10*length, judge"));
    m_inputs->setToolTip(
        tr("Metrics and feature spaces by commas, each with a factor where wanted; empty takes the published ones"));
    m_seed->setRange(0, kHighestTrainingSeed);
    m_seed->setValue(42);
    m_seed->setFont(Theme::current().numberFont());
    addFields();
    loadLabels(labels);
    refresh();
}

void TrainSelectorDialog::addFields()
{
    QFormLayout* const form = addForm();
    addField(form, tr("Name"), m_name, QStringLiteral("name"));
    addField(form, tr("Labels"), m_labels, QStringLiteral("labels"));
    const auto folder = addPathField(form, tr("Folder"), m_folder, QStringLiteral("folder"), tr("Folder…"));
    m_chooseFolder = folder.button;
    m_chooseFolder->setObjectName(QStringLiteral("chooseFolder"));
    addField(form, tr("Kind"), m_kind, QStringLiteral("kind"));
    addField(form, tr("Mode"), m_mode, QStringLiteral("mode"));
    addField(form, tr("Inputs"), m_inputs, QStringLiteral("inputs"));
    addField(form, tr("Seed"), m_seed, QStringLiteral("seed"));
    connect(m_chooseFolder, &QPushButton::clicked, this, &TrainSelectorDialog::chooseFolder);
    for (auto* const edit : {m_name, m_folder, m_inputs})
        connect(edit, &QLineEdit::textChanged, this, &TrainSelectorDialog::refresh);
    for (auto* const box : {m_labels, m_kind, m_mode})
        connect(box, qOverload<int>(&QComboBox::currentIndexChanged), this, &TrainSelectorDialog::refresh);
}

void TrainSelectorDialog::loadLabels(const QString& wanted)
{
    m_labels->addItem(tr("the published training files"), kFolder);
    m_sets = m_document.labelSets();
    for (const auto& selector : m_document.selectors())
        m_names.push_back(selector.name);
    int row = 0;
    for (const auto& set : m_sets) {
        const auto name = QString::fromStdString(set.name);
        m_labels->insertItem(row, tr("%1 (%2 measured)").arg(name, formatCount(set.measuredCount())), name);
        ++row;
    }
    const int found = m_labels->findData(wanted);
    m_labels->setCurrentIndex(found >= 0 ? found : std::max(0, row - 1));
    refresh();
}

bool TrainSelectorDialog::isFromFolder() const { return m_labels->currentData().toString() == kFolder; }

void TrainSelectorDialog::chooseFolder()
{
    Dialogs::askFolder(this, {tr("Folder with fitting.json"), m_settings.lastFolder(QStringLiteral("import")), {}, {}},
        [this](const QString& folder) {
            m_settings.setLastFolder(QStringLiteral("import"), QFileInfo(folder).absolutePath());
            m_folder->setText(folder);
        });
}

pipeline::TrainSelectorOptions TrainSelectorDialog::options() const
{
    pipeline::TrainSelectorOptions out;
    out.name = m_name->text().trimmed().toStdString();
    out.kind = static_cast<SelectorKind>(m_kind->currentData().toInt());
    out.mode = m_mode->currentData().toBool() ? Mode::Published : Mode::Corrected;
    out.inputs = m_inputs->text().trimmed().toStdString();
    out.seed = static_cast<std::uint64_t>(m_seed->value());
    if (isFromFolder())
        out.folder = toPath(m_folder->text().trimmed());
    else
        out.labels = m_labels->currentData().toString().toStdString();
    return out;
}

void TrainSelectorDialog::refresh()
{
    setVerb(QStringLiteral("train"), tr("Train selector"));
    const bool isFolder = isFromFolder();
    m_folder->setEnabled(isFolder);
    m_chooseFolder->setEnabled(isFolder);
    const auto why = isFolder ? QString() : tr("Only for the published training files");
    m_folder->setToolTip(why);
    m_chooseFolder->setToolTip(why);
    const auto name = m_name->text().trimmed();
    try {
        if (!m_inputs->text().trimmed().isEmpty())
            pipeline::parseSelectorInputs(m_inputs->text().trimmed().toStdString());
    } catch (const Error& error) {
        setProblem(QString::fromStdString(error.message()));
        return;
    }
    const auto set = std::find_if(m_sets.begin(), m_sets.end(),
        [&](const LabelSet& s) { return s.name == m_labels->currentData().toString().toStdString(); });
    if (name.isEmpty())
        setProblem(tr("The selector needs a name"));
    else if (isFolder && !QFileInfo(m_folder->text().trimmed()).isDir())
        setNote(tr("Choose the folder with fitting.json, image_matrix.pt and text_matrix.pt"), false);
    else if (!isFolder && set != m_sets.end() && set->measuredCount() < kFewestLabels)
        setProblem(tr("A selector needs at least three measured labels"));
    else if (std::find(m_names.begin(), m_names.end(), name.toStdString()) != m_names.end())
        setWarning(tr("Replaces the selector of this name"));
    else
        setNote({}, true);
}

void TrainSelectorDialog::accept()
{
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Models, tr("Train selector %1").arg(m_name->text().trimmed()),
            [workspace, wanted = options()](
                RunContext& context) { return pipeline::runTrainSelector(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
