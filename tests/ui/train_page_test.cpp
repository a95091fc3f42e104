#include "ui/pages/train_page.h"

#include "core/pipeline/project_job.h"
#include "core/store/run_store.h"
#include "tests/ui/small_project.h"
#include "ui/actions.h"
#include "ui/settings.h"

#include <gtest/gtest.h>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>

namespace winnow::ui {
namespace {

    class Train : public testing::Test {
    protected:
        Train()
        {
            page.resize(1280, 760);
            page.show();
        }
        template <class Widget> Widget* get(const char* name) const
        {
            auto* const widget = page.findChild<Widget*>(QLatin1String(name));
            EXPECT_NE(widget, nullptr) << name;
            return widget;
        }
        void replace(const char* field, const char* text) const
        {
            auto* const widget = get<QWidget>(field);
            widget->setFocus();
            if (auto* const spin = qobject_cast<QSpinBox*>(widget))
                spin->selectAll();
            else if (auto* const edit = qobject_cast<QLineEdit*>(widget))
                edit->selectAll();
            QTest::keyClicks(widget, QLatin1String(text));
        }
        QString stateOf(int row) const
        {
            auto* const runs = get<QTableView>("runs");
            return runs->model()->index(row, 2).data().toString();
        }
        int runCount() const { return get<QTableView>("runs")->model()->rowCount(); }
        /// The page shows what the store has, without the poll of a real window's life.
        bool waitFor(const std::function<bool()>& condition)
        {
            return QTest::qWaitFor(
                [&] {
                    document.refresh();
                    return condition();
                },
                60000);
        }

        QTemporaryDir folder;
        Settings settings{folder.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue jobs;
        Actions actions{settings};
        TrainPage page{document, jobs, actions};
    };

    TEST_F(Train, ProjectWithoutPairsOffersToImport)
    {
        const SmallProject project(0);
        document.open(project.folder());
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.isOpen(); }));
        EXPECT_EQ(get<QLabel>("emptyTitle")->text(), QStringLiteral("Nothing to train on"));
        QSignalSpy asked(actions[QStringLiteral("project.import")], &QAction::triggered);
        get<QPushButton>("emptyButton")->click();
        EXPECT_EQ(asked.size(), 1);
    }

    TEST_F(Train, FormTypedByKeysIsWhatIsAskedFor)
    {
        const SmallProject project(10);
        ASSERT_TRUE(openSmall(document, project.folder()));
        get<QComboBox>("trainSelection")->setFocus();
        QTest::keyClick(get<QComboBox>("trainSelection"), Qt::Key_End);
        EXPECT_FALSE(get<QSpinBox>("randomCount")->isVisible());
        EXPECT_EQ(get<QLineEdit>("runName")->text(), QStringLiteral("run-all"));
        EXPECT_FALSE(page.options().steps.has_value()) << "an untouched field leaves the number to the base model";
        replace("runName", "mine");
        replace("steps", "12");
        replace("batch", "3");
        replace("rate", "0.002");
        replace("warmup", "4");
        replace("trainSeed", "9");
        QTest::keyClick(get<QCheckBox>("evaluateWhenDone"), Qt::Key_Space);
        const auto options = page.options();
        EXPECT_EQ(options.run, "mine");
        EXPECT_EQ(options.selection, "all");
        EXPECT_EQ(options.steps, 12);
        EXPECT_EQ(options.batch, 3);
        EXPECT_EQ(options.peakRate, 0.002);
        EXPECT_EQ(options.warmupSteps, 4);
        EXPECT_EQ(options.seed, 9u);
        EXPECT_FALSE(options.evaluateWhenDone);
    }

    TEST_F(Train, RunThatCannotBeTrainedFailsWithItsReasonAndCanBeResumed)
    {
        const SmallProject project(10); // no pair has a picture
        ASSERT_TRUE(openSmall(document, project.folder()));
        get<QComboBox>("trainSelection")->setCurrentIndex(1);
        get<QPushButton>("startRun")->click();
        ASSERT_TRUE(waitFor([&] { return jobs.isIdle() && runCount() == 1 && !jobs.jobs().empty(); }));
        EXPECT_EQ(jobs.jobs()[0].status, JobStatus::Failed);
        EXPECT_FALSE(jobs.jobs()[0].message.isEmpty());
        ASSERT_TRUE(waitFor([&] { return stateOf(0) == QStringLiteral("failed"); })) << stateOf(0).toStdString();
        EXPECT_TRUE(get<QPushButton>("resumeRun")->isEnabled());
        EXPECT_FALSE(get<QPushButton>("cancelRun")->isEnabled());
        EXPECT_FALSE(get<QPushButton>("evaluateRun")->isEnabled());
        EXPECT_NE(get<QLineEdit>("runName")->text(), QStringLiteral("run-all")) << "that name is taken now";
    }

    TEST_F(Train, RunUnderWayCanBeCancelledAndThenResumedByItsButtons)
    {
        pipeline::DemoOptions demo;
        demo.folder = toPath(folder.filePath(QStringLiteral("demo")));
        demo.pairs = 30;
        NullContext context;
        pipeline::makeDemo(demo, context);
        document.open(demo.folder);
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.currentSet()->size() == 30; }, 30000));
        get<QComboBox>("trainSelection")->setCurrentIndex(1);
        get<QCheckBox>("evaluateWhenDone")->setChecked(false);
        replace("steps", "2000");
        int points = 0;
        QObject::connect(&jobs, &JobQueue::metricAdded, &page, [&points] { ++points; });
        get<QPushButton>("startRun")->click();
        ASSERT_TRUE(waitFor([&] { return runCount() == 1 && points > 0; }));
        EXPECT_TRUE(QTest::qWaitFor([&] { return get<QPushButton>("cancelRun")->isEnabled(); }));
        EXPECT_FALSE(get<QPushButton>("resumeRun")->isEnabled());
        EXPECT_EQ(stateOf(0), QStringLiteral("running"));
        get<QPushButton>("cancelRun")->click();
        ASSERT_TRUE(waitFor([&] { return jobs.isIdle() && stateOf(0) == QStringLiteral("stopped"); }));
        EXPECT_TRUE(get<QPushButton>("resumeRun")->isEnabled());
        EXPECT_FALSE(get<QPushButton>("cancelRun")->isEnabled());
        get<QPushButton>("resumeRun")->click();
        ASSERT_TRUE(waitFor([&] { return stateOf(0) == QStringLiteral("running"); }));
        EXPECT_EQ(runCount(), 1) << "going on is not a second run";
        EXPECT_TRUE(QTest::qWaitFor([&] { return get<QPushButton>("cancelRun")->isEnabled(); }));
        jobs.stopAll();
        ASSERT_TRUE(QTest::qWaitFor([&] { return jobs.isIdle(); }, 60000));
    }

} // namespace
} // namespace winnow::ui
