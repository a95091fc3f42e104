#include "ui/dialogs/score_dialog.h"

#include "core/pipeline/model_registry.h"
#include "ui/background.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/theme.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace winnow::ui {

ScoreDialog::ScoreDialog(Document& document, JobQueue& queue, QWidget* parent)
    : FormDialog(QStringLiteral("scoreDialog"), tr("Score"),
        tr("One number per pair. What has been scored already is not scored again."), parent)
    , m_document(document)
    , m_queue(queue)
{
    setMinimumWidth(560);
    addMetrics();
    m_mode = new QComboBox;
    m_mode->setObjectName(QStringLiteral("mode"));
    m_mode->addItem(tr("corrected"), QStringLiteral("corrected"));
    m_mode->addItem(tr("published, kept as its own column"), QStringLiteral("published"));
    m_mode->setToolTip(tr("As the method is meant, or exactly as the published code computes it"));
    m_model = new QComboBox;
    m_model->setObjectName(QStringLiteral("model"));
    m_model->addItem(tr("the default"), QString());
    m_device = makeDeviceBox();
    QFormLayout* const form = addForm();
    form->addRow(tr("Reading"), m_mode);
    form->addRow(tr("CLIP model"), m_model);
    form->addRow(tr("Device"), m_device);
    inBackground(
        this, [] { return pipeline::listModels(); },
        [this](const std::vector<pipeline::ModelEntry>& models) {
            for (const pipeline::ModelEntry& model : models)
                if (model.role == "clip")
                    m_model->addItem(QStringLiteral("%1 – %2").arg(
                                         QString::fromStdString(model.name), QString::fromStdString(model.about)),
                        toQString(model.folder));
        },
        [this](const QString& problem) { setNote(problem, true); });
    refresh();
}

void ScoreDialog::addMetrics()
{
    for (const pipeline::MetricDescription& metric : pipeline::knownMetrics()) {
        if (!metric.canCompute)
            continue;
        auto* const box = new QCheckBox(QString::fromStdString(metric.title));
        box->setObjectName(QStringLiteral("metric.") + QString::fromStdString(metric.name));
        box->setChecked(metric.name == "clip" || metric.name == "length");
        auto* const meaning = new QLabel(QString::fromStdString(metric.meaning));
        meaning->setTextFormat(Qt::PlainText);
        meaning->setWordWrap(true);
        meaning->setProperty("look", QStringLiteral("caption"));
        meaning->setContentsMargins(Theme::kDialogMargin, 0, 0, Theme::kGap);
        meaning->setToolTip(QString::fromStdString(metric.source));
        body()->addWidget(box);
        body()->addWidget(meaning);
        m_metrics.push_back(box);
        connect(box, &QCheckBox::toggled, this, &ScoreDialog::refresh);
    }
}

pipeline::ScoreOptions ScoreDialog::options() const
{
    pipeline::ScoreOptions options;
    options.metrics.clear();
    for (const QCheckBox* const box : m_metrics)
        if (box->isChecked())
            options.metrics.push_back(box->objectName().section(QLatin1Char('.'), 1).toStdString());
    options.mode = m_mode->currentData().toString() == QStringLiteral("published") ? Mode::Published : Mode::Corrected;
    options.device = m_device->currentText().toStdString();
    options.clipModel = toPath(m_model->currentData().toString());
    return options;
}

void ScoreDialog::refresh()
{
    const auto count = std::ranges::count_if(m_metrics, [](const QCheckBox* box) { return box->isChecked(); });
    primary()->setText(count == 1 ? tr("Score 1 metric") : tr("Score %1 metrics").arg(count));
    setProblem(count == 0 ? tr("Choose at least one metric") : QString());
}

void ScoreDialog::accept()
{
    if (m_document.isOpen())
        m_queue.submit(
            Lane::Models, tr("Score"), [workspace = m_document.workspace(), wanted = options()](RunContext& context) {
                return pipeline::runScore(*workspace, wanted, context);
            });
    FormDialog::accept();
}

} // namespace winnow::ui
