#include "ui/pages/select_page.h"

#include "core/store/recipe.h"
#include "core/store/selection_store.h"
#include "tests/ui/small_project.h"
#include "ui/actions.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"

#include <gtest/gtest.h>

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>

#include <set>

namespace winnow::ui {
namespace {

    class Select : public testing::Test {
    protected:
        Select()
        {
            page.resize(1280, 760);
            page.show();
        }
        ~Select() override { page.hide(); } // the field that has the focus gives its value while the page is whole
        template <class Widget> Widget* get(const char* name) const
        {
            auto* const widget = page.findChild<Widget*>(QLatin1String(name));
            EXPECT_NE(widget, nullptr) << name;
            return widget;
        }
        bool hasSummary(const char* start) const
        {
            return QTest::qWaitFor(
                [&] { return get<QLabel>("selectSummary")->text().startsWith(QLatin1String(start)); });
        }
        void setBudget(const char* text) const
        {
            auto* const budget = get<QLineEdit>("budget");
            budget->setFocus();
            budget->selectAll();
            QTest::keyClicks(budget, QLatin1String(text));
        }
        std::set<int> chosen() const
        {
            std::set<int> rows;
            const auto bitmap = document.chosen();
            for (std::size_t row = 0; bitmap && row < bitmap->size(); ++row)
                if ((*bitmap)[row])
                    rows.insert(static_cast<int>(row));
            return rows;
        }

        QTemporaryDir folder;
        Settings settings{folder.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue jobs;
        Actions actions{settings};
        SelectPage page{document, jobs, actions, settings};
    };

    TEST_F(Select, ProjectWithoutPairsOffersToImport)
    {
        const SmallProject project(0);
        document.open(project.folder());
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.isOpen(); }));
        EXPECT_EQ(get<QLabel>("emptyTitle")->text(), QStringLiteral("No pairs yet"));
        QSignalSpy asked(actions[QStringLiteral("project.import")], &QAction::triggered);
        get<QPushButton>("emptyButton")->click();
        EXPECT_EQ(asked.size(), 1);
    }

    TEST_F(Select, ProjectWithoutMetricsOffersToScore)
    {
        const SmallProject project(5);
        {
            auto own = store::Project::open(project.folder());
            store::trashItem(own, "metric", "clip");
        }
        ASSERT_TRUE(openSmall(document, project.folder()));
        EXPECT_EQ(get<QLabel>("emptyTitle")->text(), QStringLiteral("Nothing to weigh yet"));
        QSignalSpy asked(actions[QStringLiteral("job.score")], &QAction::triggered);
        get<QPushButton>("emptyButton")->click();
        EXPECT_EQ(asked.size(), 1);
    }

    TEST_F(Select, ChosenSetFollowsBudgetAndSliderByKeys)
    {
        const SmallProject project(10);
        ASSERT_TRUE(openSmall(document, project.folder()));
        setBudget("3");
        ASSERT_TRUE(hasSummary("3 chosen of 10"));
        EXPECT_EQ(chosen(), (std::set<int>{7, 8, 9}));
        auto* const slider = get<QSlider>("weight.clip");
        slider->setFocus();
        for (int i = 0; i < 60 && slider->value() >= 0; ++i)
            QTest::keyClick(slider, Qt::Key_Left);
        EXPECT_TRUE(QTest::qWaitFor([&] { return chosen() == std::set<int>{0, 1, 2}; }));
        setBudget("20%");
        ASSERT_TRUE(hasSummary("2 chosen of 10"));
        EXPECT_EQ(chosen(), (std::set<int>{0, 1}));
    }

    TEST_F(Select, PinsAndBansEnterAndLeaveAtOnce)
    {
        const SmallProject project(10);
        ASSERT_TRUE(openSmall(document, project.folder()));
        setBudget("3");
        ASSERT_TRUE(hasSummary("3 chosen"));
        document.decide(QStringLiteral("pin"), {0});
        document.decide(QStringLiteral("ban"), {9});
        EXPECT_TRUE(QTest::qWaitFor([&] { return chosen() == std::set<int>{0, 7, 8}; }));
    }

    TEST_F(Select, MorePinsThanBudgetIsSaidAndNothingIsSaved)
    {
        const SmallProject project(10);
        ASSERT_TRUE(openSmall(document, project.folder()));
        setBudget("5");
        ASSERT_TRUE(hasSummary("5 chosen"));
        document.decide(QStringLiteral("pin"), {0, 1, 2, 3});
        setBudget("3");
        auto* const problem = get<QLabel>("selectProblem");
        ASSERT_TRUE(QTest::qWaitFor([&] { return problem->isVisible(); }));
        EXPECT_TRUE(problem->text().contains(QLatin1Char('4')) && problem->text().contains(QLatin1Char('3')))
            << problem->text().toStdString();
        EXPECT_FALSE(get<QPushButton>("saveSelection")->isEnabled());
        QTest::keyClick(get<QLineEdit>("selectionName"), Qt::Key_Return);
        EXPECT_TRUE(jobs.jobs().empty());
    }

    TEST_F(Select, EnterInTheNameSavesUnderItAndListsIt)
    {
        const SmallProject project(10);
        ASSERT_TRUE(openSmall(document, project.folder()));
        setBudget("4");
        ASSERT_TRUE(hasSummary("4 chosen"));
        auto* const name = get<QLineEdit>("selectionName");
        name->setFocus();
        name->selectAll();
        QTest::keyClicks(name, QStringLiteral("mine"));
        QTest::keyClick(name, Qt::Key_Return);
        ASSERT_TRUE(QTest::qWaitFor([&] { return jobs.jobs().size() == 1 && jobs.jobs()[0].isOver(); }));
        EXPECT_EQ(jobs.jobs()[0].status, JobStatus::Finished) << jobs.jobs()[0].message.toStdString();
        document.refresh();
        auto* const saved = get<QListWidget>("savedSelections");
        ASSERT_TRUE(QTest::qWaitFor([&] { return saved->count() == 1; }));
        EXPECT_TRUE(saved->item(0)->text().startsWith(QStringLiteral("mine")));
        EXPECT_NE(name->text(), QStringLiteral("mine")) << "the next selection needs another name";
        auto own = store::Project::open(project.folder());
        EXPECT_EQ(store::SelectionStore(own).load("mine"), (std::vector<PairRow>{6, 7, 8, 9}));
    }

    TEST_F(Select, TakenNameFailsWithASentence)
    {
        const SmallProject project(10);
        ASSERT_TRUE(openSmall(document, project.folder()));
        setBudget("4");
        ASSERT_TRUE(hasSummary("4 chosen"));
        auto* const name = get<QLineEdit>("selectionName");
        for (const char* const budget : {"4", "5"}) {
            setBudget(budget);
            ASSERT_TRUE(QTest::qWaitFor([&] { return static_cast<int>(chosen().size()) == budget[0] - '0'; }));
            name->setFocus();
            name->selectAll();
            QTest::keyClicks(name, QStringLiteral("mine"));
            QTest::keyClick(name, Qt::Key_Return);
            ASSERT_TRUE(QTest::qWaitFor([&] { return jobs.isIdle() && !jobs.jobs().empty(); }));
        }
        const auto& last = jobs.jobs().back();
        EXPECT_EQ(last.status, JobStatus::Failed);
        EXPECT_TRUE(last.message.contains(QStringLiteral("mine"))) << last.message.toStdString();
    }

} // namespace
} // namespace winnow::ui
