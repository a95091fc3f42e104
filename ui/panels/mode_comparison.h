#pragma once

#include "core/pipeline/select_job.h"
#include "core/pipeline/selection_comparison.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QTableWidget;

namespace winnow::ui {

class Document;
class PageLoader;
class PairGrid;
class ThumbnailCache;

/// The corrected and the published choice side by side: how far they overlap, what differs in their metrics, and the
/// pictures that only one of them takes.
class ModeComparison : public QWidget {
    Q_OBJECT

public:
    ModeComparison(Document& document, PageLoader& loader, ThumbnailCache& thumbnails, QWidget* parent = nullptr);

    /// Rows of either choice in any order; `scores` may be null. A problem stands instead of its choice.
    struct Choices {
        std::vector<PairRow> corrected;
        std::vector<PairRow> published;
        std::shared_ptr<const std::vector<double>> scores;
        QString correctedProblem;
        QString publishedProblem;
    };
    void setChoices(const Choices& choices);
    void showBusy();
    const pipeline::SelectionComparison& comparison() const { return m_comparison; }

private:
    void showMetrics();

    Document& m_document;
    pipeline::SelectionComparison m_comparison;
    QLabel* m_summary;
    QLabel* m_problem;
    QTableWidget* m_metrics;
    QLabel* m_correctedTitle;
    QLabel* m_publishedTitle;
    PairGrid* m_corrected;
    PairGrid* m_published;
};

} // namespace winnow::ui
