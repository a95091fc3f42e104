// The experiment page's result: the list, every fine-tune as it comes, the report and what is written of it.
#include "core/base/file.h"
#include "core/pipeline/html_page.h"
#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/models/run_table_model.h"
#include "ui/pages/experiment_page.h"
#include "ui/report_pdf.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/batch_form.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/plain_table.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace winnow::ui {

namespace {

    /// The first column is a text that takes the room left, the others are numbers.
    QTableWidget* makeTable(QWidget* parent, const char* name, const QString& label, const QStringList& headers)
    {
        QList<int> numbers(headers.size() - 1);
        std::iota(numbers.begin(), numbers.end(), 1);
        auto* const table = makePlainTable(parent, name, label, headers, numbers);
        table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
        table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
        return table;
    }

    void setRow(QTableWidget* table, int row, const QStringList& texts, bool isStrong = false)
    {
        const auto text = isStrong ? CellKind::StrongText : CellKind::Text;
        const auto number = isStrong ? CellKind::StrongNumber : CellKind::Number;
        for (int column = 0; column < texts.size(); ++column)
            setCell(table, row, column, texts[column], column == 0 ? text : number);
    }

    QString pdfOf(const pipeline::ExperimentReport& report, const QString& file)
    {
        return writePdf(QString::fromStdString(pipeline::toHtml(report, pipeline::Figures::Images)),
            QString::fromStdString(report.name), file);
    }

} // namespace

