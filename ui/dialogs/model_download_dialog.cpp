#include "ui/dialogs/model_download_dialog.h"

#include "core/pipeline/model_facts.h"
#include "core/pipeline/recommended_models.h"
#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/dialogs/download_view.h"
#include "ui/document.h"
#include "ui/settings.h"
#include "ui/stop_context.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <mutex>
#include <utility>

namespace winnow::ui {

namespace {

    const QString kPurpose = QStringLiteral("download");
    const QString kMain = QStringLiteral("main");

    QString hubAddress()
    {
        try {
            return QString::fromStdString(pipeline::hubEndpoint());
        } catch (const std::exception&) {
            return ModelDownloadDialog::tr("the hub"); // asking it says what is wrong
        }
    }

} // namespace

struct ModelDownloadDialog::Shared {
    std::mutex mutex;
    pipeline::ModelFetchProgress progress; // guarded by mutex
};

ModelDownloadDialog::ModelDownloadDialog(Settings& settings, JobQueue& jobs, QWidget* parent)
    : FormDialog(QStringLiteral("modelDownloadDialog"), tr("Get a model"),
        tr("From %1 (HF_ENDPOINT names another hub, HF_TOKEN a token for it). You see what would be fetched, and under "
           "which licence, before anything is.")
            .arg(hubAddress()),
        parent)
    , m_settings(settings)
    , m_jobs(jobs)
    , m_model(new QComboBox)
    , m_revision(new QLineEdit(kMain))
    , m_folder(new QLineEdit)
    , m_makeDefault(new QCheckBox(tr("Use it for its role from now on, in place of another one added before")))
    , m_about(makeText({}, QStringLiteral("caption")))
    , m_view(new DownloadView)
{
    setMinimumWidth(680);
    makeFields();
    m_about->setObjectName(QStringLiteral("modelAbout"));
    body()->addWidget(m_about);
    body()->addWidget(m_view, 1);
    cancel()->setText(tr("Close"));
    connect(m_model, &QComboBox::editTextChanged, this, &ModelDownloadDialog::fieldChanged);
    for (QLineEdit* const field : {m_revision, m_folder})
        connect(field, &QLineEdit::textChanged, this, &ModelDownloadDialog::fieldChanged);
    connect(&m_jobs, &JobQueue::jobChanged, this, &ModelDownloadDialog::jobChanged);
    connect(&m_jobs, &JobQueue::jobFinished, this, &ModelDownloadDialog::jobFinished);
    fieldChanged();
}

ModelDownloadDialog::~ModelDownloadDialog()
{
    if (m_stop)
        *m_stop = true;
}

void ModelDownloadDialog::makeFields()
{
    m_model->setEditable(true);
    m_model->setInsertPolicy(QComboBox::NoInsert);
    for (const auto& model : pipeline::recommendedModels()) {
        m_model->addItem(QString::fromStdString(model.repository.empty() ? model.name : model.repository));
        m_model->setItemData(
            m_model->count() - 1, QString::fromStdString(model.role + ": " + model.purpose), Qt::ToolTipRole);
    }
    m_makeDefault->setObjectName(QStringLiteral("useFromNowOn"));
    QFormLayout* const form = addForm();
    addField(form, tr("Model"), m_model, QStringLiteral("model"));
    m_model->setToolTip(tr("One of those that serve well, or any repository: OWNER/NAME"));
    addField(form, tr("Revision"), m_revision, QStringLiteral("revision"));
    m_revision->setToolTip(tr("A branch, a tag or a commit"));
    const auto folder = addPathField(form, tr("Into"), m_folder, QStringLiteral("folder"), tr("Choose…"));
    m_browse = folder.button;
    m_browse->setObjectName(QStringLiteral("chooseFolder"));
    connect(m_browse, &QPushButton::clicked, this, [this] {
        const Dialogs::FileQuestion question{tr("Folder to fetch into"), m_settings.lastFolder(kPurpose), {}, {}};
        Dialogs::askFolder(this, question, [this](const QString& chosen) {
            m_settings.setLastFolder(kPurpose, QFileInfo(chosen).absolutePath());
            m_folder->setText(chosen);
        });
    });
    body()->addWidget(m_makeDefault);
}

pipeline::ModelWish ModelDownloadDialog::wish() const
{
    pipeline::ModelWish out;
    out.model = m_model->currentText().trimmed().toStdString();
    out.revision = m_revision->text().trimmed().toStdString();
    out.folder = toPath(m_folder->text().trimmed());
    out.isDefaultWished = m_makeDefault->isChecked();
    return out;
}

/// What is known about the choice without asking anybody.
void ModelDownloadDialog::describeChoice()
{
    const auto known = pipeline::findRecommendedModel(wish().model);
    if (!known) {
        m_about->setText(tr("Any repository with weights as safetensors or PyTorch archives can be looked up."));
        return;
    }
    auto text = tr("%1: %2. About %3 to fetch, %4 of memory; licence %5.")
                    .arg(QString::fromStdString(known->role), QString::fromStdString(known->purpose),
                        sizeText(known->bytes), sizeText(known->memoryBytes), QString::fromStdString(known->licence));
    if (!known->note.empty())
        text += QLatin1Char(' ') + tr("Note: %1.").arg(QString::fromStdString(known->note));
    m_about->setText(text);
}

void ModelDownloadDialog::fieldChanged()
{
    const auto wanted = wish();
    const auto place = pipeline::findRecommendedModel(wanted.model);
    const auto repository = place ? place->repository : wanted.model;
    m_folder->setPlaceholderText(
        repository.empty() ? QString() : toQString(pipeline::downloadFolder(repository, wanted.revision)));
    describeChoice();
    setStep(Step::Choosing);
    if (place && place->repository.empty())
        setProblem(tr("This one cannot be fetched in one go: the note above says where its parts are"));
    else if (wanted.model.empty() || wanted.revision.empty())
        setProblem(tr("Name a repository and a revision"));
    else
        setNote(tr("Looking it up sends the repository's name to the hub, nothing else"), true);
}

void ModelDownloadDialog::setFieldsEnabled(bool isEnabled)
{
    for (QWidget* const field : std::initializer_list<QWidget*>{m_model, m_revision, m_folder, m_browse, m_makeDefault})
        field->setEnabled(isEnabled);
}

void ModelDownloadDialog::setStep(Step step)
{
    m_step = step;
    setFieldsEnabled(step == Step::Choosing || step == Step::Planned);
    m_view->setVisible(step != Step::Choosing && step != Step::Asking);
    m_view->setFetching(step == Step::Fetching || step == Step::Finished);
    switch (step) {
    case Step::Choosing:
    case Step::Asking:
        setVerb(QStringLiteral("search"), tr("Look it up"));
        break;
    case Step::Planned:
        setVerb(QStringLiteral("down"), tr("Fetch %1").arg(sizeText(m_plan.remainingBytes)));
        break;
    case Step::Fetching:
        setVerb(QStringLiteral("stop"), tr("Stop"));
        break;
    case Step::Finished:
        setVerb(QStringLiteral("check"), tr("Done"));
        break;
    }
}

void ModelDownloadDialog::accept()
{
    switch (m_step) {
    case Step::Choosing:
        ask();
        break;
    case Step::Asking:
        break;
    case Step::Planned:
        fetch();
        break;
    case Step::Fetching:
        m_jobs.stop(m_job);
        setNote(tr("Stopping…"), false);
        break;
    case Step::Finished:
        FormDialog::accept();
        break;
    }
}

void ModelDownloadDialog::ask()
{
    setStep(Step::Asking);
    setNote(tr("Asking the hub what is there…"), false);
    m_stop = std::make_shared<std::atomic<bool>>(false);
    const auto request = ++m_request;
    inBackground(
        this,
        [wanted = wish(), stop = m_stop] {
            StopContext context(stop);
            return pipeline::planModelDownload(wanted, context);
        },
        [this, request](const pipeline::ModelPlan& plan) {
            if (request == m_request && m_step == Step::Asking)
                takePlan(plan);
        },
        [this, request](const QString& problem) {
            if (request != m_request || m_step != Step::Asking)
                return;
            setStep(Step::Choosing);
            setFailure(problem);
        });
}

void ModelDownloadDialog::takePlan(const pipeline::ModelPlan& plan)
{
    m_plan = plan;
    m_view->showPlan(plan);
    setStep(Step::Planned);
    if (!plan.hasRoom())
        setProblem(tr("There is not enough room: choose another folder, or make some"));
    else if (plan.remainingBytes == 0)
        setNote(tr("All files seem to be there: they are checked, and the model is added"), true);
    else
        setNote(tr("Nothing has been fetched yet"), true);
    primary()->setFocus();
}

void ModelDownloadDialog::fetch()
{
    m_plan.wish.isDefaultWished = m_makeDefault->isChecked();
    m_shared = std::make_shared<Shared>();
    m_job = m_jobs.submit(Lane::Network, tr("Fetch %1").arg(QString::fromStdString(m_plan.repository)),
        [plan = m_plan, shared = m_shared](RunContext& context) {
            const auto observe = [&](const pipeline::ModelFetchProgress& progress) {
                const std::lock_guard lock(shared->mutex);
                shared->progress = progress;
            };
            return pipeline::runModelDownload(plan, observe, context);
        });
    setStep(Step::Fetching);
    m_saidStatus = JobStatus::Finished; // nothing is said of this job yet
    sayStatus();
}

void ModelDownloadDialog::jobChanged(JobId id)
{
    if (id != m_job || m_step != Step::Fetching)
        return;
    pipeline::ModelFetchProgress progress;
    {
        const std::lock_guard lock(m_shared->mutex);
        progress = m_shared->progress;
    }
    if (!progress.fileBytes.empty())
        m_view->showProgress(progress);
    sayStatus();
}

/// The note under the fields, when it changes: a text that is set anew all the time could not be selected.
void ModelDownloadDialog::sayStatus()
{
    const JobState* const state = m_jobs.find(m_job);
    if (state == nullptr || state->status == m_saidStatus)
        return;
    m_saidStatus = state->status;
    if (state->status == JobStatus::Waiting)
        setNote(tr("Another job uses the network: this one comes next"), true);
    else if (state->status == JobStatus::Paused)
        setNote(tr("Paused among the jobs"), true);
    else if (state->status == JobStatus::Running)
        setNote(tr("Closing this window does not stop it: it goes on among the jobs"), true);
}

void ModelDownloadDialog::jobFinished(JobId id)
{
    if (id != m_job || m_step != Step::Fetching)
        return;
    const JobState* const found = m_jobs.find(id);
    if (found == nullptr)
        return;
    const JobState state = *found;
    jobChanged(id);
    if (state.status == JobStatus::Finished) {
        setStep(Step::Finished);
        setNote(state.message, true);
        return;
    }
    setStep(Step::Choosing);
    if (state.status == JobStatus::Failed)
        setFailure(state.message);
    else
        setNote(tr("Stopped. What has come is kept: looked up and fetched again, it goes on from there"), true);
}

} // namespace winnow::ui
