#include "core/store/selection_store.h"

#include "core/base/error.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    using Rows = std::vector<PairRow>;

    class SelectionStoreTest : public testing::Test {
    protected:
        void SetUp() override { addPairs(project, 12); }
        Scratch scratch;
        Project project = Project::create(scratch / "p");
        SelectionStore selections{project};
    };

    TEST_F(SelectionStoreTest, HashIsThatOfTheSortedIdsOneALine)
    {
        const auto info = selections.save("s", Rows{2, 10, 1}, "{}");
        // printf '1\n10\n2\n' | sha256sum
        EXPECT_EQ(info.hash, "93ba3d525c83aa81545ad5162844fa2491ce11faabe83df5a5d719d99ec7bd92");
        EXPECT_EQ(info.pairCount, 3);
        EXPECT_THAT(selections.load("s"), ElementsAre(1, 2, 10));
    }

    TEST_F(SelectionStoreTest, TakenNameIsAConflictUnlessThePairsAreTheSame)
    {
        const auto first = selections.save("s", Rows{2, 10, 1}, "{\"a\":1}");
        const auto same = selections.save("s", Rows{1, 2, 10}, "{\"b\":1}");
        EXPECT_EQ(same.key, first.key);
        EXPECT_EQ(same.provenance, "{\"a\":1}");
        try {
            selections.save("s", Rows{1}, "{}");
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::Conflict);
        }
        EXPECT_EQ(selections.list().size(), 1u);
    }

    TEST_F(SelectionStoreTest, UnknownNameNamesThoseThereAre)
    {
        selections.save("chosen", Rows{1}, "{}");
        try {
            selections.load("chosne");
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::NotFound);
            EXPECT_THAT(e.message(), testing::HasSubstr("chosen"));
        }
        EXPECT_FALSE(selections.find("nothing").has_value());
    }

    TEST_F(SelectionStoreTest, EmptyIsAllowedAllAndUnknownRowsAreNot)
    {
        EXPECT_EQ(selections.save("none", Rows{}, "{}").pairCount, 0);
        EXPECT_TRUE(selections.load("none").empty());
        EXPECT_THROW(selections.save("all", Rows{1}, "{}"), Error);
        EXPECT_THROW(selections.save("x", Rows{12}, "{}"), Error);
    }

} // namespace
} // namespace winnow::store
