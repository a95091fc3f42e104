#include "ui/document.h"

#include "core/base/file.h"
#include "core/pipeline/select_job.h"
#include "core/store/ledger.h"
#include "tests/ui/small_project.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include <filesystem>

namespace winnow::ui {
namespace {

    TEST(Document, OpensAProjectWithAllItsPairs)
    {
        const SmallProject project(10);
        Document document;
        EXPECT_FALSE(document.isOpen());
        ASSERT_NE(document.columns(), nullptr);
        ASSERT_TRUE(openSmall(document, project.folder()));
        EXPECT_EQ(document.name().toStdString(), "project");
        EXPECT_EQ(document.columns()->pairCount, 10);
        EXPECT_EQ(document.currentSet()->size(), 10u);
        document.close();
        EXPECT_FALSE(document.isOpen());
        EXPECT_TRUE(document.currentSet()->empty());
    }

    TEST(Document, SaysWhyAFolderCannotBeOpened)
    {
        QTemporaryDir folder;
        Document document;
        QSignalSpy failed(&document, &Document::openFailed);
        document.open(toPath(folder.path()));
        ASSERT_TRUE(failed.wait());
        EXPECT_FALSE(failed[0][1].toString().isEmpty());
        EXPECT_FALSE(document.isOpen());

        file::writeAtomically(toPath(folder.path()) / "project.winnow", "this is no database, only words");
        document.open(toPath(folder.path()));
        ASSERT_TRUE(failed.wait());
        EXPECT_FALSE(document.isOpen());
        EXPECT_FALSE(document.isOpening());
    }

