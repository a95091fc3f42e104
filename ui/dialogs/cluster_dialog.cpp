#include "ui/dialogs/cluster_dialog.h"

#include "core/store/feature_store.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/theme.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace winnow::ui {

namespace {

    const QString kClipImage = QStringLiteral("clip-image");
    constexpr int kMostClusters = 100'000;
    constexpr int kHighestSeed = 999'999'999;

} // namespace

ClusterDialog::ClusterDialog(Document& document, JobQueue& jobs, QWidget* parent)
    : FormDialog(QStringLiteral("clusterDialog"), tr("Cluster"),
        tr("Groups pairs that look alike by k-means++, so that a selection can take some of every kind."), parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_name(new QLineEdit(QStringLiteral("clusters")))
    , m_k(new QSpinBox)
    , m_space(new QComboBox)
    , m_seed(new QSpinBox)
    , m_device(makeDeviceBox())
{
    setMinimumWidth(480);
    m_k->setRange(2, kMostClusters);
    m_k->setValue(10);
    m_k->setFont(Theme::current().numberFont());
    m_space->addItem(kClipImage);
    m_space->setToolTip(tr("The vectors that are grouped"));
    m_seed->setRange(0, kHighestSeed);
    m_seed->setFont(Theme::current().numberFont());
    m_seed->setToolTip(tr("The same seed gives the same clusters"));
    QFormLayout* const form = addForm();
    addField(form, tr("Name"), m_name, QStringLiteral("name"));
    addField(form, tr("Clusters"), m_k, QStringLiteral("k"));
    addField(form, tr("Feature space"), m_space, QStringLiteral("space"));
    addField(form, tr("Seed"), m_seed, QStringLiteral("seed"));
    addField(form, tr("Device"), m_device, QStringLiteral("device"));
    connect(m_name, &QLineEdit::textChanged, this, &ClusterDialog::refresh);
    connect(m_k, qOverload<int>(&QSpinBox::valueChanged), this, &ClusterDialog::refresh);
    connect(m_space, qOverload<int>(&QComboBox::currentIndexChanged), this, &ClusterDialog::refresh);
    connect(&m_document, &Document::columnsChanged, this, &ClusterDialog::refresh);
    loadSpaces();
    refresh();
}

void ClusterDialog::loadSpaces()
{
    m_document.read(
        this, [](store::Project& project) { return store::FeatureStore(project).list(); },
        [this](const std::vector<FeatureInfo>& spaces) {
            m_areSpacesKnown = true;
            for (const auto& space : spaces) {
                m_stored << QString::fromStdString(space.name);
                if (m_space->findText(m_stored.back()) < 0)
                    m_space->addItem(m_stored.back());
            }
            refresh();
        });
}

pipeline::ClusterOptions ClusterDialog::options() const
{
    pipeline::ClusterOptions out;
    out.name = m_name->text().trimmed().toStdString();
    out.k = m_k->value();
    out.space = m_space->currentText().toStdString();
    out.seed = static_cast<std::uint64_t>(m_seed->value());
    out.device = m_device->currentText().toStdString();
    return out;
}

void ClusterDialog::refresh()
{
    const auto pairCount = m_document.columns()->pairCount;
    setVerb(QStringLiteral("cluster"), tr("Cluster %1 pairs").arg(formatCount(pairCount)));
    const bool isStored = m_stored.contains(m_space->currentText());
    m_device->setEnabled(!isStored);
    m_device->setToolTip(isStored ? tr("The vectors are there already: no model runs") : QString());
    const auto name = m_name->text().trimmed();
    QStringList notes;
    if (m_document.columns()->findClustering(name.toStdString()) != nullptr)
        notes << tr("Replaces the clustering of this name");
    if (m_areSpacesKnown && !isStored)
        notes << tr("The vectors are computed first, with the default CLIP model");
    if (pairCount == 0)
        setProblem(tr("There are no pairs yet: import a dataset first"));
    else if (name.isEmpty())
        setProblem(tr("The clustering needs a name"));
    else if (m_k->value() > pairCount)
        setProblem(tr("There are only %1 pairs: choose fewer clusters").arg(formatCount(pairCount)));
    else
        setNote(notes.join(QLatin1Char('\n')), true);
}

void ClusterDialog::accept()
{
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Models, tr("Cluster into %1").arg(formatCount(m_k->value())),
            [workspace, wanted = options()](
                RunContext& context) { return pipeline::runCluster(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
