#include "ui/dialogs/search_dialog.h"

#include "core/store/feature_store.h"
#include "core/store/recipe.h"
#include "tests/ui/small_project.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include <gtest/gtest.h>

namespace winnow::ui {
namespace {

    /// Ten pairs without pictures: "pair 0 with a cat", "pair 1 with a dog", ...
    class SearchDialogTest : public testing::Test {
    protected:
        SearchDialogTest()
        {
            EXPECT_TRUE(openSmall(document, project.folder()));
            show();
        }
        void show()
        {
            dialog = new SearchDialog(document, queue, &parent);
            dialog->open();
        }
        template <class T> T& child(const char* name)
        {
            auto* const found = dialog->findChild<T*>(QLatin1String(name));
            EXPECT_NE(found, nullptr) << name;
            return *found;
        }
        void choose(const char* space)
        {
            auto& box = child<QComboBox>("space");
            box.setCurrentIndex(box.findData(QLatin1String(space)));
        }
        QString message() { return child<QLabel>("message").text(); }
        void search(const QString& text)
        {
            choose("clip-text");
            child<QLineEdit>("text").setText(text);
            ASSERT_TRUE(child<QPushButton>("primary").isEnabled()) << message().toStdString();
            child<QPushButton>("primary").click();
            ASSERT_TRUE(QTest::qWaitFor([&] { return !queue.jobs().empty() && queue.isIdle(); }, 60'000));
            ASSERT_EQ(queue.jobs().back().status, JobStatus::Finished) << queue.jobs().back().message.toStdString();
        }
        std::string provenance()
        {
            auto store = store::Project::open(project.folder());
            return store::MetricStore(store).find("similar").value_or(MetricInfo()).provenance;
        }

        SmallProject project{10};
        Document document;
        JobQueue queue;
        QWidget parent;
        SearchDialog* dialog = nullptr;
    };

    TEST_F(SearchDialogTest, AsksForATextFirst)
    {
        EXPECT_FALSE(child<QPushButton>("primary").isEnabled());
        EXPECT_EQ(message(), QStringLiteral("Type what to look for"));
        child<QLineEdit>("text").setText(QStringLiteral("   "));
        EXPECT_FALSE(child<QPushButton>("primary").isEnabled());
        child<QLineEdit>("text").setText(QStringLiteral("a dog"));
        EXPECT_TRUE(child<QPushButton>("primary").isEnabled());
        EXPECT_EQ(child<QPushButton>("primary").text(), QStringLiteral("Compare 10 pairs"));
    }

    TEST_F(SearchDialogTest, SaysThatThereIsNoSentenceEncoder)
    {
        child<QLineEdit>("text").setText(QStringLiteral("a dog"));
        choose("text");
        ASSERT_TRUE(
            QTest::qWaitFor([&] { return message().startsWith(QStringLiteral("There is no sentence encoder")); }));
        EXPECT_FALSE(child<QPushButton>("primary").isEnabled());
        choose("clip-text");
        EXPECT_TRUE(child<QPushButton>("primary").isEnabled());
    }

    TEST_F(SearchDialogTest, SortsThePairsByTheirSimilarity)
    {
        search(QStringLiteral("pair 3 with a dog"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.sortColumn() == QStringLiteral("similar"); }));
        EXPECT_TRUE(document.sortDescending());
        const auto* const column = document.columns()->findMetric("similar");
        ASSERT_NE(column, nullptr);
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.currentSet()->front() == 3; }));
        EXPECT_NEAR((*column->values)[3], 1.0, 1e-5); // the very same words
        EXPECT_NE(provenance().find("pair 3 with a dog"), std::string::npos);
        auto store = store::Project::open(project.folder());
        const auto recipe = store::Recipe(store).list();
        EXPECT_EQ(recipe.back().arguments,
            (std::vector<std::string>{
                "search", "--space", "clip-text", "--column", "similar", "--", "pair 3 with a dog"}));
    }

    TEST_F(SearchDialogTest, AnotherTextReplacesTheSimilarities)
    {
        search(QStringLiteral("pair 3 with a dog"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return document.currentSet()->front() == 3; }));
        show();
        child<QLineEdit>("text").setText(QStringLiteral("x"));
        ASSERT_TRUE(QTest::qWaitFor([&] { return message().startsWith(QStringLiteral("The vectors are computed")); }));
        choose("clip-text");
        EXPECT_EQ(message(), QStringLiteral("Replaces the similarities of the search before"));
        search(QStringLiteral("pair 8 with a cat"));
        EXPECT_TRUE(QTest::qWaitFor([&] { return document.currentSet()->front() == 8; }));
        EXPECT_EQ(document.currentSet()->size(), 10u);
    }

    TEST_F(SearchDialogTest, ImportedVectorsAreRefusedWithASentence)
    {
        auto store = store::Project::open(project.folder());
        store::FeatureStore features(store);
        FeatureInfo info{
            .name = "clip-text", .dimension = 2, .pairCount = 0, .provenance = "{\"file\": \"x.npy\"}", .key = "k"};
        features.begin(info);
        features.finish(info.name);
        choose("clip-text");
        child<QLineEdit>("text").setText(QStringLiteral("a dog"));
        child<QPushButton>("primary").click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !queue.jobs().empty() && queue.isIdle(); }, 60'000));
        EXPECT_EQ(queue.jobs().back().status, JobStatus::Failed);
        EXPECT_TRUE(queue.jobs().back().message.contains(QStringLiteral("were imported")));
        EXPECT_TRUE(document.sortColumn().isEmpty());
    }

} // namespace
} // namespace winnow::ui
