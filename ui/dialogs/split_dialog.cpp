#include "ui/dialogs/split_dialog.h"

#include "ui/theme.h"
#include "ui/widgets/number_text.h"

#include <QFormLayout>
#include <QSpinBox>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr qint64 kMostParts = 10'000;
    constexpr int kHighestSplitSeed = 999'999'999;

} // namespace

SplitDialog::SplitDialog(const ClusteringInfo& clustering, int cluster, const QString& name, QWidget* parent)
    : FormDialog(QStringLiteral("splitDialog"), tr("Split cluster %1").arg(name),
        tr("Groups the pairs of this cluster anew by k-means. The clustering stays as it is; a new one is made of it."),
        parent)
    , m_clustering(clustering.name)
    , m_cluster(cluster)
    , m_pairCount(clustering.sizes.at(static_cast<std::size_t>(cluster)))
    , m_parts(new QSpinBox)
    , m_seed(new QSpinBox)
{
    m_parts->setRange(2, static_cast<int>(std::clamp<qint64>(m_pairCount, 2, kMostParts)));
    m_seed->setRange(0, kHighestSplitSeed);
    m_seed->setToolTip(tr("The same seed gives the same clusters"));
    QFormLayout* const form = addForm();
    addField(form, tr("Parts"), m_parts, QStringLiteral("parts"));
    addField(form, tr("Seed"), m_seed, QStringLiteral("seed"));
    for (auto* const number : {m_parts, m_seed})
        number->setFont(Theme::current().numberFont());
    connect(m_parts, qOverload<int>(&QSpinBox::valueChanged), this, &SplitDialog::refresh);
    setVerb(QStringLiteral("cluster"), tr("Split"));
    refresh();
}

void SplitDialog::refresh()
{
    setNote(tr("%1 pairs, %2 in each part on average")
                .arg(formatCount(m_pairCount), formatCount(m_pairCount / m_parts->value())),
        true);
}

pipeline::SplitOptions SplitDialog::options() const
{
    pipeline::SplitOptions out;
    out.clustering = m_clustering;
    out.cluster = std::to_string(m_cluster);
    out.parts = m_parts->value();
    out.seed = static_cast<std::uint64_t>(m_seed->value());
    return out;
}

} // namespace winnow::ui
