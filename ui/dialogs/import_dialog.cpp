#include "ui/dialogs/import_dialog.h"

#include "core/pipeline/pictures.h"
#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/picture_image.h"
#include "ui/widgets/plain_text.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTableWidget>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kPictureSide = 56;
    constexpr int kMostCellText = 400;
    constexpr int kMetricsHeight = 56;
    constexpr int kTypingMs = 250;
    constexpr std::size_t kManyProblems = 1000; ///< a preview reads no further
    constexpr std::array<const char*, 4> kFields{"id", "image", "instruction", "response"};
    const QString kImportPurpose = QStringLiteral("import");

    QTableWidgetItem* makeCell(const std::string& text)
    {
        const auto whole = QString::fromStdString(text);
        auto* const item = new QTableWidgetItem(whole.left(kMostCellText));
        item->setToolTip(toToolTip(whole.left(4 * kMostCellText)));
        return item;
    }

} // namespace

ImportDialog::ImportDialog(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("importDialog"), tr("Import a dataset"),
        tr("Pictures stay where they are. Bad rows are listed with their reason, the rest goes in."), parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_settings(settings)
    , m_format(new QComboBox)
    , m_why(makeText({}, QStringLiteral("caption")))
    , m_images(new QLineEdit)
    , m_summary(makeText({}, QStringLiteral("caption")))
    , m_problems(new PlainText)
{
    resize(920, 720);
    m_format->addItem(tr("recognise by itself"), QStringLiteral("auto"));
    for (const auto& format : pipeline::importFormats())
        m_format->addItem(QString::fromStdString(format), QString::fromStdString(format));
    m_why->setObjectName(QStringLiteral("why"));
    m_why->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    QFormLayout* const form = addForm();
    form->addRow(makeText(tr("Data file or folder")), makeSourceRow());
    addField(form, tr("Format"), m_format, QStringLiteral("format"));
    form->addRow(QString(), m_why);
    const auto images =
        addPathField(form, tr("Folder of the pictures"), m_images, QStringLiteral("images"), tr("Folder…"));
    images.button->setObjectName(QStringLiteral("chooseImages"));
    body()->addWidget(makeMapping());
    makeTable();
    m_summary->setObjectName(QStringLiteral("summary"));
    body()->addWidget(m_summary);
    m_problems->setObjectName(QStringLiteral("problems"));
    m_problems->setAccessibleName(tr("Problems in the first rows"));
    m_problems->setMaximumLines(4);
    m_problems->hide();
    body()->addWidget(m_problems);

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &ImportDialog::requestPreview);
    connect(images.button, &QPushButton::clicked, this, &ImportDialog::chooseImages);
    connect(m_source, &QLineEdit::textChanged, this, &ImportDialog::sourceChanged);
    connect(m_images, &QLineEdit::textChanged, this, &ImportDialog::invalidate);
    connect(m_format, qOverload<int>(&QComboBox::currentIndexChanged), this, &ImportDialog::sourceChanged);
    sourceChanged();
}

QWidget* ImportDialog::makeSourceRow()
{
    m_source = new QLineEdit;
    m_source->setObjectName(QStringLiteral("source"));
    m_source->setAccessibleName(tr("Data file or folder"));
    auto* const row = new QWidget;
    auto* const layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(m_source, 1);
    const auto add = [&](const char* name, const char* icon, const QString& text, void (ImportDialog::*slot)()) {
        auto* const button = new QPushButton(Theme::icon(QLatin1String(icon)), text);
        button->setObjectName(QLatin1String(name));
        button->setAutoDefault(false);
        layout->addWidget(button);
        connect(button, &QPushButton::clicked, this, slot);
    };
    add("chooseFile", "text", tr("File…"), &ImportDialog::chooseFile);
    add("chooseFolder", "folder", tr("Folder…"), &ImportDialog::chooseFolder);
    return row;
}

/// What stands where in a source whose columns have no fixed meaning.
QWidget* ImportDialog::makeMapping()
{
    m_mapping = new QWidget;
    m_mapping->setObjectName(QStringLiteral("mapping"));
    auto* const layout = new QVBoxLayout(m_mapping);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(makeFields());
    layout->addWidget(makeMetrics());
    return m_mapping;
}

