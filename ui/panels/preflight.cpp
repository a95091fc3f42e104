#include "ui/panels/preflight.h"

#include "core/base/file.h"
#include "core/pipeline/check_job.h"
#include "core/pipeline/relink_job.h"
#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/models/finding_text.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>

#include <utility>

namespace winnow::ui {

namespace {

    enum Column { SeverityColumn, PairsColumn, TitleColumn, kColumnCount };
    constexpr int kLookIndex = 0;
    constexpr int kResultsIndex = 1;

    QPushButton* makeButton(QWidget* parent, const char* name, const char* icon, const QString& text)
    {
        auto* const button = new QPushButton(Theme::icon(QLatin1String(icon)), text, parent);
        button->setObjectName(QLatin1String(name));
        return button;
    }

    QString pairsText(qint64 count)
    {
        return count == 1 ? Preflight::tr("1 pair") : Preflight::tr("%1 pairs").arg(formatCount(count));
    }

    /// "2 problems, 1 warning, 3 notes".
    QString summaryOf(const CheckReport& report)
    {
        const auto problems = report.countOf(Severity::Problem), warnings = report.countOf(Severity::Warning),
                   notes = report.countOf(Severity::Note);
        QStringList parts;
        if (problems > 0)
            parts << (problems == 1 ? Preflight::tr("1 problem") : Preflight::tr("%1 problems").arg(problems));
        if (warnings > 0)
            parts << (warnings == 1 ? Preflight::tr("1 warning") : Preflight::tr("%1 warnings").arg(warnings));
        if (notes > 0)
            parts << (notes == 1 ? Preflight::tr("1 note") : Preflight::tr("%1 notes").arg(notes));
        QString text = parts.isEmpty() ? Preflight::tr("Nothing was found") : parts.join(QStringLiteral(", "));
        text = Preflight::tr("%1 in %2").arg(text, pairsText(report.checkedCount));
        if (report.bannedCount > 0)
            text += Preflight::tr("; %1 banned left out").arg(formatCount(report.bannedCount));
        return text;
    }

    QString exampleText(const FindingExample& example)
    {
        auto text =
            QStringLiteral("%1: %2").arg(QString::fromStdString(example.id), QString::fromStdString(example.words));
        if (!example.likeId.empty())
            text = Preflight::tr("%1 as %2").arg(text, QString::fromStdString(example.likeId));
        return text.simplified();
    }

} // namespace

Preflight::Preflight(Document& document, JobQueue& queue, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_queue(queue)
    , m_stack(new QStackedWidget)
    , m_look(new EmptyLook)
{
    setObjectName(QStringLiteral("preflight"));
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kGap, Theme::kUnit, Theme::kGap, Theme::kGap);
    layout->setSpacing(Theme::kUnit);
    layout->addWidget(makeHead());
    m_note = makeText(this, "checkNote", "warn");
    layout->addWidget(m_note);
    m_stack->addWidget(m_look);
    m_stack->addWidget(makeResults());
    layout->addWidget(m_stack, 1);
    connect(m_look, &EmptyLook::activated, this, &Preflight::start);
    connect(&m_queue, &JobQueue::jobChanged, this, &Preflight::takeProgress);
    connect(&m_queue, &JobQueue::jobFinished, this, &Preflight::takeJob);
    connectDocument();
    reset();
}

QWidget* Preflight::makeHead()
{
    auto* const head = new QWidget;
    m_summary = makeText(head, "checkSummary");
    m_run = makeButton(head, "checkRun", "refresh", tr("Check again"));
    m_save = makeButton(head, "checkSave", "save", tr("Save the report…"));
    m_save->setToolTip(tr("As text, or as JSON where the name ends in .json"));
    auto* const row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::kGap);
    row->addWidget(m_summary, 1);
    row->addWidget(m_run);
    row->addWidget(m_save);
    connect(m_run, &QPushButton::clicked, this, [this] { m_job ? stop() : start(); });
    connect(m_save, &QPushButton::clicked, this, &Preflight::save);
    return head;
}

