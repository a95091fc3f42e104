#include "ui/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <algorithm>
#include <utility>

namespace winnow::ui {

namespace {

    /// Draws one of our line icons in a token's colour at the moment of painting, so that a change of theme needs no
    /// new icons.
    class LineIconEngine final : public QIconEngine {
    public:
        LineIconEngine(QString name, QColor color)
            : m_name(std::move(name))
            , m_color(std::move(color))
        {
        }

        void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
        {
            const int side = std::min(rect.width(), rect.height());
            const QPixmap drawn = make(side, mode, state, painter->device()->devicePixelRatio());
            painter->drawPixmap(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, drawn);
        }

        QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
        {
            return make(std::min(size.width(), size.height()), mode, state, 1);
        }

        QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override
        {
            // Qt asks in device pixels.
            return make(static_cast<int>(std::min(size.width(), size.height()) / scale), mode, state, scale);
        }

        QIconEngine* clone() const override { return new LineIconEngine(m_name, m_color); }
        QList<QSize> availableSizes(QIcon::Mode, QIcon::State) override { return {{16, 16}, {20, 20}, {32, 32}}; }
        bool isNull() override { return false; }

    private:
        QPixmap make(int side, QIcon::Mode mode, QIcon::State, qreal ratio) const
        {
            const Tokens& tokens = Theme::current().tokens();
            const QColor usual = m_color.isValid() ? m_color : tokens.text;
            return Theme::pixmap(m_name, side, mode == QIcon::Disabled ? tokens.disabled : usual, ratio);
        }

        QString m_name;
        QColor m_color;
    };

} // namespace

QIcon Theme::icon(const QString& name) { return icon(name, QColor()); }

QIcon Theme::icon(const QString& name, const QColor& color)
{
    return name.isEmpty() ? QIcon() : QIcon(new LineIconEngine(name, color));
}

QPixmap Theme::pixmap(const QString& name, int side, const QColor& color, double devicePixelRatio)
{
    const QString key =
        QStringLiteral("winnow/%1/%2/%3/%4").arg(name).arg(side).arg(color.name()).arg(devicePixelRatio);
    QPixmap drawn;
    if (QPixmapCache::find(key, &drawn))
        return drawn;
    const int pixels = qRound(side * devicePixelRatio);
    drawn = QPixmap(pixels, pixels);
    drawn.fill(Qt::transparent);
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    Q_ASSERT_X(file.exists(), "Theme::pixmap", qPrintable(name));
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray text = file.readAll();
        text.replace("currentColor", color.name().toLatin1());
        QSvgRenderer renderer(text);
        QPainter painter(&drawn);
        renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    }
    drawn.setDevicePixelRatio(devicePixelRatio);
    QPixmapCache::insert(key, drawn);
    return drawn;
}

} // namespace winnow::ui
