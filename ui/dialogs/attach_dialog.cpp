#include "ui/dialogs/attach_dialog.h"

#include "core/pipeline/import_job.h"
#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>

#include <optional>
#include <utility>

namespace winnow::ui {

namespace {

    constexpr int kFileTypingMs = 250;
    constexpr int kTablePx = 190;
    enum FieldColumn { FieldName, OurName, Values, Range, FieldColumnCount };

    QString titleOf(AttachDialog::Kind kind)
    {
        switch (kind) {
        case AttachDialog::Kind::Metrics:
            return AttachDialog::tr("Import ready scores");
        case AttachDialog::Kind::Features:
            return AttachDialog::tr("Import features");
        case AttachDialog::Kind::Clusters:
            return AttachDialog::tr("Import clusters");
        }
        return {};
    }

    QString sentenceOf(AttachDialog::Kind kind)
    {
        switch (kind) {
        case AttachDialog::Kind::Metrics:
            return AttachDialog::tr("One number for each pair, keyed by its id: JSON, JSONL, CSV or TSV.");
        case AttachDialog::Kind::Features:
            return AttachDialog::tr("One vector for each pair, in the order of the pairs: .pt, .npy or .safetensors.");
        case AttachDialog::Kind::Clusters:
            return AttachDialog::tr("Which pairs belong together: JSON with a list of ids for each cluster.");
        }
        return {};
    }

