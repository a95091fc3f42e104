#include "ui/dialogs/models_dialog.h"

#include "core/base/file.h"
#include "tests/support/hub_server.h"
#include "tests/support/places.h"
#include "ui/dialogs/download_view.h"
#include "ui/dialogs/model_download_dialog.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"

#include <gtest/gtest.h>

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

namespace winnow::ui {
namespace {

    using testing_support::Answer;
    using testing_support::HubServer;
    using testing_support::Received;
    using testing_support::serveBytes;

    template <class Widget> Widget& child(QWidget& parent, const char* name)
    {
        auto* const found = parent.findChild<Widget*>(QLatin1String(name));
        EXPECT_NE(found, nullptr) << name;
        return *found;
    }

    const QString kRepository = QStringLiteral("owner/tiny-clip");

    std::map<std::string, HubServer::File> tinyClip()
    {
        std::map<std::string, HubServer::File> out;
        for (const auto& entry : std::filesystem::directory_iterator(sourceDir() + "/resources/demo/clip"))
            out[entry.path().filename().string()] = {
                file::readAll(entry.path()), entry.path().extension() == ".safetensors"};
        return out;
    }

    class ModelDialogs : public testing::Test {
    protected:
        ModelDialogs()
            : settings(folder.filePath(QStringLiteral("studio.ini")))
        {
            qputenv("XDG_CACHE_HOME", folder.filePath(QStringLiteral("cache")).toUtf8());
            qputenv("XDG_DATA_HOME", folder.filePath(QStringLiteral("data")).toUtf8());
            qputenv("XDG_CONFIG_HOME", folder.filePath(QStringLiteral("config")).toUtf8());
        }
        ~ModelDialogs() override
        {
            for (const char* name : {"XDG_CACHE_HOME", "XDG_DATA_HOME", "HF_ENDPOINT"})
                qunsetenv(name);
            qputenv("XDG_CONFIG_HOME", before);
        }
        ModelDownloadDialog* openDownload(const HubServer& server)
        {
            qputenv("HF_ENDPOINT", QByteArray::fromStdString(server.url()));
            auto* const dialog = new ModelDownloadDialog(settings, queue, &parent);
            child<QComboBox>(*dialog, "model").setEditText(kRepository);
            dialog->open();
            return dialog;
        }
        static bool waitForVerb(ModelDownloadDialog& dialog, const char* verb)
        {
            return QTest::qWaitFor(
                [&] { return child<QPushButton>(dialog, "primary").text().startsWith(QLatin1String(verb)); }, 20'000);
        }
        static std::string messageOf(QDialog& dialog) { return child<QLabel>(dialog, "message").text().toStdString(); }

        QByteArray before = qgetenv("XDG_CONFIG_HOME");
        QTemporaryDir folder;
        Settings settings;
        JobQueue queue;
        QWidget parent;
    };

