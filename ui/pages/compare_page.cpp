#include "ui/pages/compare_page.h"

#include "core/base/file.h"
#include "ui/actions.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/models/run_table_model.h"
#include "ui/theme.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/image_view.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    QLabel* makeText(QWidget* parent, const char* name, Theme::Text size, Theme::Weight weight)
    {
        auto* label = new QLabel(parent);
        label->setObjectName(QLatin1String(name));
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setFont(Theme::current().font(size, weight));
        return label;
    }

    QTableWidgetItem* makeItem(const QString& text, bool isNumber, bool isBold = false)
    {
        auto* item = new QTableWidgetItem(text);
        item->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        if (isNumber)
            item->setFont(Theme::current().numberFont(
                Theme::Text::Body, isBold ? Theme::Weight::Strong : Theme::Weight::Regular));
        return item;
    }

    std::vector<std::string> toNames(const QStringList& runs)
    {
        std::vector<std::string> out;
        for (const auto& run : runs)
            out.push_back(run.toStdString());
        return out;
    }

} // namespace

ComparePage::ComparePage(Document& document, JobQueue&, Actions& actions, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_actions(actions)
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyLook(this))
{
    setObjectName(QStringLiteral("comparePage"));
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeChoice());
    auto* right = new QSplitter(Qt::Vertical, this);
    right->setChildrenCollapsible(false);
    right->addWidget(makeResults());
    right->addWidget(makeCharts());
    right->addWidget(makeAnswers());
    right->setSizes({200, 230, 320});
    splitter->addWidget(right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({220, 1060});
    m_stack->addWidget(m_empty);
    m_stack->addWidget(splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(m_empty, &EmptyLook::activated, this, [this] {
        if (auto* action = m_actions.find(QStringLiteral("mode.train")))
            action->trigger();
    });
    connect(&m_document, &Document::opened, this, &ComparePage::resetProject);
    connect(&m_document, &Document::closed, this, &ComparePage::resetProject);
    connect(&m_document, &Document::listsChanged, this, &ComparePage::updateRuns);
    connect(&Theme::current(), &Theme::changed, this, [this] { showTable(m_report); });
    resetProject();
}

QWidget* ComparePage::makeChoice()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kSection, Theme::kSection, Theme::kGap, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    auto* title = makeText(panel, "compareTitle", Theme::Text::Heading, Theme::Weight::Strong);
    title->setText(tr("Runs to compare"));
    layout->addWidget(title);
    m_runs = new QListWidget(panel);
    m_runs->setObjectName(QStringLiteral("compareRuns"));
    m_runs->setAccessibleName(tr("Runs to compare"));
    layout->addWidget(m_runs, 1);
    m_export = new QPushButton(Theme::icon(QStringLiteral("export")), tr("Export as HTML"), panel);
    m_export->setObjectName(QStringLiteral("exportComparison"));
    layout->addWidget(m_export);
    connect(m_runs, &QListWidget::itemChanged, this, &ComparePage::compare);
    connect(m_export, &QPushButton::clicked, this, &ComparePage::exportHtml);
    panel->setMinimumWidth(180);
    return panel;
}

QWidget* ComparePage::makeResults()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kGap, Theme::kSection, Theme::kSection, 0);
    layout->setSpacing(Theme::kGap);
    m_sentence = makeText(panel, "compareSentence", Theme::Text::Heading, Theme::Weight::Strong);
    layout->addWidget(m_sentence);
    m_table = new QTableWidget(0, 6, panel);
    m_table->setObjectName(QStringLiteral("compareTable"));
    m_table->setAccessibleName(tr("Accuracy of each run with its interval"));
    m_table->setHorizontalHeaderLabels(
        {tr("Run"), tr("Benchmark"), tr("Accuracy, %"), tr("95 % interval"), tr("Difference to first"), tr("p")});
    m_table->verticalHeader()->hide();
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    layout->addWidget(m_table, 1);
    m_notes = makeText(panel, "compareNotes", Theme::Text::Caption, Theme::Weight::Regular);
    layout->addWidget(m_notes);
    return panel;
}

