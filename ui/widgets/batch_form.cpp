#include "ui/widgets/batch_form.h"

#include "ui/jobs/job_panel.h"
#include "ui/jobs/job_queue.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kListPx = 84;

} // namespace

BenchmarkList::BenchmarkList(QWidget* parent)
    : QWidget(parent)
    , m_list(new QListWidget(this))
{
    m_list->setObjectName(QStringLiteral("benchmarkList"));
    m_list->setAccessibleName(tr("Benchmarks"));
    m_list->setFixedHeight(kListPx);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
    setFocusProxy(m_list);
    connect(m_list, &QListWidget::itemChanged, this, &BenchmarkList::changed);
}

void BenchmarkList::setBenchmarks(const std::vector<BenchmarkInfo>& benchmarks)
{
    QStringList off;
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->checkState() != Qt::Checked)
            off << m_list->item(row)->data(Qt::UserRole).toString();
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (const auto& benchmark : benchmarks) {
            const auto name = QString::fromStdString(benchmark.name);
            auto* const item =
                new QListWidgetItem(tr("%1 (%2 questions)").arg(name, formatCount(benchmark.questionCount)), m_list);
            item->setData(Qt::UserRole, name);
            item->setData(Qt::UserRole + 1, static_cast<qlonglong>(benchmark.questionCount));
            item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
            item->setCheckState(off.contains(name) ? Qt::Unchecked : Qt::Checked);
        }
    }
    Q_EMIT changed();
}

std::vector<std::string> BenchmarkList::ticked() const
{
    std::vector<std::string> out;
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->checkState() == Qt::Checked)
            out.push_back(m_list->item(row)->data(Qt::UserRole).toString().toStdString());
    return out;
}

qint64 BenchmarkList::questionCount() const
{
    qint64 out = 0;
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->checkState() == Qt::Checked)
            out += m_list->item(row)->data(Qt::UserRole + 1).toLongLong();
    return out;
}

BatchControls::BatchControls(const QString& verb, QWidget* parent)
    : QWidget(parent)
    , m_message(new QLabel(this))
    , m_forecast(new QPushButton(Theme::icon(QStringLiteral("refresh")), tr("Forecast the cost"), this))
    , m_start(new QPushButton(verb, this))
    , m_stop(new QPushButton(Theme::icon(QStringLiteral("stop")), tr("Stop"), this))
    , m_progressRow(new QWidget(this))
    , m_progress(new QProgressBar(m_progressRow))
    , m_status(new QLabel(m_progressRow))
{
    m_message->setObjectName(QStringLiteral("batchMessage"));
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_forecast->setObjectName(QStringLiteral("forecastBatch"));
    m_start->setObjectName(QStringLiteral("startBatch"));
    m_start->setProperty("look", QStringLiteral("primary"));
    m_start->setMinimumHeight(Theme::kPrimary);
    m_stop->setObjectName(QStringLiteral("stopBatch"));
    m_stop->setToolTip(tr("Ends at the next safe point; what is done stays, started again it goes on"));
    m_progress->setObjectName(QStringLiteral("batchProgress"));
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress"));
    m_status->setObjectName(QStringLiteral("batchStatus"));
    m_status->setProperty("look", QStringLiteral("caption"));
    for (auto* const label : {m_message, m_status}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    const auto colour = [this] {
        m_start->setIcon(Theme::icon(QStringLiteral("play"), Theme::current().tokens().onAccent));
    };
    colour();
    connect(&Theme::current(), &Theme::changed, this, colour);
    auto* const progress = new QVBoxLayout(m_progressRow);
    progress->setContentsMargins(0, 0, 0, 0);
    progress->setSpacing(Theme::kUnit);
    progress->addWidget(m_progress);
    progress->addWidget(m_status);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kSection, Theme::kGap, Theme::kSection, Theme::kSection);
    layout->setSpacing(Theme::kGap);
    for (QWidget* const widget : std::initializer_list<QWidget*>{m_message, m_progressRow, m_forecast, m_start, m_stop})
        layout->addWidget(widget);
    connect(m_forecast, &QPushButton::clicked, this, &BatchControls::forecastWanted);
    connect(m_start, &QPushButton::clicked, this, &BatchControls::startWanted);
    connect(m_stop, &QPushButton::clicked, this, &BatchControls::stopWanted);
    m_progressRow->hide();
    updateButtons();
}

void BatchControls::setVerb(const QString& verb) { m_start->setText(verb); }

void BatchControls::setProblem(const QString& problem)
{
    m_problem = problem;
    say(QStringLiteral("failure"), problem);
    updateButtons();
}

void BatchControls::setNote(const QString& note)
{
    m_problem.clear();
    say(QStringLiteral("caption"), note);
    updateButtons();
}

void BatchControls::setWarning(const QString& warning)
{
    m_problem.clear();
    say(QStringLiteral("warn"), warning);
    updateButtons();
}

void BatchControls::say(const QString& look, const QString& text)
{
    setLook(m_message, look);
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

void BatchControls::showJob(const JobQueue& jobs, const JobId& id)
{
    const auto* const state = jobs.find(id);
    m_isBusy = state != nullptr && !state->isOver();
    m_progressRow->setVisible(m_isBusy);
    if (m_isBusy) {
        const bool isUnknown = state->total <= 0;
        m_progress->setRange(0, isUnknown ? 0 : 1000);
        m_progress->setValue(static_cast<int>(std::clamp(state->fraction(), 0.0, 1.0) * 1000));
        m_status->setText(statusText(*state));
    }
    updateButtons();
}

void BatchControls::updateButtons()
{
    m_start->setVisible(!m_isBusy);
    m_start->setEnabled(m_problem.isEmpty());
    m_start->setToolTip(
        m_problem.isEmpty() ? tr("What is done already is not done again (Ctrl+R)") : toToolTip(m_problem));
    m_forecast->setVisible(!m_isBusy);
    m_forecast->setEnabled(m_problem.isEmpty());
    m_forecast->setToolTip(m_problem.isEmpty()
            ? tr("Takes a few steps and answers a few questions to tell how long it takes")
            : toToolTip(m_problem));
    m_stop->setVisible(m_isBusy);
}

QSpinBox* makeOptionalSpin(QWidget* parent, const char* name, int highest)
{
    auto* const spin = new QSpinBox(parent);
    spin->setObjectName(QLatin1String(name));
    spin->setRange(0, highest);
    spin->setSpecialValueText(BatchControls::tr("default"));
    spin->setFont(Theme::current().numberFont());
    return spin;
}

std::optional<std::int64_t> optionalValue(const QSpinBox* spin)
{
    return spin->value() == 0 ? std::nullopt : std::optional<std::int64_t>(spin->value());
}

QComboBox* makeModeBox(QWidget* parent, const char* name)
{
    auto* const box = new QComboBox(parent);
    box->setObjectName(QLatin1String(name));
    box->addItem(BatchControls::tr("Corrected (recommended)"), false);
    box->addItem(BatchControls::tr("As published"), true);
    box->setToolTip(BatchControls::tr("As the method is meant, or to the letter of the published recipe"));
    return box;
}

} // namespace winnow::ui
