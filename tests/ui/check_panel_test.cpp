#include "ui/panels/preflight.h"

#include "core/base/json.h"
#include "tests/ui/data_fixture.h"
#include "tests/ui/small_project.h"
#include "ui/dialogs.h"
#include "ui/document.h"
#include "ui/main_window.h"

#include <gtest/gtest.h>

#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTest>

namespace winnow::ui {
namespace {

    class CheckPanel : public testing::Test {
    protected:
        template <class T> T& child(const char* name)
        {
            auto* const found = panel.findChild<T*>(QLatin1String(name));
            EXPECT_NE(found, nullptr) << name;
            return *found;
        }
        QString label(const char* name) { return child<QLabel>(name).text(); }
        bool check()
        {
            panel.start();
            return waitFor([&] { return jobs.isIdle() && panel.report() != nullptr; });
        }
        /// The row of the finding in the table, or -1.
        int rowOf(const QString& title)
        {
            auto& table = child<QTableWidget>("findings");
            for (int row = 0; row < table.rowCount(); ++row)
                if (table.item(row, 2)->text() == title)
                    return row;
            return -1;
        }
        bool select(const QString& title)
        {
            const int row = rowOf(title);
            if (row >= 0)
                child<QTableWidget>("findings").selectRow(row);
            return row >= 0;
        }

        SampleProject project;
        Document document;
        JobQueue jobs;
        Preflight panel{document, jobs};
    };

    const auto kMissing = QStringLiteral("The picture is not there");

    TEST_F(CheckPanel, OffersTheCheckOnceAProjectIsOpen)
    {
        EXPECT_FALSE(child<QPushButton>("emptyButton").isVisibleTo(&panel));
        ASSERT_TRUE(openAndWait(document, project.folder()));
        EXPECT_TRUE(child<QPushButton>("emptyButton").isVisibleTo(&panel));
        child<QPushButton>("emptyButton").click();
        EXPECT_EQ(label("emptyTitle"), QStringLiteral("Checking…"));
        EXPECT_TRUE(waitFor([&] { return panel.report() != nullptr; }));
    }

    TEST_F(CheckPanel, ListsFindingsInWordsWithTheirCounts)
    {
        ASSERT_TRUE(openAndWait(document, project.folder()));
        ASSERT_TRUE(check());
        ASSERT_TRUE(select(kMissing));
        auto& table = child<QTableWidget>("findings");
        const int row = rowOf(kMissing);
        EXPECT_EQ(table.item(row, 0)->text(), QStringLiteral("✕ Problem"));
        EXPECT_EQ(table.item(row, 1)->text(), QStringLiteral("4"));
        EXPECT_EQ(label("findingTitle"), kMissing);
        EXPECT_TRUE(label("findingMeaning").startsWith(QStringLiteral("A pair without its picture")));
        auto& examples = child<QListWidget>("findingExamples");
        ASSERT_EQ(examples.count(), 4);
        EXPECT_TRUE(examples.item(0)->text().startsWith(QStringLiteral("pair-15: there is no file ")));
        ASSERT_TRUE(select(QStringLiteral("The picture cannot be read")));
        EXPECT_EQ(table.item(table.currentRow(), 1)->text(), QStringLiteral("1"));
        EXPECT_TRUE(label("checkSummary").contains(QStringLiteral("in 64 pairs")))
            << label("checkSummary").toStdString();
        ASSERT_TRUE(select(QStringLiteral("Remains of HTML")));
        EXPECT_EQ(examples.count(), 1);
    }

    TEST_F(CheckPanel, ExamplesAndFindingsNarrowTheViews)
    {
        ASSERT_TRUE(openAndWait(document, project.folder()));
        ASSERT_TRUE(check());
        ASSERT_TRUE(select(kMissing));
        QSignalSpy wanted(&panel, &Preflight::pairsWanted);
        child<QPushButton>("findingShow").click();
        EXPECT_TRUE(waitFor([&] { return *document.currentSet() == Document::Rows{15, 31, 47, 63}; }));
        auto& examples = child<QListWidget>("findingExamples");
        Q_EMIT examples.itemActivated(examples.item(1));
        EXPECT_TRUE(waitFor([&] { return *document.currentSet() == Document::Rows{31}; }));
        EXPECT_EQ(wanted.size(), 2);
        child<QPushButton>("findingShow").click();
        EXPECT_TRUE(waitFor([&] { return document.currentSet()->size() == 4; }));
    }

    TEST_F(CheckPanel, RepairBansInOneStepAndSaysThatTheCheckIsOld)
    {
        ASSERT_TRUE(openAndWait(document, project.folder()));
        ASSERT_TRUE(check());
        ASSERT_TRUE(select(kMissing));
        EXPECT_EQ(child<QPushButton>("findingRepair").text(), QStringLiteral("Ban 4 pairs"));
        EXPECT_EQ(label("checkNote"), QString());
        QSignalSpy decided(&document, &Document::decided);
        child<QPushButton>("findingRepair").click();
        ASSERT_TRUE(waitFor([&] { return !decided.isEmpty(); }));
        EXPECT_EQ(document.countOf(Override::Banned), 4);
        EXPECT_TRUE(label("checkNote").contains(QStringLiteral("check again")));
        child<QPushButton>("checkRun").click();
        ASSERT_TRUE(waitFor([&] { return jobs.isIdle() && panel.report()->bannedCount == 4; }));
        EXPECT_EQ(rowOf(kMissing), -1);
        EXPECT_TRUE(label("checkSummary").contains(QStringLiteral("4 banned left out")));
        document.undo();
        EXPECT_TRUE(waitFor([&] { return document.countOf(Override::Banned) == 0; }));
        EXPECT_TRUE(waitFor([&] { return label("checkNote").contains(QStringLiteral("check again")); }));
    }