QWidget* ImportDialog::makeFields()
{
    const std::array<QString, 4> labels{tr("Id from"), tr("Picture from"), tr("Instruction from"), tr("Response from")};
    auto* const panel = new QWidget;
    auto* const layout = new QHBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kSection);
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        auto* const box = new QComboBox;
        box->setObjectName(QStringLiteral("map.") + QLatin1String(kFields[i]));
        box->setAccessibleName(labels[i]);
        box->setToolTip(tr("Column of the source; empty = as recognised"));
        box->setEditable(true);
        box->setInsertPolicy(QComboBox::NoInsert);
        box->setCompleter(nullptr);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        QLabel* const label = makeText(labels[i], QStringLiteral("caption"));
        label->setBuddy(box);
        auto* const column = new QVBoxLayout;
        column->setSpacing(Theme::kUnit);
        column->addWidget(label);
        column->addWidget(box);
        layout->addLayout(column, 1);
        m_columns[i] = box;
        connect(box, &QComboBox::currentTextChanged, this, &ImportDialog::invalidate);
    }
    return panel;
}

QWidget* ImportDialog::makeMetrics()
{
    m_metricsRow = new QWidget;
    auto* const layout = new QHBoxLayout(m_metricsRow);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    m_metrics = new QListWidget;
    m_metrics->setObjectName(QStringLiteral("metrics"));
    m_metrics->setAccessibleName(tr("Metrics from"));
    m_metrics->setToolTip(tr("Columns of numbers; those that are ticked become metrics of the same name"));
    m_metrics->setFlow(QListView::LeftToRight);
    m_metrics->setWrapping(true);
    m_metrics->setResizeMode(QListView::Adjust);
    m_metrics->setSpacing(Theme::kUnit);
    m_metrics->setMaximumHeight(kMetricsHeight);
    QLabel* const label = makeText(tr("Metrics from"), QStringLiteral("caption"));
    label->setBuddy(m_metrics);
    label->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
    layout->addWidget(label, 0, Qt::AlignTop);
    layout->addWidget(m_metrics, 1);
    connect(m_metrics, &QListWidget::itemChanged, this, &ImportDialog::invalidate);
    return m_metricsRow;
}

