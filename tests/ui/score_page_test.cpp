#include "ui/pages/score_page.h"

#include "core/pipeline/judge_job.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "tests/ui/data_fixture.h"
#include "tests/ui/small_project.h"
#include "ui/actions.h"
#include "ui/dialogs.h"
#include "ui/dialogs/attach_dialog.h"
#include "ui/dialogs/feature_dialog.h"
#include "ui/settings.h"
#include "ui/widgets/metric_table.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableWidget>
#include <QTest>

#include <gtest/gtest.h>

#include <cstdlib>

namespace winnow::ui {
namespace {

    class ScorePageTest : public testing::Test {
    protected:
        void open(const std::filesystem::path& folder)
        {
            page.resize(1200, 760);
            page.show();
            page.activateWindow();
            ASSERT_TRUE(openSmall(document, folder));
            ASSERT_TRUE(QTest::qWaitFor([&] { return page.model().rowCount() > 0; }));
        }
        template <class T> T& child(const char* name)
        {
            auto* const found = page.findChild<T*>(QLatin1String(name));
            EXPECT_NE(found, nullptr) << name;
            return *found;
        }
        MetricTable& table() { return child<MetricTable>("metricTable"); }
        QModelIndex cell(const char* column)
        {
            const int row = page.model().rowOf(QLatin1String(column));
            EXPECT_GE(row, 0) << column;
            const bool isPublished = QLatin1String(column).endsWith(QLatin1String(".published"));
            return page.model().index(
                row, isPublished ? MetricTableModel::PublishedColumn : MetricTableModel::CorrectedColumn);
        }
        std::string text(const char* column) { return cell(column).data().toString().toStdString(); }
        bool isTicked(const char* column) { return cell(column).data(Qt::CheckStateRole).toInt() == Qt::Checked; }
        void tickOnly(std::initializer_list<const char*> columns)
        {
            for (const auto& wish : page.model().wishes())
                page.model().setWanted(QString::fromStdString(wish.metric)
                        + (wish.mode == Mode::Published ? QStringLiteral(".published") : QString()),
                    false);
            for (const char* const column : columns)
                page.model().setWanted(QLatin1String(column), true);
        }
        bool waitForJobs()
        {
            return QTest::qWaitFor([&] { return queue.isIdle(); }, 30000);
        }

        QTemporaryDir directory;
        Settings settings{directory.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue queue;
        Actions actions{settings};
        ScorePage page{document, queue, actions, settings};
    };

    TEST_F(ScorePageTest, WithoutPairsItOffersToImport)
    {
        const SmallProject project(0);
        page.show();
        ASSERT_TRUE(openSmall(document, project.folder()));
        QSignalSpy imports(actions[QStringLiteral("project.import")], &QAction::triggered);
        auto& button = child<QPushButton>("emptyButton");
        ASSERT_TRUE(button.isVisible());
        button.click();
        EXPECT_EQ(imports.count(), 1);
    }

    TEST_F(ScorePageTest, ShowsEveryKnownMetricWithItsCoverageInFamilies)
    {
        const SampleProject project;
        const QAbstractItemModelTester tester(&page.model());
        open(project.folder());
        int families = 0;
        for (int row = 0; row < page.model().rowCount(); ++row)
            families += page.model().rowAt(row)->isFamily() ? 1 : 0;
        EXPECT_GE(families, 2);
        for (const auto& metric : pipeline::knownMetrics())
            EXPECT_GE(page.model().rowOf(QString::fromStdString(metric.name)), 0) << metric.name;
        EXPECT_EQ(text("clip"), "58 of 64");
        EXPECT_EQ(cell("clip").data(MetricTableModel::ToneRole).toInt(), MetricTableModel::WarnTone);
        EXPECT_EQ(text("length"), "64");
        EXPECT_EQ(text("clip.published"), "not yet");
        // A family's row holds a name and nothing to tick.
        EXPECT_FALSE(page.model().flags(page.model().index(0, 0)) & Qt::ItemIsSelectable);
    }

