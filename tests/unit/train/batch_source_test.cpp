#include "core/train/batch_source.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace winnow::train {
namespace {

    TEST(RandomCrop, TakesHalfToAllOfThePictureInAllowedShapes)
    {
        Random random(1, "crop-test");
        double smallest = 1, largest = 0;
        for (int i = 0; i < 2000; ++i) {
            const auto box = randomCrop(640, 480, random);
            ASSERT_GE(box.left, 0);
            ASSERT_GE(box.top, 0);
            ASSERT_LE(box.left + box.width, 640);
            ASSERT_LE(box.top + box.height, 480);
            const double share = double(box.width) * box.height / (640.0 * 480);
            smallest = std::min(smallest, share);
            largest = std::max(largest, share);
            const double ratio = double(box.width) / box.height;
            EXPECT_GT(ratio, 0.745);
            EXPECT_LT(ratio, 1.34);
        }
        EXPECT_NEAR(smallest, 0.5, 0.02);
        EXPECT_NEAR(largest, 1, 0.05);
    }

    TEST(RandomCrop, FallsBackToTheCentreOfExtremeShapes)
    {
        Random random(1, "crop-test");
        const auto wide = randomCrop(1000, 10, random);
        EXPECT_EQ(wide.height, 10);
        EXPECT_EQ(wide.width, 13);
        EXPECT_EQ(wide.left, 493);
        const auto high = randomCrop(3, 900, random);
        EXPECT_EQ(high.width, 3);
        EXPECT_EQ(high.height, 4);
        const auto dot = randomCrop(1, 1, random);
        EXPECT_EQ(dot.width, 1);
        EXPECT_EQ(dot.height, 1);
    }

    TEST(RandomCrop, FollowsItsStream)
    {
        Random a(9, "x"), b(9, "x");
        for (int i = 0; i < 10; ++i) {
            const auto first = randomCrop(300, 200, a), second = randomCrop(300, 200, b);
            EXPECT_EQ(first.left, second.left);
            EXPECT_EQ(first.width, second.width);
        }
    }

} // namespace
} // namespace winnow::train
