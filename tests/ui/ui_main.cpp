#include "ui/theme.h"

#include <QApplication>

#include <gtest/gtest.h>

/// The tests' main: one application for all of them, offscreen unless the caller says otherwise.
int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    testing::InitGoogleTest(&argc, argv);
    QApplication app(argc, argv);
    winnow::ui::Theme::current().setChoice(winnow::ui::Theme::Choice::Light);
    winnow::ui::Theme::current().apply();
    return RUN_ALL_TESTS();
}
