#include "ui/dialogs/export_dialog.h"

#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>

#include <array>

namespace winnow::ui {

namespace {

    using Images = pipeline::ExportOptions::Images;

    constexpr int kCount = Qt::UserRole + 1;
    constexpr int kMetricsHeight = 96;
    const QString kExportPurpose = QStringLiteral("export");

    struct Place {
        bool isFile = false;
        bool isFolder = false;
        bool hasParent = false;
    };

    Place look(const std::filesystem::path& target)
    {
        std::error_code ignored;
        const auto status = std::filesystem::status(target, ignored);
        const auto parent = std::filesystem::absolute(target, ignored).parent_path();
        return {std::filesystem::is_regular_file(status), std::filesystem::is_directory(status),
            std::filesystem::is_directory(parent, ignored)};
    }

} // namespace

ExportDialog::ExportDialog(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("exportDialog"), tr("Export a selection"),
        tr("Writes the chosen pairs in a format that training programs read."), parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_settings(settings)
    , m_selection(new QComboBox)
    , m_format(new QComboBox)
    , m_target(new QLineEdit)
    , m_images(new QButtonGroup(this))
    , m_metrics(new QListWidget)
    , m_preview(makeText({}))
{
    setMinimumWidth(600);
    fillSelections();
    for (const auto& format : pipeline::exportFormats())
        m_format->addItem(QString::fromStdString(format));
    m_format->setCurrentText(QStringLiteral("llava"));
    for (const auto& metric : m_document.columns()->metrics) {
        auto* const item = new QListWidgetItem(QString::fromStdString(metric.info.name), m_metrics);
        item->setCheckState(Qt::Unchecked);
        item->setToolTip(toToolTip(metricExplanation(metric.info.name)));
    }
    m_metrics->setMaximumHeight(kMetricsHeight);
    m_preview->setObjectName(QStringLiteral("preview"));
    addFields();
    suggestTarget();
    refresh();
}

void ExportDialog::addFields()
{
    QFormLayout* const form = addForm();
    addField(form, tr("Pairs"), m_selection, QStringLiteral("selection"));
    addField(form, tr("Format"), m_format, QStringLiteral("format"));
    const auto target = addPathField(form, tr("Write to"), m_target, QStringLiteral("target"), tr("Choose…"));
    target.button->setObjectName(QStringLiteral("chooseTarget"));
    addField(form, tr("Pictures"), makeImages(), QStringLiteral("images"));
    addField(form, tr("Metrics"), m_metrics, QStringLiteral("metrics"));
    body()->addWidget(m_preview);
    connect(target.button, &QPushButton::clicked, this, &ExportDialog::chooseTarget);
    connect(m_target, &QLineEdit::textEdited, this, [this] { m_isTargetChosen = true; });
    connect(m_target, &QLineEdit::textChanged, this, &ExportDialog::refresh);
    connect(m_images, &QButtonGroup::idToggled, this, &ExportDialog::refresh);
    for (QComboBox* const box : {m_selection, m_format})
        connect(box, qOverload<int>(&QComboBox::currentIndexChanged), this, [this] {
            suggestTarget();
            refresh();
        });
}

QWidget* ExportDialog::makeImages()
{
    struct Choice {
        Images images;
        const char* name;
        QString text;
    };
    const std::array<Choice, 3> choices{{{Images::Reference, "images.reference", tr("stay where they are")},
        {Images::Copy, "images.copy", tr("are copied beside the data")},
        {Images::Link, "images.link", tr("are linked beside the data")}}};
    auto* const panel = new QWidget;
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (const auto& choice : choices) {
        auto* const button = new QRadioButton(choice.text);
        button->setObjectName(QLatin1String(choice.name));
        button->setMinimumHeight(Theme::kControl);
        button->setChecked(choice.images == Images::Reference);
        m_images->addButton(button, static_cast<int>(choice.images));
        layout->addWidget(button);
    }
    m_images->button(static_cast<int>(Images::Link))
        ->setToolTip(tr("Takes no space: hard links where the disk allows them, else symbolic ones"));
    return panel;
}

void ExportDialog::fillSelections()
{
    const auto add = [this](const QString& text, const QString& name, qint64 count) {
        m_selection->addItem(tr("%1 - %2 pairs").arg(text, formatCount(count)), name);
        m_selection->setItemData(m_selection->count() - 1, count, kCount);
    };
    for (const auto& selection : m_document.selections()) {
        const auto name = QString::fromStdString(selection.name);
        add(name, name, selection.pairCount);
    }
    add(tr("All pairs"), QStringLiteral("all"), m_document.columns()->pairCount);
    const int shown = m_document.chosenName().isEmpty() ? -1 : m_selection->findData(m_document.chosenName());
    m_selection->setCurrentIndex(shown >= 0 ? shown : 0);
}

QString ExportDialog::format() const { return m_format->currentText(); }

pipeline::ExportShape ExportDialog::shape() const { return pipeline::exportShape(format().toStdString()); }

qint64 ExportDialog::pairCount() const { return m_selection->currentData(kCount).toLongLong(); }

QString ExportDialog::fileName() const
{
    const auto base = QStringLiteral("%1-%2").arg(m_document.name(), m_selection->currentData().toString());
    return base + QString::fromStdString(shape().ending);
}

void ExportDialog::suggestTarget()
{
    if (!m_isTargetChosen)
        m_target->setText(QDir(m_settings.lastFolder(kExportPurpose)).filePath(fileName()));
}

void ExportDialog::chooseTarget()
{
    const auto folder = m_settings.lastFolder(kExportPurpose);
    Dialogs::askSaveFile(this, {tr("Write to"), folder, {}, fileName()}, [this](const QString& path) {
        m_isTargetChosen = true;
        m_target->setText(path);
    });
}

pipeline::ExportOptions ExportDialog::options() const
{
    pipeline::ExportOptions out;
    out.out = toPath(m_target->text().trimmed());
    out.selection = m_selection->currentData().toString().toStdString();
    out.format = format().toStdString();
    out.images = shape().holdsPictures ? Images::Reference : static_cast<Images>(m_images->checkedId());
    if (m_metrics->isEnabled())
        for (int i = 0; i < m_metrics->count(); ++i)
            if (m_metrics->item(i)->checkState() == Qt::Checked)
                out.metrics.push_back(m_metrics->item(i)->text().toStdString());
    return out;
}

QString ExportDialog::previewText() const
{
    const auto target = m_target->text().trimmed();
    if (target.isEmpty())
        return {};
    const auto count = formatCount(pairCount());
    const auto written = shape();
    const auto sentence = written.isFolder
        ? tr("Writes %1 pairs to %2 in the folder %3").arg(count, QString::fromStdString(written.dataFile), target)
        : tr("Writes %1 pairs to %2").arg(count, target);
    if (written.holdsPictures)
        return tr("%1, with their pictures in it").arg(sentence);
    const auto folder = QString::fromStdString(written.imageFolder);
    const auto place = written.isFolder ? tr("%1/ in it").arg(folder) : tr("%1/ beside it").arg(folder);
    switch (static_cast<Images>(m_images->checkedId())) {
    case Images::Copy:
        return tr("%1, copies of the pictures to %2").arg(sentence, place);
    case Images::Link:
        return tr("%1, links to the pictures to %2").arg(sentence, place);
    case Images::Reference:
        break;
    }
    return tr("%1; picture paths are written as the pairs have them").arg(sentence);
}

void ExportDialog::refresh()
{
    setVerb(QStringLiteral("export"),
        pairCount() == 1 ? tr("Export 1 pair") : tr("Export %1 pairs").arg(formatCount(pairCount())));
    const auto written = shape();
    const bool hasRoom = written.takesMetrics && m_metrics->count() > 0;
    m_metrics->setEnabled(hasRoom);
    m_metrics->setToolTip(hasRoom    ? QString()
            : m_metrics->count() > 0 ? tr("Only jsonl, csv, imagefolder and webdataset have room for metrics")
                                     : tr("Nothing has been scored yet"));
    for (QAbstractButton* const button : m_images->buttons())
        button->setEnabled(!written.holdsPictures);
    m_images->button(static_cast<int>(Images::Reference))
        ->setToolTip(written.holdsPictures ? tr("A web dataset holds the pictures themselves") : QString());
    m_preview->setText(previewText());
    if (pairCount() == 0)
        setProblem(tr("This selection has no pairs"));
    else if (m_target->text().trimmed().isEmpty())
        setNote(tr("Say where to write"), false);
    else
        setNote({}, true);
    requestTarget();
}

void ExportDialog::requestTarget()
{
    const auto request = ++m_request;
    if (!primary()->isEnabled())
        return;
    inBackground(
        this, [target = toPath(m_target->text().trimmed())] { return look(target); },
        [this, request](const Place& place) {
            if (request == m_request)
                showTarget(place.isFile, place.isFolder, place.hasParent);
        });
}

void ExportDialog::showTarget(bool isFile, bool isFolder, bool hasParent)
{
    const bool isFolderFormat = shape().isFolder;
    if (isFolderFormat && isFile)
        setProblem(tr("There is a file of this name, and this format is a folder"));
    else if (!isFolderFormat && isFolder)
        setProblem(tr("This is a folder, and this format is one file: add a name"));
    else if (isFile)
        setWarning(tr("Replaces the file that is there"));
    else if (isFolder)
        setWarning(tr("The folder is there already: files of the same names in it are replaced"));
    else if (!hasParent)
        setNote(tr("The folder is made"), true);
}

void ExportDialog::accept()
{
    if (!primary()->isEnabled())
        return;
    const auto wanted = options();
    m_settings.setLastFolder(kExportPurpose, QFileInfo(m_target->text().trimmed()).absolutePath());
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Data, tr("Export %1").arg(m_selection->currentData().toString()),
            [workspace, wanted](RunContext& context) { return pipeline::runExport(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
