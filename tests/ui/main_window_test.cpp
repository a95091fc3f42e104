#include "ui/main_window.h"

#include "tests/ui/small_project.h"
#include "ui/dialogs.h"

#include <gtest/gtest.h>

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

namespace winnow::ui {
namespace {

    class Window : public testing::Test {
    protected:
        Window()
            : settings(folder.filePath(QStringLiteral("studio.ini")))
            , window(settings)
        {
            window.show();
            EXPECT_TRUE(QTest::qWaitForWindowActive(&window));
        }

        bool open(const SmallProject& project)
        {
            window.openProject(toQString(project.folder()));
            return QTest::qWaitFor([&] { return !window.document().currentSet()->empty(); });
        }

        QTemporaryDir folder;
        Settings settings;
        MainWindow window;
    };

    TEST_F(Window, StartsWithThreeButtonsAndNoGreyVoid)
    {
        for (const char* const name : {"project.demo", "project.import", "project.open"}) {
            auto* const button = window.findChild<QPushButton*>(QLatin1String(name));
            ASSERT_NE(button, nullptr) << name;
            EXPECT_TRUE(button->isVisible()) << name;
        }
        EXPECT_FALSE(window.actions()[QStringLiteral("mode.data")]->isEnabled());
    }

    TEST_F(Window, OpensAProjectAndRemembersIt)
    {
        const SmallProject project(10);
        ASSERT_TRUE(open(project));
        EXPECT_TRUE(window.windowTitle().startsWith(QStringLiteral("project")));
        EXPECT_EQ(settings.recentProjects().value(0).toStdString(), project.folder().string());
        EXPECT_TRUE(window.findChild<QLabel*>(QStringLiteral("counts"))->text().startsWith(QStringLiteral("10 pairs")));
    }

    TEST_F(Window, SaysWhyAProjectCannotBeOpened)
    {
        window.openProject(folder.path());
        QLabel* const sentence = window.findChild<QLabel*>(QStringLiteral("emptySentence"));
        ASSERT_NE(sentence, nullptr);
        EXPECT_TRUE(QTest::qWaitFor([&] {
            for (const QLabel* const label : window.findChildren<QLabel*>(QStringLiteral("emptyTitle")))
                if (label->isVisible() && label->text().contains(folder.path()))
                    return true;
            return false;
        }));
        auto* const back = window.findChild<QPushButton*>(QStringLiteral("backToStart"));
        ASSERT_TRUE(back && back->isVisible());
        back->click();
        EXPECT_TRUE(window.findChild<QPushButton*>(QStringLiteral("project.demo"))->isVisible());
    }

    TEST_F(Window, KeysDecideWhateverHasTheFocusButNotWhileTyping)
    {
        const SmallProject project(10);
        ASSERT_TRUE(open(project));
        window.document().setCurrentRow(PairRow{3});
        window.document().setSelectedRows({3});
        QTest::keyClick(&window, Qt::Key_P);
        EXPECT_EQ(window.document().overrideOf(3), Override::Pinned);
        QTest::keyClick(&window, Qt::Key_X);
        EXPECT_EQ(window.document().overrideOf(3), Override::Banned);
        QTest::keyClick(&window, Qt::Key_4);
        EXPECT_EQ(window.document().starsOf(3), 4);

        QLineEdit edit(&window);
        edit.show();
        edit.setFocus();
        ASSERT_TRUE(QTest::qWaitFor([&] { return edit.hasFocus(); }));
        QTest::keyClicks(&edit, QStringLiteral("p5"));
        EXPECT_EQ(edit.text().toStdString(), "p5");
        EXPECT_EQ(window.document().overrideOf(3), Override::Banned);
        EXPECT_EQ(window.document().starsOf(3), 4);
    }

    TEST_F(Window, OffersToUndoADecision)
    {
        const SmallProject project(10);
        ASSERT_TRUE(open(project));
        window.document().decide(QStringLiteral("pin"), {1, 2});
        auto* const offer = window.findChild<QPushButton*>(QStringLiteral("offer"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return offer->isVisible(); }));
        offer->click();
        EXPECT_TRUE(QTest::qWaitFor([&] { return window.document().overrideOf(1) == Override::None; }));
    }

    TEST_F(Window, ModesFollowTheirKeysAndAreKeptWithTheProject)
    {
        const SmallProject project(10);
        ASSERT_TRUE(open(project));
        QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
        EXPECT_TRUE(window.actions()[QStringLiteral("mode.score")]->isChecked());
        QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
        EXPECT_TRUE(window.actions()[QStringLiteral("mode.select")]->isChecked());
        window.actions()[QStringLiteral("project.close")]->trigger();
        EXPECT_FALSE(window.document().isOpen());
        ASSERT_TRUE(open(project));
        EXPECT_TRUE(QTest::qWaitFor([&] { return window.actions()[QStringLiteral("mode.select")]->isChecked(); }));
    }

    TEST_F(Window, ClosingStopsRunningJobsFirst)
    {
        const SmallProject project(10);
        ASSERT_TRUE(open(project));
        window.jobs().submit(Lane::Models, QStringLiteral("endless"), [](RunContext& context) -> pipeline::JobResult {
            for (;;)
                context.checkpoint();
        });
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.jobs().jobs()[0].status == JobStatus::Running; }));
        window.close();
        EXPECT_TRUE(window.isVisible());
        EXPECT_TRUE(QTest::qWaitFor([&] { return !window.isVisible(); }));
    }

    TEST_F(Window, ImportingWithoutAProjectMakesOneFirst)
    {
        Dialogs::answer({folder.filePath(QStringLiteral("fresh"))});
        window.actions()[QStringLiteral("project.import")]->trigger();
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.document().isOpen(); }));
        EXPECT_TRUE(
            QTest::qWaitFor([&] { return window.findChild<QDialog*>(QStringLiteral("importDialog")) != nullptr; }));
    }

} // namespace
} // namespace winnow::ui
