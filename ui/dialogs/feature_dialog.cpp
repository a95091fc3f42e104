#include "ui/dialogs/feature_dialog.h"

#include "core/store/feature_store.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QFormLayout>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kMostComponents = 4096;
    constexpr int kPublishedComponents = 6;

    /// What this build computes; other spaces of the project can only be reduced.
    const char* const kComputable[] = {"clip-image", "clip-text", "text", "llm-text"};

    bool isComputable(const QString& space)
    {
        return std::any_of(std::begin(kComputable), std::end(kComputable),
            [&](const char* name) { return space == QLatin1String(name); });
    }

} // namespace

FeatureDialog::FeatureDialog(Document& document, JobQueue& jobs, QWidget* parent)
    : FormDialog(QStringLiteral("featureDialog"), tr("Compute features"),
        tr("One vector for each pair. Clusters, selectors and neighbours are found in it. What is there already is not "
           "computed again."),
        parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_space(new QComboBox)
    , m_pca(new QSpinBox)
    , m_device(makeDeviceBox())
{
    setMinimumWidth(480);
    for (const char* const name : kComputable)
        m_space->addItem(QLatin1String(name));
    m_pca->setRange(0, kMostComponents);
    m_pca->setValue(kPublishedComponents);
    m_pca->setSpecialValueText(tr("none"));
    m_pca->setFont(Theme::current().numberFont());
    m_pca->setToolTip(tr("Also keeps the first principal components, fitted once over all pairs; selectors use 6"));
    QFormLayout* const form = addForm();
    addField(form, tr("Space"), m_space, QStringLiteral("space"));
    addField(form, tr("Principal components"), m_pca, QStringLiteral("pca"));
    addField(form, tr("Device"), m_device, QStringLiteral("device"));
    connect(m_space, qOverload<int>(&QComboBox::currentIndexChanged), this, &FeatureDialog::refresh);
    connect(m_pca, qOverload<int>(&QSpinBox::valueChanged), this, &FeatureDialog::refresh);
    connect(&m_document, &Document::columnsChanged, this, &FeatureDialog::refresh);
    loadSpaces();
    refresh();
}

void FeatureDialog::loadSpaces()
{
    m_document.read(
        this, [](store::Project& project) { return store::FeatureStore(project).list(); },
        [this](const std::vector<FeatureInfo>& spaces) {
            for (const auto& space : spaces) {
                m_stored << QString::fromStdString(space.name);
                if (m_space->findText(m_stored.back()) < 0 && !m_stored.back().contains(QStringLiteral(".pca")))
                    m_space->addItem(m_stored.back());
            }
            refresh();
        });
}

pipeline::FeatureOptions FeatureDialog::options() const
{
    pipeline::FeatureOptions out;
    out.spaces = {m_space->currentText().toStdString()};
    out.pcaDimensions = m_pca->value();
    out.device = m_device->currentText().toStdString();
    return out;
}

void FeatureDialog::refresh()
{
    const auto pairCount = m_document.columns()->pairCount;
    const auto space = m_space->currentText();
    const bool isOnlyReduced = !isComputable(space);
    setVerb(QStringLiteral("score"),
        isOnlyReduced ? tr("Reduce %1").arg(space) : tr("Compute vectors of %1 pairs").arg(formatCount(pairCount)));
    m_device->setEnabled(!isOnlyReduced);
    m_device->setToolTip(isOnlyReduced ? tr("The vectors are there already: no model runs") : QString());
    if (pairCount == 0)
        setProblem(tr("There are no pairs yet: import a dataset first"));
    else if (isOnlyReduced && m_pca->value() == 0)
        setProblem(tr("%1 is there already: choose how many principal components to keep").arg(space));
    else if (m_pca->value() > pairCount)
        setProblem(tr("There are only %1 pairs: choose fewer components").arg(formatCount(pairCount)));
    else
        setNote(m_stored.contains(space) && !isOnlyReduced ? tr("Vectors that are there with the same model are kept")
                                                           : QString(),
            true);
}

void FeatureDialog::accept()
{
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Models, tr("Features %1").arg(m_space->currentText()),
            [workspace, wanted = options()](
                RunContext& context) { return pipeline::runFeatures(*workspace, wanted, context); });
    FormDialog::accept();
}

} // namespace winnow::ui
