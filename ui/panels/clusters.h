#pragma once

#include "core/domain/columns.h"

#include <QAbstractTableModel>
#include <QWidget>

#include <cstdint>
#include <memory>
#include <vector>

class QComboBox;
class QTableView;

namespace winnow::ui {

class Document;

/// The clusters of one clustering: number and name, pairs, shown and chosen ones.
class ClusterListModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, SizeColumn, ShownColumn, ChosenColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setClustering(const ClusteringInfo& info);
    /// Per cluster; `chosen` may be empty.
    void setCounts(std::vector<std::int64_t> shown, std::vector<std::int64_t> chosen);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    ClusteringInfo m_info;
    std::vector<std::int64_t> m_shown;
    std::vector<std::int64_t> m_chosen;
};

/// Lists the clusters of a clustering; a click shows only that one, another click all of them again.
class Clusters : public QWidget {
    Q_OBJECT

public:
    explicit Clusters(Document& document, QWidget* parent = nullptr);

    QString clustering() const;

Q_SIGNALS:
    void clusterRequested(); ///< the button of the empty look

private:
    void setUpTable();
    QWidget* makeEmpty();
    void refresh();
    void showClustering();
    void requestCounts();
    void takeFilter();
    void toggle(int cluster);

    Document& m_document;
    QComboBox* m_names;
    QTableView* m_table;
    QWidget* m_empty;
    ClusterListModel* m_model;
    std::uint64_t m_request = 0;
};

} // namespace winnow::ui
