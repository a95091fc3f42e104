#include "ui/panels/unfinished_bar.h"

#include "core/store/database.h"
#include "core/store/run_store.h"
#include "tests/ui/small_project.h"
#include "ui/jobs/job_queue.h"

#include <gtest/gtest.h>

#include <QLabel>
#include <QPushButton>

namespace winnow::ui {
namespace {

    class Unfinished : public testing::Test {
    protected:
        /// As a process that was killed leaves it.
        void abandon(const std::string& lease, const std::string& wish)
        {
            auto own = store::Project::open(project.folder());
            own.database().run("INSERT INTO lease (name, process, process_start, since, heartbeat, wish) VALUES (?, 1, "
                               "'another boot:1', '2026-01-02T03:04:05Z', '', ?)",
                lease, wish);
        }
        QPushButton* button(const char* name) const { return bar.findChild<QPushButton*>(QLatin1String(name)); }
        std::size_t abandonedCount()
        {
            auto own = store::Project::open(project.folder());
            return store::abandonedLeases(own).size();
        }

        SmallProject project{10};
        Document document;
        JobQueue jobs;
        UnfinishedBar bar{document, jobs};
    };

    const auto kLength = R"({"job":"score","metrics":["length"],"mode":"corrected","device":"cpu","models":{}})";

    TEST_F(Unfinished, NothingIsShownWhereNothingWasCutOff)
    {
        ASSERT_TRUE(openSmall(document, project.folder()));
        EXPECT_FALSE(bar.isVisibleTo(nullptr));
    }

    TEST_F(Unfinished, ContinueEndsTheWorkAndTheNoticeGoes)
    {
        abandon("score", kLength);
        ASSERT_TRUE(openSmall(document, project.folder()));
        ASSERT_TRUE(bar.isVisibleTo(nullptr));
        const auto* const text = bar.findChild<QLabel*>();
        EXPECT_TRUE(text->text().startsWith(QStringLiteral("Score length, begun "))) << text->text().toStdString();
        button("continue")->click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return jobs.jobs().size() == 1 && jobs.jobs()[0].isOver(); }));
        EXPECT_EQ(jobs.jobs()[0].status, JobStatus::Finished) << jobs.jobs()[0].message.toStdString();
        document.refresh();
        EXPECT_TRUE(QTest::qWaitFor([&] { return !bar.isVisibleTo(nullptr); }));
        EXPECT_NE(document.columns()->findMetric("length"), nullptr);
        EXPECT_EQ(abandonedCount(), 0u);
    }

    TEST_F(Unfinished, LeavingItTakesTheNoticeAwayForGood)
    {
        abandon("score", kLength);
        ASSERT_TRUE(openSmall(document, project.folder()));
        button("leave")->click();
        EXPECT_TRUE(QTest::qWaitFor([&] { return !bar.isVisibleTo(nullptr); }));
        EXPECT_EQ(abandonedCount(), 0u);
        EXPECT_TRUE(jobs.jobs().empty());
    }

    TEST_F(Unfinished, WorkThatCannotGoOnSaysWhyAndMayBeTriedAgain)
    {
        abandon("evaluate:gone", R"({"job":"evaluate","run":"gone","benchmarks":[],"device":"cpu","model":""})");
        ASSERT_TRUE(openSmall(document, project.folder()));
        QWidget* const line = button("continue")->parentWidget();
        button("continue")->click();
        EXPECT_FALSE(line->isEnabled());
        ASSERT_TRUE(QTest::qWaitFor([&] { return jobs.jobs().size() == 1 && jobs.jobs()[0].isOver(); }));
        EXPECT_EQ(jobs.jobs()[0].status, JobStatus::Failed);
        EXPECT_FALSE(jobs.jobs()[0].message.isEmpty());
        EXPECT_TRUE(line->isEnabled());
    }

    TEST_F(Unfinished, WishesOfAnotherVersionAreNotOffered)
    {
        abandon("a", R"({"job":"paint"})");
        abandon("b", "no JSON");
        abandon("c", "");
        ASSERT_TRUE(openSmall(document, project.folder()));
        EXPECT_FALSE(bar.isVisibleTo(nullptr));
    }

} // namespace
} // namespace winnow::ui