    TEST_F(ModelDialogs, ShowWhatAModelIsGoodForAndComputeItsHashAsAJob)
    {
        auto* const dialog = new ModelsDialog(settings, queue, &parent);
        dialog->open();
        auto& table = child<QTableWidget>(*dialog, "models");
        ASSERT_TRUE(QTest::qWaitFor([&] { return table.rowCount() >= 4; }, 20'000));
        table.selectRow(0);
        EXPECT_TRUE(child<QLabel>(*dialog, "modelPurpose").text().contains(QStringLiteral("clip-image")));
        EXPECT_TRUE(child<QLabel>(*dialog, "modelSize").text().startsWith(QStringLiteral("2.92 MB")))
            << child<QLabel>(*dialog, "modelSize").text().toStdString();
        auto& compute = child<QPushButton>(*dialog, "computeHash");
        auto& hash = child<QLabel>(*dialog, "modelHash");
        EXPECT_EQ(hash.text().toStdString(), "not computed yet");
        compute.click();
        EXPECT_FALSE(compute.isEnabled());
        EXPECT_EQ(queue.jobs().size(), 1u);
        const auto expected = file::sha256OfFile(std::string(sourceDir()) + "/resources/demo/clip/model.safetensors");
        ASSERT_TRUE(QTest::qWaitFor([&] { return hash.text().toStdString() == expected; }, 20'000))
            << hash.text().toStdString();
        EXPECT_TRUE(compute.isHidden());
        EXPECT_EQ(table.currentRow(), 0) << "the choice is lost";
        for (auto* const widget : dialog->findChildren<QPushButton*>())
            EXPECT_FALSE(QAccessible::queryAccessibleInterface(widget)->text(QAccessible::Name).isEmpty());
        delete dialog;
    }

    TEST_F(ModelDialogs, NothingIsFetchedBeforeItWasShownAndAgreedTo)
    {
        HubServer server(kRepository.toStdString(), tinyClip());
        auto* const list = new ModelsDialog(settings, queue, &parent);
        auto* const dialog = openDownload(server);
        EXPECT_EQ(server.hub.count(), 0) << "opening the dialog asks nobody";
        EXPECT_TRUE(child<QWidget>(*dialog, "downloadView").isHidden());
        auto& primary = child<QPushButton>(*dialog, "primary");
        EXPECT_EQ(primary.text().toStdString(), "Look it up");
        QTest::keyClick(dialog, Qt::Key_Return);
        ASSERT_TRUE(waitForVerb(*dialog, "Fetch 2.92 MB")) << messageOf(*dialog);
        EXPECT_EQ(server.fileRequests(), 0);
        auto& files = child<QTableWidget>(*dialog, "planFiles");
        EXPECT_EQ(files.rowCount(), 4);
        EXPECT_EQ(files.item(3, 0)->text().toStdString(), "model.safetensors");
        EXPECT_EQ(files.item(3, 2)->text().toStdString(), "not yet");
        const auto summary = child<QLabel>(*dialog, "planSummary").text().toStdString();
        EXPECT_NE(summary.find("Licence: apache-2.0"), std::string::npos) << summary;
        EXPECT_NE(summary.find("are free"), std::string::npos) << summary;
        QTest::keyClick(dialog, Qt::Key_Return);
        ASSERT_TRUE(waitForVerb(*dialog, "Done")) << messageOf(*dialog);
        EXPECT_EQ(files.item(3, 2)->text().toStdString(), "there");
        EXPECT_EQ(child<QProgressBar>(*dialog, "fetchProgress").value(), 1000);
        EXPECT_NE(messageOf(*dialog).find("jobs use it for clip"), std::string::npos) << messageOf(*dialog);
        ASSERT_EQ(queue.jobs().size(), 1u);
        EXPECT_EQ(queue.jobs()[0].lane, Lane::Network);
        EXPECT_TRUE(QFile::exists(folder.filePath(QStringLiteral("data/winnow/models/owner/tiny-clip/vocab.json"))));
        auto& table = child<QTableWidget>(*list, "models");
        EXPECT_TRUE(QTest::qWaitFor(
            [&] { return !table.findItems(QStringLiteral("tiny-clip"), Qt::MatchExactly).isEmpty(); }, 20'000))
            << "the list of models does not show the new one";
        QPointer<QDialog> alive = dialog;
        QTest::keyClick(dialog, Qt::Key_Return);
        EXPECT_TRUE(QTest::qWaitFor([&] { return alive.isNull(); }));
        delete list;
    }

    TEST_F(ModelDialogs, AStoppedDownloadGoesOnFromThere)
    {
        HubServer server(
            kRepository.toStdString(), tinyClip(), {}, [](const Received& request) -> std::optional<Answer> {
                static const auto kFiles = tinyClip();
                auto answer = serveBytes(request, kFiles.at("model.safetensors").content, "\"store-1\"");
                answer.bytesPerMs = request.number == 1 ? 400 : 0; // 7 s
                return answer;
            });
        auto* const dialog = openDownload(server);
        auto& primary = child<QPushButton>(*dialog, "primary");
        primary.click();
        ASSERT_TRUE(waitForVerb(*dialog, "Fetch")) << messageOf(*dialog);
        primary.click();
        ASSERT_TRUE(waitForVerb(*dialog, "Stop"));
        auto& bar = child<QProgressBar>(*dialog, "fetchProgress");
        ASSERT_TRUE(QTest::qWaitFor([&] { return bar.value() > 100; }, 20'000));
        EXPECT_TRUE(bar.isVisible());
        EXPECT_NE(child<QLabel>(*dialog, "fetchSpeed").text().toStdString().find("left"), std::string::npos)
            << child<QLabel>(*dialog, "fetchSpeed").text().toStdString();
        EXPECT_FALSE(child<QComboBox>(*dialog, "model").isEnabled());
        primary.click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return queue.isIdle(); }, 1500)) << "stopping took over a second";
        ASSERT_TRUE(waitForVerb(*dialog, "Look it up"));
        EXPECT_NE(messageOf(*dialog).find("What has come is kept"), std::string::npos) << messageOf(*dialog);
        primary.click();
        ASSERT_TRUE(waitForVerb(*dialog, "Fetch")) << messageOf(*dialog);
        EXPECT_TRUE(child<QTableWidget>(*dialog, "planFiles").item(3, 2)->text().endsWith(QLatin1Char('%')));
        primary.click();
        ASSERT_TRUE(waitForVerb(*dialog, "Done")) << messageOf(*dialog);
        EXPECT_FALSE(server.store.received().back().header("Range").empty());
        delete dialog;
    }

    TEST_F(ModelDialogs, FailuresAreSaidAndLeaveTheDialogUsable)
    {
        HubServer lying(
            kRepository.toStdString(), tinyClip(), {}, [](const Received& request) -> std::optional<Answer> {
                auto content = tinyClip().at("model.safetensors").content;
                content[0] ^= 1;
                return serveBytes(request, content, "\"store-1\"");
            });
        auto* const dialog = openDownload(lying);
        auto& primary = child<QPushButton>(*dialog, "primary");
        auto& message = child<QLabel>(*dialog, "message");
        child<QComboBox>(*dialog, "model").setEditText(QStringLiteral("owner/gone"));
        child<QLineEdit>(*dialog, "revision").setText(QStringLiteral("no such one"));
        primary.click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return message.property("look").toString() == QStringLiteral("failure"); }));
        EXPECT_NE(messageOf(*dialog).find("is not a revision"), std::string::npos) << messageOf(*dialog);
        EXPECT_TRUE(primary.isEnabled());
        child<QLineEdit>(*dialog, "revision").setText(QStringLiteral("main"));
        child<QComboBox>(*dialog, "model").setEditText(kRepository);
        primary.click();
        ASSERT_TRUE(waitForVerb(*dialog, "Fetch")) << messageOf(*dialog);
        primary.click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return queue.isIdle() && !queue.jobs().empty(); }, 20'000));
        ASSERT_TRUE(waitForVerb(*dialog, "Look it up"));
        EXPECT_NE(messageOf(*dialog).find("is not what the server promised"), std::string::npos) << messageOf(*dialog);
        EXPECT_EQ(message.property("look").toString(), QStringLiteral("failure"));
        delete dialog;
    }

    TEST_F(ModelDialogs, RecommendedModelsAreDescribedAndWhatNoHubHasIsRefused)
    {
        qputenv("HF_ENDPOINT", "http://127.0.0.1:1");
        auto* const dialog = new ModelDownloadDialog(settings, queue, &parent);
        auto& model = child<QComboBox>(*dialog, "model");
        auto& about = child<QLabel>(*dialog, "modelAbout");
        EXPECT_GE(model.count(), 7);
        model.setEditText(QStringLiteral("lmsys/vicuna-7b-v1.5"));
        EXPECT_TRUE(about.text().contains(QStringLiteral("Llama 2"))) << about.text().toStdString();
        EXPECT_TRUE(about.text().contains(QStringLiteral("13.5 GB")));
        EXPECT_TRUE(child<QLineEdit>(*dialog, "folder")
                        .placeholderText()
                        .endsWith(QStringLiteral("models/lmsys/vicuna-7b-v1.5")));
        model.setEditText(QStringLiteral("minigpt-4"));
        EXPECT_FALSE(child<QPushButton>(*dialog, "primary").isEnabled());
        EXPECT_TRUE(about.text().contains(QStringLiteral("eva_vit_g.pth")));
        model.setEditText(QString());
        EXPECT_FALSE(child<QPushButton>(*dialog, "primary").isEnabled());
        for (const char* name : {"model", "revision", "folder", "planFiles", "fetchProgress"})
            EXPECT_FALSE(child<QWidget>(*dialog, name).accessibleName().isEmpty()) << name;
        delete dialog;
    }

} // namespace
} // namespace winnow::ui
