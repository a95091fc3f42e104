#include "ui/panels/compare_tray.h"

#include "tests/ui/data_fixture.h"
#include "tests/ui/small_project.h"
#include "ui/widgets/plain_text.h"

#include <gtest/gtest.h>

#include <QLabel>
#include <QToolButton>

namespace winnow::ui {
namespace {

    using Rows = Document::Rows;

    class Tray : public testing::Test {
    protected:
        QList<QFrame*> cards() const
        {
            QList<QFrame*> out;
            for (auto* const card : tray.findChildren<QFrame*>(QStringLiteral("trayCard")))
                if (!card->isHidden())
                    out << card;
            return out;
        }

        SampleProject project{20};
        Document document;
        CompareTray tray{document};
    };

    TEST_F(Tray, SaysWhatItIsForWhileItIsEmpty)
    {
        EXPECT_FALSE(tray.findChild<QLabel*>(QStringLiteral("emptySentence"))->text().isEmpty());
        EXPECT_TRUE(tray.rows().empty());
    }

    TEST_F(Tray, PairsComeInAndGoOutAgain)
    {
        ASSERT_TRUE(openSmall(document, project.folder()));
        tray.toggle({3, 5});
        EXPECT_EQ(tray.rows(), (Rows{3, 5}));
        tray.toggle({5, 8});
        EXPECT_EQ(tray.rows(), (Rows{3, 5, 8})) << "not all of them were in";
        tray.toggle({5, 8});
        EXPECT_EQ(tray.rows(), (Rows{3}));
        EXPECT_EQ(cards().size(), 1);
        cards()[0]->findChild<QToolButton*>(QStringLiteral("away"))->click();
        EXPECT_TRUE(tray.rows().empty());
    }

    TEST_F(Tray, OldestLeaveAFullTray)
    {
        ASSERT_TRUE(openSmall(document, project.folder()));
        tray.toggle({0, 1, 2, 3});
        tray.toggle({4, 5, 6, 7});
        EXPECT_EQ(tray.rows(), (Rows{2, 3, 4, 5, 6, 7}));
        tray.toggle({8, 9, 10, 11, 12, 13, 14, 15});
        EXPECT_EQ(tray.rows(), (Rows{10, 11, 12, 13, 14, 15}));
    }

    TEST_F(Tray, CardShowsIdAndTextsAsPlainText)
    {
        ASSERT_TRUE(openSmall(document, project.folder()));
        tray.toggle({5});
        auto* const text = cards()[0]->findChild<PlainText*>();
        ASSERT_TRUE(QTest::qWaitFor([&] { return !text->toPlainText().isEmpty(); }));
        EXPECT_TRUE(text->toPlainText().contains(QStringLiteral("<b>bold</b>")));
        EXPECT_EQ(cards()[0]->accessibleName(), QStringLiteral("pair-5"));
    }

    TEST_F(Tray, AnotherProjectStartsWithAnEmptyTray)
    {
        ASSERT_TRUE(openSmall(document, project.folder()));
        tray.toggle({3});
        const SmallProject other(4);
        ASSERT_TRUE(openSmall(document, other.folder()));
        EXPECT_TRUE(tray.rows().empty());
        EXPECT_TRUE(cards().isEmpty());
    }

} // namespace
} // namespace winnow::ui
