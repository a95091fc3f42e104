#pragma once

#include "core/domain/columns.h"
#include "core/domain/selection.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace winnow::ui {

class Document;
class MetricSummaries;
class PageLoader;

/// The document's current set as a table: id, response, instruction, verdict, stars, then one column a metric and a
/// clustering. Reads memory only: texts that are not loaded yet show "…" and are asked for.
class PairTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { IdColumn, ResponseColumn, InstructionColumn, VerdictColumn, StarsColumn, FirstNumberColumn };
    enum Role {
        PairRowRole = Qt::UserRole + 1, ///< uint
        PercentileRole,                 ///< double, NaN where unknown; metrics only
        OverrideRole,                   ///< int of Override
        ChosenRole,                     ///< bool
        PendingRole,                    ///< bool: decided but not yet on disk
        MetricRole,                     ///< name of the metric of a column
    };

    PairTableModel(Document& document, PageLoader& loader, MetricSummaries& summaries, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    /// Sorts the whole document by a metric column, or by import order.
    void sort(int column, Qt::SortOrder order) override;

    std::optional<PairRow> pairRowAt(int position) const;
    /// Position in the current set; one pass over it, well under a millisecond for a million.
    std::optional<int> positionOf(PairRow row) const;
    /// Empty for a column that is not a metric.
    QString metricOf(int column) const;
    int columnOfMetric(const QString& metric) const;

private:
    void reset();
    void refreshNumbers();
    void takeLoaded(const std::vector<PairRow>& rows);
    QVariant textOf(const QModelIndex& index, PairRow row) const;
    QVariant numberText(int column, PairRow row) const;
    QVariant clusterText(int clustering, PairRow row) const;
    QVariant headerToolTip(int section) const;
    const MetricColumn* metricColumn(int column) const;

    Document& m_document;
    PageLoader& m_loader;
    MetricSummaries& m_summaries;
    std::shared_ptr<const Columns> m_columns;
    std::shared_ptr<const std::vector<PairRow>> m_rows;
    mutable std::unordered_map<PairRow, int> m_asked; ///< positions that show "…"
};

} // namespace winnow::ui
