#pragma once

#include "core/pipeline/model_download.h"
#include "ui/dialogs/form_dialog.h"
#include "ui/jobs/job_queue.h"

#include <atomic>
#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace winnow::ui {

class DownloadView;
class Settings;

/// Fetches weights from a hub in Hugging Face's layout: a recommended model or any repository. First it asks the hub
/// what there is and shows files, sizes, licence and free space; only the second press of the button fetches, as a job
/// that goes on when the dialog is closed.
class ModelDownloadDialog : public FormDialog {
    Q_OBJECT

public:
    ModelDownloadDialog(Settings& settings, JobQueue& jobs, QWidget* parent = nullptr);
    ~ModelDownloadDialog() override;

    pipeline::ModelWish wish() const;
    void accept() override;

private:
    enum class Step {
        Choosing, ///< nothing is known about the repository yet
        Asking,   ///< the hub is being asked
        Planned,  ///< what it would take is shown
        Fetching,
        Finished,
    };
    /// What the job's thread says; the window's thread reads it.
    struct Shared;

    void makeFields();
    void describeChoice();
    void fieldChanged();
    void ask();
    void takePlan(const pipeline::ModelPlan& plan);
    void fetch();
    void jobChanged(JobId id);
    void jobFinished(JobId id);
    void sayStatus();
    void setStep(Step step);
    void setFieldsEnabled(bool isEnabled);

    Settings& m_settings;
    JobQueue& m_jobs;
    QComboBox* m_model;
    QLineEdit* m_revision;
    QLineEdit* m_folder;
    QPushButton* m_browse = nullptr;
    QCheckBox* m_makeDefault;
    QLabel* m_about;
    DownloadView* m_view;
    Step m_step = Step::Choosing;
    pipeline::ModelPlan m_plan;
    JobId m_job;
    JobStatus m_saidStatus = JobStatus::Finished; ///< of the job, in the note
    std::shared_ptr<Shared> m_shared;
    std::shared_ptr<std::atomic<bool>> m_stop; ///< of the question under way
    qint64 m_request = 0;
};

} // namespace winnow::ui
