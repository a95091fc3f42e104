#include "ui/widgets/image_view.h"

#include "core/pipeline/pictures.h"
#include "ui/background.h"
#include "ui/theme.h"
#include "ui/widgets/picture_image.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace winnow::ui {
namespace {
    constexpr double kMaxZoom = 16;
    constexpr double kStep = 1.25;
    constexpr int kDecodedSideStep =
        256; ///< sizes that are decoded: few, so that a resize does not decode again and again
    constexpr qint64 kSmoothPixels = 2000000; ///< above this a scaled drawing is not smoothed: frames come first
} // namespace

ImageView::ImageView(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("imageView"));
    setAccessibleName(tr("Picture"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFocusPolicy(Qt::StrongFocus);
    connect(&Theme::current(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ImageView::setFile(const std::filesystem::path& file, const QString& reason)
{
    if (file == m_file && !file.empty() && m_problem.isEmpty())
        return;
    m_file = file;
    m_image = {};
    m_fullSize = {};
    m_problem = file.empty() ? reason : QString();
    m_request += 1;
    m_askedSide = -1;
    m_isLoading = false;
    m_isFitted = true;
    m_wantsFull = false;
    m_offset = {};
    setAccessibleDescription(m_problem);
    if (!file.empty())
        loadForView();
    update();
    Q_EMIT zoomChanged();
}

void ImageView::loadForView()
{
    if (m_file.empty() || !m_problem.isEmpty())
        return;
    const auto pixels = static_cast<int>(std::max(width(), height()) * devicePixelRatioF());
    const auto side =
        m_wantsFull ? 0 : (std::max(pixels, 1) + kDecodedSideStep - 1) / kDecodedSideStep * kDecodedSideStep;
    const bool isEnough = m_askedSide == 0 || (side != 0 && m_askedSide >= side);
    if (!isEnough)
        load(side);
}

void ImageView::load(int maxSide)
{
    m_askedSide = maxSide;
    m_isLoading = true;
    const auto request = ++m_request;
    inBackground(
        this,
        [file = m_file, maxSide] {
            const auto picture = pipeline::loadPicture(file, maxSide);
            return std::pair(toImage(picture), QString::fromStdString(picture.problem));
        },
        [this, request, maxSide](const std::pair<QImage, QString>& result) {
            if (request == m_request)
                take(result.first, result.second, maxSide);
        });
}

void ImageView::take(const QImage& image, const QString& problem, int maxSide)
{
    m_isLoading = false;
    const bool isShrunk = maxSide != 0 && std::max(image.width(), image.height()) >= maxSide;
    const auto before = m_fullSize;
    m_image = image;
    m_maxSide = isShrunk ? maxSide : 0;
    m_problem = problem;
    if (!m_fullSize.isValid() || !isShrunk)
        m_fullSize = image.size();
    if (!isShrunk && !image.isNull())
        m_askedSide = 0;
    const bool hasGrown = !m_isFitted && !m_isOneToOne && !before.isEmpty() && !m_fullSize.isEmpty();
    if (hasGrown) // what is seen keeps its size
        m_zoom *= static_cast<double>(before.width()) / m_fullSize.width();
    setAccessibleDescription(problem);
    clampOffset();
    update();
    Q_EMIT loaded();
    Q_EMIT zoomChanged();
}

double ImageView::fittedZoom() const
{
    if (m_fullSize.isEmpty())
        return 1;
    const auto ratio = devicePixelRatioF();
    return std::min({width() * ratio / m_fullSize.width(), height() * ratio / m_fullSize.height(), kMaxZoom});
}

double ImageView::zoom() const { return m_isFitted ? std::min(fittedZoom(), 4.0) : m_zoom; }

void ImageView::setZoom(double zoom, const QPointF& around)
{
    if (m_image.isNull())
        return;
    const auto before = this->zoom();
    const auto least = std::min(fittedZoom(), 1.0);
    m_zoom = std::clamp(zoom, least, kMaxZoom);
    m_isOneToOne = false;
    m_isFitted = m_zoom <= least && fittedZoom() <= 1;
    const auto from = around - rect().toRectF().center() - m_offset;
    m_offset += from - from * (this->zoom() / before);
    if (!m_isFitted && m_maxSide != 0 && !m_wantsFull) {
        m_wantsFull = true;
        loadForView();
    }
    clampOffset();
    update();
    Q_EMIT zoomChanged();
}

void ImageView::toggleZoom()
{
    if (!m_isFitted)
        return fit();
    m_isOneToOne = true;
    if (m_maxSide != 0) { // one to one is known only with the whole picture
        m_wantsFull = true;
        m_isFitted = false;
        m_zoom = 1;
        loadForView();
        return;
    }
    m_isFitted = false;
    m_zoom = 1;
    m_offset = {};
    update();
    Q_EMIT zoomChanged();
}

void ImageView::fit()
{
    m_isFitted = true;
    m_offset = {};
    update();
    Q_EMIT zoomChanged();
}

void ImageView::clampOffset()
{
    if (m_isFitted) {
        m_offset = {};
        return;
    }
    const auto shown = QSizeF(m_fullSize) * zoom() / devicePixelRatioF();
    const auto free = [](double picture, double view) { return std::max(0.0, (picture - view) / 2); };
    const auto x = free(shown.width(), width()), y = free(shown.height(), height());
    m_offset = {std::clamp(m_offset.x(), -x, x), std::clamp(m_offset.y(), -y, y)};
}

void ImageView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::current().tokens().canvas);
    if (m_image.isNull()) {
        if (!m_problem.isEmpty())
            paintProblem(painter);
    } else {
        const auto size = QSizeF(m_fullSize) * zoom() / devicePixelRatioF();
        const auto centre = rect().toRectF().center() + m_offset;
        const QRectF target(centre.x() - size.width() / 2, centre.y() - size.height() / 2, size.width(), size.height());
        const auto shown = target.intersected(rect());
        const auto scale = m_image.width() / target.width();
        const QRectF source((shown.topLeft() - target.topLeft()) * scale, shown.size() * scale);
        const bool isSmooth = scale > 0.5 && source.width() * source.height() <= kSmoothPixels;
        painter.setRenderHint(QPainter::SmoothPixmapTransform, isSmooth);
        painter.drawImage(shown, m_image, source);
    }
    if (hasFocus()) {
        painter.setPen(QPen(Theme::current().tokens().accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void ImageView::paintProblem(QPainter& painter)
{
    const auto& theme = Theme::current();
    const auto icon = Theme::pixmap(QStringLiteral("picture-missing"), 40, theme.tokens().text2, devicePixelRatioF());
    const QRect place(rect().center().x() - 20, rect().center().y() - 40, 40, 40);
    painter.drawPixmap(place, icon);
    painter.setPen(theme.tokens().text2);
    painter.setFont(theme.font(Theme::Text::Body));
    const QRect text(Theme::kSection, place.bottom() + Theme::kGap, width() - 2 * Theme::kSection,
        height() - place.bottom() - Theme::kGap);
    drawReason(painter, text, m_problem);
}

void ImageView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    loadForView();
    clampOffset();
}

void ImageView::wheelEvent(QWheelEvent* event)
{
    if (m_image.isNull() || event->angleDelta().y() == 0)
        return QWidget::wheelEvent(event);
    setZoom(zoom() * std::pow(kStep, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void ImageView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    setFocus(Qt::MouseFocusReason);
    m_dragFrom = event->position();
    if (!m_isFitted)
        setCursor(Qt::ClosedHandCursor);
}

void ImageView::mouseMoveEvent(QMouseEvent* event)
{
    if (!(event->buttons() & Qt::LeftButton) || m_isFitted)
        return;
    m_offset += event->position() - m_dragFrom;
    m_dragFrom = event->position();
    clampOffset();
    update();
}

void ImageView::mouseReleaseEvent(QMouseEvent*) { unsetCursor(); }

void ImageView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT activated();
}

void ImageView::keyPressEvent(QKeyEvent* event)
{
    const auto centre = rect().toRectF().center();
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return setZoom(zoom() * kStep, centre);
    case Qt::Key_Minus:
        return setZoom(zoom() / kStep, centre);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace winnow::ui
