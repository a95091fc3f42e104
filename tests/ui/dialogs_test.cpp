#include "ui/dialogs.h"

#include "ui/actions.h"
#include "ui/command_palette.h"
#include "ui/dialogs/cluster_dialog.h"
#include "ui/dialogs/export_dialog.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/models_dialog.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"

#include "tests/ui/small_project.h"

#include <gtest/gtest.h>

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QTest>

namespace winnow::ui {
namespace {

    template <class Widget> Widget& child(QWidget& parent, const char* name)
    {
        auto* const found = parent.findChild<Widget*>(QLatin1String(name));
        EXPECT_NE(found, nullptr) << name;
        return *found;
    }

    /// What a dialog needs, on a project of ten pairs.
    class OpenProject : public testing::Test {
    protected:
        OpenProject()
            : m_folder()
            , settings(m_folder.filePath(QStringLiteral("studio.ini")))
        {
            EXPECT_TRUE(openSmall(document, project.folder()));
        }

        QTemporaryDir m_folder;
        SmallProject project{10};
        Settings settings;
        Document document;
        JobQueue queue;
        QWidget parent;
    };

    TEST(Dialogs, GiveTheAnswersOfATestAndRecordWhatWasAsked)
    {
        QWidget parent;
        QString chosen;
        bool isConfirmed = false;
        Dialogs::takeShown();
        Dialogs::answer({QStringLiteral("/tmp/a.json"), true});
        Dialogs::askOpenFile(
            &parent, {QStringLiteral("Which file"), {}, {}, {}}, [&](const QString& path) { chosen = path; });
        EXPECT_TRUE(chosen.isEmpty()); // never inside the call
        Dialogs::confirm(&parent, {QStringLiteral("t"), QStringLiteral("Really?"), QStringLiteral("Do")},
            [&](bool yes) { isConfirmed = yes; });
        ASSERT_TRUE(QTest::qWaitFor([&] { return isConfirmed; }));
        EXPECT_EQ(chosen.toStdString(), "/tmp/a.json");
        EXPECT_EQ(Dialogs::takeShown(), (QStringList{QStringLiteral("Which file"), QStringLiteral("Really?")}));
    }

    TEST(Dialogs, ACancelledQuestionCallsNobody)
    {
        QWidget parent;
        bool called = false;
        Dialogs::answer({QVariant()});
        Dialogs::askFolder(&parent, {}, [&](const QString&) { called = true; });
        QTest::qWait(20);
        EXPECT_FALSE(called);
    }