void ImportDialog::makeTable()
{
    m_table = new QTableWidget(0, 4);
    m_table->setObjectName(QStringLiteral("preview"));
    m_table->setAccessibleName(tr("First pairs"));
    m_table->setHorizontalHeaderLabels({tr("Picture"), tr("Id"), tr("Instruction"), tr("Response")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setIconSize({kPictureSide, kPictureSide});
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kPictureSide + Theme::kGap);
    m_table->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setColumnWidth(0, kPictureSide + 3 * Theme::kGap);
    m_table->setColumnWidth(1, 140);
    m_table->setColumnWidth(2, 220);
    body()->addWidget(m_table, 1);
}

void ImportDialog::setSource(const QString& path)
{
    m_source->setText(path);
    m_typing.start(0);
}

void ImportDialog::chooseFile()
{
    const Dialogs::FileQuestion question{tr("The data file"), m_settings.lastFolder(kImportPurpose),
        tr("Datasets (*.json *.jsonl *.ndjson *.csv *.tsv *.txt *.tar);;All files (*)"), {}};
    Dialogs::askOpenFile(this, question, [this](const QString& path) {
        m_settings.setLastFolder(kImportPurpose, QFileInfo(path).absolutePath());
        setSource(path);
    });
}

void ImportDialog::chooseFolder()
{
    const Dialogs::FileQuestion question{
        tr("The folder of the dataset"), m_settings.lastFolder(kImportPurpose), {}, {}};
    Dialogs::askFolder(this, question, [this](const QString& path) {
        m_settings.setLastFolder(kImportPurpose, QFileInfo(path).absolutePath());
        setSource(path);
    });
}

void ImportDialog::chooseImages()
{
    const Dialogs::FileQuestion question{
        tr("The folder of the pictures"), m_settings.lastFolder(kImportPurpose), {}, {}};
    Dialogs::askFolder(this, question, [this](const QString& path) { m_images->setText(path); });
}

pipeline::ImportOptions ImportDialog::options() const
{
    pipeline::ImportOptions out;
    out.source = toPath(m_source->text().trimmed());
    out.format = m_format->currentData().toString().toStdString();
    out.imagesRoot = toPath(m_images->text().trimmed());
    for (std::size_t i = 0; i < kFields.size(); ++i)
        if (const auto column = m_columns[i]->currentText().trimmed(); !column.isEmpty())
            out.fieldMap[kFields[i]] = column.toStdString();
    for (const auto& metric : checkedMetrics())
        out.fieldMap[metric.toStdString()] = metric.toStdString();
    return out;
}

QStringList ImportDialog::checkedMetrics() const
{
    QStringList out;
    for (int i = 0; i < m_metrics->count(); ++i)
        if (m_metrics->item(i)->checkState() == Qt::Checked)
            out << m_metrics->item(i)->text();
    return out;
}

/// A source that could not be read may still be one whose columns want a name, by what was asked for or by its ending.
bool ImportDialog::isMapped() const
{
    const auto format = m_format->currentData().toString();
    const QStringList formats{
        QStringLiteral("csv"), QStringLiteral("jsonl"), QStringLiteral("imagefolder"), QStringLiteral("webdataset")};
    const QStringList endings{QStringLiteral("csv"), QStringLiteral("tsv"), QStringLiteral("txt"),
        QStringLiteral("json"), QStringLiteral("jsonl"), QStringLiteral("ndjson"), QStringLiteral("tar")};
    return format == QStringLiteral("auto") ? endings.contains(QFileInfo(m_source->text().trimmed()).suffix().toLower())
                                            : formats.contains(format);
}

/// Another file has other columns.
void ImportDialog::sourceChanged()
{
    for (auto* const box : m_columns) {
        const QSignalBlocker quiet(box);
        box->clear();
        box->lineEdit()->setPlaceholderText({});
    }
    m_metrics->clear();
    m_mapping->setVisible(false);
    invalidate();
}

/// What was previewed is not what would be imported any more.
void ImportDialog::invalidate()
{
    ++*m_request;
    const bool isNamed = !m_source->text().trimmed().isEmpty();
    setVerb(QStringLiteral("import"), tr("Import"));
    setNote(isNamed ? tr("Reading the first rows…") : tr("Choose a data file or a folder"), false);
    if (isNamed) {
        m_typing.start(kTypingMs);
        return;
    }
    m_typing.stop();
    m_why->clear();
    m_summary->clear();
    m_table->setRowCount(0);
    m_problems->hide();
}

void ImportDialog::requestPreview()
{
    if (m_source->text().trimmed().isEmpty())
        return;
    const qint64 request = ++*m_request;
    inBackground(
        this, [wanted = options()] { return pipeline::previewImport(wanted, kShownRows); },
        [this, request](const pipeline::ImportPreview& preview) {
            if (request == *m_request)
                showPreview(preview);
        },
        [this, request](const QString& problem) {
            if (request == *m_request)
                showProblem(problem);
        });
}

void ImportDialog::showProblem(const QString& problem)
{
    m_why->clear();
    m_summary->clear();
    m_table->setRowCount(0);
    m_problems->hide();
    // A table whose columns nobody recognises can still be named by hand.
    m_mapping->setVisible(isMapped());
    m_metricsRow->setVisible(m_metrics->count() > 0);
    setProblem(problem);
}

void ImportDialog::showPreview(const pipeline::ImportPreview& preview)
{
    m_why->setText(tr("%1: %2").arg(QString::fromStdString(preview.format), QString::fromStdString(preview.why)));
    m_images->setPlaceholderText(toQString(preview.imagesRoot));
    showMapping(preview);
    showMetrics(preview);
    showRows(preview);
    showSummary(preview);
    if (preview.first.empty()) {
        setProblem(tr("None of the first rows can become a pair"));
        return;
    }
    requestPictures(preview.firstImages);
    if (preview.first.size() < kShownRows && preview.problems.size() < kManyProblems)
        showCount(preview.first.size(), true);
    else
        requestCount();
}

void ImportDialog::showMapping(const pipeline::ImportPreview& preview)
{
    m_mapping->setVisible(preview.takesMapping);
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        QComboBox* const box = m_columns[i];
        const QSignalBlocker quiet(box);
        const auto text = box->currentText();
        box->clear();
        for (const auto& column : preview.columns)
            box->addItem(QString::fromStdString(column));
        box->setCurrentIndex(-1);
        box->setEditText(text);
        const auto found = preview.fieldMap.find(kFields[i]);
        const bool isTalk = found == preview.fieldMap.end() && i >= 2 && preview.fieldMap.contains("conversations");
        box->lineEdit()->setPlaceholderText(isTalk ? QStringLiteral("conversations")
                : found == preview.fieldMap.end()  ? tr("none")
                                                   : QString::fromStdString(found->second));
    }
}

