#include "ui/pages/compare_page.h"

#include "core/store/run_store.h"
#include "tests/ui/small_project.h"
#include "ui/actions.h"
#include "ui/dialogs.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"

#include <gtest/gtest.h>

#include <QComboBox>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>

#include <fstream>

namespace winnow::ui {
namespace {

    constexpr int kQuestions = 40;

    class Compare : public testing::Test {
    protected:
        Compare()
        {
            page.resize(1280, 760);
            page.setVisible(true);
        }
        /// Yes to every question of one picture each; the run is right on the first `right` of them.
        void addRun(const std::string& name, int right)
        {
            auto own = store::Project::open(project.folder());
            store::RunStore runs(own);
            if (runs.benchmarks().empty()) {
                std::ofstream questions(folder.filePath(QStringLiteral("asked.tsv")).toStdString());
                for (int i = 0; i < kQuestions; ++i) {
                    QImage(4, 4, QImage::Format_RGB32).save(folder.filePath(QStringLiteral("%1.png").arg(i)));
                    questions << i << ".png\tIs it number " << i << "?\tYes\texistence\n";
                }
                questions.close();
                pipeline::Workspace workspace(project.folder());
                pipeline::addBenchmark(
                    workspace, "asked", toPath(folder.filePath(QStringLiteral("asked.tsv"))), "auto");
            }
            RunInfo info;
            info.name = name;
            info.selection = "all";
            info.recipe = R"({"steps":80})";
            info.state = RunState::Finished;
            info = runs.create(info);
            const auto answers = project.folder() / info.folder / "predictions";
            std::filesystem::create_directories(answers);
            std::ofstream out(answers / "asked.jsonl");
            out << "{\"header\":{}}\n";
            for (int i = 0; i < kQuestions; ++i)
                out << R"({"question":)" << i << R"(,"answer":")" << (i < right ? "Yes" : "No") << R"(","correct":)"
                    << (i < right ? "true" : "false") << "}\n";
            runs.saveEvaluation({name, "asked", kQuestions, kQuestions, 100.0 * right / kQuestions, 0, 100});
        }
        bool open()
        {
            document.open(project.folder());
            return QTest::qWaitFor([&] { return document.isOpen(); });
        }
        template <class Widget> Widget* get(const char* name) const
        {
            auto* const widget = page.findChild<Widget*>(QLatin1String(name));
            EXPECT_NE(widget, nullptr) << name;
            return widget;
        }

        QTemporaryDir folder;
        SmallProject project{4};
        Settings settings{folder.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue jobs;
        Actions actions{settings};
        ComparePage page{document, jobs, actions};
    };

    TEST_F(Compare, ProjectWithoutAnEvaluatedRunLeadsToTrain)
    {
        ASSERT_TRUE(open());
        EXPECT_EQ(get<QLabel>("emptyTitle")->text(), QStringLiteral("No run has been evaluated yet"));
        QSignalSpy asked(actions[QStringLiteral("mode.train")], &QAction::triggered);
        get<QPushButton>("emptyButton")->click();
        EXPECT_EQ(asked.size(), 1);
    }

    TEST_F(Compare, TableSaysAccuracyIntervalAndDifference)
    {
        addRun("good", 36);
        addRun("bad", 12);
        ASSERT_TRUE(open());
        auto* const table = get<QTableWidget>("compareTable");
        ASSERT_TRUE(QTest::qWaitFor([&] { return table->rowCount() == 2; }));
        EXPECT_EQ(table->item(0, 0)->text(), QStringLiteral("good"));
        EXPECT_TRUE(table->item(0, 2)->text().startsWith(QStringLiteral("90")))
            << table->item(0, 2)->text().toStdString();
        EXPECT_TRUE(table->item(1, 2)->text().startsWith(QStringLiteral("30")))
            << table->item(1, 2)->text().toStdString();
        EXPECT_EQ(table->item(1, 5)->text(), QStringLiteral("< 0.001"));
        EXPECT_TRUE(get<QLabel>("compareSentence")->text().contains(QStringLiteral("good")));
    }

    TEST_F(Compare, SentenceSpeaksOfTheLeaderWithNumberAndIntervalOfOneSign)
    {
        addRun("bad", 12);
        addRun("good", 36);
        ASSERT_TRUE(open());
        auto* const sentence = get<QLabel>("compareSentence");
        ASSERT_TRUE(
            QTest::qWaitFor([&] { return sentence->text().contains(QStringLiteral("good is better than bad")); }));
        EXPECT_TRUE(sentence->text().contains(QStringLiteral("by 60.0 points ["))) << sentence->text().toStdString();
        EXPECT_FALSE(sentence->text().contains(QStringLiteral("[-"))) << sentence->text().toStdString();
    }

    TEST_F(Compare, SpaceTakesARunOutAndBringsItBack)
    {
        addRun("good", 36);
        addRun("bad", 12);
        ASSERT_TRUE(open());
        auto* const table = get<QTableWidget>("compareTable");
        ASSERT_TRUE(QTest::qWaitFor([&] { return table->rowCount() == 2; }));
        auto* const runs = page.findChild<QListWidget*>();
        ASSERT_NE(runs, nullptr);
        EXPECT_FALSE(runs->accessibleName().isEmpty());
        runs->setCurrentRow(1);
        QTest::keyClick(runs, Qt::Key_Space);
        EXPECT_EQ(page.checkedRuns(), QStringList{QStringLiteral("good")});
        EXPECT_TRUE(QTest::qWaitFor([&] { return table->rowCount() == 1; }));
        QTest::keyClick(runs, Qt::Key_Space);
        EXPECT_TRUE(QTest::qWaitFor([&] { return table->rowCount() == 2; }));
    }

    TEST_F(Compare, AnswersStandSideBySideAndAreFiltered)
    {
        addRun("good", 36);
        addRun("bad", 12);
        ASSERT_TRUE(open());
        auto* const answers = get<QTableView>("answers");
        ASSERT_TRUE(QTest::qWaitFor([&] { return answers->model()->rowCount() == kQuestions; }));
        get<QComboBox>("answerFilter")->setFocus();
        QTest::keyClick(get<QComboBox>("answerFilter"), Qt::Key_Down);
        EXPECT_TRUE(QTest::qWaitFor([&] { return answers->model()->rowCount() == 24; }))
            << answers->model()->rowCount();
    }

    TEST_F(Compare, BenchmarkThatIsGoneIsSaid)
    {
        addRun("good", 36);
        addRun("bad", 12);
        QFile::remove(folder.filePath(QStringLiteral("asked.tsv")));
        ASSERT_TRUE(open());
        auto* const sentence = get<QLabel>("compareSentence");
        EXPECT_TRUE(QTest::qWaitFor([&] { return sentence->text().contains(QStringLiteral("asked.tsv")); }))
            << sentence->text().toStdString();
        EXPECT_FALSE(get<QPushButton>("exportComparison")->isEnabled());
    }

    TEST_F(Compare, ExportWritesAPage)
    {
        addRun("good", 36);
        addRun("bad", 12);
        ASSERT_TRUE(open());
        ASSERT_TRUE(QTest::qWaitFor([&] { return get<QPushButton>("exportComparison")->isEnabled(); }));
        const auto file = folder.filePath(QStringLiteral("out.html"));
        Dialogs::answer({file});
        get<QPushButton>("exportComparison")->click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return QFile::exists(file); }));
        QFile written(file);
        ASSERT_TRUE(written.open(QIODevice::ReadOnly));
        EXPECT_TRUE(written.readAll().contains("good"));
    }

} // namespace
} // namespace winnow::ui