    TEST(Document, FiltersAndSortsBesideTheWindow)
    {
        const SmallProject project(100);
        Document document;
        ASSERT_TRUE(openSmall(document, project.folder()));
        document.setFilter(QStringLiteral("clip >= 97"));
        EXPECT_EQ(document.currentSet()->size(), 100u); // the answer comes later
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.currentSet()->size() == 3; }));
        document.setSort(QStringLiteral("clip"), true);
        ASSERT_TRUE(QTest::qWaitFor([&] { return *document.currentSet() == Document::Rows{99, 98, 97}; }));
        document.setFilter(QStringLiteral("\"a dog\" and clip < 4"));
        EXPECT_TRUE(QTest::qWaitFor([&] { return *document.currentSet() == Document::Rows{3, 1}; }));
    }

    TEST(Document, KeepsTheSetAndPointsAtTheMistakeOfABadFilter)
    {
        const SmallProject project(10);
        Document document;
        ASSERT_TRUE(openSmall(document, project.folder()));
        document.setFilter(QStringLiteral("clip > "));
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.filterError().has_value(); }));
        EXPECT_FALSE(document.filterError()->message.empty());
        EXPECT_EQ(document.currentSet()->size(), 10u);
        document.setFilter(QStringLiteral("clap > 3"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.filterError() && document.filterError()->position == 0; }));
        document.setFilter(QStringLiteral("clip > 8"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.currentSet()->size() == 1; }));
        EXPECT_FALSE(document.filterError());
    }

    TEST(Document, AnswersOnlyTheNewestOfManyFilters)
    {
        const SmallProject project(100);
        Document document;
        ASSERT_TRUE(openSmall(document, project.folder()));
        QSignalSpy changed(&document, &Document::currentSetChanged);
        for (int i = 1; i <= 50; ++i)
            document.setFilter(QStringLiteral("clip < %1").arg(i));
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.currentSet()->size() == 50; }));
        EXPECT_LE(changed.count(), 2);
    }

    TEST(Document, ShowsADecisionAtOnceAndConfirmsItWhenItIsOnDisk)
    {
        const SmallProject project(10);
        Document document;
        ASSERT_TRUE(openSmall(document, project.folder()));
        QSignalSpy decided(&document, &Document::decided);
        document.decide(QStringLiteral("pin"), {7, 2});
        EXPECT_EQ(document.overrideOf(2), Override::Pinned);
        EXPECT_TRUE(document.isPending(7));
        EXPECT_FALSE(document.isPending(3));
        EXPECT_EQ(document.countOf(Override::Pinned), 2);
        ASSERT_TRUE(decided.wait());
        EXPECT_FALSE(document.isPending(7));
        EXPECT_EQ(document.overrideOf(7), Override::Pinned);
        store::Project other = store::Project::open(project.folder());
        EXPECT_EQ(store::Ledger(other).overrides()[2], static_cast<std::uint8_t>(Override::Pinned));
    }

    TEST(Document, UndoesAndRedoesAlsoAfterARestart)
    {
        const SmallProject project(10);
        {
            Document document;
            ASSERT_TRUE(openSmall(document, project.folder()));
            EXPECT_FALSE(document.canUndo());
            document.decide(QStringLiteral("ban"), {4});
            document.setStars({5}, 3);
            ASSERT_TRUE(QTest::qWaitFor([&] { return document.canUndo() && !document.isPending(5); }));
        }
        Document document;
        ASSERT_TRUE(openSmall(document, project.folder()));
        EXPECT_EQ(document.starsOf(5), 3);
        document.undo();
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.starsOf(5) == 0; }));
        EXPECT_EQ(document.overrideOf(4), Override::Banned);
        document.undo();
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.overrideOf(4) == Override::None; }));
        ASSERT_TRUE(document.canRedo());
        document.redo();
        EXPECT_TRUE(QTest::qWaitFor([&] { return document.overrideOf(4) == Override::Banned; }));
    }

    TEST(Document, SeesWhatAnotherProcessDecided)
    {
        const SmallProject project(10);
        Document document;
        ASSERT_TRUE(openSmall(document, project.folder()));
        QSignalSpy changed(&document, &Document::overridesChanged);
        {
            store::Project other = store::Project::open(project.folder());
            const std::vector<PairRow> rows{3};
            store::Ledger(other).setOverride(rows, Override::Pinned, "by a script");
        }
        ASSERT_TRUE(changed.wait(3000));
        EXPECT_EQ(document.overrideOf(3), Override::Pinned);
        EXPECT_TRUE(document.canUndo());
    }

    TEST(Document, AFailedDecisionIsTakenBackAndSaid)
    {
        const SmallProject project(10);
        Document document;
        ASSERT_TRUE(openSmall(document, project.folder()));
        QSignalSpy failed(&document, &Document::failed);
        {
            // The project goes away under the open window.
            std::filesystem::rename(project.folder(), project.folder().string() + "-elsewhere");
        }
        document.decide(QStringLiteral("pin"), {1});
        EXPECT_EQ(document.overrideOf(1), Override::Pinned);
        ASSERT_TRUE(failed.wait());
        EXPECT_FALSE(failed[0][0].toString().isEmpty());
        EXPECT_TRUE(QTest::qWaitFor([&] { return document.overrideOf(1) == Override::None; }));
    }

    TEST(Document, ReadsOnTheStoreThreadAndForgetsAnswersForWhatIsGone)
    {
        const SmallProject project(10);
        Document document;
        ASSERT_TRUE(openSmall(document, project.folder()));
        std::int64_t count = 0;
        int lost = 0;
        auto* const gone = new QObject;
        document.read(
            gone, [](store::Project& opened) { return store::PairStore(opened).count(); },
            [&](std::int64_t) { ++lost; });
        delete gone;
        document.read(
            &document, [](store::Project& opened) { return store::PairStore(opened).count(); },
            [&](std::int64_t value) { count = value; });
        ASSERT_TRUE(QTest::qWaitFor([&] { return count == 10; }));
        EXPECT_EQ(lost, 0);
        QSignalSpy failed(&document, &Document::failed);
        document.read(
            &document, [](store::Project& opened) { return store::PairStore(opened).load(PairRow{99}).row; },
            [&](PairRow) { ++lost; });
        ASSERT_TRUE(failed.wait());
        EXPECT_EQ(lost, 0);
    }

    TEST(Document, AnEmptyProjectIsNoMistake)
    {
        const SmallProject project(0);
        Document document;
        QSignalSpy opened(&document, &Document::opened);
        document.open(project.folder());
        ASSERT_TRUE(opened.wait());
        EXPECT_EQ(document.columns()->pairCount, 0);
        document.setFilter(QStringLiteral("stars > 3"));
        QTest::qWait(100);
        EXPECT_TRUE(document.currentSet()->empty());
    }

} // namespace
} // namespace winnow::ui