    TEST_F(CheckPanel, TheReportIsSavedAsTextAndAsJson)
    {
        ASSERT_TRUE(openAndWait(document, project.folder()));
        ASSERT_TRUE(check());
        QTemporaryDir folder;
        const auto text = folder.filePath(QStringLiteral("report.txt")),
                   json = folder.filePath(QStringLiteral("report.json"));
        Dialogs::answer({text, json});
        child<QPushButton>("checkSave").click();
        ASSERT_TRUE(waitFor([&] { return QFile::exists(text); }));
        child<QPushButton>("checkSave").click();
        ASSERT_TRUE(waitFor([&] { return QFile::exists(json); }));
        EXPECT_EQ(json::load(toPath(json)).at("pairs"), 64);
        QFile file(text);
        ASSERT_TRUE(file.open(QIODevice::ReadOnly));
        EXPECT_TRUE(file.readAll().contains("(missing-picture), 4 pairs"));
        EXPECT_TRUE(waitFor([&] { return label("checkSummary").contains(QStringLiteral("report.json")); }));
    }

    TEST_F(CheckPanel, AStoppedCheckSaysSoAndGoesOn)
    {
        ASSERT_TRUE(openAndWait(document, project.folder()));
        panel.start();
        EXPECT_EQ(child<QPushButton>("checkRun").text(), QStringLiteral("Stop"));
        child<QPushButton>("checkRun").click();
        ASSERT_TRUE(waitFor([&] { return label("emptyTitle") == QStringLiteral("The check was stopped"); }));
        EXPECT_EQ(panel.report(), nullptr);
        ASSERT_TRUE(check());
        EXPECT_GE(rowOf(kMissing), 0);
    }

    TEST_F(CheckPanel, AFailedCheckSaysWhy)
    {
        ASSERT_TRUE(openAndWait(document, project.folder()));
        std::filesystem::rename(project.folder() / "project.winnow", project.folder() / "elsewhere");
        panel.start();
        ASSERT_TRUE(waitFor([&] { return label("emptyTitle") == QStringLiteral("The check failed"); }));
        EXPECT_FALSE(label("emptySentence").isEmpty());
        EXPECT_TRUE(child<QPushButton>("copyDetails").isVisibleTo(&panel));
    }

    TEST_F(CheckPanel, MovedPicturesAreRelinkedAndAFailureKeepsTheReport)
    {
        const auto beside = project.folder().parent_path(), images = beside / "pictures",
                   moved = beside / "moved/pictures";
        std::filesystem::create_directories(moved.parent_path());
        std::filesystem::rename(images, moved);
        ASSERT_TRUE(openAndWait(document, project.folder()));
        ASSERT_TRUE(check());
        ASSERT_FALSE(panel.report()->relocations.empty());
        ASSERT_TRUE(select(kMissing));
        const auto found = label("checkSummary");
        std::filesystem::rename(moved, beside / "gone"); // between the check and the click
        child<QPushButton>("findingRelink").click();
        ASSERT_TRUE(waitFor([&] { return label("checkNote").contains(QStringLiteral("not relinked")); }));
        EXPECT_EQ(label("checkSummary"), found);
        EXPECT_GE(rowOf(kMissing), 0);
        std::filesystem::rename(beside / "gone", moved);
        child<QPushButton>("findingRelink").click();
        ASSERT_TRUE(waitFor([&] { return jobs.isIdle() && panel.report()->relocations.empty(); }));
        EXPECT_FALSE(label("checkNote").contains(QStringLiteral("not relinked")));
    }

    TEST_F(CheckPanel, NothingFoundIsSaidPlainly)
    {
        const SmallProject empty(0);
        ASSERT_TRUE(openSmall(document, empty.folder()));
        ASSERT_TRUE(check());
        EXPECT_EQ(label("emptyTitle"), QStringLiteral("Nothing was found"));
        EXPECT_EQ(label("checkSummary"), QStringLiteral("Nothing was found in 0 pairs"));
        document.close();
        EXPECT_TRUE(waitFor([&] { return panel.report() == nullptr; }));
        EXPECT_EQ(label("emptyTitle"), QStringLiteral("Not checked yet"));
    }

    TEST(CheckDock, TheCommandShowsItAndStartsTheCheck)
    {
        QTemporaryDir folder;
        Settings settings(folder.filePath(QStringLiteral("studio.ini")));
        MainWindow window(settings);
        window.show();
        const SmallProject project(10);
        window.openProject(toQString(project.folder()));
        ASSERT_TRUE(waitFor([&] { return !window.document().currentSet()->empty(); }));
        auto* const dock = window.findChild<QDockWidget*>(QStringLiteral("checkDock"));
        ASSERT_NE(dock, nullptr);
        EXPECT_FALSE(dock->isVisible());
        window.actions()[QStringLiteral("job.check")]->trigger();
        EXPECT_TRUE(dock->isVisible());
        auto* const panel = window.findChild<Preflight*>();
        EXPECT_TRUE(waitFor([&] { return panel->report() != nullptr && window.jobs().isIdle(); }));
        EXPECT_EQ(panel->report()->checkedCount, 10);
    }

} // namespace
} // namespace winnow::ui
