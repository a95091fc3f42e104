#include "ui/dialogs/export_dialog.h"

#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

namespace winnow::ui {

ExportDialog::ExportDialog(Document& document, JobQueue& queue, Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("exportDialog"), tr("Export a selection"),
        tr("Writes the pairs in a training format, with a note of where they come from."), parent)
    , m_document(document)
    , m_queue(queue)
    , m_settings(settings)
    , m_selection(new QComboBox)
    , m_format(new QComboBox)
    , m_images(new QComboBox)
    , m_target(new QLineEdit)
    , m_metrics(new QListWidget)
    , m_preview(new QLabel)
{
    setMinimumWidth(560);
    m_selection->setObjectName(QStringLiteral("selection"));
    m_format->setObjectName(QStringLiteral("format"));
    m_images->setObjectName(QStringLiteral("images"));
    m_target->setObjectName(QStringLiteral("target"));
    m_metrics->setObjectName(QStringLiteral("metrics"));
    m_metrics->setMaximumHeight(120);
    m_metrics->setAccessibleName(tr("Metrics to write"));
    m_preview->setObjectName(QStringLiteral("preview"));
    m_preview->setWordWrap(true);
    m_preview->setTextFormat(Qt::PlainText);
    fillSelections();
    for (const std::string& format : pipeline::exportFormats())
        m_format->addItem(QString::fromStdString(format));
    m_format->setCurrentText(QStringLiteral("llava"));
    m_images->addItem(tr("refer to them where they are"), static_cast<int>(pipeline::ExportOptions::Images::Reference));
    m_images->addItem(tr("copy them beside the file"), static_cast<int>(pipeline::ExportOptions::Images::Copy));
    m_images->addItem(tr("link them beside the file"), static_cast<int>(pipeline::ExportOptions::Images::Link));
    for (const MetricColumn& metric : m_document.columns()->metrics) {
        auto* const item = new QListWidgetItem(QString::fromStdString(metric.info.name), m_metrics);
        item->setCheckState(Qt::Unchecked);
    }
    auto* const choose = new QPushButton(Theme::icon(QStringLiteral("folder")), tr("Choose…"));
    choose->setObjectName(QStringLiteral("chooseTarget"));
    choose->setAutoDefault(false);
    auto* const target = new QHBoxLayout;
    target->addWidget(m_target, 1);
    target->addWidget(choose);
    QFormLayout* const form = addForm();
    form->addRow(tr("Pairs"), m_selection);
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("Write to"), target);
    form->addRow(tr("Pictures"), m_images);
    form->addRow(tr("Metrics"), m_metrics);
    body()->addWidget(m_preview);
    connect(choose, &QPushButton::clicked, this, &ExportDialog::chooseTarget);
    connect(m_target, &QLineEdit::textChanged, this, &ExportDialog::refresh);
    for (QComboBox* const box : {m_selection, m_format, m_images})
        connect(box, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
    refresh();
}

void ExportDialog::fillSelections()
{
    const auto add = [this](const QString& name, qint64 count) {
        m_selection->addItem(tr("%1 (%2 pairs)").arg(name, formatCount(count)), name);
        m_selection->setItemData(m_selection->count() - 1, count, Qt::UserRole + 1);
    };
    for (const SelectionInfo& selection : m_document.selections())
        add(QString::fromStdString(selection.name), selection.pairCount);
    add(QStringLiteral("all"), m_document.columns()->pairCount);
    const int shown = m_selection->findData(m_document.chosenName());
    if (shown >= 0)
        m_selection->setCurrentIndex(shown);
}

bool ExportDialog::isFolderFormat() const
{
    return m_format->currentText() == QStringLiteral("cc_sbu_align")
        || m_format->currentText() == QStringLiteral("imagefolder");
}

void ExportDialog::chooseTarget()
{
    const auto take = [this](const QString& path) {
        m_settings.setLastFolder(QStringLiteral("export"), QFileInfo(path).absolutePath());
        m_target->setText(path);
    };
    const QString ending =
        m_format->currentText() == QStringLiteral("jsonl") ? QStringLiteral(".jsonl") : QStringLiteral(".json");
    const QString name = m_selection->currentData().toString() + (isFolderFormat() ? QString() : ending);
    Dialogs::askSaveFile(this, {tr("Write to"), m_settings.lastFolder(QStringLiteral("export")), {}, name}, take);
}

pipeline::ExportOptions ExportDialog::options() const
{
    pipeline::ExportOptions options;
    options.out = toPath(m_target->text().trimmed());
    options.selection = m_selection->currentData().toString().toStdString();
    options.format = m_format->currentText().toStdString();
    options.images = static_cast<pipeline::ExportOptions::Images>(m_images->currentData().toInt());
    for (int i = 0; i < m_metrics->count(); ++i)
        if (m_metrics->item(i)->checkState() == Qt::Checked)
            options.metrics.push_back(m_metrics->item(i)->text().toStdString());
    return options;
}

void ExportDialog::refresh()
{
    const qint64 count = m_selection->currentData(Qt::UserRole + 1).toLongLong();
    primary()->setText(count == 1 ? tr("Export 1 pair") : tr("Export %1 pairs").arg(formatCount(count)));
    m_metrics->setEnabled(m_format->currentText() == QStringLiteral("jsonl"));
    m_metrics->setToolTip(m_metrics->isEnabled() ? QString() : tr("Only jsonl has room for metrics"));
    const QString target = m_target->text().trimmed();
    m_preview->setText(target.isEmpty() ? QString()
            : isFolderFormat() ? tr("Makes the folder %1 with filter_cap.json and the pictures beside it").arg(target)
                               : tr("Writes %1, one entry a pair").arg(target));
    if (count == 0)
        setProblem(tr("This selection has no pairs"));
    else if (target.isEmpty())
        setNote(tr("Say where to write"), false);
    else if (QFileInfo(target).isFile())
        setNote(tr("Replaces the file that is there"), true);
    else
        setNote(QString(), true);
}

void ExportDialog::accept()
{
    if (m_document.isOpen() && primary()->isEnabled())
        m_queue.submit(Lane::Data, tr("Export %1").arg(m_selection->currentData().toString()),
            [workspace = m_document.workspace(), wanted = options()](
                RunContext& context) { return pipeline::runExport(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
