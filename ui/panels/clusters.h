#pragma once

#include "core/domain/columns.h"

#include <QAbstractTableModel>
#include <QWidget>

#include <cstdint>
#include <memory>
#include <vector>

class QComboBox;
class QPoint;
class QTableView;

namespace winnow::ui {

class Actions;
class ClusterEdits;
class Document;
class JobQueue;

/// The clusters of one clustering: number and name, pairs, shown and chosen ones.
class ClusterListModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, SizeColumn, ShownColumn, ChosenColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setClustering(const ClusteringInfo& info);
    const ClusteringInfo& info() const { return m_info; }
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

/// Lists the clusters of a clustering; a click shows only that one, another click all of them again. With Ctrl or Shift
/// several are chosen, to be merged; the menu of the right button changes clusters by hand (ClusterEdits), and the
/// clustering that comes of it is shown.
class Clusters : public QWidget {
    Q_OBJECT

public:
    Clusters(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent = nullptr);

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
    void takeChoice();
    void takeEdit(const QString& clustering, const QString& removed);
    void showMenu(const QPoint& at);

    Document& m_document;
    QComboBox* m_names;
    QTableView* m_table;
    QWidget* m_empty;
    ClusterListModel* m_model;
    ClusterEdits* m_edits;
    QString m_wanted; ///< clustering to be shown once it is there
    std::uint64_t m_request = 0;
};

} // namespace winnow::ui
