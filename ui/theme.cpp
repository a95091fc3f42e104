#include "ui/theme.h"

#include "ui/theme_style.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QPalette>
#include <QPointer>
#include <QStyle>
#include <QStyleFactory>

#include <algorithm>
#include <array>
#include <cmath>

static void initResources()
{
    Q_INIT_RESOURCE(winnow); // not allowed inside a namespace
    Q_INIT_RESOURCE(translations);
}

namespace winnow::ui {

namespace {

    QColor rgb(QRgb value) { return QColor::fromRgb(value); }

    QPalette makePalette(const Tokens& tokens)
    {
        QPalette palette;
        palette.setColor(QPalette::Window, tokens.window);
        palette.setColor(QPalette::WindowText, tokens.text);
        palette.setColor(QPalette::Base, tokens.surface);
        palette.setColor(QPalette::AlternateBase, tokens.window);
        palette.setColor(QPalette::Text, tokens.text);
        palette.setColor(QPalette::Button, tokens.surface);
        palette.setColor(QPalette::ButtonText, tokens.text);
        palette.setColor(QPalette::BrightText, tokens.ban);
        palette.setColor(QPalette::ToolTipBase, tokens.raised);
        palette.setColor(QPalette::ToolTipText, tokens.text);
        palette.setColor(QPalette::PlaceholderText, tokens.text2);
        palette.setColor(QPalette::Highlight, tokens.accent);
        palette.setColor(QPalette::HighlightedText, tokens.onAccent);
        palette.setColor(QPalette::Link, tokens.accent);
        palette.setColor(QPalette::LinkVisited, tokens.accent);
        palette.setColor(QPalette::Light, tokens.raised);
        palette.setColor(QPalette::Midlight, tokens.hover);
        palette.setColor(QPalette::Mid, tokens.border);
        palette.setColor(QPalette::Dark, tokens.border);
        palette.setColor(QPalette::Shadow, tokens.canvas);
        for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
            palette.setColor(QPalette::Disabled, role, tokens.disabled);
        palette.setColor(QPalette::Disabled, QPalette::Highlight, tokens.border);
        palette.setColor(QPalette::Disabled, QPalette::HighlightedText, tokens.text2);
        return palette;
    }

    double linear(double channel)
    {
        return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    }

    double luminance(const QColor& color)
    {
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
    }

    QColor mixed(const QColor& first, const QColor& second, double share)
    {
        const auto channel = [share](double x, double y) { return static_cast<float>(x + (y - x) * share); };
        return QColor::fromRgbF(channel(first.redF(), second.redF()), channel(first.greenF(), second.greenF()),
            channel(first.blueF(), second.blueF()));
    }

    /// Linear between equidistant stops; position 0 … 1.
    template <std::size_t N> QColor ramp(const std::array<QRgb, N>& stops, double position)
    {
        const double place = std::clamp(position, 0.0, 1.0) * static_cast<double>(N - 1);
        const auto left = std::min(static_cast<std::size_t>(place), N - 2);
        return mixed(rgb(stops[left]), rgb(stops[left + 1]), place - static_cast<double>(left));
    }

