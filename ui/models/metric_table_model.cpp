#include "ui/models/metric_table_model.h"

#include "ui/theme.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    constexpr const char* kPublished = ".published";
    constexpr qsizetype kShortHash = 7;

    QString toText(const std::string& text) { return QString::fromStdString(text); }

    /// "picture and text" → "Picture and text".
    QString capitalised(QString text)
    {
        if (!text.isEmpty())
            text[0] = text[0].toUpper();
        return text;
    }

    /// The column without its mode.
    std::string baseOf(const std::string& column)
    {
        const std::string_view ending = kPublished;
        return column.ends_with(ending) ? column.substr(0, column.size() - ending.size()) : column;
    }

    /// Nothing ticked yet: what the first start of a new project computes.
    bool isWantedAtFirst(const MetricCell& cell)
    {
        return cell.isOffered && !cell.isThere
            && (cell.column == QStringLiteral("clip") || cell.column == QStringLiteral("length"));
    }

} // namespace

Json provenanceOf(const std::string& stored)
{
    try {
        auto value = json::parse(stored, "provenance");
        return value.is_object() ? value : Json::object();
    } catch (const Error&) {
        return Json::object();
    }
}

QString stringOf(const Json& provenance, const char* field)
{
    const auto found = provenance.find(field);
    return found != provenance.end() && found->is_string() ? toText(found->get<std::string>()) : QString();
}

MetricOrigin originOf(const Json& provenance)
{
    MetricOrigin out;
    if (!provenance.is_object())
        return out;
    out.path = stringOf(provenance, "imported");
    out.isImported = !out.path.isEmpty();
    if (!out.isImported)
        out.path = stringOf(provenance, "model");
    out.hash = stringOf(provenance, out.isImported ? "sha256" : "weights_sha256");
    const QFileInfo info(out.path);
    out.name = info.fileName();
    // The embedded models lie in folders named by their role.
    if (!out.isImported && info.dir().dirName() == QStringLiteral("demo"))
        out.name = MetricTableModel::tr("embedded");
    return out;
}

MetricTableModel::MetricTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

MetricCell MetricTableModel::makeCell(
    const Columns& columns, const pipeline::MetricDescription& metric, Mode mode) const
{
    MetricCell cell;
    const std::string column = mode == Mode::Published ? metric.name + kPublished : metric.name;
    cell.column = toText(column);
    if (const auto* const before = findCell(cell.column))
        cell = *before;
    cell.isOffered = metric.canCompute && (mode == Mode::Corrected || metric.hasPublished);
    const auto* const stored = columns.findMetric(column);
    cell.isThere = stored != nullptr;
    cell.valueCount = stored ? stored->info.valueCount : 0;
    cell.provenance = stored ? provenanceOf(stored->info.provenance) : Json::object();
    if (!cell.isThere)
        cell.failedCount = 0;
    return cell;
}

std::vector<MetricTableModel::Row> MetricTableModel::makeRows(const Columns& columns) const
{
    std::vector<Row> rows;
    std::set<std::string> named;
    const auto add = [&](const std::string& family, const pipeline::MetricDescription& metric) {
        const auto text = capitalised(toText(family));
        const auto last = std::find_if(rows.rbegin(), rows.rend(), [](const Row& row) { return row.isFamily(); });
        if (last == rows.rend() || last->family != text)
            rows.push_back({text, {}, {}});
        Row row;
        row.description = metric;
        for (const auto mode : {Mode::Corrected, Mode::Published})
            row.cells[static_cast<std::size_t>(mode)] = makeCell(columns, metric, mode);
        rows.push_back(std::move(row));
        named.insert(metric.name);
    };
    std::vector<pipeline::MetricDescription> known = pipeline::knownMetrics();
    // Families stay together also where the list comes back to one.
    std::vector<std::string> order;
    for (const auto& metric : known)
        if (std::find(order.begin(), order.end(), metric.family) == order.end())
            order.push_back(metric.family);
    for (const auto& family : order)
        for (const auto& metric : known)
            if (metric.family == family)
                add(family, metric);
    const std::string other = tr("Other columns").toStdString();
    for (const auto& column : columns.metrics) {
        const auto name = baseOf(column.info.name);
        if (named.contains(name))
            continue;
        auto description = pipeline::describeMetric(name);
        description.name = name;
        add(other, description);
    }
    return rows;
}

