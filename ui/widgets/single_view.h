#pragma once

#include "core/domain/columns.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QToolButton;

namespace winnow::ui {

class Document;
class ImageView;
class PageLoader;

/// One pair's picture as large as it goes; the arrows step through the current set.
class SingleView : public QWidget {
    Q_OBJECT

public:
    SingleView(Document& document, PageLoader& loader, QWidget* parent = nullptr);

    ImageView& picture() { return *m_picture; }
    /// Moves within the current set; stays at its ends.
    void step(int by);

Q_SIGNALS:
    void closeRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void updateCaption();
    int position() const;

    Document& m_document;
    PageLoader& m_loader;
    ImageView* m_picture;
    QLabel* m_caption;
    QLabel* m_zoom;
    QToolButton* m_previous;
    QToolButton* m_next;
    QToolButton* m_back;
};

} // namespace winnow::ui
