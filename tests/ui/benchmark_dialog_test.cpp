#include "ui/dialogs/benchmark_dialog.h"

#include "tests/ui/small_project.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/settings.h"

#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <gtest/gtest.h>

namespace winnow::ui {
namespace {

    class BenchmarkDialogTest : public testing::Test {
    protected:
        BenchmarkDialogTest()
        {
            EXPECT_TRUE(openSmall(document, project.folder()));
            dialog = new BenchmarkDialog(document, queue, settings, &parent);
            dialog->open();
        }
        template <class T> T& child(const char* name)
        {
            auto* const found = dialog->findChild<T*>(QLatin1String(name));
            EXPECT_NE(found, nullptr) << name;
            return *found;
        }
        QString write(const char* name, const char* text)
        {
            QFile file(folder.filePath(QLatin1String(name)));
            EXPECT_TRUE(file.open(QIODevice::WriteOnly));
            file.write(text);
            return file.fileName();
        }
        bool waitForMessage(const QString& wanted)
        {
            return QTest::qWaitFor([&] { return child<QLabel>("message").text().contains(wanted); });
        }

        SmallProject project{5};
        QTemporaryDir folder;
        Settings settings{folder.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue queue;
        QWidget parent;
        BenchmarkDialog* dialog = nullptr;
    };

    TEST_F(BenchmarkDialogTest, SaysWhatItReadsAndAddsIt)
    {
        EXPECT_FALSE(child<QPushButton>("primary").isEnabled());
        dialog->setSource(write("colours.tsv",
            "image\tquestion\tanswer\na.jpg\tIs it <b>red</b>?\tyes\nb.jpg\tIs it blue?\tno\nb.jpg\tHow "
            "many?\tthree\n"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return child<QPushButton>("primary").isEnabled(); }));
        const auto text = child<QLabel>("benchmarkPreview").text();
        EXPECT_TRUE(text.startsWith(QStringLiteral("2 questions about 2 pictures (tsv)."))) << text.toStdString();
        EXPECT_TRUE(text.contains(QStringLiteral("First: Is it <b>red</b>? – yes"))) << text.toStdString();
        EXPECT_TRUE(text.contains(QStringLiteral("1 rows cannot be used"))) << text.toStdString();
        EXPECT_EQ(child<QLabel>("benchmarkPreview").textFormat(), Qt::PlainText);
        EXPECT_EQ(child<QLineEdit>("name").text().toStdString(), "colours");
        child<QPushButton>("primary").click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !queue.jobs().empty() && queue.isIdle(); }));
        document.refresh();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !document.benchmarks().empty(); }));
        EXPECT_EQ(document.benchmarks()[0].name, "colours");
        EXPECT_EQ(document.benchmarks()[0].questionCount, 2);
    }

    TEST_F(BenchmarkDialogTest, SaysWhyAPathIsNoBenchmark)
    {
        dialog->setSource(folder.filePath(QStringLiteral("nowhere")));
        ASSERT_TRUE(waitForMessage(QStringLiteral("nowhere")));
        EXPECT_FALSE(child<QPushButton>("primary").isEnabled());
        dialog->setSource(write("none.tsv", "image\tquestion\tanswer\n"));
        ASSERT_TRUE(waitForMessage(QStringLiteral("none.tsv")));
        EXPECT_FALSE(child<QPushButton>("primary").isEnabled());
    }

} // namespace
} // namespace winnow::ui
