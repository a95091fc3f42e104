#include "ui/models/pair_table_model.h"

#include "ui/document.h"
#include "ui/models/metric_summary.h"
#include "ui/models/page_loader.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/verdict_marks.h"

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr int kCellCharacters = 200;

    /// One line for a cell: long texts are cut before any layout sees them.
    QString cellText(const std::string& text)
    {
        return QString::fromStdString(text.substr(0, static_cast<std::size_t>(kCellCharacters) * 4))
            .left(kCellCharacters)
            .simplified();
    }

    QString starsText(int stars) { return QString(stars, QChar(0x2605)); }
} // namespace

PairTableModel::PairTableModel(Document& document, PageLoader& loader, MetricSummaries& summaries, QObject* parent)
    : QAbstractTableModel(parent)
    , m_document(document)
    , m_loader(loader)
    , m_summaries(summaries)
    , m_columns(document.columns())
    , m_rows(document.currentSet())
{
    connect(&document, &Document::currentSetChanged, this, &PairTableModel::reset);
    connect(&document, &Document::columnsChanged, this, &PairTableModel::reset);
    connect(&document, &Document::opened, this, &PairTableModel::reset);
    connect(&document, &Document::closed, this, &PairTableModel::reset);
    connect(&document, &Document::overridesChanged, this, &PairTableModel::refreshNumbers);
    connect(&document, &Document::chosenChanged, this, &PairTableModel::refreshNumbers);
    connect(&summaries, &MetricSummaries::changed, this, &PairTableModel::refreshNumbers);
    connect(&loader, &PageLoader::loaded, this, &PairTableModel::takeLoaded);
}

int PairTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows->size());
}

int PairTableModel::columnCount(const QModelIndex& parent) const
{
    if (parent.isValid())
        return 0;
    return FirstNumberColumn + static_cast<int>(m_columns->metrics.size() + m_columns->clusterings.size());
}

std::optional<PairRow> PairTableModel::pairRowAt(int position) const
{
    if (position < 0 || static_cast<std::size_t>(position) >= m_rows->size())
        return std::nullopt;
    return (*m_rows)[static_cast<std::size_t>(position)];
}

std::optional<int> PairTableModel::positionOf(PairRow row) const
{
    const auto found = std::find(m_rows->begin(), m_rows->end(), row);
    if (found == m_rows->end())
        return std::nullopt;
    return static_cast<int>(found - m_rows->begin());
}

const MetricColumn* PairTableModel::metricColumn(int column) const
{
    const auto index = column - FirstNumberColumn;
    if (index < 0 || static_cast<std::size_t>(index) >= m_columns->metrics.size())
        return nullptr;
    return &m_columns->metrics[static_cast<std::size_t>(index)];
}

QString PairTableModel::metricOf(int column) const
{
    const auto* metric = metricColumn(column);
    return metric ? QString::fromStdString(metric->info.name) : QString();
}

int PairTableModel::columnOfMetric(const QString& metric) const
{
    for (int column = FirstNumberColumn; metricColumn(column); ++column)
        if (metricOf(column) == metric)
            return column;
    return -1;
}

QVariant PairTableModel::data(const QModelIndex& index, int role) const
{
    const auto row = index.isValid() ? pairRowAt(index.row()) : std::nullopt;
    if (!row)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return textOf(index, *row);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (metricColumn(index.column()) ? Qt::AlignRight : Qt::AlignLeft)));
    case Qt::ToolTipRole: {
        const auto reasonColumn = index.column() == VerdictColumn;
        return reasonColumn && m_document.isPending(*row) ? tr("being written to disk") : QVariant();
    }
    case PairRowRole:
        return QVariant::fromValue(*row);
    case PercentileRole: {
        const auto* metric = metricColumn(index.column());
        return metric ? QVariant(m_summaries.percentileOf(metric->info.name, *row)) : QVariant();
    }
    case OverrideRole:
        return static_cast<int>(m_document.overrideOf(*row));
    case ChosenRole: {
        const auto chosen = m_document.chosen();
        return chosen && *row < chosen->size() && (*chosen)[*row] != 0;
    }
    case PendingRole:
        return m_document.isPending(*row);
    case MetricRole:
        return metricOf(index.column());
    default:
        return {};
    }
}

