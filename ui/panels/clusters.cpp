#include "ui/panels/clusters.h"

#include "ui/background.h"
#include "ui/document.h"
#include "ui/models/filter_terms.h"
#include "ui/panels/cluster_edits.h"
#include "ui/theme.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QTableView>

#include <utility>

namespace winnow::ui {
namespace {
    using Counts = std::vector<std::int64_t>;

    void add(Counts& counts, const std::vector<std::int32_t>& assignment, std::size_t row)
    {
        const auto cluster = row < assignment.size() ? assignment[row] : kNoCluster;
        if (cluster >= 0 && static_cast<std::size_t>(cluster) < counts.size())
            counts[static_cast<std::size_t>(cluster)] += 1;
    }
} // namespace

void ClusterListModel::setClustering(const ClusteringInfo& info)
{
    beginResetModel();
    m_info = info;
    m_shown.clear();
    m_chosen.clear();
    endResetModel();
}

void ClusterListModel::setCounts(std::vector<std::int64_t> shown, std::vector<std::int64_t> chosen)
{
    m_shown = std::move(shown);
    m_chosen = std::move(chosen);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, ShownColumn), index(rowCount() - 1, ChosenColumn));
}

int ClusterListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_info.sizes.size());
}

int ClusterListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ClusterListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const auto cluster = static_cast<std::size_t>(index.row());
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (index.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight)));
    if (role != Qt::DisplayRole)
        return {};
    const auto count = [cluster](const Counts& counts) {
        return cluster < counts.size() ? formatCount(counts[cluster]) : QString();
    };
    switch (index.column()) {
    case SizeColumn:
        return count(m_info.sizes);
    case ShownColumn:
        return count(m_shown);
    case ChosenColumn:
        return count(m_chosen);
    default:
        break;
    }
    const auto name =
        cluster < m_info.clusterNames.size() ? QString::fromStdString(m_info.clusterNames[cluster]) : QString();
    const auto number = QString::number(index.row());
    return name.isEmpty() || name == number ? number : number + QStringLiteral("  ") + name;
}

QVariant ClusterListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (section == NameColumn ? Qt::AlignLeft : Qt::AlignRight)));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Cluster");
    case SizeColumn:
        return tr("Pairs");
    case ShownColumn:
        return tr("Shown");
    case ChosenColumn:
        return tr("Chosen");
    default:
        return {};
    }
}

Clusters::Clusters(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_names(new QComboBox(this))
    , m_table(new QTableView(this))
    , m_empty(makeEmpty())
    , m_model(new ClusterListModel(this))
    , m_edits(new ClusterEdits(document, jobs, actions, this))
{
    setObjectName(QStringLiteral("clusters"));
    m_names->setObjectName(QStringLiteral("clusteringBox"));
    m_names->setAccessibleName(tr("Clustering"));
    setUpTable();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kGap, Theme::kUnit, Theme::kGap, Theme::kGap);
    layout->setSpacing(Theme::kUnit);
    layout->addWidget(m_names);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_empty, 1);
    connect(m_names, qOverload<int>(&QComboBox::activated), this, &Clusters::showClustering);
    connect(&document, &Document::opened, this, &Clusters::refresh);
    connect(&document, &Document::closed, this, &Clusters::refresh);
    connect(&document, &Document::columnsChanged, this, &Clusters::refresh);
    connect(&document, &Document::currentSetChanged, this, &Clusters::requestCounts);
    connect(&document, &Document::chosenChanged, this, &Clusters::requestCounts);
    connect(&document, &Document::filterChanged, this, &Clusters::takeFilter);
    connect(m_edits, &ClusterEdits::edited, this, &Clusters::takeEdit);
    refresh();
}

void Clusters::setUpTable()
{
    m_table->setObjectName(QStringLiteral("clusterTable"));
    m_table->setAccessibleName(tr("Clusters"));
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setShowGrid(false);
    m_table->setToolTip(tr("A click shows only this cluster, another one all of them; with Ctrl several are chosen, "
                           "the right button merges, splits and renames"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(Theme::kControl - 4);
    m_table->horizontalHeader()->setSectionResizeMode(ClusterListModel::NameColumn, QHeaderView::Stretch);
    for (const auto column :
        {ClusterListModel::SizeColumn, ClusterListModel::ShownColumn, ClusterListModel::ChosenColumn})
        m_table->setColumnWidth(column, 64);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        const auto chosen = m_table->selectionModel()->selectedRows();
        if (chosen.isEmpty() || (chosen.size() == 1 && chosen.front().row() == index.row()))
            toggle(index.row()); // one of several that are being chosen filters nothing
    });
    connect(m_table, &QTableView::customContextMenuRequested, this, &Clusters::showMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &Clusters::takeChoice);
    auto* enter = new QShortcut(Qt::Key_Return, m_table);
    enter->setContext(Qt::WidgetShortcut);
    connect(enter, &QShortcut::activated, this, [this] {
        if (m_table->currentIndex().isValid())
            toggle(m_table->currentIndex().row());
    });
}