void MetricTableModel::setColumns(const Columns& columns)
{
    const bool isFirst = m_rows.empty() || m_pairCount == 0;
    auto rows = makeRows(columns);
    const bool isSame =
        std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), [](const Row& first, const Row& second) {
            return first.family == second.family && first.description.name == second.description.name;
        });
    m_pairCount = columns.pairCount;
    if (isFirst)
        for (auto& row : rows)
            for (auto& cell : row.cells)
                cell.isWanted = isWantedAtFirst(cell);
    if (isSame) {
        m_rows = std::move(rows);
        changedAll();
    } else {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    Q_EMIT wishesChanged();
}

void MetricTableModel::clear()
{
    beginResetModel();
    m_rows.clear();
    m_pairCount = 0;
    endResetModel();
}

void MetricTableModel::setFailures(const std::map<std::string, qint64>& counts)
{
    for (auto& row : m_rows)
        for (auto& cell : row.cells) {
            const auto found = counts.find(cell.column.toStdString());
            cell.failedCount = found == counts.end() ? 0 : found->second;
        }
    changedAll();
}

void MetricTableModel::setForecasts(const std::vector<pipeline::ScoreForecast>& forecasts)
{
    for (auto& row : m_rows)
        for (auto& cell : row.cells)
            cell.forecast.reset();
    for (const auto& forecast : forecasts)
        if (auto* const cell = cellOf(toText(forecast.column)))
            cell->forecast = forecast;
    changedAll();
}

void MetricTableModel::setModelNames(const std::map<std::string, QString>& names)
{
    m_modelNames = names;
    changedAll();
}

void MetricTableModel::setJob(const QString& column, const JobState* state)
{
    auto* const cell = cellOf(column);
    if (cell == nullptr)
        return;
    const bool wasBusy = cell->isBusy();
    cell->job.reset();
    cell->fraction = -1;
    if (state != nullptr && state->status != JobStatus::Finished) {
        cell->job = state->status;
        cell->fraction = state->fraction();
        cell->problem = state->status == JobStatus::Failed ? state->message : QString();
    } else {
        cell->problem.clear();
    }
    if (state != nullptr && state->status == JobStatus::Finished)
        cell->isWanted = false;
    changed(column);
    if (wasBusy != cell->isBusy())
        Q_EMIT wishesChanged();
}

void MetricTableModel::setWanted(const QString& column, bool isWanted)
{
    auto* const cell = cellOf(column);
    if (cell == nullptr || !cell->isOffered || cell->isWanted == isWanted)
        return;
    cell->isWanted = isWanted;
    changed(column);
    Q_EMIT wishesChanged();
}

std::vector<MetricTableModel::Wish> MetricTableModel::wishes() const
{
    std::vector<Wish> out;
    for (const auto& row : m_rows)
        for (const auto mode : {Mode::Corrected, Mode::Published}) {
            const auto& cell = row.cells[static_cast<std::size_t>(mode)];
            if (!row.isFamily() && cell.isOffered && cell.isWanted && !cell.isBusy())
                out.push_back({row.description.name, mode});
        }
    return out;
}

const MetricTableModel::Row* MetricTableModel::rowAt(int row) const
{
    return row >= 0 && row < static_cast<int>(m_rows.size()) ? &m_rows[static_cast<std::size_t>(row)] : nullptr;
}

const MetricCell* MetricTableModel::cellAt(const QModelIndex& index) const
{
    const auto* const row = rowAt(index.row());
    if (row == nullptr || row->isFamily())
        return nullptr;
    if (index.column() != CorrectedColumn && index.column() != PublishedColumn)
        return nullptr;
    return &row->cells[index.column() == PublishedColumn ? 1 : 0];
}

const MetricCell* MetricTableModel::findCell(const QString& column) const
{
    for (const auto& row : m_rows)
        for (const auto& cell : row.cells)
            if (!row.isFamily() && cell.column == column)
                return &cell;
    return nullptr;
}

