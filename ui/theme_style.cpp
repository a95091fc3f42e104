#include "ui/theme_style.h"

#include "ui/theme.h"

#include <QAbstractScrollArea>
#include <QFile>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QStyleOption>

namespace winnow::ui {

namespace {

    class WinnowStyle final : public QProxyStyle {
    public:
        WinnowStyle()
            : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
        {
        }

        int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override
        {
            switch (metric) {
            case PM_LayoutLeftMargin:
            case PM_LayoutRightMargin:
            case PM_LayoutTopMargin:
            case PM_LayoutBottomMargin:
            case PM_LayoutHorizontalSpacing:
            case PM_LayoutVerticalSpacing:
                return Theme::kGap;
            case PM_SmallIconSize:
            case PM_ButtonIconSize:
            case PM_TabBarIconSize:
                return 16;
            case PM_ToolBarIconSize:
                return 20;
            default:
                return QProxyStyle::pixelMetric(metric, option, widget);
            }
        }

        int styleHint(
            StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* result) const override
        {
            switch (hint) {
            case SH_Widget_Animation_Duration:
                return Theme::animationsAllowed() ? 100 : 0;
            case SH_ItemView_ActivateItemOnSingleClick:
                return 0;
            case SH_ToolTip_WakeUpDelay:
                return 400;
            default:
                return QProxyStyle::styleHint(hint, option, widget, result);
            }
        }

        void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
            const QWidget* widget) const override
        {
            if (element != PE_FrameFocusRect) {
                QProxyStyle::drawPrimitive(element, option, painter, widget);
                return;
            }
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(Theme::current().tokens().accent, 2));
            painter->drawRoundedRect(QRectF(option->rect).adjusted(1, 1, -1, -1), Theme::kRadius, Theme::kRadius);
            painter->restore();
        }
    };

} // namespace

QStyle* makeStyle()
{
    return new WinnowStyle; // the application takes it
}

QString makeStyleSheet(const Tokens& tokens)
{
    QFile file(QStringLiteral(":/style/winnow.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString text = QString::fromUtf8(file.readAll());
    const std::pair<const char*, QColor> kNames[] = {{"window", tokens.window}, {"surface", tokens.surface},
        {"raised", tokens.raised}, {"canvas", tokens.canvas}, {"border", tokens.border}, {"text2", tokens.text2},
        {"text", tokens.text}, {"disabled", tokens.disabled}, {"accent", tokens.accent}, {"onAccent", tokens.onAccent},
        {"hover", tokens.hover}, {"selection", tokens.selection}, {"ban", tokens.ban}, {"warn", tokens.warn},
        {"pin", tokens.pin}};
    text.replace(QStringLiteral("@scheme@"), QLatin1String(tokens.window.lightness() < 128 ? "dark" : "light"));
    for (const auto& [name, color] : kNames)
        text.replace(QLatin1String("@") + QLatin1String(name) + QLatin1String("@"), color.name());
    return text;
}

} // namespace winnow::ui
