#include "ui/dialogs/judge_dialog.h"

#include "tests/ui/small_project.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/widgets/plain_text.h"

#include <QComboBox>
#include <QDirIterator>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

#include <gtest/gtest.h>

namespace winnow::ui {
namespace {

    class JudgeDialogTest : public testing::Test {
    protected:
        JudgeDialogTest()
        {
            EXPECT_TRUE(openSmall(document, project.folder()));
            dialog = new JudgeDialog(document, queue, Mode::Corrected, &parent);
            dialog->open();
            EXPECT_TRUE(QTest::qWaitFor([&] { return message().text() != QStringLiteral("Reading the project…"); }));
        }
        template <class T> T& child(const char* name)
        {
            auto* const found = dialog->findChild<T*>(QLatin1String(name));
            EXPECT_NE(found, nullptr) << name;
            return *found;
        }
        QLabel& message() { return child<QLabel>("message"); }

        SmallProject project{5};
        Document document;
        JobQueue queue;
        QWidget parent;
        JudgeDialog* dialog = nullptr;
    };

    TEST_F(JudgeDialogTest, NeedsAServerAndAModelAndThenSavesThem)
    {
        auto& primary = child<QPushButton>("primary");
        EXPECT_FALSE(primary.isEnabled());
        EXPECT_FALSE(child<QPushButton>("testJudge").isEnabled());
        child<QLineEdit>("judgeServer").setText(QStringLiteral("http://127.0.0.1:9/v1"));
        child<QLineEdit>("judgeModel").setText(QStringLiteral("a-model"));
        child<QSpinBox>("judgeRepeats").setValue(3);
        ASSERT_TRUE(primary.isEnabled()) << message().text().toStdString();
        primary.click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !queue.jobs().empty() && queue.isIdle(); }));
        ASSERT_EQ(queue.jobs()[0].status, JobStatus::Finished) << queue.jobs()[0].message.toStdString();
        auto store = store::Project::open(project.folder());
        const auto saved = pipeline::loadJudgeSettings(store);
        EXPECT_EQ(saved.model, "a-model");
        EXPECT_EQ(saved.repeats, 3);
    }

    TEST_F(JudgeDialogTest, AKeyNeverReachesTheSettingsOrTheProject)
    {
        child<QLineEdit>("judgeServer").setText(QStringLiteral("http://127.0.0.1:9/v1"));
        child<QLineEdit>("judgeModel").setText(QStringLiteral("a-model"));
        child<QComboBox>("keySource").setCurrentIndex(2);
        child<QLineEdit>("keyName").setText(QStringLiteral("mine"));
        auto& key = child<QLineEdit>("judgeKey");
        EXPECT_EQ(key.echoMode(), QLineEdit::Password);
        key.setText(QStringLiteral("sk-very-secret"));
        EXPECT_EQ(dialog->settings().keySource, "keychain:mine");
        child<QPushButton>("storeKey").click();
        EXPECT_TRUE(key.text().isEmpty()); // gone from the window at once, whatever the keychain says
        ASSERT_TRUE(QTest::qWaitFor([&] { return child<QLabel>("keyState").text() != QStringLiteral("Storing…"); }));
        EXPECT_FALSE(child<QLabel>("keyState").text().contains(QStringLiteral("sk-very-secret")));
        child<QPushButton>("primary").click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !queue.jobs().empty() && queue.isIdle(); }));
        document.close();
        QDirIterator files(toQString(project.folder()), QDir::Files, QDirIterator::Subdirectories);
        int looked = 0;
        while (files.hasNext()) {
            QFile file(files.next());
            ASSERT_TRUE(file.open(QIODevice::ReadOnly));
            EXPECT_FALSE(file.readAll().contains("sk-very-secret")) << file.fileName().toStdString();
            ++looked;
        }
        EXPECT_GT(looked, 0);
    }

    TEST_F(JudgeDialogTest, ATestCallSaysWhyTheServerCannotBeReached)
    {
        child<QLineEdit>("judgeServer").setText(QStringLiteral("http://127.0.0.1:9/v1"));
        child<QLineEdit>("judgeModel").setText(QStringLiteral("a-model"));
        child<QSpinBox>("judgeTimeout").setValue(2);
        child<QPushButton>("testJudge").click();
        auto& state = child<QLabel>("testState");
        ASSERT_TRUE(
            QTest::qWaitFor([&] { return state.property("look").toString() == QStringLiteral("failure"); }, 60000));
        EXPECT_FALSE(state.text().isEmpty());
        EXPECT_TRUE(child<QPushButton>("testJudge").isEnabled());
    }

    TEST_F(JudgeDialogTest, ShowsWhatWouldBeAsked)
    {
        auto& preview = child<PlainText>("judgePreview");
        child<QLineEdit>("judgeServer").setText(QStringLiteral("http://127.0.0.1:9/v1"));
        child<QLineEdit>("judgeModel").setText(QStringLiteral("a-model"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return preview.toPlainText().contains(QStringLiteral("pair 0")); }));
        EXPECT_TRUE(QTest::qWaitFor([&] { return !child<QLabel>("judgeForecast").text().isEmpty(); }));
    }

} // namespace
} // namespace winnow::ui
