#include "core/store/project.h"
#include "tests/ui/data_fixture.h"
#include "ui/actions.h"
#include "ui/jobs/job_queue.h"
#include "ui/pages/data_page.h"
#include "ui/panels/histograms.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/image_view.h"
#include "ui/widgets/pair_grid.h"
#include "ui/widgets/pair_table.h"
#include "ui/widgets/plain_text.h"

#include <QAccessible>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

namespace winnow::ui {
namespace {

    /// The page over a sample project, shown offscreen. With WINNOW_GRABS=folder pictures of it are written there.
    class DataPageTest : public testing::Test {
    protected:
        void open(int count = 64)
        {
            sample = std::make_unique<SampleProject>(count);
            show();
            ASSERT_TRUE(openAndWait(document, sample->folder()));
        }
        void show(const QSize& size = {1200, 760})
        {
            page.resize(size);
            page.show();
            page.activateWindow();
            QTest::qWait(1);
        }
        void grab(const QString& name)
        {
            const auto folder = qEnvironmentVariable("WINNOW_GRABS");
            if (folder.isEmpty())
                return;
            QTest::qWait(700);
            page.grab().save(QDir(folder).filePath(name + QStringLiteral(".png")));
        }
        template <class T> T& child(const char* name)
        {
            const auto* look =
                page.findChild<QWidget*>(QStringLiteral("dataEmpty")); // the inspector has an empty look too
            auto* found = look ? look->findChild<T*>(QLatin1String(name)) : nullptr;
            found = found ? found : page.findChild<T*>(QLatin1String(name));
            EXPECT_NE(found, nullptr) << name;
            return *found;
        }
        void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
        {
            QTest::keyClick(&page.grid(), key, modifiers);
        }

