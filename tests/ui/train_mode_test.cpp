#include "ui/pages/train_mode.h"

#include "core/store/label_store.h"
#include "tests/ui/data_fixture.h"
#include "tests/ui/small_project.h"
#include "ui/actions.h"
#include "ui/dialogs/train_selector_dialog.h"
#include "ui/pages/experiment_page.h"
#include "ui/pages/labels_page.h"
#include "ui/settings.h"
#include "ui/widgets/batch_form.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabBar>
#include <QTableWidget>
#include <QTest>

#include <gtest/gtest.h>

namespace winnow::ui {
namespace {

    class TrainModeTest : public testing::Test {
    protected:
        void open(const std::filesystem::path& folder, TrainMode::Tab tab)
        {
            mode.resize(1200, 760);
            mode.show();
            mode.activateWindow();
            mode.showTab(tab);
            ASSERT_TRUE(openAndWait(document, folder));
        }
        template <class T> T& child(const QString& page, const char* name)
        {
            auto* const parent = mode.findChild<QWidget*>(page);
            auto* const found = parent ? parent->findChild<T*>(QLatin1String(name)) : nullptr;
            EXPECT_NE(found, nullptr) << name;
            return *found;
        }
        template <class T> T& onLabels(const char* name) { return child<T>(QStringLiteral("labelsPage"), name); }
        template <class T> T& onExperiment(const char* name)
        {
            return child<T>(QStringLiteral("experimentPage"), name);
        }
        void addLabels(const SampleProject& sample, int measured)
        {
            auto project = store::Project::open(sample.folder());
            LabelSet set;
            set.name = "clusters";
            set.clustering = "clusters";
            set.benchmarks = {"yes-no"};
            set.provenance = "{}";
            for (int cluster = 0; cluster < 4; ++cluster) {
                ClusterLabel label;
                label.cluster = cluster;
                label.pairCount = 16;
                if (cluster < measured) {
                    label.value = 60 + cluster;
                    label.standardError = 0.5;
                    label.questionError = 1;
                    label.repeats = {60.0 + cluster, 60.0 + cluster};
                }
                set.labels.push_back(label);
            }
            store::LabelStore(project).save(set);
        }

        QTemporaryDir directory;
        Settings settings{directory.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue queue;
        Actions actions{settings};
        TrainMode mode{document, queue, actions, settings};
    };

    TEST_F(TrainModeTest, TabsLeadToFineTuneLabelsAndExperimentByKeys)
    {
        const SampleProject sample;
        open(sample.folder(), TrainMode::Finetune);
        auto* const tabs = mode.findChild<QTabBar*>(QStringLiteral("trainTabs"));
        ASSERT_EQ(tabs->count(), 3);
        tabs->setFocus();
        QTest::keyClick(tabs, Qt::Key_Right);
        EXPECT_TRUE(mode.findChild<QWidget*>(QStringLiteral("labelsPage"))->isVisible());
        QTest::keyClick(tabs, Qt::Key_Right);
        EXPECT_TRUE(mode.findChild<QWidget*>(QStringLiteral("experimentPage"))->isVisible());
        EXPECT_FALSE(mode.findChild<QWidget*>(QStringLiteral("trainPage"))->isVisible());
    }

    TEST_F(TrainModeTest, LabelsWithoutAClusteringOfferToMakeOne)
    {
        const SmallProject project(10);
        open(project.folder(), TrainMode::Labels);
        QSignalSpy clusters(actions[QStringLiteral("job.cluster")], &QAction::triggered);
        ASSERT_TRUE(waitFor([&] { return onLabels<QPushButton>("emptyButton").isVisible(); }));
        onLabels<QPushButton>("emptyButton").click();
        EXPECT_EQ(clusters.count(), 1);
    }

    TEST_F(TrainModeTest, LabelsSayWhatIsMissingBeforeTheyStart)
    {
        const SampleProject sample;
        open(sample.folder(), TrainMode::Labels);
        ASSERT_TRUE(waitFor([&] { return onLabels<QComboBox>("labelClustering").count() == 1; }));
        auto& start = onLabels<QPushButton>("startBatch");
        EXPECT_FALSE(start.isEnabled()); // the project has no benchmark
        EXPECT_FALSE(start.toolTip().isEmpty());
        EXPECT_TRUE(onLabels<QLabel>("batchMessage").text().contains(QStringLiteral("benchmark")));
    }

    TEST_F(TrainModeTest, LabelsAreShownWithErrorBarsAndLeadToASelector)
    {
        const SampleProject sample;
        addLabels(sample, 3);
        open(sample.folder(), TrainMode::Labels);
        auto& rows = onLabels<QTableWidget>("labelRows");
        ASSERT_TRUE(waitFor([&] { return rows.rowCount() == 4; }));
        EXPECT_EQ(rows.item(1, 2)->text().toStdString(), "61.0");
        EXPECT_EQ(rows.item(1, 3)->text().toStdString(), "1.96"); // the larger of both errors, 95 %
        EXPECT_TRUE(rows.item(3, 2)->text().isEmpty());
        auto& train = onLabels<QPushButton>("trainSelector");
        ASSERT_TRUE(train.isEnabled());
        train.click();
        auto* const dialog = mode.findChild<TrainSelectorDialog*>();
        ASSERT_NE(dialog, nullptr);
        ASSERT_TRUE(waitFor([&] { return dialog->options().labels == "clusters"; }));
        EXPECT_TRUE(dialog->findChild<QPushButton*>(QStringLiteral("primary"))->isEnabled());
        dialog->reject();
    }

    TEST_F(TrainModeTest, TooFewLabelsTrainNoSelector)
    {
        const SampleProject sample;
        addLabels(sample, 2);
        open(sample.folder(), TrainMode::Labels);
        ASSERT_TRUE(waitFor([&] { return onLabels<QTableWidget>("labelRows").rowCount() == 4; }));
        EXPECT_FALSE(onLabels<QPushButton>("trainSelector").isEnabled());
        EXPECT_FALSE(onLabels<QPushButton>("trainSelector").toolTip().isEmpty());
    }

    TEST_F(TrainModeTest, TheExperimentTakesItsFormAndRefusesWhatDoesNotRead)
    {
        const SampleProject sample;
        open(sample.folder(), TrainMode::Experiment);
        auto& page = *mode.findChild<ExperimentPage*>();
        onExperiment<QLineEdit>("experimentBudget").setText(QStringLiteral("10%"));
        onExperiment<QLineEdit>("experimentWeights").setText(QStringLiteral("clip=1, reward=0.5"));
        onExperiment<QSpinBox>("experimentSeeds").setValue(7);
        const auto options = page.options();
        EXPECT_EQ(options.budget, (Budget{10, true}));
        EXPECT_EQ(options.weights.at("reward"), 0.5);
        EXPECT_EQ(options.seeds, 7);
        onExperiment<QLineEdit>("experimentWeights").setText(QStringLiteral("clip"));
        EXPECT_THROW(page.options(), Error);
        EXPECT_FALSE(onExperiment<QPushButton>("startBatch").isEnabled());
        EXPECT_TRUE(onExperiment<QLabel>("batchMessage").text().contains(QStringLiteral("weights")));
    }

} // namespace
} // namespace winnow::ui
