#include "ui/dialogs/cluster_dialog.h"

#include "core/store/feature_store.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
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
    constexpr int kMostNeighbors = 10'000;
    constexpr int kHighestSeed = 999'999'999;
    constexpr qint64 kMostExact = 20'000; // pairs, of the spectral method

    /// Its neighbours and seed are the defaults.
    const pipeline::ClusterOptions& published()
    {
        static const pipeline::ClusterOptions options;
        return options;
    }

} // namespace

ClusterDialog::ClusterDialog(Document& document, JobQueue& jobs, QWidget* parent)
    : FormDialog(QStringLiteral("clusterDialog"), tr("Cluster"),
        tr("Groups pairs that look alike, so that a selection can take some of every kind."), parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_name(new QLineEdit(QStringLiteral("clusters")))
    , m_mode(new QComboBox)
    , m_method(new QComboBox)
    , m_k(new QSpinBox)
    , m_neighbors(new QSpinBox)
    , m_sizes(new QComboBox)
    , m_space(new QComboBox)
    , m_distance(new QComboBox)
    , m_seed(new QSpinBox)
    , m_device(makeDeviceBox())
{
    setMinimumWidth(480);
    m_mode->addItem(tr("Corrected (recommended)"), false);
    m_mode->addItem(tr("As published"), true);
    m_mode->setToolTip(tr("As the method is meant, or to the letter of the published recipe"));
    m_method->addItem(tr("k-means++"), QStringLiteral("kmeans"));
    m_method->addItem(tr("Spectral (graph of neighbours)"), QStringLiteral("spectral"));
    m_method->setToolTip(tr("k-means finds round groups, the spectral method also long and winding ones"));
    m_k->setRange(2, kMostClusters);
    m_k->setValue(10);
    m_neighbors->setRange(2, kMostNeighbors);
    m_neighbors->setValue(published().neighbors);
    m_sizes->addItem(tr("As they come"), false);
    m_sizes->addItem(tr("Balanced"), true);
    m_sizes->setToolTip(tr("Balanced clusters have as many pairs each as possible, at the least cost in distance"));
    m_space->addItem(kClipImage);
    m_space->setToolTip(tr("The vectors that are grouped"));
    m_distance->addItem(tr("Euclidean"), QStringLiteral("euclidean"));
    m_distance->addItem(tr("Cosine"), QStringLiteral("cosine"));
    m_seed->setRange(0, kHighestSeed);
    m_seed->setToolTip(tr("The same seed gives the same clusters"));
    for (auto* const number : {m_k, m_neighbors, m_seed})
        number->setFont(Theme::current().numberFont());
    addFields();
    connectFields();
    loadSpaces();
    refresh();
}

void ClusterDialog::addFields()
{
    QFormLayout* const form = addForm();
    addField(form, tr("Name"), m_name, QStringLiteral("name"));
    addField(form, tr("Mode"), m_mode, QStringLiteral("mode"));
    addField(form, tr("Method"), m_method, QStringLiteral("method"));
    addField(form, tr("Clusters"), m_k, QStringLiteral("k"));
    addField(form, tr("Neighbours"), m_neighbors, QStringLiteral("neighbors"));
    addField(form, tr("Sizes"), m_sizes, QStringLiteral("sizes"));
    addField(form, tr("Feature space"), m_space, QStringLiteral("space"));
    addField(form, tr("Distance"), m_distance, QStringLiteral("distance"));
    addField(form, tr("Seed"), m_seed, QStringLiteral("seed"));
    addField(form, tr("Device"), m_device, QStringLiteral("device"));
}

void ClusterDialog::connectFields()
{
    connect(m_name, &QLineEdit::textChanged, this, &ClusterDialog::refresh);
    for (auto* const number : {m_k, m_neighbors})
        connect(number, qOverload<int>(&QSpinBox::valueChanged), this, &ClusterDialog::refresh);
    for (auto* const choice : {m_mode, m_method, m_sizes, m_space, m_distance})
        connect(choice, qOverload<int>(&QComboBox::currentIndexChanged), this, &ClusterDialog::refresh);
    connect(&m_document, &Document::columnsChanged, this, &ClusterDialog::refresh);
}

bool ClusterDialog::isPublished() const { return m_mode->currentData().toBool(); }

bool ClusterDialog::isSpectral() const { return m_method->currentData().toString() == QStringLiteral("spectral"); }

bool ClusterDialog::isBalanced() const { return m_sizes->currentData().toBool(); }

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
    out.mode = isPublished() ? Mode::Published : Mode::Corrected;
    out.method = m_method->currentData().toString().toStdString();
    out.k = m_k->value();
    out.space = m_space->currentText().toStdString();
    out.balanced = isBalanced();
    out.device = m_device->currentText().toStdString();
    if (isPublished())
        return out;
    if (isSpectral())
        out.neighbors = m_neighbors->value();
    out.metric = m_distance->currentData().toString().toStdString();
    out.seed = static_cast<std::uint64_t>(m_seed->value());
    return out;
}

