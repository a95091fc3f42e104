#include "ui/dialogs/import_selector_dialog.h"

#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"
#include "ui/theme.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace winnow::ui {

namespace {

    constexpr int kPublishedHeads = 4;
    constexpr int kMostHeads = 64;

} // namespace

ImportSelectorDialog::ImportSelectorDialog(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("importSelectorDialog"), tr("Import a selector"),
        tr("A self-attention checkpoint as InstructionGPT-4 publishes it (best_model.pth). It brings no labels, so "
           "nothing is known of how well it predicts here."),
        parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_settings(settings)
    , m_file(new QLineEdit)
    , m_name(new QLineEdit(QStringLiteral("published")))
    , m_inputs(new QLineEdit)
    , m_heads(new QSpinBox)
{
    setMinimumWidth(560);
    m_inputs->setPlaceholderText(tr("image-pca6, text-pca6, clip, 10*reward, 10*length, judge"));
    m_inputs->setToolTip(tr("Which metrics and feature spaces go in, in the order of the checkpoint's training"));
    m_heads->setRange(1, kMostHeads);
    m_heads->setValue(kPublishedHeads);
    m_heads->setToolTip(tr("Heads of the attention; the file does not say"));
    m_heads->setFont(Theme::current().numberFont());
    QFormLayout* const form = addForm();
    const auto file = addPathField(form, tr("File"), m_file, QStringLiteral("file"), tr("File…"));
    file.button->setObjectName(QStringLiteral("chooseFile"));
    addField(form, tr("Name"), m_name, QStringLiteral("name"));
    addField(form, tr("Inputs"), m_inputs, QStringLiteral("inputs"));
    addField(form, tr("Heads"), m_heads, QStringLiteral("heads"));
    connect(file.button, &QPushButton::clicked, this, &ImportSelectorDialog::chooseFile);
    for (auto* const edit : {m_file, m_name, m_inputs})
        connect(edit, &QLineEdit::textChanged, this, &ImportSelectorDialog::refresh);
    refresh();
}

void ImportSelectorDialog::setSource(const QString& file) { m_file->setText(file); }

void ImportSelectorDialog::chooseFile()
{
    Dialogs::askOpenFile(this,
        {windowTitle(), m_settings.lastFolder(QStringLiteral("import")),
            tr("Checkpoints (*.pth *.pt *.safetensors);;All files (*)"), {}},
        [this](const QString& file) {
            m_settings.setLastFolder(QStringLiteral("import"), QFileInfo(file).absolutePath());
            m_file->setText(file);
        });
}

pipeline::ImportSelectorOptions ImportSelectorDialog::options() const
{
    pipeline::ImportSelectorOptions out;
    out.name = m_name->text().trimmed().toStdString();
    out.file = toPath(m_file->text().trimmed());
    out.inputs = m_inputs->text().trimmed().toStdString();
    out.heads = m_heads->value();
    return out;
}

void ImportSelectorDialog::refresh()
{
    setVerb(QStringLiteral("import"), tr("Import selector"));
    const auto file = m_file->text().trimmed();
    try {
        if (!m_inputs->text().trimmed().isEmpty())
            pipeline::parseSelectorInputs(m_inputs->text().trimmed().toStdString());
    } catch (const Error& error) {
        setProblem(QString::fromStdString(error.message()));
        return;
    }
    if (file.isEmpty())
        setNote(tr("Choose a file"), false);
    else if (!QFileInfo(file).isFile())
        setProblem(tr("There is no file %1").arg(file));
    else if (m_name->text().trimmed().isEmpty())
        setProblem(tr("The selector needs a name"));
    else
        setNote({}, true);
}

void ImportSelectorDialog::accept()
{
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Data, tr("Import selector %1").arg(m_name->text().trimmed()),
            [workspace, wanted = options()](
                RunContext& context) { return pipeline::runImportSelector(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