QWidget* Preflight::makeResults()
{
    m_table = new QTableWidget(0, kColumnCount);
    m_table->setObjectName(QStringLiteral("findings"));
    m_table->setAccessibleName(tr("Findings"));
    m_table->setHorizontalHeaderLabels({tr("Weight"), tr("Pairs"), tr("Finding")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(Theme::kControl);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(TitleColumn, QHeaderView::Stretch);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &Preflight::showFinding);
    connect(m_table, &QTableWidget::itemActivated, this, [this] {
        if (const auto* const finding = current())
            showPairs(FindingText::queryFor(*finding));
    });
    auto* const splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(m_table);
    splitter->addWidget(makeDetails());
    splitter->setChildrenCollapsible(false);
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    return splitter;
}

QWidget* Preflight::makeDetails()
{
    auto* const details = new QWidget;
    m_title = makeHeading({}, details);
    m_title->setObjectName(QStringLiteral("findingTitle"));
    m_title->setWordWrap(true);
    m_meaning = makeText(details, "findingMeaning");
    m_examples = new QListWidget(details);
    m_examples->setObjectName(QStringLiteral("findingExamples"));
    m_examples->setAccessibleName(tr("Examples; Enter shows the pair"));
    m_examples->setToolTip(tr("A double click shows the pair in Data mode"));
    m_show = makeButton(details, "findingShow", "filter", tr("Show these pairs"));
    m_repair = makeButton(details, "findingRepair", "ban", {});
    m_relink = makeButton(details, "findingRelink", "folder", {});
    auto* const buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::kGap);
    for (auto* const button : {m_show, m_repair, m_relink})
        buttons->addWidget(button);
    buttons->addStretch(1);
    auto* const layout = new QVBoxLayout(details);
    layout->setContentsMargins(Theme::kGap, 0, 0, 0);
    layout->setSpacing(Theme::kUnit);
    layout->addWidget(m_title);
    layout->addWidget(m_meaning);
    layout->addWidget(m_examples, 1);
    layout->addLayout(buttons);
    connect(m_examples, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        const auto* const finding = current();
        const auto index = static_cast<std::size_t>(m_examples->row(item));
        if (finding && index < finding->examples.size())
            showPairs(FindingText::queryFor(finding->examples[index]));
    });
    connect(m_show, &QPushButton::clicked, this, [this] {
        if (const auto* const finding = current())
            showPairs(FindingText::queryFor(*finding));
    });
    connect(m_repair, &QPushButton::clicked, this, &Preflight::repair);
    connect(m_relink, &QPushButton::clicked, this, &Preflight::relink);
    return details;
}

void Preflight::connectDocument()
{
    connect(&m_document, &Document::opened, this, &Preflight::reset);
    connect(&m_document, &Document::closed, this, &Preflight::reset);
    connect(&m_document, &Document::columnsChanged, this, &Preflight::takeChange);
    connect(&m_document, &Document::overridesChanged, this, &Preflight::takeChange);
}

void Preflight::reset()
{
    m_report.reset();
    m_coming.reset();
    m_job = {};
    m_relinkJob = {};
    m_isOutdated = false;
    m_relinkFailure.clear();
    m_summary->clear();
    m_run->hide();
    m_save->hide();
    showNote();
    m_look->showEmpty({QStringLiteral("search"), tr("Not checked yet"),
        tr("Looks for missing and broken pictures, repeats, empty answers, turns out of order, texts that are cut, and "
           "pictures that a benchmark asks about. It changes nothing."),
        m_document.isOpen() ? tr("Check now") : QString()});
    m_stack->setCurrentIndex(kLookIndex);
}

void Preflight::start()
{
    const auto workspace = m_document.workspace();
    if (!workspace || m_job)
        return;
    m_coming = std::make_shared<CheckReport>();
    m_isOutdated = false;
    m_relinkFailure.clear();
    m_job = m_queue.submit(Lane::Data, tr("Check the data"), [workspace, report = m_coming](RunContext& context) {
        *report = pipeline::runCheck(*workspace, {}, context);
        return pipeline::JobResult{pipeline::reportSentence(*report), pipeline::reportAsJson(*report), false};
    });
    m_summary->setText(tr("Checking…"));
    m_run->setText(tr("Stop"));
    m_run->setIcon(Theme::icon(QStringLiteral("stop")));
    m_run->show();
    m_save->hide();
    showNote();
    m_look->showBusy(tr("Checking…"));
    m_stack->setCurrentIndex(kLookIndex);
}

