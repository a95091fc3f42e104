#include "ui/dialogs/benchmark_dialog.h"

#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kPathTypingMs = 250;

} // namespace

BenchmarkDialog::BenchmarkDialog(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent)
    : FormDialog(QStringLiteral("benchmarkDialog"), tr("Add a benchmark"),
        tr("Yes/no questions about pictures that every run is asked: the folder of MME or of one of its subtasks, or a "
           "file of POPE, JSONL or TSV rows."),
        parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_settings(settings)
    , m_path(new QLineEdit)
    , m_name(new QLineEdit)
    , m_format(new QComboBox)
    , m_preview(makeText({}))
{
    setMinimumWidth(600);
    setVerb(QStringLiteral("add"), tr("Add benchmark"));
    m_format->addItem(tr("recognised by itself"), QStringLiteral("auto"));
    m_format->addItem(tr("MME folder"), QStringLiteral("mme"));
    m_format->addItem(tr("POPE (image, text, label)"), QStringLiteral("pope"));
    m_format->addItem(tr("JSONL (image, question, answer)"), QStringLiteral("jsonl"));
    m_format->addItem(tr("TSV (image, question, answer)"), QStringLiteral("tsv"));
    m_preview->setObjectName(QStringLiteral("benchmarkPreview"));
    QFormLayout* const form = addForm();
    const auto path = addPathField(form, tr("Questions"), m_path, QStringLiteral("path"), tr("File…"));
    path.button->setObjectName(QStringLiteral("chooseFile"));
    auto* const folder = new QPushButton(tr("Folder…"));
    folder->setObjectName(QStringLiteral("chooseFolder"));
    folder->setAutoDefault(false);
    path.row->layout()->addWidget(folder);
    addField(form, tr("Name"), m_name, QStringLiteral("name"));
    addField(form, tr("Format"), m_format, QStringLiteral("format"));
    body()->addWidget(m_preview);
    m_typing.setSingleShot(true);
    m_typing.setInterval(kPathTypingMs);
    connect(path.button, &QPushButton::clicked, this, &BenchmarkDialog::chooseFile);
    connect(folder, &QPushButton::clicked, this, &BenchmarkDialog::chooseFolder);
    connect(&m_typing, &QTimer::timeout, this, &BenchmarkDialog::requestPreview);
    connect(m_name, &QLineEdit::textChanged, this, &BenchmarkDialog::refresh);
    const auto read = [this] {
        m_isRead = false;
        ++m_request; // an answer that is under way is about something else
        m_typing.start();
        refresh();
    };
    connect(m_path, &QLineEdit::textChanged, this, read);
    connect(m_format, qOverload<int>(&QComboBox::currentIndexChanged), this, read);
    refresh();
}

void BenchmarkDialog::setSource(const QString& path) { m_path->setText(path); }

void BenchmarkDialog::chooseFile()
{
    Dialogs::askOpenFile(this,
        {windowTitle(), m_settings.lastFolder(QStringLiteral("benchmark")),
            tr("Questions (*.jsonl *.json *.tsv *.txt);;All files (*)"), {}},
        [this](const QString& file) {
            m_settings.setLastFolder(QStringLiteral("benchmark"), QFileInfo(file).absolutePath());
            m_path->setText(file);
        });
}

void BenchmarkDialog::chooseFolder()
{
    Dialogs::askFolder(this, {windowTitle(), m_settings.lastFolder(QStringLiteral("benchmark")), {}, {}},
        [this](const QString& folder) {
            m_settings.setLastFolder(QStringLiteral("benchmark"), QFileInfo(folder).absolutePath());
            m_path->setText(folder);
        });
}

void BenchmarkDialog::requestPreview()
{
    const auto path = m_path->text().trimmed();
    if (path.isEmpty())
        return;
    if (!m_name->isModified())
        m_name->setText(QFileInfo(path).completeBaseName());
    const auto request = ++m_request;
    inBackground(
        this,
        [file = toPath(path), format = m_format->currentData().toString().toStdString()] {
            return pipeline::previewBenchmark(file, format);
        },
        [this, request](const pipeline::BenchmarkPreview& preview) {
            if (request == m_request)
                takePreview(preview);
        },
        [this, request](const QString& problem) {
            if (request != m_request)
                return;
            m_isRead = true;
            m_problem = problem;
            m_preview->clear();
            refresh();
        });
}

void BenchmarkDialog::takePreview(const pipeline::BenchmarkPreview& preview)
{
    m_isRead = true;
    m_problem.clear();
    auto text = tr("%1 questions about %2 pictures (%3).")
                    .arg(formatCount(preview.questionCount), formatCount(preview.imageCount),
                        QString::fromStdString(preview.format));
    text += QChar(u'\n')
        + tr("First: %1 – %2").arg(QString::fromStdString(preview.question), QString::fromStdString(preview.answer));
    if (preview.badCount > 0)
        text += QChar(u'\n')
            + tr("%1 rows cannot be used and are left out; the first: %2")
                  .arg(formatCount(preview.badCount), QString::fromStdString(preview.firstBad));
    m_preview->setText(text);
    setLook(m_preview, preview.badCount > 0 ? QStringLiteral("warn") : QString());
    refresh();
}

void BenchmarkDialog::refresh()
{
    const auto name = m_name->text().trimmed().toStdString();
    const auto& known = m_document.benchmarks();
    const bool isKnown =
        std::any_of(known.begin(), known.end(), [&](const BenchmarkInfo& info) { return info.name == name; });
    if (m_path->text().trimmed().isEmpty())
        setNote(tr("Choose a file or a folder"), false);
    else if (!m_isRead)
        setNote(tr("Reading the questions…"), false);
    else if (!m_problem.isEmpty())
        setProblem(m_problem);
    else if (name.empty())
        setProblem(tr("The benchmark needs a name"));
    else if (isKnown)
        setWarning(tr("Replaces the project's benchmark of that name; answers to other questions are asked anew"));
    else
        setNote({}, true);
}

void BenchmarkDialog::accept()
{
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Data, tr("Add benchmark %1").arg(m_name->text().trimmed()),
            [workspace, name = m_name->text().trimmed().toStdString(), path = toPath(m_path->text().trimmed()),
                format = m_format->currentData().toString().toStdString()](
                RunContext&) { return pipeline::addBenchmark(*workspace, name, path, format); });
    FormDialog::accept();
}

} // namespace winnow::ui