QWidget* ComparePage::makeCharts()
{
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    m_curves = new ChartView(splitter);
    m_curves->setObjectName(QStringLiteral("compareCurves"));
    m_curves->setAccessibleName(tr("Loss of each run"));
    m_curves->setAxes({tr("step"), tr("loss"), {}, true, false});
    m_curves->setEmptyText(tr("Loss curves of the checked runs"));
    m_dots = new ChartView(splitter);
    m_dots->setObjectName(QStringLiteral("compareDots"));
    m_dots->setAccessibleName(tr("Accuracy of each run with its interval"));
    m_dots->setEmptyText(tr("Accuracy of the checked runs"));
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    return splitter;
}

QWidget* ComparePage::makeAnswers()
{
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(Theme::kGap, Theme::kGap, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    auto* bar = new QHBoxLayout;
    m_benchmark = new QComboBox(panel);
    m_benchmark->setObjectName(QStringLiteral("answerBenchmark"));
    m_benchmark->setAccessibleName(tr("Benchmark"));
    m_show = new QComboBox(panel);
    m_show->setObjectName(QStringLiteral("answerFilter"));
    m_show->setAccessibleName(tr("Which answers"));
    m_show->addItems({tr("All answers"), tr("Runs differ"), tr("Only the first is right"),
        tr("Only the second is right"), tr("All are wrong")});
    m_answerCount = new QLabel(panel);
    bar->addWidget(m_benchmark);
    bar->addWidget(m_show);
    bar->addWidget(m_answerCount, 1);
    layout->addLayout(bar);
    auto* splitter = new QSplitter(Qt::Horizontal, panel);
    m_answerView = new QTableView(splitter);
    m_answerView->setObjectName(QStringLiteral("answers"));
    m_answerView->setAccessibleName(tr("Answers side by side"));
    m_answerView->setModel(&m_answers);
    m_answerView->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_answerView->setSelectionMode(QAbstractItemView::SingleSelection);
    m_answerView->verticalHeader()->hide();
    m_answerView->setTabKeyNavigation(false);
    m_picture = new ImageView(splitter);
    m_picture->setObjectName(QStringLiteral("answerPicture"));
    m_picture->setMinimumWidth(160);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({800, 260});
    layout->addWidget(splitter, 1);
    connect(m_benchmark, qOverload<int>(&QComboBox::activated), this, &ComparePage::loadAnswers);
    connect(m_show, qOverload<int>(&QComboBox::currentIndexChanged), this, [this](int index) {
        m_answers.setShow(static_cast<AnswerTableModel::Show>(index));
        m_answerCount->setText(tr("%1 questions").arg(formatCount(m_answers.rowCount())));
    });
    connect(m_answerView->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ComparePage::showPicture);
    return panel;
}

void ComparePage::resetProject()
{
    m_runs->clear();
    m_report = {};
    m_results.clear();
    m_answers.setRows({}, {});
    m_picture->setFile({});
    updateRuns();
}

void ComparePage::updateRuns()
{
    QStringList known = checkedRuns();
    const bool isFirst = m_runs->count() == 0;
    QStringList evaluated;
    for (const auto& run : m_document.runs()) {
        const auto& all = m_document.evaluations();
        if (std::any_of(all.begin(), all.end(), [&](const EvaluationInfo& e) { return e.run == run.name; }))
            evaluated << QString::fromStdString(run.name);
    }
    QStringList listed;
    for (int i = 0; i < m_runs->count(); ++i)
        listed << m_runs->item(i)->text();
    if (listed != evaluated) {
        const QSignalBlocker blocker(m_runs);
        m_runs->clear();
        for (const auto& name : evaluated) {
            auto* item = new QListWidgetItem(name, m_runs);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
            const bool isNew = !listed.contains(name);
            item->setCheckState((isFirst || isNew || known.contains(name)) ? Qt::Checked : Qt::Unchecked);
        }
    }
    if (evaluated.isEmpty())
        m_empty->showEmpty({QStringLiteral("compare"), tr("No run has been evaluated yet"),
            tr("Fine-tune on a selection and on a random control, evaluate both, and they stand side by side here."),
            tr("Go to Train")});
    m_stack->setCurrentIndex(evaluated.isEmpty() ? 0 : 1);
    QStringList results;
    for (const auto& evaluation : m_document.evaluations())
        results << QString::fromStdString(evaluation.run) << QString::fromStdString(evaluation.benchmark)
                << QString::number(evaluation.answered) << QString::number(evaluation.value, 'g', 17);
    if (results == m_results && !results.isEmpty())
        return; // another run trains meanwhile: what is read here stays where it is
    m_results = results;
    compare();
}

QStringList ComparePage::checkedRuns() const
{
    QStringList out;
    for (int i = 0; i < m_runs->count(); ++i)
        if (m_runs->item(i)->checkState() == Qt::Checked)
            out << m_runs->item(i)->text();
    return out;
}

void ComparePage::compare()
{
    const auto runs = checkedRuns();
    const auto request = ++m_request;
    if (runs.isEmpty() || !m_document.isOpen()) {
        show({});
        return;
    }
    m_sentence->setText(tr("Comparing …"));
    m_document.read(
        this,
        [names = toNames(runs)](store::Project& project) {
            Loaded out;
            try {
                out.report = pipeline::compareRuns(project, names);
                for (const auto& name : names)
                    out.curves.push_back(pipeline::loadCurve(project, name));
            } catch (const std::exception& e) {
                out.problem = QString::fromStdString(e.what());
            }
            return out;
        },
        [this, request](const Loaded& loaded) {
            if (request == m_request)
                show(loaded);
        });
}

void ComparePage::show(const Loaded& loaded)
{
    m_report = loaded.report;
    m_export->setEnabled(!m_report.scores.empty());
    m_export->setToolTip(m_report.scores.empty() ? tr("There is nothing to export yet")
                                                 : tr("Write table, differences and configurations to a file"));
    auto sentence = loaded.problem.isEmpty() ? QString::fromStdString(m_report.sentence) : loaded.problem;
    if (!sentence.isEmpty())
        sentence[0] = sentence[0].toUpper();
    m_sentence->setText(sentence);
    QStringList notes;
    for (const auto& line : m_report.configurationDifferences)
        notes << QString::fromStdString(line);
    for (const auto& note : m_report.notes)
        notes << QString::fromStdString(note);
    m_notes->setText(notes.join(QLatin1Char('\n')));
    showTable(m_report);
    showCurves(loaded);
    showBenchmarks(m_report);
    loadAnswers();
}

void ComparePage::showTable(const pipeline::CompareReport& report)
{
    m_table->setRowCount(static_cast<int>(report.scores.size()));
    int row = 0;
    for (const auto& score : report.scores) {
        const auto difference =
            std::find_if(report.differences.begin(), report.differences.end(), [&](const pipeline::RunDifference& d) {
                return d.benchmark == score.benchmark && d.second == score.run && d.first == report.runs.front().name;
            });
        m_table->setItem(row, 0, makeItem(QString::fromStdString(score.run), false));
        m_table->setItem(row, 1, makeItem(QString::fromStdString(score.benchmark), false));
        m_table->setItem(row, 2, makeItem(QString::number(score.value, 'f', 1), true));
        m_table->setItem(row, 3,
            makeItem(QStringLiteral("%1 to %2").arg(score.ciLow, 0, 'f', 1).arg(score.ciHigh, 0, 'f', 1), true));
        const bool hasDifference = difference != report.differences.end();
        const bool isBold = hasDifference && difference->isSignificant();
        // The report says first minus second; the column says this run minus the first.
        m_table->setItem(row, 4,
            makeItem(hasDifference ? QStringLiteral("%1 [%2, %3]")
                                         .arg(-difference->difference, 0, 'f', 1)
                                         .arg(-difference->ciHigh, 0, 'f', 1)
                                         .arg(-difference->ciLow, 0, 'f', 1)
                                   : QString(),
                true, isBold));
        m_table->setItem(row, 5, makeItem(hasDifference ? formatPValue(difference->pValue) : QString(), true, isBold));
        ++row;
    }
}

void ComparePage::showCurves(const Loaded& loaded)
{
    std::vector<ChartSeries> curves;
    for (std::size_t i = 0; i < loaded.curves.size(); ++i) {
        ChartSeries series;
        series.name = QString::fromStdString(loaded.curves[i].run);
        series.category = i;
        for (const auto& point : loaded.curves[i].loss) {
            series.x.push_back(double(point.step));
            series.y.push_back(point.value);
        }
        if (!series.x.empty())
            curves.push_back(std::move(series));
    }
    m_curves->setSeries(std::move(curves));
    ChartAxes axes;
    axes.y = tr("accuracy, %");
    std::vector<ChartSeries> dots;
    for (std::size_t i = 0; i < m_report.runs.size(); ++i) {
        axes.categories.push_back(QString::fromStdString(m_report.runs[i].name));
        ChartSeries series;
        series.kind = ChartSeries::Kind::Points;
        series.name = axes.categories.back();
        series.category = i;
        for (const auto& score : m_report.scores)
            if (score.run == m_report.runs[i].name && score.benchmark == m_report.benchmarks.front()) {
                series.x.push_back(double(i));
                series.y.push_back(score.value);
                series.low.push_back(score.ciLow);
                series.high.push_back(score.ciHigh);
            }
        if (!series.x.empty())
            dots.push_back(std::move(series));
    }
    m_dots->setAxes(axes);
    m_dots->setSeries(std::move(dots));
}

void ComparePage::showBenchmarks(const pipeline::CompareReport& report)
{
    const auto wanted = m_benchmark->currentText();
    m_benchmark->clear();
    for (const auto& name : report.benchmarks)
        m_benchmark->addItem(QString::fromStdString(name));
    m_benchmark->setCurrentIndex(std::max(0, m_benchmark->findText(wanted)));
}

void ComparePage::loadAnswers()
{
    const auto runs = checkedRuns();
    const auto benchmark = m_benchmark->currentText();
    if (runs.isEmpty() || benchmark.isEmpty()) {
        m_answers.setRows({}, {});
        m_answerCount->clear();
        return;
    }
    m_document.read(
        this,
        [names = toNames(runs), benchmark = benchmark.toStdString()](
            store::Project& project) { return pipeline::loadAnswers(project, benchmark, names); },
        [this, runs, request = m_request](std::vector<pipeline::AnswerRow> rows) {
            if (request != m_request)
                return;
            m_answers.setRows(std::move(rows), runs);
            m_answerView->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
            m_answerView->horizontalHeader()->setSectionResizeMode(AnswerTableModel::Question, QHeaderView::Stretch);
            m_answerCount->setText(tr("%1 questions").arg(formatCount(m_answers.rowCount())));
            if (m_answers.rowCount() > 0)
                m_answerView->setCurrentIndex(m_answers.index(0, 0));
        });
}

void ComparePage::showPicture()
{
    if (const auto* row = m_answers.rowAt(m_answerView->currentIndex().row()))
        m_picture->setFile(row->image);
}

void ComparePage::exportHtml()
{
    Dialogs::askSaveFile(this,
        {tr("Export comparison"), {}, tr("Web page (*.html)"), QStringLiteral("comparison.html")},
        [this, html = pipeline::toHtml(m_report)](const QString& file) {
            try {
                winnow::file::writeAtomically(toPath(file), html);
                Q_EMIT m_document.said(tr("Wrote %1").arg(file));
            } catch (const std::exception& e) {
                Q_EMIT m_document.failed(QString::fromStdString(e.what()));
            }
        });
}

} // namespace winnow::ui
