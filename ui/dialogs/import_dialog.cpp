#include "ui/dialogs/import_dialog.h"

#include "core/pipeline/pictures.h"
#include "ui/background.h"
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
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>

namespace winnow::ui {

namespace {

    constexpr int kPictureSide = 56;
    constexpr const char* kFields[] = {"id", "image", "instruction", "response"};

    QImage toImage(const pipeline::Picture& picture)
    {
        if (picture.isNull())
            return {};
        // copy(): the pixels belong to the picture
        return QImage(picture.rgb.data(), picture.width, picture.height, picture.width * 3, QImage::Format_RGB888)
            .copy();
    }

} // namespace

ImportDialog::ImportDialog(Document& document, JobQueue& queue, Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("importDialog"), tr("Import a dataset"),
        tr("Pictures stay where they are. Bad rows are listed with their reason, the rest goes in."), parent)
    , m_document(document)
    , m_queue(queue)
    , m_settings(settings)
{
    resize(880, 640);
    m_format = new QComboBox;
    m_format->setObjectName(QStringLiteral("format"));
    m_format->addItem(tr("recognise by itself"), QStringLiteral("auto"));
    for (const std::string& format : pipeline::importFormats())
        m_format->addItem(QString::fromStdString(format), QString::fromStdString(format));
    m_images = new QLineEdit;
    m_images->setObjectName(QStringLiteral("images"));
    m_images->setPlaceholderText(tr("where the format keeps them, beside the data file"));
    m_why = new QLabel;
    m_why->setObjectName(QStringLiteral("why"));
    m_why->setTextFormat(Qt::PlainText);
    m_why->setWordWrap(true);
    m_why->setProperty("look", QStringLiteral("caption"));
    QFormLayout* const form = addForm();
    form->addRow(tr("Data file or folder"), makeSourceRow());
    form->addRow(tr("Format"), m_format);
    form->addRow(QString(), m_why);
    form->addRow(tr("Folder of the pictures"), m_images);
    m_mappingForm = addForm();
    makeTable();
    m_problems = new QLabel;
    m_problems->setObjectName(QStringLiteral("problems"));
    m_problems->setTextFormat(Qt::PlainText);
    m_problems->setWordWrap(true);
    m_problems->setProperty("look", QStringLiteral("warn"));
    body()->addWidget(m_problems);
    m_typing.setSingleShot(true);
    m_typing.setInterval(250);
    connect(&m_typing, &QTimer::timeout, this, &ImportDialog::requestPreview);
    connect(m_source, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_images, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_format, &QComboBox::currentIndexChanged, this, [this] {
        showMapping({});
        requestPreview();
    });
    primary()->setText(tr("Import"));
    setNote(tr("Choose a data file or a folder"), false);
}

QWidget* ImportDialog::makeSourceRow()
{
    m_source = new QLineEdit;
    m_source->setObjectName(QStringLiteral("source"));
    m_source->setAccessibleName(tr("Data file or folder"));
    auto* const file = new QPushButton(Theme::icon(QStringLiteral("text")), tr("File…"));
    file->setObjectName(QStringLiteral("chooseFile"));
    auto* const folder = new QPushButton(Theme::icon(QStringLiteral("folder")), tr("Folder…"));
    folder->setObjectName(QStringLiteral("chooseFolder"));
    file->setAutoDefault(false);
    folder->setAutoDefault(false);
    connect(file, &QPushButton::clicked, this, &ImportDialog::chooseFile);
    connect(folder, &QPushButton::clicked, this, &ImportDialog::chooseFolder);
    auto* const row = new QWidget;
    auto* const layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_source, 1);
    layout->addWidget(file);
    layout->addWidget(folder);
    return row;
}

