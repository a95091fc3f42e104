#include "ui/pages/batch_page.h"

#include "core/pipeline/workspace.h"
#include "ui/actions.h"
#include "ui/document.h"
#include "ui/widgets/batch_form.h"
#include "ui/widgets/empty_look.h"

#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace winnow::ui {

BatchPage::BatchPage(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_actions(actions)
    , m_empty(new EmptyLook(this))
    , m_stack(new QStackedWidget(this))
{
}

void BatchPage::setContent(QWidget* content, const QString& firstAction)
{
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_empty, &EmptyLook::activated, this, [this, firstAction] {
        m_actions[m_document.columns()->pairCount == 0 ? QStringLiteral("project.import") : firstAction]->trigger();
    });
    connect(m_actions[QStringLiteral("run.start")], &QAction::triggered, this, [this] {
        if (isVisible() && m_controls->startButton()->isEnabled() && m_controls->startButton()->isVisible())
            submit(Kind::Batch);
    });
    connect(&m_document, &Document::opened, this, &BatchPage::reset);
    connect(&m_document, &Document::closed, this, &BatchPage::reset);
    for (const auto signal : {&Document::columnsChanged, &Document::listsChanged})
        connect(&m_document, signal, this, [this] {
            if (isVisible())
                takeProject();
        });
    for (const auto signal : {&JobQueue::jobChanged, &JobQueue::jobFinished})
        connect(&m_jobs, signal, this, &BatchPage::takeJob);
    connect(&m_jobs, &JobQueue::metricAdded, this, [this](JobId id, const QString&, double, double) {
        if (id == m_job)
            takePartialResult();
    });
    reset();
}

BatchControls* BatchPage::makeControls(const QString& verb, QWidget* parent)
{
    m_controls = new BatchControls(verb, parent);
    connect(m_controls, &BatchControls::forecastWanted, this, [this] { submit(Kind::Forecast); });
    connect(m_controls, &BatchControls::startWanted, this, [this] { submit(Kind::Batch); });
    connect(m_controls, &BatchControls::stopWanted, this, [this] {
        m_jobs.stop(m_job);
        m_jobs.stop(m_forecastJob);
    });
    return m_controls;
}

void BatchPage::forgetForecast()
{
    m_forecastText.clear();
    updateForm();
}

void BatchPage::showContent(bool isThere) { m_stack->setCurrentIndex(isThere ? 1 : 0); }

void BatchPage::reset()
{
    m_job = {};
    m_forecastJob = {};
    m_forecastText.clear();
    forgetProject();
    m_controls->showJob(m_jobs, {});
    if (isVisible())
        takeProject();
}

void BatchPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    takeProject();
}

void BatchPage::submit(Kind kind)
{
    if (!m_document.workspace())
        return;
    const auto [title, work] = kind == Kind::Forecast ? makeForecast() : makeBatch();
    auto& job = kind == Kind::Forecast ? m_forecastJob : m_job;
    job = m_jobs.submit(Lane::Models, title, work);
    takeJob(job);
}

void BatchPage::takeJob(JobId id)
{
    if (!id || (id != m_job && id != m_forecastJob))
        return;
    m_controls->showJob(m_jobs, id);
    const auto* const state = m_jobs.find(id);
    if (state == nullptr || !state->isOver())
        return;
    if (id == m_forecastJob && state->status == JobStatus::Finished)
        m_forecastText = state->message;
    updateForm();
    if (state->status == JobStatus::Failed)
        m_controls->setWarning(state->message);
    m_document.refresh();
}

} // namespace winnow::ui