QVariant PairTableModel::textOf(const QModelIndex& index, PairRow row) const
{
    const auto column = index.column();
    if (column == VerdictColumn)
        return verdictText(m_document.overrideOf(row));
    if (column == StarsColumn)
        return starsText(m_document.starsOf(row));
    if (column >= FirstNumberColumn)
        return numberText(column, row);
    const auto entry = m_loader.find(row);
    if (!entry) {
        m_asked[row] = index.row();
        return QStringLiteral("…");
    }
    if (column == IdColumn)
        return cellText(entry->pair.id.value);
    return cellText(column == ResponseColumn ? entry->pair.response : entry->pair.instruction);
}

QVariant PairTableModel::numberText(int column, PairRow row) const
{
    if (const auto* metric = metricColumn(column)) {
        const bool isThere = metric->values && row < metric->values->size();
        return formatNumber(isThere ? (*metric->values)[row] : kMissing);
    }
    return clusterText(column - FirstNumberColumn - static_cast<int>(m_columns->metrics.size()), row);
}

QVariant PairTableModel::clusterText(int clustering, PairRow row) const
{
    if (clustering < 0 || static_cast<std::size_t>(clustering) >= m_columns->clusterings.size())
        return {};
    const auto& column = m_columns->clusterings[static_cast<std::size_t>(clustering)];
    const auto cluster = column.assignment && row < column.assignment->size() ? (*column.assignment)[row] : kNoCluster;
    if (cluster == kNoCluster)
        return formatNumber(kMissing);
    const auto index = static_cast<std::size_t>(cluster);
    const auto hasName = index < column.info.clusterNames.size() && !column.info.clusterNames[index].empty();
    return hasName ? QString::fromStdString(column.info.clusterNames[index]) : QString::number(cluster);
}

QVariant PairTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(formatCount(section + 1)) : QVariant();
    if (role == Qt::ToolTipRole)
        return headerToolTip(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (metricColumn(section) ? Qt::AlignRight : Qt::AlignLeft)));
    if (role == MetricRole)
        return metricOf(section);
    if (role != Qt::DisplayRole || section < 0 || section >= columnCount())
        return {};
    switch (section) {
    case IdColumn:
        return tr("Id");
    case ResponseColumn:
        return tr("Response");
    case InstructionColumn:
        return tr("Instruction");
    case VerdictColumn:
        return tr("Verdict");
    case StarsColumn:
        return tr("Stars");
    default:
        break;
    }
    if (const auto* metric = metricColumn(section)) {
        const auto unit = metricUnit(metric->info.name);
        const auto name = QString::fromStdString(metric->info.name);
        return unit.isEmpty() ? name : name + QStringLiteral(" (") + unit + QStringLiteral(")");
    }
    const auto clustering = static_cast<std::size_t>(section - FirstNumberColumn) - m_columns->metrics.size();
    return QString::fromStdString(m_columns->clusterings[clustering].info.name);
}

QVariant PairTableModel::headerToolTip(int section) const
{
    const auto* metric = metricColumn(section);
    if (!metric)
        return section < FirstNumberColumn
            ? QVariant()
            : QVariant(tr("Cluster of each pair; filter by a click in the list of clusters"));
    const auto counts = tr("%1 of %2 pairs have a value; click to sort")
                            .arg(formatCount(metric->info.valueCount), formatCount(m_columns->pairCount));
    return toToolTip(metricExplanation(metric->info.name) + QChar(u'\n') + counts);
}

void PairTableModel::sort(int column, Qt::SortOrder order)
{
    m_document.setSort(metricOf(column), order == Qt::DescendingOrder);
}

void PairTableModel::reset()
{
    beginResetModel();
    m_columns = m_document.columns();
    m_rows = m_document.currentSet();
    m_asked.clear();
    endResetModel();
}

void PairTableModel::refreshNumbers()
{
    const auto columns = m_document.columns();
    const bool hasSameShape = columns->metrics.size() == m_columns->metrics.size()
        && columns->clusterings.size() == m_columns->clusterings.size();
    if (m_rows->empty() || !hasSameShape) // a reset follows
        return;
    m_columns = columns;
    Q_EMIT dataChanged(index(0, VerdictColumn), index(rowCount() - 1, columnCount() - 1));
}

void PairTableModel::takeLoaded(const std::vector<PairRow>& rows)
{
    int first = rowCount(), last = -1;
    for (const auto row : rows) {
        const auto asked = m_asked.find(row);
        if (asked == m_asked.end())
            continue;
        first = std::min(first, asked->second);
        last = std::max(last, asked->second);
        m_asked.erase(asked);
    }
    if (last >= first)
        Q_EMIT dataChanged(index(first, IdColumn), index(last, InstructionColumn));
}

} // namespace winnow::ui