    QString filtersOf(AttachDialog::Kind kind)
    {
        switch (kind) {
        case AttachDialog::Kind::Metrics:
            return AttachDialog::tr("Scores (*.json *.jsonl *.csv *.tsv);;All files (*)");
        case AttachDialog::Kind::Features:
            return AttachDialog::tr("Vectors (*.pt *.pth *.npy *.safetensors);;All files (*)");
        case AttachDialog::Kind::Clusters:
            return AttachDialog::tr("Clusters (*.json);;All files (*)");
        }
        return {};
    }

} // namespace

AttachDialog::AttachDialog(Kind kind, Document& document, JobQueue& jobs, Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("attachDialog"), titleOf(kind), sentenceOf(kind), parent)
    , m_kind(kind)
    , m_document(document)
    , m_jobs(jobs)
    , m_settings(settings)
    , m_source(new QLineEdit)
{
    setMinimumWidth(640);
    QFormLayout* const form = addForm();
    const auto source = addPathField(form, tr("File"), m_source, QStringLiteral("source"), tr("File…"));
    source.button->setObjectName(QStringLiteral("chooseFile"));
    connect(source.button, &QPushButton::clicked, this, &AttachDialog::chooseFile);
    connect(m_source, &QLineEdit::textChanged, this, &AttachDialog::sourceChanged);
    if (m_kind == Kind::Metrics) {
        makeTable();
    } else {
        m_name = new QLineEdit;
        addField(form, m_kind == Kind::Features ? tr("Name of the space") : tr("Name of the clustering"), m_name,
            QStringLiteral("name"));
        connect(m_name, &QLineEdit::textChanged, this, &AttachDialog::refresh);
    }
    m_typing.setSingleShot(true);
    m_typing.setInterval(kFileTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &AttachDialog::requestPreview);
    refresh();
}

void AttachDialog::makeTable()
{
    m_fields = new QTableWidget(0, FieldColumnCount);
    m_fields->setObjectName(QStringLiteral("fields"));
    m_fields->setAccessibleName(tr("Fields of the file"));
    m_fields->setHorizontalHeaderLabels({tr("Field"), tr("Keep as"), tr("Values"), tr("Range")});
    m_fields->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_fields->horizontalHeader()->setHighlightSections(false);
    m_fields->verticalHeader()->hide();
    m_fields->verticalHeader()->setDefaultSectionSize(Theme::kControl);
    m_fields->setMinimumHeight(kTablePx);
    m_fields->setTabKeyNavigation(false);
    m_fields->setToolTip(tr("Tick what is wanted; the name under which it is kept can be changed"));
    body()->addWidget(m_fields);
    connect(m_fields, &QTableWidget::itemChanged, this, &AttachDialog::refresh);
}

void AttachDialog::setSource(const QString& file) { m_source->setText(file); }

void AttachDialog::chooseFile()
{
    Dialogs::askOpenFile(this, {windowTitle(), m_settings.lastFolder(QStringLiteral("import")), filtersOf(m_kind), {}},
        [this](const QString& file) {
            m_settings.setLastFolder(QStringLiteral("import"), QFileInfo(file).absolutePath());
            m_source->setText(file);
        });
}

void AttachDialog::sourceChanged()
{
    ++m_request;
    m_isRead = false;
    m_problem.clear();
    if (m_fields != nullptr)
        m_fields->setRowCount(0);
    if (m_name != nullptr && !m_name->isModified())
        m_name->setText(QFileInfo(m_source->text()).completeBaseName());
    if (m_kind == Kind::Metrics && !m_source->text().trimmed().isEmpty())
        m_typing.start();
    refresh();
}

void AttachDialog::requestPreview()
{
    const auto workspace = m_document.workspace();
    if (!workspace)
        return;
    const auto request = ++m_request;
    inBackground(
        this,
        [workspace, file = toPath(m_source->text().trimmed())] {
            auto project = workspace->open();
            return pipeline::previewImportMetrics(project, file);
        },
        [this, request](const pipeline::MetricFilePreview& preview) {
            if (request == m_request)
                showPreview(preview);
        },
        [this, request](const QString& problem) {
            if (request != m_request)
                return;
            m_problem = problem;
            refresh();
        });
}

void AttachDialog::showPreview(const pipeline::MetricFilePreview& preview)
{
    m_preview = preview;
    m_isRead = true;
    {
        const QSignalBlocker blocker(m_fields);
        m_fields->setRowCount(static_cast<int>(preview.fields.size()));
        int row = 0;
        for (const auto& field : preview.fields) {
            const auto add = [&](int column, const QString& text, Qt::ItemFlags flags) {
                auto* const item = new QTableWidgetItem(text);
                item->setFlags(flags);
                item->setTextAlignment((column >= Values ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
                item->setToolTip(toToolTip(text));
                m_fields->setItem(row, column, item);
                return item;
            };
            const auto fixed = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
            add(FieldName, QString::fromStdString(field.field), fixed | Qt::ItemIsUserCheckable)
                ->setCheckState(field.values > 0 ? Qt::Checked : Qt::Unchecked);
            add(OurName, QString::fromStdString(field.suggested), fixed | Qt::ItemIsEditable);
            add(Values, formatCount(field.values), fixed);
            add(Range, tr("%1 to %2").arg(formatNumber(field.low), formatNumber(field.high)), fixed);
            ++row;
        }
    }
    refresh();
}

std::map<std::string, std::string> AttachDialog::fieldMap() const
{
    std::map<std::string, std::string> out;
    for (int row = 0; m_fields != nullptr && row < m_fields->rowCount(); ++row) {
        const auto* const field = m_fields->item(row, FieldName);
        const auto* const name = m_fields->item(row, OurName);
        if (field != nullptr && name != nullptr && field->checkState() == Qt::Checked)
            out[name->text().trimmed().toStdString()] = field->text().toStdString();
    }
    return out;
}

void AttachDialog::refreshMetrics()
{
    setVerb(QStringLiteral("import"), tr("Import scores"));
    if (!m_problem.isEmpty()) {
        setProblem(m_problem);
        return;
    }
    if (!m_isRead) {
        setNote(tr("Reading the file…"), false);
        return;
    }
    int ticked = 0;
    for (int row = 0; row < m_fields->rowCount(); ++row)
        ticked += m_fields->item(row, FieldName)->checkState() == Qt::Checked ? 1 : 0;
    const auto map = fieldMap();
    const auto matched = m_preview.rows - m_preview.unknownIds;
    setVerb(QStringLiteral("import"), tr("Import scores of %1 pairs").arg(formatCount(matched)));
    QStringList notes;
    for (const auto& [name, field] : map)
        if (m_document.columns()->findMetric(name) != nullptr)
            notes << tr("Replaces the column %1").arg(QString::fromStdString(name));
    if (m_preview.unknownIds > 0 && !m_preview.inPairOrder)
        notes << tr("%1 ids are not in this project and are left out").arg(formatCount(m_preview.unknownIds));
    if (m_preview.badRows > 0)
        notes << tr("%1 bad rows are left out").arg(formatCount(m_preview.badRows));
    if (m_preview.inPairOrder && m_preview.unknownIds > 0)
        setProblem(tr("The file has %1 values without ids, the project has %2 pairs: they must be as many")
                       .arg(formatCount(m_preview.rows), formatCount(m_document.columns()->pairCount)));
    else if (matched == 0)
        setProblem(tr("None of the ids is in this project"));
    else if (ticked == 0)
        setProblem(tr("Tick at least one field"));
    else if (map.contains(std::string()))
        setProblem(tr("Each ticked field needs a name to be kept as"));
    else if (static_cast<int>(map.size()) < ticked)
        setProblem(tr("Two fields cannot be kept under the same name"));
    else if (!notes.isEmpty())
        setWarning(notes.join(QLatin1Char('\n')));
    else
        setNote({}, true);
}

void AttachDialog::refresh()
{
    const auto file = m_source->text().trimmed();
    if (file.isEmpty() || m_document.columns()->pairCount == 0) {
        setVerb(QStringLiteral("import"), tr("Import"));
        setNote(file.isEmpty() ? tr("Choose a file") : tr("There are no pairs yet: import a dataset first"), false);
        return;
    }
    if (m_kind == Kind::Metrics) {
        refreshMetrics();
        return;
    }
    const auto name = m_name->text().trimmed();
    setVerb(QStringLiteral("import"), m_kind == Kind::Features ? tr("Import features") : tr("Import clusters"));
    if (!QFileInfo(file).isFile())
        setProblem(tr("There is no file %1").arg(file));
    else if (name.isEmpty())
        setProblem(tr("It needs a name"));
    else
        setNote(m_kind == Kind::Clusters && m_document.columns()->findClustering(name.toStdString()) != nullptr
                ? tr("Replaces the clustering of this name")
                : QString(),
            true);
}

pipeline::Work AttachDialog::makeWork() const
{
    const auto workspace = m_document.workspace();
    const auto file = toPath(m_source->text().trimmed());
    if (m_kind == Kind::Metrics)
        return [workspace, file, map = fieldMap()](
                   RunContext& context) { return pipeline::runImportMetrics(*workspace, file, map, context); };
    const auto name = m_name->text().trimmed().toStdString();
    if (m_kind == Kind::Features)
        return [workspace, file, name](
                   RunContext& context) { return pipeline::runImportFeatures(*workspace, file, name, context); };
    return [workspace, file, name](
               RunContext& context) { return pipeline::runImportClusters(*workspace, file, name, context); };
}

void AttachDialog::accept()
{
    if (m_document.workspace())
        m_jobs.submit(Lane::Data, windowTitle(), makeWork());
    FormDialog::accept();
}

} // namespace winnow::ui