void Preflight::stop()
{
    m_summary->setText(tr("Stopping…"));
    m_queue.stop(m_job);
}

void Preflight::takeProgress(JobId id)
{
    const JobState* const state = m_queue.find(id);
    if (id != m_job || !state || state->isOver() || state->status == JobStatus::Stopping)
        return;
    if (state->status == JobStatus::Waiting)
        m_summary->setText(tr("Waiting for another job of the data lane…"));
    else if (state->total > 0)
        m_summary->setText(tr("%1: %2 of %3").arg(state->stage, formatCount(state->done), formatCount(state->total)));
    else
        m_summary->setText(state->stage);
}

void Preflight::takeJob(JobId id)
{
    const JobState* const state = m_queue.find(id);
    if (!state)
        return;
    if (id == m_relinkJob) {
        m_relinkJob = {};
        if (state->status == JobStatus::Finished)
            start();
        else if (state->status == JobStatus::Failed)
            m_relinkFailure = state->message;
        showNote();
        return;
    }
    if (id != m_job)
        return;
    m_job = {};
    m_run->setText(tr("Check again"));
    m_run->setIcon(Theme::icon(QStringLiteral("refresh")));
    if (state->status == JobStatus::Finished) {
        m_report = std::exchange(m_coming, {});
        showReport();
        return;
    }
    m_coming.reset();
    m_summary->clear();
    if (state->status == JobStatus::Failed) {
        m_look->showFailure(tr("The check failed"), state->message, state->details());
        return;
    }
    m_run->hide();
    m_look->showEmpty({QStringLiteral("stop"), tr("The check was stopped"),
        tr("Pictures that were looked at are remembered: the next check goes on there and ends the same."),
        tr("Check again")});
}

void Preflight::takeChange()
{
    if (m_report && !m_isOutdated && !m_job) {
        m_isOutdated = true;
        showNote();
    }
}

void Preflight::showReport()
{
    m_summary->setText(summaryOf(*m_report));
    m_save->show();
    m_run->show();
    showNote();
    if (m_report->findings.empty()) {
        showNothingFound();
        return;
    }
    fillTable();
    m_stack->setCurrentIndex(kResultsIndex);
    m_table->selectRow(0);
}

void Preflight::showNothingFound()
{
    m_look->showEmpty({QStringLiteral("check"), tr("Nothing was found"),
        tr("Pictures, words, turns and repeats of %1 are in order.").arg(pairsText(m_report->checkedCount)), {}});
    m_stack->setCurrentIndex(kLookIndex);
}