QWidget* ExperimentPage::makeResult()
{
    auto* const panel = new QWidget(this);
    auto* const layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    layout->addLayout(makeExportBar(panel));
    m_sentence = new QLabel(panel);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setFont(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
    m_sentence->setObjectName(QStringLiteral("experimentSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_notes = new QLabel(panel);
    m_notes->setObjectName(QStringLiteral("experimentNotes"));
    m_notes->setTextFormat(Qt::PlainText);
    m_notes->setWordWrap(true);
    m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_sentence);
    layout->addWidget(m_notes);
    m_cells = makeTable(panel, "experimentCells", tr("Fine-tunes of the experiment"),
        {tr("Selection"), tr("Draw"), tr("Seed"), tr("State"), tr("Score, %")});
    m_arms = makeTable(panel, "experimentArms", tr("Scores with intervals"),
        {tr("Selection"), tr("Score, %"), tr("95 % interval"), tr("Fine-tunes"), tr("Time of each")});
    m_comparisons = makeTable(panel, "experimentComparisons", tr("Paired differences"),
        {tr("Difference"), tr("Points"), tr("95 % interval"), tr("p"), tr("p, corrected")});
    m_chart = new ChartView(panel);
    m_chart->setObjectName(QStringLiteral("experimentChart"));
    m_chart->setAccessibleName(tr("Score of each kind of selection with its interval"));
    m_chart->setMinimumHeight(160);
    auto* const tables = new QSplitter(Qt::Vertical, panel);
    tables->setChildrenCollapsible(false);
    tables->addWidget(m_arms);
    tables->addWidget(m_chart);
    tables->addWidget(m_comparisons);
    m_views = new QStackedWidget(panel);
    m_views->addWidget(m_cells);
    m_views->addWidget(tables);
    layout->addWidget(m_views, 1);
    return panel;
}

QLayout* ExperimentPage::makeExportBar(QWidget* panel)
{
    auto* const row = new QHBoxLayout;
    row->setSpacing(Theme::kGap);
    m_shown = new QComboBox(panel);
    m_shown->setObjectName(QStringLiteral("shownExperiment"));
    m_shown->setAccessibleName(tr("Experiment that is shown"));
    m_shown->setMinimumWidth(200);
    m_openHtml = new QPushButton(Theme::icon(QStringLiteral("open")), tr("Open the report"), panel);
    m_openHtml->setObjectName(QStringLiteral("openReport"));
    m_exportPdf = new QPushButton(Theme::icon(QStringLiteral("export")), tr("Export as PDF…"), panel);
    m_exportPdf->setObjectName(QStringLiteral("exportReport"));
    row->addWidget(makeHeading(tr("Result"), panel));
    row->addWidget(m_shown);
    row->addStretch(1);
    row->addWidget(m_openHtml);
    row->addWidget(m_exportPdf);
    connect(m_shown, qOverload<int>(&QComboBox::activated), this, &ExperimentPage::requestShown);
    connect(m_openHtml, &QPushButton::clicked, this, &ExperimentPage::openHtml);
    connect(m_exportPdf, &QPushButton::clicked, this, &ExperimentPage::exportPdf);
    return row;
}

void ExperimentPage::takeExperiments()
{
    const auto before = m_shown->currentData().toString();
    {
        const QSignalBlocker blocker(m_shown);
        m_shown->clear();
        for (const auto& experiment : m_document.experiments()) {
            const auto name = QString::fromStdString(experiment.name);
            m_shown->addItem(experiment.isFinished() ? name : tr("%1 (not finished)").arg(name), name);
        }
        const int wanted = m_shown->findData(m_wanted.isEmpty() ? before : m_wanted);
        m_shown->setCurrentIndex(wanted >= 0 ? wanted : m_shown->count() - 1);
    }
    m_shown->setVisible(m_shown->count() > 0);
    requestShown();
    updateForm();
}

void ExperimentPage::requestShown()
{
    const auto name = m_shown->currentData().toString();
    const auto request = ++m_shownRequest;
    if (name.isEmpty() || !m_document.isOpen()) {
        m_report.reset();
        showCells({});
        return;
    }
    struct Shown {
        std::vector<pipeline::ExperimentCell> cells;
        std::optional<pipeline::ExperimentReport> report;
    };
    m_document.read(
        this,
        [name = name.toStdString()](store::Project& project) {
            Shown out;
            out.cells = pipeline::experimentCells(project, name);
            try {
                out.report = pipeline::loadExperiment(project, name);
            } catch (const Error& error) {
                if (error.code() != ErrorCode::InvalidInput) // that one says: not finished yet
                    throw;
            }
            return out;
        },
        [this, request](const Shown& shown) {
            if (request != m_shownRequest)
                return;
            m_report = shown.report;
            if (m_report)
                showReport(*m_report);
            else
                showCells(shown.cells);
        });
}

void ExperimentPage::showCells(const std::vector<pipeline::ExperimentCell>& cells)
{
    m_views->setCurrentIndex(0);
    m_cells->setRowCount(static_cast<int>(cells.size()));
    int row = 0;
    qint64 done = 0;
    for (const auto& cell : cells) {
        const bool isScored = std::isfinite(cell.score);
        done += isScored ? 1 : 0;
        setRow(m_cells, row,
            {QString::fromStdString(cell.arm), formatCount(cell.draw + 1), formatCount(cell.seed),
                isScored ? tr("evaluated") : runStateText(cell.state), formatNumber(cell.score)});
        ++row;
    }
    m_cells->setVisible(!cells.empty());
    m_sentence->setText(cells.empty() ? tr("No experiment yet: choose on the left, see the cost, start.")
                                      : tr("%1 of %2 fine-tunes are evaluated")
                                            .arg(formatCount(done), formatCount(static_cast<qint64>(cells.size()))));
    m_notes->hide();
    for (auto* const button : {m_openHtml, m_exportPdf}) {
        button->setEnabled(false);
        button->setToolTip(tr("There is a report once the experiment is finished"));
    }
}

void ExperimentPage::showReport(const pipeline::ExperimentReport& report)
{
    m_views->setCurrentIndex(1);
    m_sentence->setText(QString::fromStdString(pipeline::asSentence(report.sentence)));
    QStringList notes;
    if (!report.length.sentence.empty())
        notes << QString::fromStdString(pipeline::asSentence(report.length.sentence));
    if (!report.cost.sentence.empty())
        notes << QString::fromStdString(pipeline::asSentence(report.cost.sentence));
    for (const auto& note : report.notes)
        notes << QString::fromStdString(pipeline::asSentence(note));
    setLook(m_notes, report.length.isWarning ? QStringLiteral("warn") : QStringLiteral("caption"));
    m_notes->setText(notes.join(QChar(u'\n')));
    m_notes->setVisible(!notes.isEmpty());
    showArms(report);
    showComparisons(report);
    for (auto* const button : {m_openHtml, m_exportPdf})
        button->setEnabled(true);
    m_openHtml->setToolTip(tr("Writes the report with all that is needed to repeat it, and opens it in the browser"));
    m_exportPdf->setToolTip(tr("The same report as a PDF file"));
}

void ExperimentPage::showArms(const pipeline::ExperimentReport& report)
{
    m_arms->setRowCount(static_cast<int>(report.arms.size()));
    ChartSeries series;
    series.name = tr("score");
    series.kind = ChartSeries::Kind::Points;
    series.colour = ChartSeries::Colour::Accent;
    std::vector<QString> names;
    int row = 0;
    for (const auto& arm : report.arms) {
        qint64 runs = 0;
        for (const auto& draw : arm.draws)
            runs += static_cast<qint64>(draw.runs.size());
        setRow(m_arms, row,
            {QString::fromStdString(arm.title), QString::number(arm.score, 'f', 1),
                QStringLiteral("[%1, %2]").arg(arm.ciLow, 0, 'f', 1).arg(arm.ciHigh, 0, 'f', 1), formatCount(runs),
                arm.seconds > 0 ? formatDuration(arm.seconds) : formatDuration(-1)});
        series.x.push_back(row);
        series.y.push_back(arm.score);
        series.low.push_back(arm.ciLow);
        series.high.push_back(arm.ciHigh);
        names.push_back(QString::fromStdString(arm.key));
        ++row;
    }
    m_chart->setAxes({{}, tr("accuracy, %"), names, true, false});
    m_chart->setSeries(series.x.empty() ? std::vector<ChartSeries>{} : std::vector<ChartSeries>{series});
}

void ExperimentPage::showComparisons(const pipeline::ExperimentReport& report)
{
    m_comparisons->setRowCount(static_cast<int>(report.comparisons.size()));
    int row = 0;
    for (const auto& comparison : report.comparisons) {
        auto name =
            tr("%1 minus %2").arg(QString::fromStdString(comparison.first), QString::fromStdString(comparison.second));
        if (comparison.benchmark != "all")
            name += QStringLiteral(", ") + QString::fromStdString(comparison.benchmark);
        const auto sign = comparison.difference > 0 ? QStringLiteral("+") : QString();
        setRow(m_comparisons, row,
            {name, sign + QString::number(comparison.difference, 'f', 2),
                QStringLiteral("[%1, %2]").arg(comparison.ciLow, 0, 'f', 2).arg(comparison.ciHigh, 0, 'f', 2),
                formatPValue(comparison.pValue), formatPValue(comparison.adjustedP)},
            comparison.isSignificant());
        ++row;
    }
}

QString ExperimentPage::writeHtml(const QString& file) const
{
    if (!m_report)
        return tr("There is a report once the experiment is finished");
    try {
        file::writeAtomically(toPath(file), pipeline::toHtml(*m_report));
        return {};
    } catch (const Error& error) {
        return QString::fromStdString(error.message());
    }
}

void ExperimentPage::openHtml()
{
    const auto name = m_shown->currentData().toString();
    const auto file = toQString(m_document.folder() / "reports" / (name.toStdString() + ".html"));
    try {
        std::filesystem::create_directories(toPath(QFileInfo(file).absolutePath()));
    } catch (const std::filesystem::filesystem_error& error) {
        Dialogs::showProblem(this, {tr("Open the report"), QString::fromLocal8Bit(error.what()), file});
        return;
    }
    const auto problem = writeHtml(file);
    if (!problem.isEmpty())
        Dialogs::showProblem(this, {tr("Open the report"), problem, file});
    else if (!QDesktopServices::openUrl(QUrl::fromLocalFile(file)))
        Dialogs::showProblem(this,
            {tr("Open the report"), tr("No browser could be started; the report is in %1").arg(file), file,
                Dialogs::Kind::Information});
}

void ExperimentPage::exportPdf()
{
    const auto name = m_shown->currentData().toString() + QStringLiteral(".pdf");
    Dialogs::askSaveFile(this,
        {tr("Export as PDF"), m_settings.lastFolder(QStringLiteral("export")), tr("PDF (*.pdf)"), name},
        [this](const QString& file) {
            m_settings.setLastFolder(QStringLiteral("export"), QFileInfo(file).absolutePath());
            if (!m_report)
                return;
            inBackground(
                this, [report = *m_report, file] { return pdfOf(report, file); }, // laying out pages takes a while
                [this, file](const QString& problem) {
                    if (!problem.isEmpty())
                        Dialogs::showProblem(this, {tr("Export as PDF"), problem, file});
                });
        });
}

} // namespace winnow::ui
