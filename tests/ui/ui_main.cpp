#include "tests/ui/timed_application.h"
#include "ui/theme.h"

#include <QTemporaryDir>

#include <gtest/gtest.h>

/// The tests' main: one application for all of them, offscreen unless the caller says otherwise, away from the person's
/// own settings and list of models.
int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir config;
    qputenv("XDG_CONFIG_HOME", config.path().toUtf8());
    qunsetenv("WINNOW_THEME");
    testing::InitGoogleTest(&argc, argv);
    winnow::ui::TimedApplication app(argc, argv);
    winnow::ui::Theme::current().setChoice(winnow::ui::Theme::Choice::Light);
    winnow::ui::Theme::current().apply();
    return RUN_ALL_TESTS();
}
