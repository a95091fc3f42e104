#pragma once

#include "core/pipeline/outcome.h"
#include "ui/jobs/job_queue.h"

#include <QWidget>

class QStackedWidget;

namespace winnow::ui {

class Actions;
class BatchControls;
class Document;
class EmptyLook;

/// What the pages of Train mode that run a whole batch of fine-tunes share: a look for projects that lack something,
/// the buttons that forecast, start and stop, and the job that is followed.
class BatchPage : public QWidget {
    Q_OBJECT

protected:
    struct BatchJob {
        QString title;
        pipeline::Work work;
    };

    BatchPage(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent);

    /// Lays the page out and follows the document and the jobs; the last step of a page's constructor. `firstAction`
    /// makes what a project with pairs still lacks ("job.cluster").
    void setContent(QWidget* content, const QString& firstAction);
    BatchControls* makeControls(const QString& verb, QWidget* parent);
    /// The choices changed: a forecast made for others is forgotten.
    void forgetForecast();
    void showContent(bool isThere);

    virtual void updateForm() = 0;
    virtual void takeProject() = 0;      ///< the project's lists or columns changed, or the page is shown
    virtual void forgetProject() = 0;    ///< another project, or none
    virtual void takePartialResult() { } ///< one more fine-tune is done
    /// Throws Error(InvalidInput) where a choice cannot be read.
    virtual BatchJob makeForecast() const = 0;
    virtual BatchJob makeBatch() = 0;
    void showEvent(QShowEvent* event) override;

    Document& m_document;
    JobQueue& m_jobs;
    Actions& m_actions;
    EmptyLook* m_empty;
    BatchControls* m_controls = nullptr;
    QString m_forecastText;

private:
    enum class Kind { Forecast, Batch };
    void submit(Kind kind);
    void takeJob(JobId id);
    void reset();

    QStackedWidget* m_stack;
    JobId m_job;
    JobId m_forecastJob;
};

} // namespace winnow::ui