    constexpr auto kPortal = "org.freedesktop.portal.Desktop";
    constexpr auto kPortalPath = "/org/freedesktop/portal/desktop";
    constexpr auto kPortalSettings = "org.freedesktop.portal.Settings";
    constexpr auto kAppearance = "org.freedesktop.appearance";
    constexpr auto kColorScheme = "color-scheme";

} // namespace

Tokens Tokens::light()
{
    Tokens tokens;
    tokens.window = rgb(0xF4F5F7);
    tokens.surface = rgb(0xFFFFFF);
    tokens.raised = rgb(0xFFFFFF);
    tokens.canvas = rgb(0xE6E8EC);
    tokens.border = rgb(0xD3D7DE);
    tokens.text = rgb(0x1C2128);
    tokens.text2 = rgb(0x57606A);
    tokens.disabled = rgb(0x8C959F);
    tokens.accent = rgb(0x0B62C4);
    tokens.onAccent = rgb(0xFFFFFF);
    tokens.chosen = tokens.accent;
    tokens.pin = rgb(0x0B6E4F);
    tokens.ban = rgb(0xB3261E);
    tokens.lock = rgb(0x6B4EA0);
    tokens.warn = rgb(0x8A5A00);
    tokens.hover = rgb(0xECEEF2);
    tokens.selection = rgb(0xDCE9F9);
    return tokens;
}

Tokens Tokens::dark()
{
    Tokens tokens;
    tokens.window = rgb(0x1B1E24);
    tokens.surface = rgb(0x23272E);
    tokens.raised = rgb(0x2B3038);
    tokens.canvas = rgb(0x14171B);
    tokens.border = rgb(0x3A404A);
    tokens.text = rgb(0xE8EAED);
    tokens.text2 = rgb(0xA9B1BC);
    tokens.disabled = rgb(0x6F7883);
    tokens.accent = rgb(0x6CB2FF);
    tokens.onAccent = rgb(0x0B1B2E);
    tokens.chosen = tokens.accent;
    tokens.pin = rgb(0x5FD3A6);
    tokens.ban = rgb(0xFF8A80);
    tokens.lock = rgb(0xC3A6FF);
    tokens.warn = rgb(0xF2C14E);
    tokens.hover = rgb(0x2D323B);
    tokens.selection = rgb(0x24405F);
    return tokens;
}

double contrastRatio(const QColor& first, const QColor& second)
{
    const double one = luminance(first);
    const double two = luminance(second);
    return (std::max(one, two) + 0.05) / (std::min(one, two) + 0.05);
}

Theme& Theme::current()
{
    static QPointer<Theme> theme; // owned by the application, so that it goes before Qt does
    if (!theme)
        theme = new Theme(qApp);
    return *theme;
}

Theme::Theme(QObject* parent)
    : QObject(parent)
    , m_tokens(Tokens::light())
{
    initResources();
}

void Theme::apply()
{
    QApplication::setStyle(makeStyle());
    m_isApplied = true;
    refresh();
    askPortal();
}

void Theme::setChoice(Choice choice)
{
    m_choice = choice;
    if (m_isApplied)
        refresh();
}

bool Theme::wantsDark() const
{
    const QByteArray wish = qgetenv("WINNOW_THEME");
    if (wish == "dark" || wish == "light")
        return wish == "dark";
    if (m_choice != Choice::System)
        return m_choice == Choice::Dark;
    if (m_systemScheme != 0)
        return m_systemScheme == 1;
    return QStyleFactory::create(QStringLiteral("Fusion"))->standardPalette().color(QPalette::Window).lightness() < 128;
}

void Theme::refresh()
{
    const bool wasDark = m_isDark;
    m_isDark = wantsDark();
    m_tokens = m_isDark ? Tokens::dark() : Tokens::light();
    QApplication::setPalette(makePalette(m_tokens));
    QApplication::setFont(font(Text::Body));
    qApp->setStyleSheet(makeStyleSheet(m_tokens));
    if (wasDark != m_isDark)
        Q_EMIT changed();
}

void Theme::askPortal()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(QLatin1String(kPortal), QLatin1String(kPortalPath), QLatin1String(kPortalSettings),
        QStringLiteral("SettingChanged"), this, SLOT(portalSettingChanged(QString, QString, QDBusVariant)));
    QDBusMessage call = QDBusMessage::createMethodCall(
        QLatin1String(kPortal), QLatin1String(kPortalPath), QLatin1String(kPortalSettings), QStringLiteral("Read"));
    call << QString::fromLatin1(kAppearance) << QString::fromLatin1(kColorScheme);
    auto* const watcher = new QDBusPendingCallWatcher(bus.asyncCall(call, 2000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher* done) {
        const QDBusPendingReply<QDBusVariant> reply = *done;
        if (!reply.isError())
            portalSettingChanged(QString::fromLatin1(kAppearance), QString::fromLatin1(kColorScheme), reply.value());
        done->deleteLater();
    });
}

void Theme::portalSettingChanged(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group != QLatin1String(kAppearance) || key != QLatin1String(kColorScheme))
        return;
    QVariant inner = value.variant();
    if (inner.userType() == qMetaTypeId<QDBusVariant>()) // Read() wraps twice
        inner = inner.value<QDBusVariant>().variant();
    m_systemScheme = inner.toInt();
    refresh();
}

QFont Theme::font(Text size, Weight weight) const
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    font.setPointSize(static_cast<int>(size));
    font.setWeight(weight == Weight::Strong ? QFont::DemiBold : QFont::Normal);
    return font;
}

QFont Theme::numberFont(Text size, Weight weight) const
{
    const QFont general = font(size, weight);
    const QFontMetrics metrics(general);
    const int width = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (metrics.horizontalAdvance(QLatin1Char(digit)) == width)
            continue;
        QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        fixed.setPointSize(general.pointSize());
        fixed.setWeight(general.weight());
        return fixed;
    }
    return general;
}

QColor Theme::category(std::size_t index) const
{
    static constexpr std::array<QRgb, 7> kOkabeIto{
        0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00, 0xF0E442};
    return index < 12 ? rgb(kOkabeIto[index % kOkabeIto.size()]) : m_tokens.disabled;
}

int Theme::categoryMarker(std::size_t index) { return static_cast<int>(index / 7); }

QColor Theme::viridis(double position)
{
    static constexpr std::array<QRgb, 9> kStops{
        0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725};
    return ramp(kStops, position);
}

QColor Theme::diverging(double position)
{
    static constexpr std::array<QRgb, 5> kStops{0x0072B2, 0x7FB8DA, 0xF7F7F7, 0xF2B878, 0xD55E00};
    return ramp(kStops, (position + 1) / 2);
}

bool Theme::animationsAllowed()
{
    return qEnvironmentVariableIsEmpty("WINNOW_NO_ANIMATION") && QApplication::isEffectEnabled(Qt::UI_AnimateMenu);
}

} // namespace winnow::ui
