#include "core/base/disjoint_sets.h"

#include <gtest/gtest.h>

namespace winnow {
namespace {

    TEST(DisjointSets, JoinsAndNumbersByLowestMembers)
    {
        DisjointSets sets(6);
        EXPECT_TRUE(sets.join(5, 1));
        EXPECT_TRUE(sets.join(4, 2));
        EXPECT_FALSE(sets.join(1, 5));
        EXPECT_EQ(sets.numbered(), (std::vector<std::uint32_t>{0, 1, 2, 3, 2, 1}));
        EXPECT_EQ(sets.sizeOf(4), 2u);
        EXPECT_TRUE(sets.join(1, 4));
        EXPECT_EQ(sets.numbered(), (std::vector<std::uint32_t>{0, 1, 1, 2, 1, 1}));
        EXPECT_EQ(sets.sizeOf(2), 4u);
        EXPECT_EQ(sets.sizeOf(0), 1u);
    }

    TEST(DisjointSets, StandsNoItems) { EXPECT_TRUE(DisjointSets(0).numbered().empty()); }

} // namespace
} // namespace winnow
