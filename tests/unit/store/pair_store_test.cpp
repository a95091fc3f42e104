#include "core/store/pair_store.h"

#include "core/base/error.h"
#include "core/store/relink.h"
#include "tests/unit/store/scratch.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    namespace fs = std::filesystem;

    class PairStoreTest : public testing::Test {
    protected:
        AddReport add(const std::vector<Pair>& pairs, const fs::path& root = "/nowhere")
        {
            const std::vector<std::uint8_t> missing(pairs.size(), 0);
            return store.addPairs(pairs, store.addImageRoot(root), missing);
        }
        Scratch scratch;
        Project project = Project::create(scratch / "p");
        PairStore store{project};
    };

    TEST_F(PairStoreTest, KeepsEveryFieldInImportOrder)
    {
        Pair two;
        two.id.value = "多";
        two.images = {"[odd].jpg", "b/c.png"};
        two.instruction = "what?";
        two.response = "this";
        two.turns = {
            {Role::User, "what?"}, {Role::Assistant, "this"}, {Role::User, "and\n\"that\"?"}, {Role::Assistant, "猫"}};
        Pair textOnly;
        textOnly.id.value = "t";
        textOnly.response = "no picture";
        add({makePair("a"), two, textOnly});
        ASSERT_EQ(store.count(), 3);
        EXPECT_EQ(store.load(0).pair, makePair("a"));
        EXPECT_EQ(store.load(1).pair, two);
        EXPECT_EQ(store.load(2).pair, textOnly);
        EXPECT_EQ(store.load(0).image, fs::path("/nowhere/a.jpg"));
        EXPECT_EQ(store.load(2).image, fs::path());
        EXPECT_FALSE(store.load(2).imageMissing);
        EXPECT_THAT(store.ids(), ElementsAre("a", "多", "t"));
        EXPECT_EQ(store.find({"t"}), PairRow(2));
        EXPECT_EQ(store.find({"none"}), std::nullopt);
    }

    TEST_F(PairStoreTest, SkipsIdenticalAndRenumbersOtherContentOfOneId)
    {
        const auto first =
            add({makePair("a", "x"), makePair("a", "x"), makePair("a", "y"), makePair("a", "z"), makePair("a", "y")});
        EXPECT_EQ(first.added, 3);
        EXPECT_EQ(first.skippedIdentical, 2);
        EXPECT_EQ(first.renamed, 2);
        EXPECT_THAT(store.ids(), ElementsAre("a", "a#2", "a#3"));
        PairStore later(project);
        const std::vector<Pair> again = {makePair("a", "z"), makePair("a", "new"), makePair("a#2", "other")};
        const std::vector<std::uint8_t> missing(3, 0);
        const auto second = later.addPairs(again, 1, missing);
        EXPECT_EQ(second.skippedIdentical, 1);
        EXPECT_EQ(second.renamed, 2);
        EXPECT_THAT(store.ids(), ElementsAre("a", "a#2", "a#3", "a#4", "a#2#2"));
    }

    TEST_F(PairStoreTest, ManyRepeatsOfOneIdAreStillFast)
    {
        for (int batch = 0; batch < 10; ++batch) {
            std::vector<Pair> pairs;
            for (int i = 0; i < 500; ++i)
                pairs.push_back(makePair("same", "text " + std::to_string(batch * 500 + i)));
            EXPECT_EQ(add(pairs).added, 500);
        }
        EXPECT_EQ(store.ids().back(), "same#5000");
    }

    TEST_F(PairStoreTest, PairsAddedTogetherAreThoseAddedOneByOne)
    {
        std::vector<Pair> pairs; // most ids six times, near and beyond what is written at a time
        for (int i = 0; i < 300; ++i)
            pairs.push_back(makePair(std::to_string(i * i % 101), std::to_string(i % 2)));
        const std::vector<std::uint8_t> missing(pairs.size(), 0);
        Project other = Project::create(scratch / "other"), later = Project::create(scratch / "later");
        PairStore oneByOne(other), together(later);
        const auto root = oneByOne.addImageRoot("/nowhere");
        for (const auto& pair : pairs)
            oneByOne.addPairs({&pair, 1}, root, std::span(missing).first(1));
        add(pairs);
        together.addPairs(pairs, together.addImageRoot("/nowhere"), missing, IdIndexing::Later);
        ASSERT_LT(oneByOne.count(), 300);
        for (auto* const each : {&store, &together}) {
            EXPECT_EQ(each->ids(), oneByOne.ids());
            for (std::int64_t row = 0; row < oneByOne.count(); ++row)
                EXPECT_EQ(each->load(static_cast<PairRow>(row)).pair, oneByOne.load(static_cast<PairRow>(row)).pair);
        }
    }

    TEST_F(PairStoreTest, FailedBatchLeavesNothing)
    {
        add({makePair("a")});
        std::vector<Pair> pairs = {makePair("b"), makePair("a", "other"), makePair("")};
        EXPECT_THROW(add(pairs), Error);
        EXPECT_THAT(store.ids(), ElementsAre("a"));
        pairs.pop_back();
        EXPECT_EQ(add(pairs).renamed, 1);
        EXPECT_THAT(store.ids(), ElementsAre("a", "b", "a#2"));
    }

    TEST_F(PairStoreTest, RowThatIsNotThereIsNotFound)
    {
        try {
            store.load(7);
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::NotFound);
        }
    }

    TEST_F(PairStoreTest, ImageThatLeavesItsRootIsMissing)
    {
        auto pair = makePair("a");
        pair.images = {"../../etc/passwd"};
        add({pair}, scratch / "images");
        EXPECT_EQ(store.load(0).image, fs::path());
        EXPECT_TRUE(store.load(0).imageMissing);
    }

    TEST_F(PairStoreTest, RootBesideTheProjectMovesWithIt)
    {
        fs::create_directories(scratch / "all/images");
        {
            auto inner = Project::create(scratch / "all/p");
            addPairs(inner, 1, scratch / "all/images");
        }
        fs::rename(scratch / "all", scratch / "moved");
        auto inner = Project::open(scratch / "moved/p");
        EXPECT_EQ(PairStore(inner).load(0).image, scratch / "moved/images/0.jpg");
    }

    TEST_F(PairStoreTest, RelinkFindsMovedPictures)
    {
        fs::create_directories(scratch / "new/deep");
        for (const char* name : {"a.jpg", "deep/b.jpg", "c.jpg"})
            std::ofstream(scratch / ("new/" + std::string(name))) << "x";
        auto absolute = makePair("c");
        absolute.images = {(scratch / "old/c.jpg").string()};
        auto deep = makePair("b");
        deep.images = {"deep/b.jpg"};
        const std::vector<Pair> pairs = {makePair("a"), deep, makePair("gone"), absolute};
        const std::vector<std::uint8_t> missing(4, 1);
        store.addPairs(pairs, store.addImageRoot(scratch / "old"), missing);
        while (!store.indexSomeText()) { }
        EXPECT_EQ(store.relink(scratch / "old", scratch / "new"), 3);
        EXPECT_EQ(store.load(0).image, scratch / "new/a.jpg");
        EXPECT_FALSE(store.load(1).imageMissing);
        EXPECT_TRUE(store.load(2).imageMissing);
        EXPECT_EQ(store.load(3).image, scratch / "new/c.jpg");
        EXPECT_THAT(store.searchText("new/c.jpg"), ElementsAre(3));
        EXPECT_TRUE(store.searchText("old/c.jpg").empty());
        EXPECT_EQ((*project.loadColumns()->imageMissing)[2], 1);
    }

    TEST_F(PairStoreTest, ARelinkThatWasBrokenOffGoesOn)
    {
        fs::create_directories(scratch / "new");
        std::vector<Pair> pairs;
        for (int i = 0; i < 1200; ++i) { // three batches
            pairs.push_back(makePair("p" + std::to_string(i)));
            std::ofstream(scratch / ("new/p" + std::to_string(i) + ".jpg")) << "x";
        }
        store.addPairs(pairs, store.addImageRoot(scratch / "old"), std::vector<std::uint8_t>(1200, 1));
        struct Stopped { };
        const auto stop = [](std::int64_t, std::int64_t) { throw Stopped(); };
        EXPECT_THROW(relinkPictures(project, scratch / "old", scratch / "new", stop), Stopped);
        const auto left = previewRelink(project, scratch / "old", scratch / "new");
        EXPECT_EQ(left.pairs, 700);
        EXPECT_EQ(left.found, 700);
        relinkPictures(project, scratch / "old", scratch / "new");
        EXPECT_TRUE(missingPictures(project, 10).empty());
        EXPECT_EQ(previewRelink(project, scratch / "old", scratch / "new").pairs, 0);
    }

    TEST_F(PairStoreTest, SearchIsTheSameBeforeWhileAndAfterIndexing)
    {
        std::vector<Pair> pairs;
        for (int i = 0; i < 12000; ++i)
            pairs.push_back(makePair("p" + std::to_string(i),
                i % 3 == 0       ? "Ein HUND läuft"
                    : i % 3 == 1 ? "一只小狗在跑"
                                 : "a cat \"sits\""));
        add(pairs);
        std::vector<std::vector<PairRow>> before;
        const std::vector<std::string> needles = {
            "hund", "小狗在", "小狗", "\"sits\"", "P12", "LÄUFT", "läuft", "describe the", "", "%_", "p1.jpg"};
        for (const auto& needle : needles)
            before.push_back(store.searchText(needle));
        EXPECT_EQ(before[0].size(), 4000u);
        EXPECT_EQ(before[1].size(), 4000u);
        EXPECT_EQ(before[2].size(), 4000u);
        EXPECT_EQ(before[3].size(), 4000u);
        EXPECT_EQ(before[5].size(), 0u); // only ASCII letters are folded
        EXPECT_EQ(before[8].size(), 12000u);
        int steps = 0;
        while (!store.indexSomeText()) {
            ++steps;
            if (steps == 1) {
                for (std::size_t i = 0; i < needles.size(); ++i)
                    EXPECT_EQ(store.searchText(needles[i]), before[i]) << needles[i];
            }
        }
        EXPECT_GT(steps, 0);
        for (std::size_t i = 0; i < needles.size(); ++i)
            EXPECT_EQ(store.searchText(needles[i]), before[i]) << needles[i];
        add({makePair("late", "another Hund")});
        EXPECT_EQ(store.searchText("hund").back(), PairRow(12000));
    }

    TEST_F(PairStoreTest, AnIndexThatNamesPairsThatAreNotThereIsRefused)
    {
        add({makePair("a", "a red boat")});
        while (!store.indexSomeText()) { }
        ASSERT_THAT(store.searchText("red boat"), ElementsAre(0));
        for (const char* const row : {"1", "-1", "4294967296"}) { // behind the last, before the first, 0 in 32 bits
            project.database().execute(
                std::string("INSERT INTO pair_index (rowid, text) VALUES (") + row + ", 'red boat')");
            try {
                store.searchText("red boat");
                ADD_FAILURE() << row;
            } catch (const Error& e) {
                EXPECT_EQ(e.code(), ErrorCode::BadFile);
                EXPECT_THAT(e.what(), testing::HasSubstr("text index"));
            }
            project.database().execute(
                std::string("INSERT INTO pair_index (pair_index, rowid, text) VALUES ('delete', ") + row
                + ", 'red boat')");
        }
        EXPECT_THAT(store.searchText("red boat"), ElementsAre(0));
    }

    TEST_F(PairStoreTest, SearchSurvivesOddNeedles)
    {
        add({makePair("a", "fts OR near NOT")});
        while (!store.indexSomeText()) { }
        EXPECT_EQ(store.searchText("OR near").size(), 1u);
        for (const std::string& needle : {std::string("a\0b", 3), std::string("\xff\xfe\xff"), std::string("\"\"\""),
                 std::string("*:^"), std::string(100000, 'x')})
            EXPECT_TRUE(store.searchText(needle).empty());
    }

    TEST_F(PairStoreTest, SearchLooksThroughEveryTurn)
    {
        auto pair = makePair("a");
        pair.turns = {{Role::User, "q1"}, {Role::Assistant, "r1"}, {Role::User, "q2 zebra"}, {Role::Assistant, "r2"}};
        add({pair});
        EXPECT_THAT(store.searchText("zebra"), ElementsAre(0));
    }

} // namespace
} // namespace winnow::store