    TEST_F(OpenProject, ImportShowsTheFirstPairsAndCountsThem)
    {
        const QString source = m_folder.filePath(QStringLiteral("data.jsonl"));
        QFile file(source);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 3; ++i)
            file.write(QStringLiteral(
                "{\"id\":\"n%1\",\"image\":\"none.jpg\",\"instruction\":\"what\",\"response\":\"a boat\"}\n")
                           .arg(i)
                           .toUtf8());
        file.close();
        auto* const dialog = new ImportDialog(document, queue, settings, &parent);
        auto& primary = child<QPushButton>(*dialog, "primary");
        EXPECT_FALSE(primary.isEnabled());
        Dialogs::answer({source});
        child<QPushButton>(*dialog, "chooseFile").click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return primary.isEnabled(); }));
        EXPECT_EQ(primary.text().toStdString(), "Import 3 pairs");
        auto& table = child<QTableWidget>(*dialog, "preview");
        ASSERT_EQ(table.rowCount(), 3);
        EXPECT_EQ(table.item(1, 1)->text().toStdString(), "n1");
        EXPECT_EQ(table.item(1, 3)->text().toStdString(), "a boat");
        EXPECT_TRUE(child<QLabel>(*dialog, "why").text().startsWith(QStringLiteral("jsonl")));
        primary.click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return queue.isIdle(); }));
        ASSERT_EQ(queue.jobs().size(), 1u);
        EXPECT_EQ(queue.jobs()[0].status, JobStatus::Finished) << queue.jobs()[0].message.toStdString();
        EXPECT_TRUE(QTest::qWaitFor([&] { return document.columns()->pairCount == 13; }));
    }

    TEST_F(OpenProject, ImportSaysWhatIsWrongWithASource)
    {
        auto* const dialog = new ImportDialog(document, queue, settings, &parent);
        dialog->setSource(QStringLiteral("/nowhere/at/all.json"));
        auto& message = child<QLabel>(*dialog, "message");
        ASSERT_TRUE(QTest::qWaitFor([&] { return message.text().contains(QStringLiteral("/nowhere/at/all.json")); }));
        EXPECT_FALSE(child<QPushButton>(*dialog, "primary").isEnabled());
    }

    TEST_F(OpenProject, ImportTakesColumnsThatNobodyRecognises)
    {
        const QString source = m_folder.filePath(QStringLiteral("odd.csv"));
        QFile file(source);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("pic,words\na.jpg,<b>a boat</b>\nb.jpg,a tree\n");
        file.close();
        auto* const dialog = new ImportDialog(document, queue, settings, &parent);
        auto& primary = child<QPushButton>(*dialog, "primary");
        auto& mapping = child<QWidget>(*dialog, "mapping");
        EXPECT_TRUE(mapping.isHidden());
        dialog->setSource(source);
        ASSERT_TRUE(QTest::qWaitFor([&] { return !mapping.isHidden(); }));
        EXPECT_FALSE(primary.isEnabled());
        EXPECT_FALSE(primary.toolTip().isEmpty());
        child<QComboBox>(*dialog, "map.response").setEditText(QStringLiteral("words"));
        child<QComboBox>(*dialog, "map.image").setEditText(QStringLiteral("pic"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return primary.isEnabled(); }));
        EXPECT_EQ(primary.text().toStdString(), "Import 2 pairs");
        auto& table = child<QTableWidget>(*dialog, "preview");
        EXPECT_EQ(table.item(0, 3)->text().toStdString(), "<b>a boat</b>");
        EXPECT_FALSE(table.item(0, 3)->toolTip().contains(QStringLiteral("<b>"))); // never interpreted
        EXPECT_EQ(dialog->options().fieldMap.at("image"), "pic");
    }

    TEST_F(OpenProject, ImportShowsWhatItFoundAndTakesMetrics)
    {
        const QString source = m_folder.filePath(QStringLiteral("data.json"));
        QFile file(source);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("[{\"id\": 1, \"image\": \"none.jpg\", \"text\": \"a boat\", \"clip_score\": 25.5},\n"
                   "{\"id\": 2, \"clip_score\": 3}]\n");
        file.close();
        auto* const dialog = new ImportDialog(document, queue, settings, &parent);
        auto& primary = child<QPushButton>(*dialog, "primary");
        auto& metrics = child<QListWidget>(*dialog, "metrics");
        dialog->setSource(source);
        ASSERT_TRUE(QTest::qWaitFor([&] { return primary.isEnabled(); }));
        EXPECT_FALSE(child<QWidget>(*dialog, "mapping").isHidden()); // a list of objects has columns too
        const auto summary = child<QLabel>(*dialog, "summary").text().toStdString();
        EXPECT_EQ(summary, "pairs shown: 1 · bad rows: 1 · without their picture: 1 · text in UTF-8");
        ASSERT_EQ(metrics.count(), 1); // the id is no metric
        EXPECT_EQ(metrics.item(0)->text().toStdString(), "clip_score");
        metrics.item(0)->setCheckState(Qt::Checked);
        EXPECT_FALSE(primary.isEnabled());
        ASSERT_TRUE(QTest::qWaitFor([&] { return primary.isEnabled(); }));
        EXPECT_EQ(metrics.item(0)->checkState(), Qt::Checked);
        EXPECT_EQ(dialog->options().fieldMap.at("clip_score"), "clip_score");
        EXPECT_EQ(dialog->options().fieldMap.size(), 1u);
        child<QLineEdit>(*dialog, "source").setText(source + QStringLiteral("l"));
        EXPECT_EQ(metrics.count(), 0);
    }

    TEST_F(OpenProject, ImportOffersEveryFormatAndShowsNoColumnsWhereTheyAreFixed)
    {
        const QString source = m_folder.filePath(QStringLiteral("data.jsonl"));
        QFile file(source);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, "
                   "{\"role\": \"assistant\", \"content\": \"a\"}]}\n");
        file.close();
        auto* const dialog = new ImportDialog(document, queue, settings, &parent);
        auto& format = child<QComboBox>(*dialog, "format");
        EXPECT_EQ(format.count(), 10); // with "by itself"
        dialog->setSource(source);
        auto& primary = child<QPushButton>(*dialog, "primary");
        ASSERT_TRUE(QTest::qWaitFor([&] { return primary.isEnabled(); }));
        EXPECT_TRUE(child<QWidget>(*dialog, "mapping").isHidden());
        EXPECT_TRUE(child<QLabel>(*dialog, "why").text().startsWith(QStringLiteral("messages: ")));
        EXPECT_TRUE(child<QLabel>(*dialog, "summary").text().endsWith(QStringLiteral("would also do as jsonl")));
        format.setCurrentIndex(format.findData(QStringLiteral("jsonl")));
        ASSERT_TRUE(QTest::qWaitFor([&] { return !child<QWidget>(*dialog, "mapping").isHidden(); }));
    }

    TEST_F(OpenProject, ExportKnowsWhatEachFormatHolds)
    {
        auto* const dialog = new ExportDialog(document, queue, settings, &parent);
        auto& format = child<QComboBox>(*dialog, "format");
        auto& target = child<QLineEdit>(*dialog, "target");
        EXPECT_EQ(format.count(), 9);
        const std::pair<const char*, const char*> endings[] = {{"llava", ".json"}, {"sharegpt", ".json"},
            {"messages", ".jsonl"}, {"coco", ".json"}, {"webdataset", ".tar"}, {"jsonl", ".jsonl"}, {"csv", ".csv"}};
        for (const auto& [name, ending] : endings) {
            format.setCurrentText(QLatin1String(name));
            EXPECT_TRUE(target.text().endsWith(QLatin1String(ending))) << name << " " << target.text().toStdString();
        }
        format.setCurrentText(QStringLiteral("webdataset"));
        EXPECT_FALSE(child<QWidget>(*dialog, "images.copy").isEnabled());
        EXPECT_TRUE(child<QLabel>(*dialog, "preview").text().endsWith(QStringLiteral("with their pictures in it")));
        format.setCurrentText(QStringLiteral("imagefolder"));
        EXPECT_TRUE(child<QWidget>(*dialog, "images.copy").isEnabled());
        EXPECT_TRUE(child<QLabel>(*dialog, "preview").text().contains(QStringLiteral("metadata.jsonl in the folder")));
    }

    TEST_F(OpenProject, ImportIsOffFromTheFirstKeyUntilThePreviewFollowed)
    {
        const QString source = m_folder.filePath(QStringLiteral("data.jsonl"));
        QFile file(source);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("{\"id\":\"n\",\"response\":\"a boat\"}\n");
        file.close();
        auto* const dialog = new ImportDialog(document, queue, settings, &parent);
        auto& primary = child<QPushButton>(*dialog, "primary");
        dialog->setSource(source);
        ASSERT_TRUE(QTest::qWaitFor([&] { return primary.isEnabled(); }));
        child<QLineEdit>(*dialog, "source").setText(source + QStringLiteral("x"));
        EXPECT_FALSE(primary.isEnabled());
        QTest::qWait(600);
        EXPECT_FALSE(primary.isEnabled()); // a late answer about the old source changes nothing
    }

    TEST_F(OpenProject, DialogsTabInReadingOrderAndEscapeCancels)
    {
        auto* const dialog = new ClusterDialog(document, queue, &parent);
        QPointer<QDialog> alive = dialog;
        dialog->open();
        QStringList order;
        for (auto* widget = dialog->nextInFocusChain(); widget != dialog; widget = widget->nextInFocusChain())
            if ((widget->focusPolicy() & Qt::TabFocus) != 0 && !widget->objectName().startsWith(QStringLiteral("qt_")))
                order << widget->objectName();
        EXPECT_EQ(order.join(QLatin1Char(' ')).toStdString(),
            "name mode method k neighbors sizes space distance seed device cancel primary");
        EXPECT_GE(dialog->height(), dialog->layout()->totalHeightForWidth(dialog->width()));
        QTest::keyClick(dialog, Qt::Key_Escape);
        ASSERT_TRUE(QTest::qWaitFor([&] { return alive.isNull(); }));
        EXPECT_TRUE(queue.jobs().empty());
    }

    TEST_F(OpenProject, ModelsSayWhyAFolderCannotBeUsed)
    {
        auto* const dialog = new ModelsDialog(settings, queue, &parent);
        auto& message = child<QLabel>(*dialog, "message");
        EXPECT_FALSE(child<QPushButton>(*dialog, "removeModel").isEnabled());
        EXPECT_FALSE(child<QPushButton>(*dialog, "removeModel").toolTip().isEmpty());
        Dialogs::answer({m_folder.path()});
        child<QPushButton>(*dialog, "addModel").click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return message.property("look").toString() == QStringLiteral("failure"); }));
        EXPECT_FALSE(message.text().isEmpty());
    }

    TEST_F(OpenProject, ClusterRefusesMoreClustersThanPairs)
    {
        auto* const dialog = new ClusterDialog(document, queue, &parent);
        child<QSpinBox>(*dialog, "k").setValue(11);
        EXPECT_FALSE(child<QPushButton>(*dialog, "primary").isEnabled());
        EXPECT_FALSE(child<QLabel>(*dialog, "message").text().isEmpty());
        child<QSpinBox>(*dialog, "k").setValue(3);
        EXPECT_TRUE(child<QPushButton>(*dialog, "primary").isEnabled());
        child<QLineEdit>(*dialog, "name").setText(QStringLiteral("  "));
        EXPECT_FALSE(child<QPushButton>(*dialog, "primary").isEnabled());
    }

    TEST_F(OpenProject, ClusterOffersWhatTheMethodTakes)
    {
        auto* const dialog = new ClusterDialog(document, queue, &parent);
        auto& neighbors = child<QSpinBox>(*dialog, "neighbors");
        auto& method = child<QComboBox>(*dialog, "method");
        child<QSpinBox>(*dialog, "k").setValue(3);
        EXPECT_FALSE(neighbors.isEnabled());
        EXPECT_FALSE(neighbors.toolTip().isEmpty());
        method.setCurrentIndex(method.findData(QStringLiteral("spectral")));
        EXPECT_TRUE(neighbors.isEnabled());
        neighbors.setValue(11); // there are ten pairs
        EXPECT_FALSE(child<QPushButton>(*dialog, "primary").isEnabled());
        neighbors.setValue(4);
        child<QComboBox>(*dialog, "sizes").setCurrentIndex(1);
        child<QComboBox>(*dialog, "distance").setCurrentIndex(1);
        EXPECT_TRUE(child<QPushButton>(*dialog, "primary").isEnabled());
        EXPECT_TRUE(child<QLabel>(*dialog, "message").text().contains(QStringLiteral("3 or 4 pairs")))
            << child<QLabel>(*dialog, "message").text().toStdString();
        const auto options = dialog->options();
        EXPECT_EQ(options.method, "spectral");
        EXPECT_EQ(options.neighbors, 4);
        EXPECT_TRUE(options.balanced);
        EXPECT_EQ(options.metric, "cosine");
        EXPECT_NO_THROW(options.validate());
        for (const char* name : {"mode", "method", "neighbors", "sizes", "distance"})
            EXPECT_FALSE(child<QWidget>(*dialog, name).accessibleName().isEmpty()) << name;
    }

    TEST_F(OpenProject, ThePublishedClusteringLeavesLessToChoose)
    {
        auto* const dialog = new ClusterDialog(document, queue, &parent);
        child<QSpinBox>(*dialog, "k").setValue(3);
        child<QSpinBox>(*dialog, "seed").setValue(7);
        child<QComboBox>(*dialog, "distance").setCurrentIndex(1);
        child<QComboBox>(*dialog, "sizes").setCurrentIndex(1);
        child<QComboBox>(*dialog, "mode").setCurrentIndex(1);
        for (const char* name : {"neighbors", "distance", "seed"})
            EXPECT_FALSE(child<QWidget>(*dialog, name).isEnabled()) << name;
        const auto options = dialog->options();
        EXPECT_EQ(options.mode, Mode::Published);
        EXPECT_EQ(options.seed, 0u);
        EXPECT_EQ(options.metric, "euclidean");
        EXPECT_TRUE(options.balanced);
        EXPECT_NO_THROW(options.validate());
        EXPECT_TRUE(child<QLabel>(*dialog, "message").text().contains(QStringLiteral("1 end up in none")))
            << child<QLabel>(*dialog, "message").text().toStdString();
    }

    TEST_F(OpenProject, ExportWritesTheFileThatWasChosen)
    {
        auto* const dialog = new ExportDialog(document, queue, settings, &parent);
        auto& primary = child<QPushButton>(*dialog, "primary");
        auto& target = child<QLineEdit>(*dialog, "target");
        target.clear();
        EXPECT_FALSE(primary.isEnabled());
        const QString out = m_folder.filePath(QStringLiteral("out.json"));
        Dialogs::answer({out});
        child<QPushButton>(*dialog, "chooseTarget").click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return target.text() == out; }));
        EXPECT_TRUE(primary.isEnabled());
        EXPECT_EQ(primary.text().toStdString(), "Export 10 pairs");
        primary.click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return queue.isIdle(); }));
        EXPECT_EQ(queue.jobs()[0].status, JobStatus::Finished) << queue.jobs()[0].message.toStdString();
        EXPECT_TRUE(QFile::exists(out));
    }

    TEST(Actions, NameTheirKeyAndKeepAnotherOne)
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("studio.ini"));
        {
            Settings settings(file);
            Actions actions(settings);
            EXPECT_TRUE(actions[QStringLiteral("decide.pin")]->toolTip().contains(QStringLiteral("(P)")));
            actions.setBlocked(QStringLiteral("decide.pin"), QStringLiteral("no project is open"));
            EXPECT_FALSE(actions[QStringLiteral("decide.pin")]->isEnabled());
            EXPECT_TRUE(
                actions[QStringLiteral("decide.pin")]->toolTip().contains(QStringLiteral("no project is open")));
            EXPECT_EQ(actions.conflicting(actions[QStringLiteral("decide.pin")], QKeySequence(QStringLiteral("X"))),
                actions[QStringLiteral("decide.ban")]);
            actions.setShortcuts(actions[QStringLiteral("decide.pin")], {QKeySequence(QStringLiteral("Ctrl+Shift+P"))});
        }
        Settings settings(file);
        Actions actions(settings);
        EXPECT_EQ(actions[QStringLiteral("decide.pin")]->shortcut(), QKeySequence(QStringLiteral("Ctrl+Shift+P")));
        actions.resetShortcuts(actions[QStringLiteral("decide.pin")]);
        EXPECT_EQ(actions[QStringLiteral("decide.pin")]->shortcut(), QKeySequence(QStringLiteral("P")));
    }

    TEST(Actions, NoTwoHaveTheSameKey)
    {
        QTemporaryDir folder;
        Settings settings(folder.filePath(QStringLiteral("studio.ini")));
        const Actions actions(settings);
        for (QAction* const action : actions.all())
            for (const QKeySequence& key : action->shortcuts())
                EXPECT_EQ(actions.conflicting(action, key), nullptr) << action->objectName().toStdString();
    }

    TEST(CommandPalette, FindsByLettersInOrderAndRuns)
    {
        EXPECT_GT(matchQuality(QStringLiteral("sco"), QStringLiteral("Score…")),
            matchQuality(QStringLiteral("sco"), QStringLiteral("Show colours")));
        EXPECT_LT(matchQuality(QStringLiteral("xyz"), QStringLiteral("Score…")), 0);
        QTemporaryDir folder;
        Settings settings(folder.filePath(QStringLiteral("studio.ini")));
        Actions actions(settings);
        bool ran = false;
        QObject::connect(actions[QStringLiteral("job.models")], &QAction::triggered, &actions, [&] { ran = true; });
        QWidget parent;
        auto* const palette = new CommandPalette(actions, &parent);
        palette->open();
        auto& edit = child<QLineEdit>(*palette, "commandText");
        QTest::keyClicks(&edit, QStringLiteral("models"));
        QTest::keyClick(&edit, Qt::Key_Return);
        EXPECT_TRUE(QTest::qWaitFor([&] { return ran; }));
    }

    TEST(CommandPalette, KnowsCommandsByOtherWords)
    {
        QTemporaryDir folder;
        Settings settings(folder.filePath(QStringLiteral("studio.ini")));
        Actions actions(settings);
        QWidget parent;
        auto* const palette = new CommandPalette(actions, &parent);
        QTest::keyClicks(&child<QLineEdit>(*palette, "commandText"), QStringLiteral("search"));
        const auto& list = child<QListWidget>(*palette, "commandList");
        ASSERT_GT(list.count(), 0);
        EXPECT_EQ(list.item(0)->data(Qt::UserRole).toString(), QStringLiteral("job.search"));
    }

} // namespace
} // namespace winnow::ui