/// Columns of numbers that serve no field; what was ticked stays so while it is there.
void ImportDialog::showMetrics(const pipeline::ImportPreview& preview)
{
    const QSignalBlocker quiet(m_metrics);
    const auto checked = checkedMetrics();
    const auto focused = m_metrics->currentItem() == nullptr ? QString() : m_metrics->currentItem()->text();
    m_metrics->clear();
    for (const auto& column : preview.numericColumns) {
        const auto name = QString::fromStdString(column);
        const bool isField = std::any_of(kFields.begin(), kFields.end(), [&](const char* field) {
            const auto found = preview.fieldMap.find(field);
            return column == field || (found != preview.fieldMap.end() && found->second == column);
        });
        if (isField)
            continue;
        auto* const item = new QListWidgetItem(name, m_metrics);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(checked.contains(name) ? Qt::Checked : Qt::Unchecked);
        if (name == focused)
            m_metrics->setCurrentItem(item);
    }
    m_metricsRow->setVisible(m_metrics->count() > 0);
}

/// The numbers of the first rows in one line, below it what is wrong, sentence by sentence.
void ImportDialog::showSummary(const pipeline::ImportPreview& preview)
{
    QStringList parts{tr("pairs shown: %1").arg(preview.first.size())};
    if (preview.badRows > 0)
        parts << tr("bad rows: %1").arg(formatCount(preview.badRows));
    if (preview.missingImages > 0)
        parts << tr("without their picture: %1").arg(formatCount(preview.missingImages));
    if (!preview.encoding.empty())
        parts << tr("text in %1").arg(QString::fromStdString(preview.encoding));
    QStringList others;
    for (const auto& other : preview.others)
        others << QString::fromStdString(other);
    if (!others.isEmpty())
        parts << tr("would also do as %1").arg(others.join(QStringLiteral(", ")));
    m_summary->setText(parts.join(QStringLiteral(" · ")));
    QStringList problems;
    for (const auto* const list : {&preview.problems, &preview.notes})
        for (const auto& problem : *list)
            problems << QString::fromStdString(problem);
    m_problems->setText(problems.join(QLatin1Char('\n')));
    m_problems->setVisible(!problems.isEmpty());
}

void ImportDialog::showRows(const pipeline::ImportPreview& preview)
{
    m_table->setRowCount(static_cast<int>(preview.first.size()));
    const QIcon missing = Theme::icon(QStringLiteral("picture-missing"), Theme::current().tokens().text2);
    for (std::size_t i = 0; i < preview.first.size(); ++i) {
        const auto& pair = preview.first[i];
        const int row = static_cast<int>(i);
        auto* const picture = new QTableWidgetItem(missing, {});
        const auto& file = preview.firstImages[i];
        picture->setToolTip(file.empty() ? tr("This pair has no picture") : toToolTip(toQString(file)));
        m_table->setItem(row, 0, picture);
        m_table->setItem(row, 1, makeCell(pair.id.value));
        m_table->setItem(row, 2, makeCell(pair.instruction));
        m_table->setItem(row, 3, makeCell(pair.response));
    }
}

void ImportDialog::requestPictures(const std::vector<std::filesystem::path>& files)
{
    const qint64 request = *m_request;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (files[i].empty())
            continue;
        inBackground(
            this,
            [file = files[i], request, last = m_request] {
                auto picture = request == *last ? pipeline::loadPicture(file, kPictureSide) : pipeline::Picture();
                return std::pair(toImage(picture), QString::fromStdString(picture.problem));
            },
            [this, request, row = static_cast<int>(i)](const std::pair<QImage, QString>& loaded) {
                auto* const item = request == *m_request ? m_table->item(row, 0) : nullptr;
                if (item == nullptr)
                    return;
                if (!loaded.first.isNull())
                    item->setIcon(QIcon(QPixmap::fromImage(loaded.first)));
                else
                    item->setToolTip(toToolTip(loaded.second));
            });
    }
}

void ImportDialog::requestCount()
{
    showCount(0, false);
    inBackground(
        this,
        [wanted = options()] {
            const auto preview = pipeline::previewImport(wanted, kCountedRows);
            // Many bad rows end the reading early: then the number says nothing.
            return preview.problems.size() >= kManyProblems ? kCountedRows : preview.first.size();
        },
        [this, request = m_request->load()](std::size_t count) {
            if (request == *m_request)
                showCount(count, count < kCountedRows);
        });
}

void ImportDialog::showCount(std::size_t count, bool isAll)
{
    setVerb(QStringLiteral("import"),
        !isAll           ? tr("Import")
            : count == 1 ? tr("Import 1 pair")
                         : tr("Import %1 pairs").arg(formatCount(static_cast<qint64>(count))));
    setNote({}, true);
}

void ImportDialog::accept()
{
    if (!primary()->isEnabled())
        return;
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Data, tr("Import %1").arg(QFileInfo(m_source->text().trimmed()).fileName()),
            [workspace, wanted = options()](
                RunContext& context) { return pipeline::runImport(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
