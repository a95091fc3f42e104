#include "core/store/column_store.h"
#include "core/store/project.h"
#include "tests/ui/data_fixture.h"
#include "ui/actions.h"
#include "ui/dialogs.h"
#include "ui/jobs/job_queue.h"
#include "ui/models/filter_terms.h"
#include "ui/panels/clusters.h"
#include "ui/settings.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QMenu>
#include <QTableView>
#include <QTest>

#include <gtest/gtest.h>

namespace winnow::ui {
namespace {

    /// The list of clusters over a sample project: "discs", a nameless one, "boats", "night", 16 pairs each.
    class ClustersPanel : public testing::Test {
    protected:
        void SetUp() override
        {
            panel.resize(340, 260);
            panel.show();
            ASSERT_TRUE(openAndWait(document, sample.folder()));
            ASSERT_TRUE(waitFor([&] { return table().model()->rowCount() == 4; }));
        }
        QTableView& table() { return *panel.findChild<QTableView*>(QStringLiteral("clusterTable")); }
        QString text(int row) { return table().model()->index(row, 0).data().toString(); }
        void choose(const std::vector<int>& rows)
        {
            table().clearSelection();
            for (const int row : rows)
                table().selectionModel()->select(
                    table().model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        }
        void click(int row, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
        {
            const auto at = table().visualRect(table().model()->index(row, 0)).center();
            QTest::mouseClick(table().viewport(), Qt::LeftButton, modifiers, at);
        }
        QAction& action(const char* name) { return *actions[QStringLiteral("cluster.") + QLatin1String(name)]; }
        /// As the window does when a job is over.
        bool waitForClustering(const QString& name)
        {
            return waitFor([&] { return queue.isIdle(); }) && waitFor([&] { return panel.clustering() == name; });
        }

        SampleProject sample;
        QTemporaryDir directory;
        Settings settings{directory.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue queue;
        Actions actions{settings};
        Clusters panel{document, queue, actions};
    };

    TEST_F(ClustersPanel, ActionsSayWhatIsMissing)
    {
        QAbstractItemModelTester tester(table().model());
        EXPECT_FALSE(action("merge").isEnabled());
        EXPECT_TRUE(action("merge").toolTip().contains(QStringLiteral("two clusters")));
        EXPECT_FALSE(action("undo").isEnabled());
        choose({1});
        EXPECT_FALSE(action("merge").isEnabled());
        EXPECT_TRUE(action("split").isEnabled());
        EXPECT_TRUE(action("rename").isEnabled());
        choose({1, 2});
        EXPECT_TRUE(action("merge").isEnabled());
        EXPECT_FALSE(action("rename").isEnabled());
    }

    TEST_F(ClustersPanel, WhatIsChosenStaysChosenWhenColumnsAreReadAgain)
    {
        choose({1, 2});
        Q_EMIT document.columnsChanged();
        EXPECT_TRUE(action("merge").isEnabled());
        ASSERT_EQ(table().selectionModel()->selectedRows().size(), 2);
        EXPECT_EQ(table().selectionModel()->selectedRows()[0].row(), 1);
    }

    TEST_F(ClustersPanel, SeveralAreChosenWithCtrlAndAPlainClickFilters)
    {
        click(0);
        EXPECT_EQ(document.filterText(), QStringLiteral("cluster(clusters) = 0"));
        click(2, Qt::ControlModifier);
        EXPECT_EQ(table().selectionModel()->selectedRows().size(), 2);
        EXPECT_EQ(document.filterText(), QStringLiteral("cluster(clusters) = 0"));
        click(0);
        EXPECT_EQ(document.filterText(), QString());
    }

    TEST_F(ClustersPanel, MergedClustersAreShownAndTheOldOnesStay)
    {
        choose({2, 3});
        action("merge").trigger();
        ASSERT_TRUE(waitForClustering(QStringLiteral("clusters.2")));
        EXPECT_EQ(table().model()->rowCount(), 3);
        EXPECT_EQ(text(2), QStringLiteral("2  boats"));
        EXPECT_EQ(table().model()->index(2, 1).data().toString(), QStringLiteral("32"));
        EXPECT_EQ(document.columns()->clusterings.size(), 2u);
        EXPECT_TRUE(action("undo").isEnabled());
        document.setFilter(withCluster(QString(), QStringLiteral("clusters.2"), 2));
        action("undo").trigger();
        ASSERT_TRUE(waitForClustering(QStringLiteral("clusters")));
        ASSERT_TRUE(waitFor([&] { return document.columns()->clusterings.size() == 1; }));
        EXPECT_EQ(document.filterText(), QString()); // what it spoke of is gone
        EXPECT_EQ(table().model()->rowCount(), 4);
    }

    TEST_F(ClustersPanel, ANameIsAskedForAndStays)
    {
        choose({1});
        Dialogs::answer({QStringLiteral("  squares ")});
        action("rename").trigger();
        ASSERT_TRUE(waitFor([&] { return text(1) == QStringLiteral("1  squares"); }));
        EXPECT_EQ(panel.clustering(), QStringLiteral("clusters"));
        auto project = store::Project::open(sample.folder());
        EXPECT_EQ(store::ClusterStore(project).load("clusters").info.clusterNames[1], "squares");
    }

    TEST_F(ClustersPanel, TheMenuHoldsEveryEdit)
    {
        choose({0});
        Q_EMIT table().customContextMenuRequested(table().visualRect(table().model()->index(0, 0)).center());
        auto* const menu = panel.findChild<QMenu*>(QStringLiteral("clusterMenu"));
        ASSERT_NE(menu, nullptr);
        for (const char* name : {"merge", "split", "rename", "undo"})
            EXPECT_TRUE(menu->actions().contains(&action(name))) << name;
        menu->close();
    }

} // namespace
} // namespace winnow::ui
