#include "ui/dialogs/score_dialog.h"

#include "ui/background.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/theme.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kFolder = Qt::UserRole;
    constexpr int kEmbedded = Qt::UserRole + 1;

    QString metricOf(const QCheckBox* box) { return box->property("metric").toString(); }

} // namespace

ScoreDialog::ScoreDialog(Document& document, JobQueue& jobs, QWidget* parent)
    : FormDialog(QStringLiteral("scoreDialog"), tr("Score"),
        tr("One number for each pair. What has a number already is not scored again."), parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_mode(new QComboBox)
    , m_model(new QComboBox)
{
    setMinimumWidth(560);
    addMetrics();
    m_mode->addItem(tr("Corrected (recommended)"), false);
    m_mode->addItem(tr("As published, kept as columns of their own"), true);
    m_mode->setToolTip(tr("As the method is meant, or to the letter of the published recipe"));
    m_model->addItem(tr("the default"));
    m_device = makeDeviceBox();
    QFormLayout* const form = addForm();
    addField(form, tr("Mode"), m_mode, QStringLiteral("mode"));
    addField(form, tr("CLIP model"), m_model, QStringLiteral("model"));
    addField(form, tr("Device"), m_device, QStringLiteral("device"));
    connect(m_model, qOverload<int>(&QComboBox::currentIndexChanged), this, &ScoreDialog::refresh);
    connect(&m_document, &Document::columnsChanged, this, &ScoreDialog::refresh);
    loadModels();
    refresh();
}

void ScoreDialog::addMetrics()
{
    for (const auto& metric : pipeline::knownMetrics()) {
        if (!metric.canCompute)
            continue;
        const auto name = QString::fromStdString(metric.name);
        auto* const box = new QCheckBox(QString::fromStdString(metric.title));
        box->setObjectName(QStringLiteral("metric.") + name);
        box->setProperty("metric", name);
        box->setProperty("needsModel", !metric.role.empty());
        box->setMinimumHeight(Theme::kControl);
        box->setChecked(metric.name == "clip" || metric.name == "length");
        box->setToolTip(toToolTip(metricExplanation(metric.name)));
        box->setAccessibleDescription(QString::fromStdString(metric.meaning));
        QLabel* const meaning = makeText(QString::fromStdString(metric.meaning), QStringLiteral("caption"));
        meaning->setContentsMargins(Theme::kDialogMargin, 0, 0, Theme::kGap);
        body()->addWidget(box);
        body()->addWidget(meaning);
        m_metrics.push_back(box);
        connect(box, &QCheckBox::toggled, this, &ScoreDialog::refresh);
    }
}

void ScoreDialog::loadModels()
{
    inBackground(
        this, [] { return pipeline::listModels(); },
        [this](const std::vector<pipeline::ModelEntry>& models) { showModels(models); },
        [this](const QString& problem) {
            m_modelProblem = problem;
            refresh();
        });
}

void ScoreDialog::showModels(const std::vector<pipeline::ModelEntry>& models)
{
    m_model->clear();
    for (const auto& model : models) {
        if (model.role != "clip")
            continue;
        const auto name = QString::fromStdString(model.name);
        const auto about = QString::fromStdString(model.about);
        m_model->addItem(about.isEmpty() ? name : QStringLiteral("%1 - %2").arg(name, about));
        const int index = m_model->count() - 1;
        // The default stays unnamed, so that the recipe of the project works on another machine.
        m_model->setItemData(index, model.isDefault ? QString() : toQString(model.folder), kFolder);
        m_model->setItemData(index, model.embedded, kEmbedded);
        m_model->setItemData(index, toToolTip(toQString(model.folder)), Qt::ToolTipRole);
        if (model.isDefault)
            m_model->setCurrentIndex(index);
    }
    if (m_model->count() == 0)
        m_modelProblem = tr("There is no CLIP model: add one under Models");
    refresh();
}

bool ScoreDialog::needsModel() const
{
    return std::any_of(m_metrics.begin(), m_metrics.end(),
        [](const QCheckBox* box) { return box->isChecked() && box->property("needsModel").toBool(); });
}

pipeline::ScoreOptions ScoreDialog::options() const
{
    pipeline::ScoreOptions out;
    out.metrics.clear();
    for (const auto* const box : m_metrics)
        if (box->isChecked())
            out.metrics.push_back(metricOf(box).toStdString());
    out.mode = m_mode->currentData().toBool() ? Mode::Published : Mode::Corrected;
    out.device = m_device->currentText().toStdString();
    if (const QString folder = m_model->currentData(kFolder).toString(); !folder.isEmpty())
        out.models["clip"] = toPath(folder);
    return out;
}

void ScoreDialog::refresh()
{
    const auto pairCount = m_document.columns()->pairCount;
    setVerb(QStringLiteral("score"), tr("Score %1 pairs").arg(formatCount(pairCount)));
    const bool isModelUsed = needsModel();
    for (auto* const box : {m_model, m_device}) {
        box->setEnabled(isModelUsed);
        box->setToolTip(isModelUsed ? QString() : tr("None of the chosen metrics needs a model"));
    }
    if (pairCount == 0)
        setProblem(tr("There are no pairs yet: import a dataset first"));
    else if (std::none_of(m_metrics.begin(), m_metrics.end(), [](const QCheckBox* box) { return box->isChecked(); }))
        setProblem(tr("Choose at least one metric"));
    else if (isModelUsed && !m_modelProblem.isEmpty())
        setProblem(m_modelProblem);
    else if (isModelUsed && m_model->currentData(kEmbedded).toBool())
        setWarning(tr("The embedded model knows drawn scenes only: its scores of real photographs mean little"));
    else
        setNote({}, true);
}

void ScoreDialog::accept()
{
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Models, tr("Score %1 pairs").arg(formatCount(m_document.columns()->pairCount)),
            [workspace, wanted = options()](
                RunContext& context) { return pipeline::runScore(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