void ClusterDialog::refreshFields()
{
    const QString fixed = tr("The published recipe sets this: %1");
    m_neighbors->setEnabled(isSpectral() && !isPublished());
    m_neighbors->setToolTip(!isSpectral()
            ? tr("Belongs to the spectral method")
            : (isPublished() ? fixed.arg(published().neighbors)
                             : tr("Pairs that each pair is linked with in the graph, itself counted")));
    m_distance->setEnabled(!isPublished());
    m_distance->setToolTip(isPublished() ? fixed.arg(m_distance->itemText(0))
                                         : tr("Cosine looks at the direction of vectors alone, not at their length"));
    m_seed->setEnabled(!isPublished());
    m_seed->setToolTip(isPublished() ? fixed.arg(published().seed) : tr("The same seed gives the same clusters"));
    const bool isStored = m_stored.contains(m_space->currentText());
    m_device->setEnabled(!isStored);
    m_device->setToolTip(isStored ? tr("The vectors are there already: no model runs") : QString());
}

QString ClusterDialog::forecast() const
{
    const auto pairCount = m_document.columns()->pairCount;
    const auto size = pairCount / m_k->value(), rest = pairCount % m_k->value();
    QStringList notes;
    if (isBalanced() && isPublished() && rest > 0)
        notes << tr("Every cluster gets %1 pairs, filled without regard to distance; %2 end up in none")
                     .arg(formatCount(size), formatCount(rest));
    else if (isBalanced())
        notes << (rest > 0 ? tr("Clusters of %1 or %2 pairs").arg(formatCount(size), formatCount(size + 1))
                           : tr("Clusters of %1 pairs").arg(formatCount(size)));
    if (isSpectral() && !isPublished() && pairCount > kMostExact)
        notes << tr("Some thousand landmarks stand for the pairs: more than %1 are too many for the whole graph")
                     .arg(formatCount(kMostExact));
    if (m_document.columns()->findClustering(m_name->text().trimmed().toStdString()) != nullptr)
        notes << tr("Replaces the clustering of this name");
    if (m_areSpacesKnown && !m_stored.contains(m_space->currentText()))
        notes << tr("The vectors are computed first, with the default CLIP model");
    return notes.join(QLatin1Char('\n'));
}

void ClusterDialog::refresh()
{
    const auto pairCount = m_document.columns()->pairCount;
    setVerb(QStringLiteral("cluster"), tr("Cluster %1 pairs").arg(formatCount(pairCount)));
    refreshFields();
    if (pairCount == 0)
        setProblem(tr("There are no pairs yet: import a dataset first"));
    else if (m_name->text().trimmed().isEmpty())
        setProblem(tr("The clustering needs a name"));
    else if (m_k->value() > pairCount)
        setProblem(tr("There are only %1 pairs: choose fewer clusters").arg(formatCount(pairCount)));
    else if (isSpectral() && options().neighbors > pairCount)
        setProblem(tr("There are only %1 pairs: choose fewer neighbours").arg(formatCount(pairCount)));
    else
        setNote(forecast(), true);
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
