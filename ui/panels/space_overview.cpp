#include "ui/panels/space_overview.h"

#include "core/store/feature_store.h"
#include "ui/document.h"
#include "ui/models/metric_table_model.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/plain_table.h"

#include <QBoxLayout>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>

#include <algorithm>

namespace winnow::ui {

namespace {

    /// "embedded CLIP", "first 6 components of clip-image (68 % of the variance)", "imported from x.pt".
    QString originOf(const FeatureInfo& space)
    {
        const auto made = provenanceOf(space.provenance);
        if (const auto file = stringOf(made, "imported"); !file.isEmpty())
            return SpaceOverview::tr("imported from %1").arg(QFileInfo(file).fileName());
        if (const auto base = stringOf(made, "pca_of"); !base.isEmpty()) {
            double share = 0;
            if (const auto ratios = made.find("variance_ratio"); ratios != made.end() && ratios->is_array())
                for (const auto& ratio : *ratios)
                    share += ratio.is_number() ? ratio.get<double>() : 0;
            return SpaceOverview::tr("PCA of %1, %2 of the variance").arg(base, formatPercentile(100 * share));
        }
        const auto model = stringOf(made, "model");
        return model.isEmpty() ? QString() : SpaceOverview::tr("model %1").arg(model);
    }

    QString originOf(const ClusteringInfo& clustering)
    {
        const auto made = provenanceOf(clustering.parameters);
        if (const auto file = stringOf(made, "imported"); !file.isEmpty())
            return SpaceOverview::tr("imported from %1").arg(QFileInfo(file).fileName());
        const auto space = stringOf(made, "space");
        const auto algorithm = QString::fromStdString(clustering.algorithm);
        return space.isEmpty() ? algorithm : SpaceOverview::tr("%1 on %2").arg(algorithm, space);
    }

} // namespace

SpaceOverview::SpaceOverview(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_spaces(makeTable("featureSpaces", tr("Feature spaces"), {tr("Space"), tr("Numbers"), tr("Pairs"), tr("From")}))
    , m_noSpaces(
          new QLabel(tr("One vector for each pair: clustering and selectors need them. None is there yet."), this))
    , m_clusterings(
          makeTable("clusterings", tr("Clusterings"), {tr("Clustering"), tr("Clusters"), tr("Pairs"), tr("From")}))
    , m_noClusterings(
          new QLabel(tr("Groups of pairs that look alike: a selection takes some of each. None yet."), this))
{
    setObjectName(QStringLiteral("spaceOverview"));
    auto* const layout = new QHBoxLayout(this);
    layout->setContentsMargins(Theme::kSection, Theme::kGap, Theme::kSection, Theme::kGap);
    layout->setSpacing(Theme::kSection);
    layout->addWidget(makeCard(tr("Feature spaces"), m_spaces, m_noSpaces,
                          {{"computeFeatures", QStringLiteral("add"), tr("Compute…"),
                               tr("Computes the vectors of every pair, and their principal components"),
                               &SpaceOverview::featuresWanted},
                              {"importFeatures", QStringLiteral("import"), tr("Import…"),
                                  tr("Brings in ready vectors in the order of the pairs (.pt, .npy, .safetensors)"),
                                  &SpaceOverview::importFeaturesWanted}}),
        1);
    layout->addWidget(makeCard(tr("Clusterings"), m_clusterings, m_noClusterings,
                          {{"makeClusters", QStringLiteral("cluster"), tr("Cluster…"),
                               tr("Groups the pairs by what they show"), &SpaceOverview::clusterWanted},
                              {"importClusters", QStringLiteral("import"), tr("Import…"),
                                  tr("Brings in ready clusters (JSON: a list of ids for each cluster)"),
                                  &SpaceOverview::importClustersWanted}}),
        1);
    connect(&m_document, &Document::columnsChanged, this, &SpaceOverview::showClusterings);
    showSpaces({});
    showClusterings();
}

QTableWidget* SpaceOverview::makeTable(const char* name, const QString& label, const QStringList& headers)
{
    auto* const table = makePlainTable(this, name, label, headers, {1, 2});
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
    table->setFrameShape(QFrame::NoFrame);
    return table;
}

QWidget* SpaceOverview::makeCard(
    const QString& title, QTableWidget* table, QLabel* empty, const std::vector<Button>& buttons)
{
    auto* const card = new QWidget(this);
    auto* const layout = new QVBoxLayout(card);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kUnit);
    auto* const top = new QHBoxLayout;
    top->setSpacing(Theme::kGap);
    top->addWidget(makeHeading(title, card), 1);
    for (const auto& made : buttons) {
        auto* const button = new QPushButton(Theme::icon(made.icon), made.text, card);
        button->setObjectName(QLatin1String(made.name));
        button->setToolTip(made.tip);
        button->setAccessibleName(title + QStringLiteral(": ") + made.text);
        connect(button, &QPushButton::clicked, this, made.signal);
        top->addWidget(button);
    }
    empty->setProperty("look", QStringLiteral("caption"));
    empty->setWordWrap(true);
    empty->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    layout->addLayout(top);
    layout->addWidget(empty, 1);
    layout->addWidget(table, 1);
    return card;
}

void SpaceOverview::refresh()
{
    showClusterings();
    const auto request = ++m_request;
    if (!m_document.isOpen()) {
        showSpaces({});
        return;
    }
    m_document.read(
        this, [](store::Project& project) { return store::FeatureStore(project).list(); },
        [this, request](const std::vector<FeatureInfo>& spaces) {
            if (request == m_request)
                showSpaces(spaces);
        });
}

void SpaceOverview::showSpaces(const std::vector<FeatureInfo>& spaces)
{
    m_spaces->setVisible(!spaces.empty());
    m_noSpaces->setVisible(spaces.empty());
    m_spaces->setRowCount(static_cast<int>(spaces.size()));
    int row = 0;
    for (const auto& space : spaces) {
        setCell(m_spaces, row, 0, QString::fromStdString(space.name));
        setCell(m_spaces, row, 1, formatCount(space.dimension), CellKind::Number);
        setCell(m_spaces, row, 2, formatCount(space.pairCount), CellKind::Number);
        setCell(m_spaces, row, 3, originOf(space));
        ++row;
    }
}

void SpaceOverview::showClusterings()
{
    const auto columns = m_document.columns();
    m_clusterings->setVisible(!columns->clusterings.empty());
    m_noClusterings->setVisible(columns->clusterings.empty());
    m_clusterings->setRowCount(static_cast<int>(columns->clusterings.size()));
    int row = 0;
    for (const auto& clustering : columns->clusterings) {
        qint64 pairs = 0;
        for (const auto size : clustering.info.sizes)
            pairs += size;
        setCell(m_clusterings, row, 0, QString::fromStdString(clustering.info.name));
        setCell(
            m_clusterings, row, 1, formatCount(static_cast<qint64>(clustering.info.sizes.size())), CellKind::Number);
        setCell(m_clusterings, row, 2, formatCount(pairs), CellKind::Number);
        setCell(m_clusterings, row, 3, originOf(clustering.info));
        ++row;
    }
}

} // namespace winnow::ui
