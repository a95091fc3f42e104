#include "ui/pages/select_page.h"

#include "core/pipeline/selection_text.h"
#include "core/pipeline/selector_job.h"
#include "core/store/selector_store.h"
#include "tests/ui/data_fixture.h"
#include "ui/actions.h"
#include "ui/dialogs.h"
#include "ui/dialogs/import_selector_dialog.h"
#include "ui/jobs/job_queue.h"
#include "ui/models/selection_text.h"
#include "ui/panels/mode_comparison.h"
#include "ui/panels/selector_choice.h"
#include "ui/panels/validity_panel.h"
#include "ui/settings.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/pair_grid.h"
#include "ui/widgets/weight_row.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>

#include <gtest/gtest.h>

namespace winnow::ui {
namespace {

    SelectorInfo measured(bool beatsChance)
    {
        SelectorInfo info;
        info.name = "made <b>here</b>";
        info.kind = SelectorKind::Linear;
        auto& validity = info.validity;
        validity.labelCount = 4;
        validity.error = 0.5;
        validity.chanceError = 0.4;
        validity.r2 = -0.25;
        validity.spearman = 0.1;
        validity.pValue = 0.62;
        validity.permutations = 999;
        validity.beatsChance = beatsChance;
        validity.verdict = beatsChance ? "It predicts better than chance" : "it predicts no better than chance";
        validity.labels = {30, 31, 29, 32};
        validity.predicted = {30.5, 30.4, 30.6, 30.2};
        validity.importances = {{"clip", 0.1, -0.3}, {"length", 0.4, 0.2}};
        return info;
    }

    class SelectorPanels : public testing::Test {
    protected:
        void open()
        {
            page.resize(1200, 760);
            page.show();
            page.activateWindow();
            ASSERT_TRUE(openAndWait(document, sample.folder()));
            ASSERT_TRUE(waitFor([&] { return summary().contains(QStringLiteral("chosen")); }));
        }
        template <class T> T& child(const char* name)
        {
            auto* const found = page.findChild<T*>(QLatin1String(name));
            EXPECT_NE(found, nullptr) << name;
            return *found;
        }
        QString summary() { return child<QLabel>("selectSummary").text(); }

        SampleProject sample;
        QTemporaryDir directory;
        Settings settings{directory.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue queue;
        Actions actions{settings};
        SelectPage page{document, queue, actions, settings};
    };

    TEST(ValidityPanelTest, SaysPlainlyWhenASelectorIsNoBetterThanChance)
    {
        ValidityPanel panel;
        panel.setSelector(measured(false));
        auto* const verdict = panel.findChild<QLabel*>(QStringLiteral("validityVerdict"));
        EXPECT_EQ(verdict->text().toStdString(), "It predicts no better than chance.");
        EXPECT_EQ(verdict->property("look").toString().toStdString(), "warn");
        EXPECT_EQ(verdict->textFormat(), Qt::PlainText);
        EXPECT_EQ(panel.findChild<QLabel*>(QStringLiteral("validityError"))->text().toStdString(),
            "0.500 (knowing nothing: 0.400)");
        EXPECT_TRUE(panel.findChild<QLabel*>(QStringLiteral("validityP"))->text().startsWith(QStringLiteral("0.620")));
        panel.setSelector(measured(true));
        EXPECT_EQ(verdict->property("look").toString().toStdString(), "good");
    }

    TEST(ValidityPanelTest, ListsWhatMattersMostFirst)
    {
        ValidityPanel panel;
        panel.setSelector(measured(false));
        const auto& lines = panel.findChild<BarList*>(QStringLiteral("importances"))->lines();
        ASSERT_EQ(lines.size(), 2u);
        EXPECT_EQ(lines[0].name.toStdString(), "length");
        EXPECT_EQ(lines[1].name.toStdString(), "clip");
    }

    TEST(ValidityPanelTest, KnowsThatACheckpointWithoutLabelsWasNeverMeasured)
    {
        ValidityPanel panel;
        SelectorInfo info;
        info.name = "published";
        info.kind = SelectorKind::Attention;
        panel.setSelector(info);
        EXPECT_TRUE(panel.findChild<QLabel*>(QStringLiteral("validityVerdict"))
                        ->text()
                        .startsWith(QStringLiteral("Nothing is known")));
        EXPECT_TRUE(panel.findChild<QLabel*>(QStringLiteral("validityR2"))->parentWidget()->isHidden());
    }

