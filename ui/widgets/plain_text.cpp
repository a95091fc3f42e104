#include "ui/widgets/plain_text.h"

#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace winnow::ui {
namespace {
    constexpr int kLongestShown = 200000; ///< characters: layout stays within a frame
}

PlainText::PlainText(QWidget* parent)
    : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTabChangesFocus(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMaximumBlockCount(0);
}

void PlainText::setText(const QString& text)
{
    auto shown = text.left(kLongestShown);
    shown.remove(QChar(0));
    if (shown != toPlainText())
        setPlainText(shown);
    setLayoutDirection(shown.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
    updateHeight();
}

void PlainText::setMaximumLines(int lines)
{
    m_maximumLines = std::max(lines, 1);
    updateHeight();
}

void PlainText::updateHeight()
{
    const auto lineHeight = QFontMetrics(font()).lineSpacing();
    const auto lines = std::clamp(static_cast<int>(std::ceil(document()->size().height())), 1, m_maximumLines);
    const auto height = lines * lineHeight + 2 * static_cast<int>(document()->documentMargin()) + 2 * frameWidth() + 2;
    if (height != this->height() || minimumHeight() != height)
        setFixedHeight(height);
}

void PlainText::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        updateHeight();
}

QSize PlainText::sizeHint() const { return {160, minimumHeight()}; }
QSize PlainText::minimumSizeHint() const { return {80, minimumHeight()}; }

} // namespace winnow::ui