void ImportDialog::makeTable()
{
    m_table = new QTableWidget(0, 4);
    m_table->setObjectName(QStringLiteral("preview"));
    m_table->setAccessibleName(tr("First pairs"));
    m_table->setHorizontalHeaderLabels({tr("Picture"), tr("Id"), tr("Instruction"), tr("Response")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setIconSize({kPictureSide, kPictureSide});
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kPictureSide + Theme::kGap);
    m_table->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
    m_table->setColumnWidth(0, kPictureSide + 3 * Theme::kGap);
    m_table->setColumnWidth(2, 200);
    body()->addWidget(m_table, 1);
}

void ImportDialog::setSource(const QString& path)
{
    m_source->setText(path);
    m_typing.start(0);
}

void ImportDialog::chooseFile()
{
    const Dialogs::FileQuestion question{tr("The data file"), m_settings.lastFolder(QStringLiteral("import")),
        tr("Datasets (*.json *.jsonl *.csv *.tsv *.txt *.tar);;All files (*)"), {}};
    Dialogs::askOpenFile(this, question, [this](const QString& path) {
        m_settings.setLastFolder(QStringLiteral("import"), QFileInfo(path).absolutePath());
        setSource(path);
    });
}

void ImportDialog::chooseFolder()
{
    Dialogs::askFolder(this, {tr("The folder of the dataset"), m_settings.lastFolder(QStringLiteral("import")), {}, {}},
        [this](const QString& path) {
            m_settings.setLastFolder(QStringLiteral("import"), QFileInfo(path).absolutePath());
            setSource(path);
        });
}

pipeline::ImportOptions ImportDialog::options() const
{
    pipeline::ImportOptions options;
    options.source = toPath(m_source->text().trimmed());
    options.format = m_format->currentData().toString().toStdString();
    options.imagesRoot = toPath(m_images->text().trimmed());
    for (const auto& [field, box] : m_mapping)
        if (!box->currentText().isEmpty())
            options.fieldMap[field] = box->currentText().toStdString();
    return options;
}

void ImportDialog::requestPreview()
{
    const qint64 request = ++m_request;
    if (m_source->text().trimmed().isEmpty()) {
        setNote(tr("Choose a data file or a folder"), false);
        return;
    }
    setNote(tr("Reading the first rows…"), false);
    inBackground(
        this,
        [wanted = options()] {
            Preview preview;
            preview.read = pipeline::previewImport(wanted, kShownRows);
            for (const auto& file : preview.read.firstImages)
                preview.pictures.push_back(toImage(pipeline::loadPicture(file, kPictureSide)));
            return preview;
        },
        [this, request](const Preview& preview) {
            if (request == m_request)
                takePreview(preview);
        },
        [this, request](const QString& problem) {
            if (request != m_request)
                return;
            m_table->setRowCount(0);
            m_why->clear();
            m_problems->clear();
            setProblem(problem);
        });
}

void ImportDialog::takePreview(const Preview& preview)
{
    m_why->setText(
        tr("%1: %2").arg(QString::fromStdString(preview.read.format), QString::fromStdString(preview.read.why)));
    showMapping(preview.read);
    showRows(preview);
    QStringList problems;
    for (const std::string& problem : preview.read.problems)
        problems << QString::fromStdString(problem);
    m_problems->setText(problems.mid(0, 4).join(QLatin1Char('\n')));
    if (preview.read.first.empty())
        setProblem(tr("No pair can be read from the first rows"));
    else if (preview.read.first.size() < kShownRows)
        showCount(static_cast<qint64>(preview.read.first.size()), true);
    else
        requestCount();
}

void ImportDialog::requestCount()
{
    showCount(0, false);
    inBackground(
        this, [wanted = options()] { return pipeline::previewImport(wanted, kCountedRows).first.size(); },
        [this, request = m_request](std::size_t count) {
            if (request == m_request)
                showCount(static_cast<qint64>(count), count < kCountedRows);
        });
}

void ImportDialog::showCount(qint64 count, bool isAll)
{
    primary()->setText(!isAll ? tr("Import all pairs")
            : count == 1      ? tr("Import 1 pair")
                              : tr("Import %1 pairs").arg(formatCount(count)));
    setNote(QString(), true);
}

void ImportDialog::showMapping(const pipeline::ImportPreview& preview)
{
    if (preview.columns.empty()) {
        m_mapping.clear();
        while (m_mappingForm->rowCount() > 0)
            m_mappingForm->removeRow(0);
        return;
    }
    const bool isNew = m_mapping.empty();
    for (const char* const field : kFields) {
        if (isNew) {
            auto* const box = new QComboBox;
            box->setObjectName(QStringLiteral("map.") + QLatin1String(field));
            m_mapping[field] = box;
            m_mappingForm->addRow(tr("%1 is").arg(QLatin1String(field)), box);
            connect(box, &QComboBox::activated, this, &ImportDialog::requestPreview);
        }
        QComboBox* const box = m_mapping[field];
        const QSignalBlocker quiet(box);
        const QString before = box->currentText();
        box->clear();
        box->addItem(QString());
        for (const std::string& column : preview.columns)
            box->addItem(QString::fromStdString(column));
        const auto mapped = preview.fieldMap.find(field);
        box->setCurrentText(mapped != preview.fieldMap.end() ? QString::fromStdString(mapped->second) : before);
    }
}

void ImportDialog::showRows(const Preview& preview)
{
    m_table->setRowCount(static_cast<int>(preview.read.first.size()));
    for (std::size_t i = 0; i < preview.read.first.size(); ++i) {
        const Pair& pair = preview.read.first[i];
        const int row = static_cast<int>(i);
        auto* const picture = new QTableWidgetItem;
        const bool hasPicture = i < preview.pictures.size() && !preview.pictures[i].isNull();
        if (hasPicture)
            picture->setIcon(QIcon(QPixmap::fromImage(preview.pictures[i])));
        else
            picture->setIcon(Theme::icon(QStringLiteral("picture-missing"), Theme::current().tokens().text2));
        if (i < preview.read.firstImages.size())
            picture->setToolTip(toQString(preview.read.firstImages[i]));
        m_table->setItem(row, 0, picture);
        m_table->setItem(row, 1, new QTableWidgetItem(QString::fromStdString(pair.id.value)));
        m_table->setItem(row, 2, new QTableWidgetItem(QString::fromStdString(pair.instruction)));
        m_table->setItem(row, 3, new QTableWidgetItem(QString::fromStdString(pair.response)));
    }
}

void ImportDialog::accept()
{
    if (m_document.isOpen() && primary()->isEnabled())
        m_queue.submit(Lane::Data, tr("Import %1").arg(QFileInfo(m_source->text()).fileName()),
            [workspace = m_document.workspace(), wanted = options()](
                RunContext& context) { return pipeline::runImport(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