QWidget* Clusters::makeEmpty()
{
    auto* empty = new QWidget(this);
    auto* sentence = new QLabel(tr("Groups of similar pairs will stand here once they are clustered."), empty);
    sentence->setProperty("look", QStringLiteral("caption"));
    sentence->setAlignment(Qt::AlignCenter);
    sentence->setWordWrap(true);
    auto* button = new QPushButton(tr("Cluster the pairs…"), empty);
    button->setObjectName(QStringLiteral("clustersCluster"));
    connect(button, &QPushButton::clicked, this, &Clusters::clusterRequested);
    auto* layout = new QVBoxLayout(empty);
    layout->addStretch(1);
    layout->addWidget(sentence);
    layout->addWidget(button, 0, Qt::AlignHCenter);
    layout->addStretch(1);
    return empty;
}

QString Clusters::clustering() const { return m_names->currentText(); }

void Clusters::refresh()
{
    const auto before = clustering();
    {
        const QSignalBlocker blocker(m_names);
        m_names->clear();
        for (const auto& column : m_document.columns()->clusterings)
            m_names->addItem(QString::fromStdString(column.info.name));
        const auto wanted = m_wanted.isEmpty() ? -1 : m_names->findText(m_wanted);
        if (wanted >= 0)
            m_wanted.clear();
        if (const auto index = wanted >= 0 ? wanted : m_names->findText(before); index >= 0)
            m_names->setCurrentIndex(index);
    }
    m_names->setVisible(m_names->count() > 1);
    m_table->setVisible(m_names->count() > 0);
    m_empty->setVisible(m_names->count() == 0 && m_document.isOpen() && m_document.columns()->pairCount > 0);
    showClustering();
}

void Clusters::showClustering()
{
    const auto* column = m_document.columns()->findClustering(clustering().toStdString());
    const auto info = column ? column->info : ClusteringInfo();
    const auto& shown = m_model->info();
    const bool isSame = info.name == shown.name && info.sizes == shown.sizes && info.clusterNames == shown.clusterNames
        && info.parameters == shown.parameters;
    if (!isSame) { // what is chosen for an edit outlives a metric that a job writes meanwhile
        m_model->setClustering(info);
        takeFilter();
        takeChoice();
    }
    requestCounts();
}

void Clusters::requestCounts()
{
    const auto* column = m_document.columns()->findClustering(clustering().toStdString());
    const auto request = ++m_request;
    if (!column || !column->assignment)
        return;
    const auto clusters = column->info.sizes.size();
    inBackground(
        this,
        [clusters, assignment = column->assignment, rows = m_document.currentSet(), chosen = m_document.chosen()] {
            Counts shownCounts(clusters, 0), chosenCounts;
            for (const auto row : *rows)
                add(shownCounts, *assignment, row);
            if (chosen) {
                chosenCounts.assign(clusters, 0);
                for (std::size_t row = 0; row < chosen->size(); ++row)
                    if ((*chosen)[row])
                        add(chosenCounts, *assignment, row);
            }
            return std::pair(shownCounts, chosenCounts);
        },
        [this, request](const std::pair<Counts, Counts>& counts) {
            if (request == m_request)
                m_model->setCounts(counts.first, counts.second);
        });
}

void Clusters::takeFilter()
{
    const auto cluster = clusterOf(m_document.filterText(), clustering());
    if (cluster && *cluster < m_model->rowCount())
        m_table->selectRow(*cluster);
    else if (m_table->selectionModel()->selectedRows().size() <= 1)
        m_table->clearSelection();
}

void Clusters::toggle(int cluster)
{
    const auto text = m_document.filterText();
    const bool isShown = clusterOf(text, clustering()) == cluster;
    m_document.setFilter(withCluster(text, clustering(), isShown ? std::nullopt : std::optional(cluster)));
}

void Clusters::takeChoice()
{
    std::vector<int> chosen;
    for (const auto& index : m_table->selectionModel()->selectedRows())
        chosen.push_back(index.row());
    m_edits->setChoice(m_model->info(), std::move(chosen));
}

void Clusters::takeEdit(const QString& clustering, const QString& removed)
{
    if (!removed.isEmpty())
        m_document.setFilter(withCluster(m_document.filterText(), removed, std::nullopt));
    m_wanted = clustering;
    refresh();
}

void Clusters::showMenu(const QPoint& at)
{
    auto* const menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("clusterMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    m_edits->addTo(*menu);
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

} // namespace winnow::ui
