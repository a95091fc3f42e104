#include "ui/widgets/single_view.h"

#include "core/store/pair_store.h"
#include "ui/document.h"
#include "ui/models/page_loader.h"
#include "ui/theme.h"
#include "ui/widgets/image_view.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace winnow::ui {
namespace {
    constexpr int kPageStep = 10;

    QToolButton* makeButton(const QString& icon, const QString& tip, QWidget* parent)
    {
        auto* button = new QToolButton(parent);
        button->setIcon(Theme::icon(icon));
        button->setAccessibleName(tip);
        button->setToolTip(tip);
        button->setProperty("look", QStringLiteral("quiet"));
        button->setFocusPolicy(Qt::TabFocus);
        return button;
    }
} // namespace

SingleView::SingleView(Document& document, PageLoader& loader, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_loader(loader)
    , m_picture(new ImageView(this))
    , m_caption(new QLabel(this))
    , m_zoom(new QLabel(this))
    , m_previous(makeButton(QStringLiteral("left"), tr("Previous pair (Left)"), this))
    , m_next(makeButton(QStringLiteral("right"), tr("Next pair (Right)"), this))
    , m_back(makeButton(QStringLiteral("grid"), tr("Back to all pairs (Space)"), this))
{
    setObjectName(QStringLiteral("singleView"));
    setAccessibleName(tr("One pair"));
    setFocusProxy(m_picture);
    m_picture->setObjectName(QStringLiteral("singlePicture"));
    m_caption->setObjectName(QStringLiteral("singleCaption"));
    m_caption->setTextFormat(Qt::PlainText);
    m_zoom->setObjectName(QStringLiteral("singleZoom"));
    m_zoom->setProperty("look", QStringLiteral("caption"));
    auto* line = new QHBoxLayout;
    line->setContentsMargins(Theme::kGap, 0, Theme::kGap, 0);
    line->addWidget(m_previous);
    line->addWidget(m_next);
    line->addWidget(m_caption, 1);
    line->addWidget(m_zoom);
    line->addWidget(m_back);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, Theme::kUnit);
    layout->setSpacing(Theme::kUnit);
    layout->addWidget(m_picture, 1);
    layout->addLayout(line);
    connect(m_previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { step(1); });
    connect(m_back, &QToolButton::clicked, this, &SingleView::closeRequested);
    connect(m_picture, &ImageView::activated, this, &SingleView::closeRequested);
    connect(m_picture, &ImageView::zoomChanged, this, &SingleView::updateCaption);
    connect(&document, &Document::currentRowChanged, this, &SingleView::refresh);
    connect(&document, &Document::currentSetChanged, this, &SingleView::refresh);
    connect(&loader, &PageLoader::loaded, this, &SingleView::refresh);
}

int SingleView::position() const
{
    const auto row = m_document.currentRow();
    const auto rows = m_document.currentSet();
    const auto found = row ? std::find(rows->begin(), rows->end(), *row) : rows->end();
    return found == rows->end() ? -1 : static_cast<int>(found - rows->begin());
}

void SingleView::step(int by)
{
    const auto rows = m_document.currentSet();
    if (rows->empty())
        return;
    const auto wanted = std::clamp(position() + by, 0, static_cast<int>(rows->size()) - 1);
    const auto row = (*rows)[static_cast<std::size_t>(wanted)];
    m_document.setSelectedRows({row});
    m_document.setCurrentRow(row);
}

void SingleView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void SingleView::refresh()
{
    if (!isVisible())
        return;
    const auto row = m_document.currentRow();
    const auto entry = row ? m_loader.find(*row) : nullptr;
    if (!entry)
        m_picture->setFile({}, row ? QString() : tr("no pair"));
    else if (entry->image.empty())
        m_picture->setFile({}, entry->pair.images.empty() ? tr("no picture: text only") : tr("picture not found"));
    else
        m_picture->setFile(entry->image);
    const auto rows = m_document.currentSet();
    const auto at = position();
    if (at >= 0 && static_cast<std::size_t>(at) + 1 < rows->size())
        m_loader.find((*rows)[static_cast<std::size_t>(at) + 1]); // the next one comes at once
    updateCaption();
}

void SingleView::updateCaption()
{
    const auto at = position();
    const auto count = static_cast<qint64>(m_document.currentSet()->size());
    const auto row = m_document.currentRow();
    const auto entry = row ? m_loader.peek(*row) : nullptr;
    const auto id = entry ? QString::fromStdString(entry->pair.id.value) : QString();
    m_caption->setText(at < 0 ? id : tr("%1 of %2   %3").arg(formatCount(at + 1), formatCount(count), id));
    m_previous->setEnabled(at > 0);
    m_next->setEnabled(at >= 0 && at + 1 < count);
    const auto percent = m_picture->isWhole() ? tr("%1 %").arg(std::lround(m_picture->zoom() * 100)) : tr("fitted");
    m_zoom->setText(m_picture->problem().isEmpty() ? percent : QString());
}

void SingleView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up:
        return step(-1);
    case Qt::Key_Right:
    case Qt::Key_Down:
        return step(1);
    case Qt::Key_PageUp:
        return step(-kPageStep);
    case Qt::Key_PageDown:
        return step(kPageStep);
    case Qt::Key_Home:
        return step(-static_cast<int>(m_document.currentSet()->size()));
    case Qt::Key_End:
        return step(static_cast<int>(m_document.currentSet()->size()));
    case Qt::Key_Escape:
    case Qt::Key_Space:
        Q_EMIT closeRequested();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace winnow::ui
