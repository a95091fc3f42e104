#pragma once

#include "ui/document.h"
#include "ui/models/page_loader.h"

#include <QWidget>

#include <memory>
#include <vector>

class QHBoxLayout;
class QLabel;
class QStackedWidget;

namespace winnow::ui {

class EmptyLook;
class MetricSummaries;

/// A few pairs side by side, whatever the views show meanwhile: picture, texts, metrics. Lives while the project is
/// open.
class CompareTray : public QWidget {
    Q_OBJECT

public:
    static constexpr std::size_t kMostPairs = 6;

    explicit CompareTray(Document& document, QWidget* parent = nullptr);
    ~CompareTray() override;

    /// Takes the rows out where all of them are in, else puts them in; the oldest leave a full tray.
    void toggle(const Document::Rows& rows);
    const Document::Rows& rows() const { return m_rows; }

private:
    class Card;

    void setRows(Document::Rows rows);
    void refresh();
    void refreshNumbers();

    Document& m_document;
    PageLoader m_loader;
    std::unique_ptr<MetricSummaries> m_summaries; ///< made with the first pair
    Document::Rows m_rows;
    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    QHBoxLayout* m_layout;
    std::vector<Card*> m_cards; ///< parallel to m_rows
};

} // namespace winnow::ui
