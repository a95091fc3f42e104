#include "ui/theme.h"

#include <gtest/gtest.h>

#include <QDirIterator>
#include <QPainter>

#include <string>
#include <utility>
#include <vector>

namespace winnow::ui {
namespace {

    using Named = std::vector<std::pair<std::string, QColor>>;

    Named texts(const Tokens& tokens)
    {
        return {{"text", tokens.text}, {"text2", tokens.text2}, {"accent", tokens.accent}, {"pin", tokens.pin},
            {"ban", tokens.ban}, {"lock", tokens.lock}, {"warn", tokens.warn}};
    }

    TEST(Theme, TextIsReadableOnEveryBackground)
    {
        for (const Tokens& tokens : {Tokens::light(), Tokens::dark()}) {
            const Named grounds{{"window", tokens.window}, {"surface", tokens.surface}, {"canvas", tokens.canvas},
                {"raised", tokens.raised}};
            for (const auto& [ground, back] : grounds) {
                for (const auto& [name, color] : texts(tokens))
                    EXPECT_GE(contrastRatio(color, back), 4.5) << name << " on " << ground;
                EXPECT_GE(contrastRatio(tokens.disabled, back), 2.4) << "disabled on " << ground;
            }
            EXPECT_GE(contrastRatio(tokens.onAccent, tokens.accent), 4.5);
            EXPECT_GE(contrastRatio(tokens.text, tokens.selection), 4.5);
            EXPECT_GE(contrastRatio(tokens.text2, tokens.selection), 4.5);
            EXPECT_GE(contrastRatio(tokens.text, tokens.hover), 4.5);
        }
    }

    TEST(Theme, ContrastRatioIsThatOfTheStandard)
    {
        EXPECT_NEAR(contrastRatio(Qt::black, Qt::white), 21, 1e-6);
        EXPECT_NEAR(
            contrastRatio(QColor(0x76, 0x76, 0x76), Qt::white), 4.54, 0.01); // the known lightest grey that passes
    }

    TEST(Theme, FollowsTheChoiceAndTheEnvironmentWins)
    {
        Theme& theme = Theme::current();
        theme.setChoice(Theme::Choice::Dark);
        EXPECT_EQ(theme.tokens().window, Tokens::dark().window);
        theme.setChoice(Theme::Choice::Light);
        EXPECT_EQ(theme.tokens().window, Tokens::light().window);
        qputenv("WINNOW_THEME", "dark");
        theme.setChoice(Theme::Choice::Light);
        EXPECT_TRUE(theme.isDark());
        qunsetenv("WINNOW_THEME");
        theme.setChoice(Theme::Choice::Light);
        EXPECT_FALSE(theme.isDark());
    }

    TEST(Theme, EveryIconDrawsInTheColourAskedFor)
    {
        int count = 0;
        QDirIterator files(QStringLiteral(":/icons"));
        while (files.hasNext()) {
            const QString name = QFileInfo(files.next()).completeBaseName();
            if (name == QStringLiteral("winnow"))
                continue;
            ++count;
            const QImage drawn =
                Theme::pixmap(name, 40, QColor(255, 0, 0)).toImage().convertToFormat(QImage::Format_ARGB32);
            int solid = 0;
            for (int y = 0; y < drawn.height(); ++y)
                for (int x = 0; x < drawn.width(); ++x)
                    if (qAlpha(drawn.pixel(x, y)) > 250) {
                        ++solid;
                        EXPECT_TRUE(qRed(drawn.pixel(x, y)) > 250 && qGreen(drawn.pixel(x, y)) == 0)
                            << name.toStdString();
                    }
            EXPECT_GT(solid, 10) << name.toStdString();
        }
        EXPECT_GT(count, 40);
    }

    TEST(Theme, DigitsHaveOneWidth)
    {
        const QFontMetrics metrics(Theme::current().numberFont());
        for (char digit = '1'; digit <= '9'; ++digit)
            EXPECT_EQ(metrics.horizontalAdvance(QLatin1Char(digit)), metrics.horizontalAdvance(QLatin1Char('0')));
    }

    TEST(Theme, RampsBeginAndEndWhereTheyShould)
    {
        EXPECT_EQ(Theme::viridis(-1), QColor(0x44, 0x01, 0x54));
        EXPECT_EQ(Theme::viridis(1), QColor(0xFD, 0xE7, 0x25));
        EXPECT_GT(Theme::diverging(0).lightness(), 240);
        EXPECT_EQ(Theme::current().category(0), Theme::current().category(7));
        EXPECT_NE(Theme::categoryMarker(0), Theme::categoryMarker(7));
        EXPECT_EQ(Theme::current().category(12), Theme::current().tokens().disabled);
    }

} // namespace
} // namespace winnow::ui