MetricCell* MetricTableModel::cellOf(const QString& column) { return const_cast<MetricCell*>(findCell(column)); }

int MetricTableModel::rowOf(const QString& column) const
{
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        for (const auto& cell : m_rows[row].cells)
            if (!m_rows[row].isFamily() && cell.column == column)
                return static_cast<int>(row);
    return -1;
}

std::pair<int, int> MetricTableModel::countComplete() const
{
    int complete = 0, offered = 0;
    for (const auto& row : m_rows) {
        if (row.isFamily())
            continue;
        offered += row.cells[0].isOffered ? 1 : 0;
        complete += std::any_of(row.cells.begin(), row.cells.end(),
                        [&](const MetricCell& cell) { return cell.isThere && cell.valueCount > 0; })
            ? 1
            : 0;
    }
    return {complete, offered};
}

void MetricTableModel::changed(const QString& column)
{
    const int row = rowOf(column);
    if (row >= 0)
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void MetricTableModel::changedAll()
{
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int MetricTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int MetricTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

Qt::ItemFlags MetricTableModel::flags(const QModelIndex& index) const
{
    const auto* const row = rowAt(index.row());
    if (row == nullptr || row->isFamily())
        return Qt::NoItemFlags; // the cursor passes over it
    auto out = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    const auto* const cell = cellAt(index);
    if (cell != nullptr && cell->isOffered && !cell->isBusy())
        out |= Qt::ItemIsUserCheckable;
    return out;
}

bool MetricTableModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const auto* const cell = cellAt(index);
    if (cell == nullptr || role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable))
        return false;
    setWanted(QString(cell->column), value.toInt() == Qt::Checked);
    return true;
}

QVariant MetricTableModel::data(const QModelIndex& index, int role) const
{
    const auto* const row = rowAt(index.row());
    if (row == nullptr)
        return {};
    if (row->isFamily())
        return index.column() == NameColumn && (role == Qt::DisplayRole || role == Qt::AccessibleTextRole)
            ? QVariant(row->family)
            : QVariant();
    const auto* const cell = cellAt(index);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        if (cell != nullptr)
            return textOf(*cell);
        return index.column() == NameColumn ? toText(row->description.title)
            : index.column() == ModelColumn ? modelOf(*row)
                                            : timeOf(*row);
    case Qt::ToolTipRole:
        return toToolTip(toolTipOf(*row, index));
    case Qt::AccessibleDescriptionRole:
        return toolTipOf(*row, index);
    case Qt::TextAlignmentRole:
        return int(index.column() == NameColumn || index.column() == ModelColumn ? Qt::AlignLeft : Qt::AlignRight)
            | int(Qt::AlignVCenter);
    case Qt::CheckStateRole:
        return cell != nullptr && cell->isOffered && !cell->isBusy()
            ? QVariant(cell->isWanted ? Qt::Checked : Qt::Unchecked)
            : QVariant();
    case MeaningRole:
        return index.column() == NameColumn ? QVariant(toText(row->description.meaning)) : QVariant();
    case FractionRole:
        return cell != nullptr ? fractionOf(*cell) : QVariant();
    case ToneRole:
        return cell != nullptr ? toneOf(*cell) : index.column() == NameColumn ? NormalTone : QuietTone;
    default:
        return {};
    }
}

QVariant MetricTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(section == NameColumn || section == ModelColumn ? Qt::AlignLeft : Qt::AlignRight)
            | int(Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        switch (section) {
        case CorrectedColumn:
            return tr("As the method is meant; what is recommended. Tick a cell to compute it.");
        case PublishedColumn:
            return tr("To the letter of the published recipe, quirks included: a column of its own beside the other.");
        case ModelColumn:
            return tr("The model that made the values, or would make them");
        case TimeColumn:
            return tr("About how long the pairs without a value take on the chosen device");
        default:
            return {};
        }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Metric");
    case CorrectedColumn:
        return tr("Corrected");
    case PublishedColumn:
        return tr("As published");
    case ModelColumn:
        return tr("Model");
    case TimeColumn:
        return tr("Time needed");
    default:
        return {};
    }
}

