#pragma once

#include <QByteArray>
#include <QTimer>
#include <QWidget>

class QButtonGroup;
class QComboBox;
class QProgressBar;
class QSlider;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace winnow::ui {

class Actions;
class Clusters;
class Document;
class EmptyLook;
class FilterBar;
class Histograms;
class Inspector;
class JobQueue;
class MetricSummaries;
class PageLoader;
class PairGrid;
class PairTable;
class PairTableModel;
class SingleView;
class ThumbnailCache;

/// Data mode: filter bar, the views of the current set (grid, table, single), histograms, inspector and clusters.
class DataPage : public QWidget {
    Q_OBJECT

public:
    enum class View { Grid, Table, Single };

    DataPage(Document& document, JobQueue& queue, Actions& actions, QWidget* parent = nullptr);
    ~DataPage() override;

    View view() const { return m_view; }
    void setView(View view);
    PairGrid& grid() { return *m_grid; }
    PairTable& table() { return *m_table; }

    /// Splitters, view and thumbnail size, as one value.
    QByteArray saveLayout() const;
    void restoreLayout(const QByteArray& layout);

Q_SIGNALS:
    void importRequested();
    void scoreRequested();
    void clusterRequested();
    void viewChanged();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeToolBar();
    QWidget* makeViews();
    QToolButton* makeViewButton(View view, const QString& actionId);
    void connectDocument();
    void connectActions();
    void whenShown(const QString& actionId, void (DataPage::*command)());
    void takeCurrentSet();
    void takeColumns();
    void takeSort();
    void takeProject();
    void showState();
    void showFailure(const QString& title, const QString& sentence, const QString& details);
    void emptyActivated();
    void toggleSingle();
    void toggleZoom();
    void focusFilter();
    void advance();
    void focusView();

    Document& m_document;
    Actions& m_actions;
    PageLoader* m_loader;
    ThumbnailCache* m_thumbnails;
    MetricSummaries* m_summaries;
    PairTableModel* m_model;
    FilterBar* m_filter;
    QButtonGroup* m_viewButtons;
    QComboBox* m_sort;
    QToolButton* m_direction;
    QSlider* m_size;
    QProgressBar* m_busy;
    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    PairGrid* m_grid;
    PairTable* m_table;
    SingleView* m_single;
    Histograms* m_histograms;
    Inspector* m_inspector;
    Clusters* m_clusters;
    QSplitter* m_columns;
    QSplitter* m_left;
    QSplitter* m_right;
    View m_view = View::Grid;
    View m_before = View::Grid; ///< where Space goes back to from the single view
    bool m_hasSet = false;      ///< the first current set of this project is there
    bool m_hasFailed = false;
    QTimer m_busyTimer;
};

} // namespace winnow::ui
