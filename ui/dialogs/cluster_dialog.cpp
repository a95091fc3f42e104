#include "ui/dialogs/cluster_dialog.h"

#include "core/store/feature_store.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <limits>

namespace winnow::ui {

ClusterDialog::ClusterDialog(Document& document, JobQueue& queue, QWidget* parent)
    : FormDialog(QStringLiteral("clusterDialog"), tr("Cluster"),
        tr("Groups pairs that look alike (k-means++), so that a selection can take some of every kind."), parent)
    , m_document(document)
    , m_queue(queue)
    , m_name(new QLineEdit(QStringLiteral("clusters")))
    , m_k(new QSpinBox)
    , m_space(new QComboBox)
    , m_seed(new QSpinBox)
{
    setMinimumWidth(480);
    m_name->setObjectName(QStringLiteral("name"));
    m_k->setObjectName(QStringLiteral("k"));
    m_k->setRange(2, 10000);
    m_k->setValue(10);
    m_space->setObjectName(QStringLiteral("space"));
    m_space->addItem(QStringLiteral("clip-image"));
    m_space->setToolTip(tr("The vectors that are grouped; clip-image is computed first where it is not there"));
    m_seed->setObjectName(QStringLiteral("seed"));
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setToolTip(tr("The same seed gives the same clusters"));
    m_device = makeDeviceBox();
    QFormLayout* const form = addForm();
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Clusters"), m_k);
    form->addRow(tr("Feature space"), m_space);
    form->addRow(tr("Seed"), m_seed);
    form->addRow(tr("Device"), m_device);
    connect(m_name, &QLineEdit::textChanged, this, &ClusterDialog::refresh);
    connect(m_k, &QSpinBox::valueChanged, this, &ClusterDialog::refresh);
    addKnownSpaces();
    refresh();
}

void ClusterDialog::addKnownSpaces()
{
    m_document.read(
        this, [](store::Project& project) { return store::FeatureStore(project).list(); },
        [this](const std::vector<FeatureInfo>& spaces) {
            for (const FeatureInfo& space : spaces)
                if (m_space->findText(QString::fromStdString(space.name)) < 0)
                    m_space->addItem(QString::fromStdString(space.name));
        });
}

pipeline::ClusterOptions ClusterDialog::options() const
{
    pipeline::ClusterOptions options;
    options.name = m_name->text().trimmed().toStdString();
    options.k = m_k->value();
    options.space = m_space->currentText().toStdString();
    options.seed = static_cast<std::uint64_t>(m_seed->value());
    options.device = m_device->currentText().toStdString();
    return options;
}

void ClusterDialog::refresh()
{
    primary()->setText(tr("Make %1 clusters").arg(formatCount(m_k->value())));
    const QString name = m_name->text().trimmed();
    if (name.isEmpty()) {
        setProblem(tr("The clustering needs a name"));
        return;
    }
    if (m_k->value() > m_document.columns()->pairCount) {
        setProblem(tr("There are only %1 pairs").arg(formatCount(m_document.columns()->pairCount)));
        return;
    }
    const bool isTaken = m_document.columns()->findClustering(name.toStdString()) != nullptr;
    setNote(isTaken ? tr("Replaces the clustering of this name") : QString(), true);
}

void ClusterDialog::accept()
{
    if (m_document.isOpen())
        m_queue.submit(
            Lane::Models, tr("Cluster"), [workspace = m_document.workspace(), wanted = options()](RunContext& context) {
                return pipeline::runCluster(*workspace, wanted, context);
            });
    FormDialog::accept();
}

} // namespace winnow::ui
