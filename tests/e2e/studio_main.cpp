#include <QCoreApplication>

#include <gtest/gtest.h>

/// The tests' main: talking to a bus needs an application.
int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    QCoreApplication app(argc, argv);
    return RUN_ALL_TESTS();
}