        QTemporaryDir directory;
        Settings settings{directory.filePath(QStringLiteral("studio.ini"))};
        Document document;
        JobQueue queue;
        Actions actions{settings};
        DataPage page{document, queue, actions};
        std::unique_ptr<SampleProject> sample;
    };

} // namespace

TEST_F(DataPageTest, WithoutAProjectItSaysSo)
{
    show();
    EXPECT_TRUE(child<QLabel>("emptyTitle").isVisible());
    EXPECT_FALSE(page.grid().isVisible());
    grab(QStringLiteral("closed"));
}

TEST_F(DataPageTest, AProjectWithoutPairsOffersTheImport)
{
    show();
    const auto folder = toPath(directory.filePath(QStringLiteral("empty")));
    store::Project::create(folder);
    document.open(folder);
    ASSERT_TRUE(waitFor([&] { return document.isOpen(); }));
    auto& button = child<QPushButton>("emptyButton");
    ASSERT_TRUE(waitFor([&] { return button.isVisible(); }));
    QSignalSpy spy(&page, &DataPage::importRequested);
    button.click();
    EXPECT_EQ(spy.size(), 1);
    grab(QStringLiteral("no-pairs"));
}

TEST_F(DataPageTest, AFolderThatIsNoProjectShowsWhy)
{
    show();
    document.open(toPath(directory.filePath(QStringLiteral("nothing"))));
    ASSERT_TRUE(waitFor([&] { return child<QPushButton>("copyDetails").isVisible(); }));
    EXPECT_FALSE(child<QLabel>("emptySentence").text().isEmpty());
    grab(QStringLiteral("failed"));
}

TEST_F(DataPageTest, AnOpenProjectShowsItsFirstPairInTheInspector)
{
    open();
    EXPECT_TRUE(page.grid().isVisible());
    EXPECT_EQ(document.currentRow(), PairRow(0));
    ASSERT_TRUE(waitFor([&] { return child<QLabel>("inspectorTitle").text() == QStringLiteral("pair-0"); }));
    EXPECT_TRUE(child<PlainText>("inspectorResponse").toPlainText().contains(QStringLiteral("number 0")));
}

TEST_F(DataPageTest, HostileTextStaysPlainText)
{
    open();
    document.setCurrentRow(5);
    auto& text = child<PlainText>("inspectorResponse");
    ASSERT_TRUE(waitFor([&] { return text.toPlainText().contains(QStringLiteral("<img src='file:///etc/passwd'>")); }));
    document.setCurrentRow(3);
    ASSERT_TRUE(waitFor([&] { return text.toPlainText().contains(QStringLiteral("Which colour?")); }));
}

TEST_F(DataPageTest, KeysMoveSelectAndOpen)
{
    open();
    const auto columns = page.grid().columnCount();
    key(Qt::Key_Right);
    EXPECT_EQ(document.currentRow(), PairRow(1));
    key(Qt::Key_Down);
    EXPECT_EQ(document.currentRow(), PairRow(1 + columns));
    key(Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_EQ(document.selectedRows().size(), 2U);
    key(Qt::Key_End);
    EXPECT_EQ(document.currentRow(), PairRow(63));
    key(Qt::Key_Right);
    EXPECT_EQ(document.currentRow(), PairRow(63));
    key(Qt::Key_PageUp);
    EXPECT_LT(*document.currentRow(), PairRow(63));
    key(Qt::Key_Home, Qt::ShiftModifier);
    EXPECT_EQ(document.currentRow(), PairRow(0));
    key(Qt::Key_A, Qt::ControlModifier);
    EXPECT_EQ(document.selectedRows().size(), 64U);
    key(Qt::Key_Space);
    EXPECT_EQ(page.view(), DataPage::View::Single);
    QTest::keyClick(&child<ImageView>("singlePicture"), Qt::Key_Right);
    EXPECT_EQ(document.currentRow(), PairRow(1));
    QTest::keyClick(&child<ImageView>("singlePicture"), Qt::Key_Space);
    EXPECT_EQ(page.view(), DataPage::View::Grid);
}

TEST_F(DataPageTest, ControlClickTogglesOnePair)
{
    open();
    const auto click = [&](int position, Qt::KeyboardModifiers modifiers) {
        QTest::mouseClick(page.grid().viewport(), Qt::LeftButton, modifiers, page.grid().cellRect(position).center());
    };
    click(0, Qt::NoModifier);
    click(2, Qt::ControlModifier);
    EXPECT_EQ(document.selectedRows(), (Document::Rows{0, 2}));
    click(2, Qt::ControlModifier);
    EXPECT_EQ(document.selectedRows(), (Document::Rows{0}));
}

TEST_F(DataPageTest, GridAndTableShareRowAndSelection)
{
    open();
    key(Qt::Key_Right);
    key(Qt::Key_Right, Qt::ShiftModifier);
    page.setView(DataPage::View::Table);
    auto& table = page.table();
    ASSERT_TRUE(waitFor([&] { return table.currentIndex().row() == 2; }));
    EXPECT_EQ(table.selectionModel()->selectedRows().size(), 2);
    QTest::keyClick(&table, Qt::Key_Down);
    EXPECT_EQ(document.currentRow(), PairRow(3));
    EXPECT_EQ(document.selectedRows(), (Document::Rows{3}));
    page.setView(DataPage::View::Grid);
    EXPECT_EQ(page.grid().currentPosition(), 3);
}

TEST_F(DataPageTest, FilterNarrowsAndAnEmptyResultOffersTheWayBack)
{
    open();
    auto& edit = child<QLineEdit>("filterEdit");
    edit.setFocus();
    QTest::keyClicks(&edit, QStringLiteral("length > 99"));
    QTest::keyClick(&edit, Qt::Key_Return);
    auto& button = child<QPushButton>("emptyButton");
    ASSERT_TRUE(waitFor([&] { return button.isVisible(); }));
    grab(QStringLiteral("nothing-matches"));
    button.click();
    ASSERT_TRUE(waitFor([&] { return document.currentSet()->size() == 64; }));
    EXPECT_TRUE(page.grid().isVisible());
    EXPECT_TRUE(edit.text().isEmpty());
}

TEST_F(DataPageTest, AMistakeInTheFilterIsPointedAt)
{
    open();
    document.setFilter(QStringLiteral("clip > > 3"));
    auto& error = child<QLabel>("filterError");
    ASSERT_TRUE(waitFor([&] { return error.isVisible(); }));
    EXPECT_TRUE(error.text().startsWith(QStringLiteral("At character 8")));
    EXPECT_EQ(document.currentSet()->size(), 64U);
    grab(QStringLiteral("filter-error"));
}

TEST_F(DataPageTest, ChipsRemoveTheirTerm)
{
    open();
    document.setFilter(QStringLiteral("length >= 3 and clip > 20"));
    ASSERT_TRUE(waitFor([&] { return document.currentSet()->size() < 64; }));
    const auto chips = page.findChildren<QToolButton*>(QStringLiteral("filterChip"));
    ASSERT_EQ(chips.size(), 2);
    chips.first()->click();
    EXPECT_EQ(document.filterText(), QStringLiteral("clip > 20"));
}

TEST_F(DataPageTest, AHistogramRangeBecomesATerm)
{
    open();
    auto& histograms = child<Histograms>("histograms");
    ASSERT_NE(histograms.chart(QStringLiteral("length")), nullptr);
    auto& chart = *histograms.chart(QStringLiteral("length"));
    Q_EMIT chart.rangeChosen(true, 2, 4);
    EXPECT_EQ(document.filterText(), QStringLiteral("length in 2..4"));
    ASSERT_TRUE(waitFor([&] { return document.currentSet()->size() < 64; }));
    for (const auto row : *document.currentSet()) {
        const auto value = (*document.columns()->findMetric("length")->values)[row];
        EXPECT_TRUE(value >= 2 && value <= 4) << value;
    }
    ASSERT_TRUE(chart.range());
    EXPECT_EQ(chart.range()->first, 2);
    Q_EMIT chart.rangeChosen(false, 0, 0);
    EXPECT_TRUE(document.filterText().isEmpty());
}

TEST_F(DataPageTest, DraggingAHandleSendsTheRange)
{
    open();
    auto& chart = *child<Histograms>("histograms").chart(QStringLiteral("clip"));
    QSignalSpy spy(&chart, &ChartView::rangeChosen);
    ASSERT_TRUE(waitFor([&] {
        QTest::keyClick(&chart, Qt::Key_Right);
        return !spy.isEmpty();
    }));
    EXPECT_TRUE(spy.first().at(0).toBool());
    EXPECT_TRUE(document.filterText().startsWith(QStringLiteral("clip in ")));
}

TEST_F(DataPageTest, AClusterClickShowsOnlyThatCluster)
{
    open();
    auto& table = child<QTableView>("clusterTable");
    ASSERT_EQ(table.model()->rowCount(), 4);
    const auto place = table.visualRect(table.model()->index(2, 0)).center();
    QTest::mouseClick(table.viewport(), Qt::LeftButton, Qt::NoModifier, place);
    ASSERT_TRUE(waitFor([&] { return document.currentSet()->size() == 16; }));
    EXPECT_EQ((*document.currentSet())[0], PairRow(2));
    QTest::mouseClick(table.viewport(), Qt::LeftButton, Qt::NoModifier, place);
    ASSERT_TRUE(waitFor([&] { return document.currentSet()->size() == 64; }));
}

TEST_F(DataPageTest, APinShowsAtOnceAndClearMovesOn)
{
    open();
    QSignalSpy decided(&document, &Document::decided);
    child<QLineEdit>("inspectorNote").setText(QStringLiteral("good light"));
    child<QToolButton>("inspector.pin").click();
    EXPECT_EQ(document.overrideOf(0), Override::Pinned);
    EXPECT_EQ(child<QLabel>("inspectorVerdict").text().left(6), QStringLiteral("pinned"));
    ASSERT_TRUE(waitFor([&] { return !decided.isEmpty() && child<QLabel>("inspectorReason").isVisible(); }));
    EXPECT_TRUE(child<QLabel>("inspectorReason").text().contains(QStringLiteral("good light")));
    actions.action(QStringLiteral("decide.clear"))->trigger();
    ASSERT_TRUE(waitFor([&] { return document.currentRow() == PairRow(1); }));
}

TEST_F(DataPageTest, ZoomTogglesTheSingleView)
{
    open();
    page.setView(DataPage::View::Single);
    auto& picture = child<ImageView>("singlePicture");
    ASSERT_TRUE(waitFor([&] { return !picture.isLoading() && picture.problem().isEmpty() && picture.zoom() > 1; }));
    actions.action(QStringLiteral("view.zoom"))->trigger();
    EXPECT_FALSE(picture.isFitted());
    EXPECT_EQ(picture.zoom(), 1);
    actions.action(QStringLiteral("view.zoom"))->trigger();
    EXPECT_TRUE(picture.isFitted());
    document.setCurrentRow(6);
    ASSERT_TRUE(waitFor([&] { return !picture.problem().isEmpty(); }));
    document.setCurrentRow(7);
    ASSERT_TRUE(waitFor([&] { return picture.problem().contains(QStringLiteral("text only")); }));
}

TEST_F(DataPageTest, TheLayoutComesBack)
{
    open();
    page.grid().setThumbnailSide(240);
    page.setView(DataPage::View::Table);
    const auto layout = page.saveLayout();
    DataPage other(document, queue, actions);
    other.restoreLayout(layout);
    EXPECT_EQ(other.grid().thumbnailSide(), 240);
    EXPECT_EQ(other.view(), DataPage::View::Table);
    other.restoreLayout("nonsense");
    EXPECT_EQ(other.view(), DataPage::View::Table);
}

TEST_F(DataPageTest, EveryControlHasAnAccessibleName)
{
    open();
    for (auto* widget : page.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || widget->focusProxy())
            continue;
        const auto* interface = QAccessible::queryAccessibleInterface(widget);
        ASSERT_NE(interface, nullptr);
        if (widget->objectName().startsWith(QStringLiteral("qt_")))
            continue;
        EXPECT_FALSE(interface->text(QAccessible::Name).isEmpty())
            << widget->metaObject()->className() << ' ' << widget->objectName().toStdString();
    }
}

TEST_F(DataPageTest, AMillionRowsScrollToTheEnd)
{
    show();
    auto rows = std::make_shared<std::vector<PairRow>>(1000000);
    for (std::size_t i = 0; i < rows->size(); ++i)
        (*rows)[i] = static_cast<PairRow>(i);
    page.grid().setRows(rows);
    page.grid().setThumbnailSide(PairGrid::kMaxSide);
    auto& bar = *page.grid().verticalScrollBar();
    bar.setValue(bar.maximum());
    EXPECT_EQ(page.grid().visibleRange().second, 1000000);
    page.grid().ensureVisible(500000);
    const auto [first, last] = page.grid().visibleRange();
    EXPECT_TRUE(first <= 500000 && 500000 < last);
}

TEST_F(DataPageTest, LooksInLightAndDark)
{
    if (qEnvironmentVariableIsEmpty("WINNOW_GRABS"))
        GTEST_SKIP() << "writes pictures only where WINNOW_GRABS names a folder";
    open(400);
    auto chosen = std::make_shared<Document::Bitmap>(400, 0);
    for (std::size_t i = 0; i < 400; i += 5)
        (*chosen)[i] = 1;
    document.setChosen(chosen, QStringLiteral("first"));
    document.decide(QStringLiteral("pin"), {1, 8}, QStringLiteral("sharp"));
    document.decide(QStringLiteral("ban"), {2}, {});
    document.decide(QStringLiteral("lock"), {0, 4}, {});
    document.setStars({3, 10}, 4);
    document.setSort(QStringLiteral("clip"), true);
    for (const bool isDark : {false, true}) {
        Theme::current().setChoice(isDark ? Theme::Choice::Dark : Theme::Choice::Light);
        const auto theme = isDark ? QStringLiteral("dark") : QStringLiteral("light");
        for (const auto& size : {QSize(1208, 750), QSize(2488, 1390)}) {
            page.resize(size);
            const auto suffix = QStringLiteral("-%1-%2").arg(theme).arg(size.width());
            document.setFilter({});
            page.setView(DataPage::View::Grid);
            grab(QStringLiteral("grid") + suffix);
            document.setFilter(QStringLiteral("length in 2..9 and clip > 20"));
            page.setView(DataPage::View::Table);
            grab(QStringLiteral("table") + suffix);
            page.setView(DataPage::View::Single);
            grab(QStringLiteral("single") + suffix);
        }
    }
    Theme::current().setChoice(Theme::Choice::Light);
}

} // namespace winnow::ui
