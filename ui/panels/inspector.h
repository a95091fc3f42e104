#pragma once

#include "core/domain/columns.h"

#include <QWidget>

#include <cstdint>
#include <memory>
#include <optional>

class QFormLayout;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QToolButton;

namespace winnow::store {
struct StoredPair;
}

namespace winnow::ui {

class Actions;
class Document;
class EmptyLook;
class ImageView;
class MetricBars;
class MetricSummaries;
class PageLoader;
class PlainText;
class StarRating;

/// Everything about the current pair: picture, conversation as plain text, metrics with their percentiles, clusters,
/// verdict with its reason, and the buttons that decide.
class Inspector : public QWidget {
    Q_OBJECT

public:
    Inspector(Document& document, PageLoader& loader, MetricSummaries& summaries, Actions& actions,
        QWidget* parent = nullptr);

    ImageView& picture() { return *m_picture; }

Q_SIGNALS:
    void openRequested(); ///< a double click on the picture

private:
    QWidget* makeContent();
    QWidget* makeDecisions(Actions& actions);
    QToolButton* makeButton(Actions& actions, const QString& what, const QString& text);
    void refresh();
    void showPair(const store::StoredPair& pair);
    void showTexts(const store::StoredPair& pair);
    void showWaiting();
    void showNumbers();
    void showVerdict();
    void requestReason();
    void decide(const QString& what);

    Document& m_document;
    PageLoader& m_loader;
    MetricSummaries& m_summaries;
    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    ImageView* m_picture;
    QLabel* m_title;
    QLabel* m_path;
    QLabel* m_instructionTitle;
    PlainText* m_instruction;
    QLabel* m_responseTitle;
    PlainText* m_response;
    MetricBars* m_metrics;
    QLabel* m_clusters;
    QLabel* m_verdict;
    QLabel* m_verdictMark;
    QLabel* m_reason;
    QLineEdit* m_note;
    StarRating* m_stars;
    std::optional<PairRow> m_row;
    std::shared_ptr<const store::StoredPair> m_shown;
    std::uint64_t m_reasonRequest = 0;
};

} // namespace winnow::ui