void Preflight::fillTable()
{
    const auto& findings = m_report->findings;
    m_table->clearSelection();
    m_table->setRowCount(static_cast<int>(findings.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto& finding = findings[static_cast<std::size_t>(row)];
        auto* const severity = new QTableWidgetItem( // a character: the style draws an icon twice here
            FindingText::mark(finding.severity) + QLatin1Char(' ') + FindingText::severity(finding.severity));
        auto* const pairs = new QTableWidgetItem(formatCount(finding.pairCount));
        pairs->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        auto* const title = new QTableWidgetItem(FindingText::title(finding));
        m_table->setItem(row, SeverityColumn, severity);
        m_table->setItem(row, PairsColumn, pairs);
        m_table->setItem(row, TitleColumn, title);
    }
    m_table->resizeColumnToContents(SeverityColumn);
    m_table->resizeColumnToContents(PairsColumn);
}

const Finding* Preflight::current() const
{
    if (!m_report || m_table->selectedItems().isEmpty())
        return nullptr;
    const auto index = static_cast<std::size_t>(m_table->currentRow());
    return index < m_report->findings.size() ? &m_report->findings[index] : nullptr;
}

void Preflight::showFinding()
{
    const auto* const finding = current();
    if (!finding)
        return;
    m_title->setText(FindingText::title(*finding));
    m_meaning->setText(FindingText::meaning(*finding));
    m_examples->clear();
    for (const auto& example : finding->examples) {
        auto* const item = new QListWidgetItem(exampleText(example), m_examples);
        item->setToolTip(QStringLiteral("<p>%1</p>").arg(exampleText(example).toHtmlEscaped()));
    }
    m_show->setText(finding->pairCount == 1 ? tr("Show the pair") : tr("Show %1").arg(pairsText(finding->pairCount)));
    m_repair->setVisible(!finding->repair.empty());
    m_repair->setText(finding->related.empty() ? tr("Ban %1").arg(pairsText(finding->pairCount))
                                               : tr("Ban the later ones, %1").arg(pairsText(finding->pairCount)));
    m_repair->setToolTip(tr("They enter no selection any more; one step that Ctrl+Z takes back, also after a restart"));
    const bool canRelink = finding->kind == "missing-picture" && !m_report->relocations.empty();
    m_relink->setVisible(canRelink);
    if (canRelink) {
        const auto& move = m_report->relocations.front();
        const auto place = move.to.parent_path().filename() / move.to.filename(); // often only its parent has changed
        m_relink->setText(tr("Relink %1 to %2").arg(formatCount(move.pairCount), toQString(place)));
        m_relink->setToolTip(
            QStringLiteral("<p>%1</p>")
                .arg(tr("Files of these names lie in %1; the pairs look in %2. Nothing is copied or moved.")
                         .arg(toQString(move.to), toQString(move.from))
                         .toHtmlEscaped()));
    }
}

void Preflight::showNote()
{
    QStringList lines;
    if (!m_relinkFailure.isEmpty())
        lines << tr("The pictures were not relinked: %1. Check again to look for them anew.").arg(m_relinkFailure);
    if (m_isOutdated)
        lines << tr("Pairs or decisions have changed since this check: check again to see what is left.");
    if (m_report && !m_job)
        for (const auto& note : m_report->notes)
            lines << tr("Not checked: %1").arg(QString::fromStdString(note));
    m_note->setText(lines.join(QChar(u'\n')));
    m_note->setVisible(!lines.isEmpty());
}

void Preflight::showPairs(const QString& query)
{
    if (m_document.filterText() == query)
        m_document.setFilter({}); // the same words may mean other pairs since
    m_document.setFilter(query);
    Q_EMIT pairsWanted();
}

void Preflight::repair()
{
    const auto* const finding = current();
    if (finding && !finding->repair.empty())
        m_document.decide(
            QStringLiteral("ban"), finding->rows, QString::fromStdString(pipeline::repairReason(*finding)));
}

void Preflight::relink()
{
    const auto workspace = m_document.workspace();
    if (!workspace || !m_report || m_report->relocations.empty() || m_relinkJob)
        return;
    m_relinkJob = m_queue.submit(
        Lane::Data, tr("Relink the pictures"), [workspace, move = m_report->relocations.front()](RunContext& context) {
            return pipeline::runRelink(*workspace, {{{move.from, move.to}}}, context);
        });
}

void Preflight::save()
{
    const Dialogs::FileQuestion question{
        tr("Save the report"), {}, tr("Text (*.txt);;JSON (*.json)"), m_document.name() + tr("-check.txt")};
    Dialogs::askSaveFile(this, question, [this](const QString& file) {
        const auto report = m_report;
        if (!report)
            return;
        inBackground(
            this,
            [report, path = toPath(file)] {
                const bool isJson = path.extension() == ".json";
                file::writeAtomically(path,
                    isJson ? json::dumpPretty(pipeline::reportAsJson(*report))
                           : pipeline::reportAsText(*report) + "\n");
                return path;
            },
            [this](const std::filesystem::path& path) { m_summary->setText(tr("Saved as %1").arg(toQString(path))); },
            [this](const QString& problem) {
                Dialogs::showProblem(this, {tr("Save the report"), problem, {}});
            });
    });
}

} // namespace winnow::ui
