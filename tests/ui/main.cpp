#include "ui/theme.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QTemporaryDir>

int main(int argc, char** argv)
{
    QTemporaryDir config; // the person's own settings and models stay out of it
    qputenv("XDG_CONFIG_HOME", config.path().toUtf8());
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    qunsetenv("WINNOW_THEME");
    QApplication application(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    winnow::ui::Theme::current().apply();
    return RUN_ALL_TESTS();
}
