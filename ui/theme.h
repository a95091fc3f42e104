#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPixmap>
#include <QString>

#include <cstddef>

class QDBusVariant;

namespace winnow::ui {

/// The colours of the window by what they are for (LOOK); nothing else names a colour.
struct Tokens {
    QColor window, surface, raised, canvas, border;
    QColor text, text2, disabled;
    QColor accent, onAccent;
    QColor chosen; ///< the accent, as a filled dot
    QColor pin, ban, lock, warn;
    QColor hover;     ///< a shade of the surface
    QColor selection; ///< behind selected items; text keeps its colour on it

    static Tokens light();
    static Tokens dark();
};

/// Contrast ratio of WCAG 2.1, 1 … 21.
double contrastRatio(const QColor& first, const QColor& second);

/// Look of the whole program: tokens, type, space, icons. One object, owned by the application.
class Theme : public QObject {
    Q_OBJECT

public:
    enum class Choice { System, Light, Dark };
    enum class Text { Caption = 10, Body = 11, Heading = 13, Title = 16, Display = 20 }; ///< point sizes
    enum class Weight { Regular = 400, Strong = 600 };

    static constexpr int kUnit = 4;
    static constexpr int kGap = 8;      ///< inside groups
    static constexpr int kSection = 16; ///< between groups
    static constexpr int kDialogMargin = 24;
    static constexpr int kControl = 28; ///< height of a control, least size of a hit target
    static constexpr int kPrimary = 32; ///< height of a primary button
    static constexpr int kRadius = 4;
    static constexpr int kCardRadius = 6;

    /// The application's theme (made at first use, owned by the application).
    static Theme& current();

    const Tokens& tokens() const { return m_tokens; }
    bool isDark() const { return m_isDark; }
    Choice choice() const { return m_choice; }
    /// WINNOW_THEME=light|dark in the environment wins.
    void setChoice(Choice choice);
    /// Sets style, palette, font and style sheet of the application. Call once at the start.
    void apply();

    QFont font(Text size, Weight weight = Weight::Regular) const;
    /// Digits of one width.
    QFont numberFont(Text size = Text::Body, Weight weight = Weight::Regular) const;

    /// resources/icons/<name>.svg in the text's colour (or the one given), following the theme by itself.
    static QIcon icon(const QString& name);
    static QIcon icon(const QString& name, const QColor& color);
    static QPixmap pixmap(const QString& name, int side, const QColor& color, double devicePixelRatio = 1);

    /// Okabe-Ito by index; markers repeat with another shape after seven, colours over twelve are grey.
    QColor category(std::size_t index) const;
    static int categoryMarker(std::size_t index); ///< 0 disc, 1 square, 2 …
    static QColor viridis(double position);       ///< 0 … 1
    static QColor diverging(double position);     ///< −1 … 1, blue to white to orange

    static bool animationsAllowed();

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void portalSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    explicit Theme(QObject* parent);
    void askPortal();
    void refresh();
    bool wantsDark() const;

    Tokens m_tokens;
    bool m_isDark = false;
    bool m_isApplied = false;
    Choice m_choice = Choice::System;
    int m_systemScheme = 0; ///< of the portal: 0 no wish, 1 dark, 2 light
};

} // namespace winnow::ui
