#pragma once

#include "core/pipeline/model_download.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QTableWidget;

namespace winnow::ui {

/// What fetching would take, file by file, and how far it is: per file, in all, speed and time left.
class DownloadView : public QWidget {
    Q_OBJECT

public:
    explicit DownloadView(QWidget* parent = nullptr);

    void showPlan(const pipeline::ModelPlan& plan);
    void showProgress(const pipeline::ModelFetchProgress& progress);
    /// The bar stays with what is reached, or goes away where nothing is under way.
    void setFetching(bool isFetching);

private:
    void setCell(int row, int column, const QString& text);

    pipeline::ModelPlan m_plan;
    QTableWidget* m_files;
    QLabel* m_summary;
    QLabel* m_warnings;
    QProgressBar* m_bar;
    QLabel* m_speed;
};

/// "605 MB"
QString sizeText(qint64 bytes);

} // namespace winnow::ui