    TEST_F(ScorePageTest, AJudgeBehindAServerKeepsNoModelWaiting)
    {
        const SmallProject project(5);
        pipeline::JudgeSettings judge;
        judge.server = "http://127.0.0.1:9/v1"; // nobody listens there
        judge.model = "a-model";
        pipeline::Workspace workspace(project.folder());
        pipeline::setJudge(workspace, judge);
        pipeline::confirmJudge(judge);
        open(project.folder());
        tickOnly({"judge", "words"});
        child<QPushButton>("startScores").click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return queue.jobs().size() == 2; }));
        for (const auto& job : queue.jobs())
            EXPECT_EQ(job.lane, job.title.contains(QStringLiteral("judge")) ? Lane::Network : Lane::Models)
                << job.title.toStdString();
        for (const auto& job : queue.jobs())
            queue.stop(job.id);
        EXPECT_TRUE(waitForJobs());
    }

    TEST_F(ScorePageTest, SpaceTicksTheCurrentCellAndArrowsReachTheOtherReading)
    {
        const SmallProject project(10);
        open(project.folder());
        table().setFocus();
        table().setCurrentIndex(cell("length"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return table().hasFocus(); }));
        const bool before = isTicked("length");
        QTest::keyClick(&table(), Qt::Key_Space);
        EXPECT_NE(isTicked("length"), before);
        QTest::keyClick(&table(), Qt::Key_Right);
        QTest::keyClick(&table(), Qt::Key_Space);
        EXPECT_TRUE(isTicked("length.published"));
        QTest::keyClick(&table(), Qt::Key_Up);
        EXPECT_FALSE(page.model().rowAt(table().currentIndex().row())->isFamily()); // headings are passed over
    }

    TEST_F(ScorePageTest, AClickAtTheTickTurnsItAndElsewhereOnlyChooses)
    {
        const SmallProject project(10);
        open(project.folder());
        const auto rect = table().visualRect(cell("length.published"));
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, rect.center());
        EXPECT_FALSE(isTicked("length.published"));
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, rect.topLeft() + QPoint(14, rect.height() / 2));
        EXPECT_TRUE(isTicked("length.published"));
        EXPECT_EQ(child<QLabel>("metricTitle").text().toStdString(), "Length score");
    }

    TEST_F(ScorePageTest, ComputesBothReadingsSideBySide)
    {
        const SmallProject project(10);
        open(project.folder());
        tickOnly({"length", "length.published"});
        auto& button = child<QPushButton>("startScores");
        EXPECT_EQ(button.text().toStdString(), "Compute 2 columns");
        actions[QStringLiteral("run.start")]->trigger();
        EXPECT_EQ(text("length"), "waiting");
        EXPECT_TRUE(child<QProgressBar>("scoreProgress").isVisible());
        ASSERT_TRUE(waitForJobs());
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.columns()->findMetric("length.published") != nullptr; }));
        ASSERT_TRUE(QTest::qWaitFor([&] { return text("length.published") == "10"; }));
        EXPECT_EQ(text("length"), "10");
        EXPECT_TRUE(page.model().wishes().empty()); // what is done is not ticked any more
        EXPECT_FALSE(button.isEnabled());
        EXPECT_FALSE(button.toolTip().isEmpty());
        EXPECT_FALSE(child<QProgressBar>("scoreProgress").isVisible());
    }

    TEST_F(ScorePageTest, MeasuringGivesAForecastAndKeepsNoScore)
    {
        const SmallProject project(100);
        open(project.folder());
        tickOnly({"words"});
        auto& measure = child<QPushButton>("measureScores");
        ASSERT_TRUE(QTest::qWaitFor([&] { return measure.isEnabled(); }));
        EXPECT_TRUE(child<QLabel>("scoreForecast").text().contains(QStringLiteral("not measured")));
        measure.click();
        ASSERT_TRUE(waitForJobs());
        EXPECT_TRUE(
            QTest::qWaitFor([&] { return child<QLabel>("scoreForecast").text().startsWith(QStringLiteral("About")); }));
        EXPECT_EQ(document.columns()->findMetric("words"), nullptr);
        EXPECT_FALSE(measure.isEnabled());
    }

    TEST_F(ScorePageTest, SaysWhichModelIsMissingBeforeItStarts)
    {
        const SmallProject project(10);
        setenv("WINNOW_RESOURCES", directory.path().toUtf8().constData(), 1);
        open(project.folder());
        tickOnly({"clip.published"});
        auto& button = child<QPushButton>("startScores");
        EXPECT_TRUE(QTest::qWaitFor([&] { return !button.isEnabled(); }));
        EXPECT_TRUE(child<QLabel>("scoreForecast").text().contains(QStringLiteral("clip")));
        unsetenv("WINNOW_RESOURCES");
    }

    TEST_F(ScorePageTest, AFailedColumnSaysWhyInItsCellAndAboveTheButton)
    {
        const SmallProject project(10);
        open(project.folder());
        tickOnly({"clip.published"});
        child<QComboBox>("device").addItem(QStringLiteral("nowhere:7"));
        child<QComboBox>("device").setCurrentText(QStringLiteral("nowhere:7"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return child<QPushButton>("startScores").isEnabled(); }));
        child<QPushButton>("startScores").click();
        ASSERT_TRUE(waitForJobs());
        EXPECT_EQ(text("clip.published"), "failed");
        EXPECT_TRUE(child<QLabel>("scoreMessage").isVisible());
        EXPECT_TRUE(child<QLabel>("scoreMessage").text().contains(QStringLiteral("nowhere")));
    }

    TEST_F(ScorePageTest, NamesThePairsThatCouldNotBeScored)
    {
        const SmallProject project(10);
        {
            auto store = store::Project::open(project.folder());
            const std::vector<std::pair<PairRow, std::string>> failed{{7, "<b>no picture</b>"}};
            store::MetricStore(store).recordFailures("clip", failed);
        }
        open(project.folder());
        table().setCurrentIndex(cell("clip"));
        auto& list = child<QListWidget>("metricFailures");
        ASSERT_TRUE(QTest::qWaitFor([&] { return list.count() == 1; }));
        EXPECT_EQ(list.item(0)->text().toStdString(), "7: <b>no picture</b>");
        QSignalSpy wanted(&page, &ScorePage::pairWanted);
        Q_EMIT list.itemActivated(list.item(0));
        EXPECT_EQ(wanted.count(), 1);
        EXPECT_EQ(document.currentRow(), PairRow{7});
    }

    TEST_F(ScorePageTest, ListsFeatureSpacesAndClusteringsWithTheirButtons)
    {
        const SampleProject project;
        {
            auto store = store::Project::open(project.folder());
            store::FeatureStore features(store);
            FeatureInfo info;
            info.name = "clip-image";
            info.dimension = 2;
            info.provenance = R"({"imported": "/data/vectors.npy"})";
            info.key = "k";
            features.begin(info);
            const std::vector<PairRow> rows{0, 1};
            const std::vector<float> values{1, 2, 3, 4};
            features.write(info.name, rows, values);
            features.finish(info.name);
        }
        open(project.folder());
        auto& spaces = child<QTableWidget>("featureSpaces");
        ASSERT_TRUE(QTest::qWaitFor([&] { return spaces.rowCount() == 1; }));
        EXPECT_EQ(spaces.item(0, 1)->text().toStdString(), "2");
        EXPECT_EQ(spaces.item(0, 3)->text().toStdString(), "imported from vectors.npy");
        auto& clusterings = child<QTableWidget>("clusterings");
        ASSERT_EQ(clusterings.rowCount(), 1);
        EXPECT_EQ(clusterings.item(0, 1)->text().toStdString(), "4");
        QSignalSpy clusters(actions[QStringLiteral("job.cluster")], &QAction::triggered);
        child<QPushButton>("makeClusters").click();
        EXPECT_EQ(clusters.count(), 1);
        child<QPushButton>("computeFeatures").click();
        auto* const dialog = page.findChild<FeatureDialog*>();
        ASSERT_NE(dialog, nullptr);
        EXPECT_EQ(dialog->options().pcaDimensions, 6);
        dialog->reject();
    }

    TEST_F(ScorePageTest, ImportsReadyScoresUnderTheNamesThatWereChosen)
    {
        const SmallProject project(10);
        open(project.folder());
        const auto path = directory.filePath(QStringLiteral("scores.json"));
        QFile file(path);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(R"([{"id": "1", "reward_score": 2.5, "gpt_score": 90}, {"id": "no such", "reward_score": 1}])");
        file.close();
        child<QPushButton>("importScores").click();
        auto* const dialog = page.findChild<AttachDialog*>();
        ASSERT_NE(dialog, nullptr);
        auto* const primary = dialog->findChild<QPushButton*>(QStringLiteral("primary"));
        EXPECT_FALSE(primary->isEnabled());
        dialog->setSource(path);
        ASSERT_TRUE(QTest::qWaitFor([&] { return primary->isEnabled(); }));
        const auto map = dialog->fieldMap();
        EXPECT_EQ(map.at("reward"), "reward_score");
        EXPECT_EQ(map.at("judge"), "gpt_score");
        auto* const message = dialog->findChild<QLabel*>(QStringLiteral("message"));
        EXPECT_TRUE(message->text().contains(QStringLiteral("1 ids"))) << message->text().toStdString();
        auto* const fields = dialog->findChild<QTableWidget*>(QStringLiteral("fields"));
        fields->item(0, 1)->setText(fields->item(1, 1)->text());
        EXPECT_FALSE(primary->isEnabled()); // two fields under one name
        fields->item(0, 1)->setText(QStringLiteral("liking"));
        ASSERT_TRUE(primary->isEnabled());
        primary->click();
        ASSERT_TRUE(waitForJobs());
        ASSERT_TRUE(QTest::qWaitFor([&] { return page.model().rowOf(QStringLiteral("liking")) >= 0; }));
        EXPECT_EQ(text("liking"), "1 of 10");
    }

} // namespace
} // namespace winnow::ui
