#include "core/store/ledger.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/store/row_set.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    using Rows = std::vector<PairRow>;

    class LedgerTest : public testing::Test {
    protected:
        void SetUp() override { addPairs(project, 6); }
        Scratch scratch;
        Project project = Project::create(scratch / "p");
        Ledger ledger{project};
    };

    TEST_F(LedgerTest, UndoAndRedoSwapFormerValues)
    {
        ledger.setOverride(Rows{1, 2}, Override::Pinned, "good");
        ledger.setOverride(Rows{2, 3}, Override::Banned, "blurred");
        EXPECT_THAT(ledger.overrides(), ElementsAre(0, 1, 2, 2, 0, 0));
        EXPECT_EQ(ledger.undo()->what, "ban");
        EXPECT_THAT(ledger.overrides(), ElementsAre(0, 1, 1, 0, 0, 0));
        ledger.undo();
        EXPECT_THAT(ledger.overrides(), ElementsAre(0, 0, 0, 0, 0, 0));
        EXPECT_FALSE(ledger.canUndo());
        EXPECT_FALSE(ledger.undo().has_value());
        EXPECT_EQ(ledger.redo()->what, "pin");
        ledger.redo();
        EXPECT_THAT(ledger.overrides(), ElementsAre(0, 1, 2, 2, 0, 0));
        EXPECT_FALSE(ledger.canRedo());
    }

    TEST_F(LedgerTest, HistoryOutlivesTheProcess)
    {
        ledger.setOverride(Rows{1, 2}, Override::Pinned, "good");
        ledger.setStars(Rows{4}, 5);
        ledger.undo();
        auto again = Project::open(scratch / "p");
        Ledger later(again);
        EXPECT_TRUE(later.canRedo());
        later.redo();
        EXPECT_THAT(ledger.stars(), ElementsAre(0, 0, 0, 0, 5, 0));
        later.undo();
        later.undo();
        EXPECT_THAT(ledger.overrides(), ElementsAre(0, 0, 0, 0, 0, 0));
    }

    TEST_F(LedgerTest, NewActionEndsTheRedoPathButStaysUndoable)
    {
        ledger.setOverride(Rows{1}, Override::Pinned, "");
        ledger.setOverride(Rows{2}, Override::Pinned, "");
        ledger.undo();
        ledger.setOverride(Rows{3}, Override::Banned, "");
        EXPECT_FALSE(ledger.canRedo());
        EXPECT_EQ(ledger.history(10).size(), 3u);
        EXPECT_TRUE(ledger.history(10)[1].undone);
        ledger.undo();
        ledger.undo();
        EXPECT_THAT(ledger.overrides(), ElementsAre(0, 0, 0, 0, 0, 0));
        ledger.redo();
        ledger.redo();
        EXPECT_THAT(ledger.overrides(), ElementsAre(0, 1, 0, 2, 0, 0));
    }

    TEST_F(LedgerTest, ActionThatChangesNothingMakesNoEntry)
    {
        ledger.setOverride(Rows{1}, Override::Pinned, "");
        const auto entry = ledger.setOverride(Rows{1, 1}, Override::Pinned, "");
        EXPECT_EQ(entry.pairCount, 0);
        EXPECT_EQ(ledger.history(10).size(), 1u);
        const auto wider = ledger.setOverride(Rows{5, 1, 5}, Override::Pinned, "");
        EXPECT_EQ(wider.pairCount, 1);
    }

    TEST_F(LedgerTest, LockKeepsTheVerdictOfNow)
    {
        const std::vector<std::uint8_t> chosen = {1, 0, 1, 0, 0, 0};
        ledger.lock(Rows{0, 1, 5}, chosen, "");
        EXPECT_THAT(ledger.overrides(), ElementsAre(3, 4, 0, 0, 0, 4));
        EXPECT_EQ(ledger.history(1)[0].what, "lock");
    }

    TEST_F(LedgerTest, ReasonIsThatOfTheNewestStandingOverride)
    {
        ledger.setOverride(Rows{1, 2}, Override::Pinned, "first");
        ledger.setOverride(Rows{2}, Override::Banned, "second");
        EXPECT_EQ(ledger.reasonOf(2), "second");
        ledger.undo();
        EXPECT_EQ(ledger.reasonOf(2), "first");
        ledger.setOverride(Rows{1, 2}, Override::None, "why not");
        EXPECT_EQ(ledger.reasonOf(2), "");
        EXPECT_EQ(ledger.reasonOf(0), "");
    }

    TEST_F(LedgerTest, RefusesRowsAndStarsThatDoNotExist)
    {
        EXPECT_THROW(ledger.setOverride(Rows{6}, Override::Pinned, ""), Error);
        EXPECT_THROW(ledger.setStars(Rows{1}, 6), Error);
        EXPECT_TRUE(ledger.history(10).empty());
    }

    TEST(RowSet, SurvivesTheRoundTripAndIsSmall)
    {
        Random random(1, "rows");
        for (const std::size_t count : {0u, 1u, 1000u, 100000u}) {
            Rows rows;
            for (const auto row : random.sample(4000000000u, count))
                rows.push_back(static_cast<PairRow>(row));
            const auto bytes = encodeRows(rows);
            std::size_t at = 0;
            EXPECT_EQ(decodeRows(bytes, at), rows);
            EXPECT_EQ(at, bytes.size());
        }
        Rows all(1000000);
        std::iota(all.begin(), all.end(), PairRow(0));
        EXPECT_LT(encodeRows(all).size(), 1000010u);
    }

    TEST(RowSet, DamagedBytesAreRefused)
    {
        const std::vector<std::vector<int>> cases = {{}, {5},
            {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, {2, 1}, {1, 0xff, 0xff, 0xff, 0xff, 0x7f}};
        for (const auto& values : cases) {
            std::vector<std::byte> bytes;
            for (const int value : values)
                bytes.push_back(static_cast<std::byte>(value));
            std::size_t at = 0;
            EXPECT_THROW(decodeRows(bytes, at), Error);
        }
        const std::vector<std::byte> runs = {std::byte(200), std::byte(1), std::byte(1)};
        std::size_t at = 0;
        EXPECT_THROW(decodeRuns(runs, at, 5), Error);
    }

} // namespace
} // namespace winnow::store