    TEST(SelectionText, ReadsBudgetsAndWeights)
    {
        EXPECT_EQ(readBudget(QStringLiteral("200")), (Budget{200, false}));
        EXPECT_EQ(readBudget(QStringLiteral(" 6.5 % ")), (Budget{6.5, true}));
        for (const char* const wrong : {"", "0", "-3", "2.5", "101%", "many"})
            EXPECT_FALSE(readBudget(QLatin1String(wrong))) << wrong;
        const auto weights = readWeights(QStringLiteral("clip=1, reward = -0.5"));
        ASSERT_TRUE(weights);
        EXPECT_EQ(weights->at("reward"), -0.5);
        EXPECT_EQ(pipeline::parseWeights(pipeline::weightsText(*weights)), *weights);
        for (const char* const wrong : {"", "clip", "clip=", "=1", "clip=x", "clip=1,clip=2", "clip=inf"})
            EXPECT_FALSE(readWeights(QLatin1String(wrong))) << wrong;
    }

    TEST_F(SelectorPanels, ShowsBothRulesSideBySide)
    {
        open();
        child<QLineEdit>("budget").setText(QStringLiteral("20"));
        Q_EMIT child<QLineEdit>("budget").textEdited(QStringLiteral("20"));
        for (const char* const metric : {"weightNumber.reward", "weightNumber.length"})
            child<QDoubleSpinBox>(metric).setValue(1);
        child<QPushButton>("bothRules").click();
        auto& both = child<ModeComparison>("modeComparison");
        ASSERT_TRUE(waitFor([&] { return both.comparison().firstCount == 20 && both.comparison().secondCount > 0; }));
        const auto& comparison = both.comparison();
        EXPECT_EQ(comparison.bothCount + static_cast<std::int64_t>(comparison.onlyFirst.size()), comparison.firstCount);
        EXPECT_EQ(
            comparison.bothCount + static_cast<std::int64_t>(comparison.onlySecond.size()), comparison.secondCount);
        EXPECT_EQ(child<PairGrid>("onlyCorrected").rows()->size(), comparison.onlyFirst.size());
        EXPECT_EQ(child<PairGrid>("onlyPublished").rows()->size(), comparison.onlySecond.size());
        EXPECT_EQ(child<QTableWidget>("modeMetrics").rowCount(), static_cast<int>(comparison.metrics.size()));
        EXPECT_TRUE(both.isVisible());
    }

    TEST_F(SelectorPanels, KeepsTheSlidersAsASelectorAndTakesThemBack)
    {
        open();
        child<QDoubleSpinBox>("weightNumber.reward").setValue(0.75);
        Dialogs::answer({QStringLiteral("mine")});
        child<QPushButton>("keepWeights").click();
        ASSERT_TRUE(waitFor([&] { return !queue.jobs().empty() && queue.isIdle(); }));
        auto& box = child<QComboBox>("scoreBy");
        document.refresh();
        ASSERT_TRUE(waitFor([&] { return box.findData(QStringLiteral("mine")) > 0; }));
        child<QDoubleSpinBox>("weightNumber.reward").setValue(0);
        child<SelectorChoice>("selectorChoice").choose(QStringLiteral("mine"));
        EXPECT_EQ(child<QDoubleSpinBox>("weightNumber.reward").value(), 0.75);
        EXPECT_EQ(page.options().weights.at("reward"), 0.75);
        EXPECT_TRUE(page.options().selector.empty());
    }

    TEST_F(SelectorPanels, ImportingACheckpointNeedsAFileAndInputsThatRead)
    {
        open();
        child<QPushButton>("importSelector").click();
        auto* const dialog = page.findChild<ImportSelectorDialog*>();
        ASSERT_NE(dialog, nullptr);
        auto* const primary = dialog->findChild<QPushButton*>(QStringLiteral("primary"));
        EXPECT_FALSE(primary->isEnabled());
        dialog->setSource(QStringLiteral("/nowhere/best_model.pth"));
        EXPECT_FALSE(primary->isEnabled());
        const auto path = directory.filePath(QStringLiteral("best_model.pth"));
        QFile file(path);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("not a checkpoint");
        file.close();
        dialog->setSource(path);
        EXPECT_TRUE(primary->isEnabled());
        dialog->findChild<QLineEdit*>(QStringLiteral("inputs"))->setText(QStringLiteral("10*,"));
        EXPECT_FALSE(primary->isEnabled());
        dialog->findChild<QLineEdit*>(QStringLiteral("inputs"))->clear();
        primary->click();
        ASSERT_TRUE(waitFor([&] { return !queue.jobs().empty() && queue.isIdle(); }));
        EXPECT_EQ(queue.jobs().back().status, JobStatus::Failed);
    }

} // namespace
} // namespace winnow::ui
