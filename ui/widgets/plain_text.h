#pragma once

#include <QPlainTextEdit>

namespace winnow::ui {

/// Text of the data or of a model: plain, selectable, wrapped, in its own writing direction. As high as its lines up to
/// a limit, then it scrolls inside.
class PlainText : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit PlainText(QWidget* parent = nullptr);

    void setText(const QString& text);
    void setMaximumLines(int lines);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateHeight();
    int m_maximumLines = 10;
};

} // namespace winnow::ui