QString MetricTableModel::textOf(const MetricCell& cell) const
{
    if (cell.job) {
        switch (*cell.job) {
        case JobStatus::Waiting:
            return tr("waiting");
        case JobStatus::Running:
            return cell.fraction >= 0 ? tr("%1 %").arg(static_cast<int>(cell.fraction * 100)) : tr("starting…");
        case JobStatus::Paused:
            return tr("paused");
        case JobStatus::Stopping:
            return tr("stopping…");
        case JobStatus::Failed:
            return tr("failed");
        default:
            break;
        }
    }
    if (!cell.isThere)
        return cell.isOffered ? tr("not yet") : QString(QChar(0x2013));
    if (cell.valueCount >= m_pairCount)
        return formatCount(cell.valueCount);
    return tr("%1 of %2").arg(formatCount(cell.valueCount), formatCount(m_pairCount));
}

MetricTableModel::Tone MetricTableModel::toneOf(const MetricCell& cell) const
{
    if (cell.job)
        return *cell.job == JobStatus::Failed ? FailureTone : cell.isBusy() ? BusyTone : WarnTone;
    if (!cell.isThere)
        return QuietTone;
    return cell.valueCount < m_pairCount ? WarnTone : NormalTone;
}

QVariant MetricTableModel::fractionOf(const MetricCell& cell) const
{
    if (cell.isBusy())
        return std::max(cell.fraction, 0.0);
    if (!cell.isThere || m_pairCount == 0)
        return {};
    return static_cast<double>(cell.valueCount) / static_cast<double>(m_pairCount);
}

QString MetricTableModel::toolTipOf(const Row& row, const QModelIndex& index) const
{
    const auto* const cell = cellAt(index);
    if (cell == nullptr) {
        if (index.column() == NameColumn)
            return metricExplanation(row.description.name);
        if (index.column() == ModelColumn && !row.description.role.empty() && modelOf(row).isEmpty())
            return tr("There is no model of the role %1: add one under Models").arg(toText(row.description.role));
        return index.column() == ModelColumn ? originOf(row.cells[row.cells[0].isThere ? 0 : 1].provenance).path
                                             : timeOf(row);
    }
    QStringList lines{cell->column};
    if (!cell->problem.isEmpty())
        lines << cell->problem;
    if (cell->isThere)
        lines << tr("%1 of %2 pairs have a value").arg(formatCount(cell->valueCount), formatCount(m_pairCount));
    if (cell->failedCount > 0)
        lines << tr("%1 could not be scored").arg(formatCount(cell->failedCount));
    if (!cell->isOffered && !cell->isThere)
        lines << (row.description.canCompute ? tr("This metric has one reading only")
                                             : tr("This version cannot compute it: import ready values"));
    if (cell->isOffered && !cell->isBusy())
        lines << tr("Space ticks it; the button below computes what is ticked");
    return lines.join(QChar(u'\n'));
}

QString MetricTableModel::modelOf(const Row& row) const
{
    for (const auto& cell : row.cells) {
        if (!cell.isThere)
            continue;
        const auto origin = originOf(cell.provenance);
        if (origin.isImported)
            return tr("imported: %1").arg(origin.name);
        if (!origin.name.isEmpty())
            return origin.hash.isEmpty() ? origin.name
                                         : QStringLiteral("%1 · %2").arg(origin.name, origin.hash.left(kShortHash));
    }
    const auto named = m_modelNames.find(row.description.role);
    return row.description.role.empty() || named == m_modelNames.end() ? QString() : named->second;
}

QString MetricTableModel::timeOf(const Row& row) const
{
    double seconds = 0;
    bool isKnown = false, isNeeded = false;
    for (const auto& cell : row.cells) {
        if (!cell.isOffered || !cell.forecast || cell.forecast->pairs == 0)
            continue;
        if (!cell.isWanted && !(&cell == &row.cells[0] && !row.cells[1].isWanted))
            continue;
        isNeeded = true;
        isKnown = isKnown || std::isfinite(cell.forecast->seconds());
        seconds += std::isfinite(cell.forecast->seconds()) ? cell.forecast->seconds() : 0;
    }
    if (!isNeeded)
        return {};
    return isKnown ? tr("about %1").arg(formatDuration(seconds)) : tr("not measured");
}

} // namespace winnow::ui
