#include "core/demo/demo_project.h"
#include "core/demo/painter.h"
#include "core/demo/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace winnow::demo {
namespace {

    TEST(World, EqualSeedsGiveEqualScenes)
    {
        const auto first = drawScenes(3, "a", 50), again = drawScenes(3, "a", 50), other = drawScenes(4, "a", 50);
        EXPECT_EQ(signaturesOf(first), signaturesOf(again));
        EXPECT_NE(signaturesOf(first), signaturesOf(other));
        EXPECT_EQ(first[7].look, again[7].look);
    }

    TEST(World, EachKindAndPlaceStandsInASceneAtMostOnce)
    {
        for (const Scene& scene : drawScenes(5, "b", 400)) {
            std::set<Kind> kinds;
            std::set<Place> places;
            for (const Group& group : scene.groups) {
                EXPECT_TRUE(kinds.insert(group.kind).second);
                EXPECT_TRUE(places.insert(group.place).second);
                EXPECT_GE(group.count, 1);
                EXPECT_LE(group.count, kMaxCount);
                EXPECT_EQ(group.place == Place::Sky, int(group.kind) >= kGroundKindCount);
            }
            EXPECT_GE(scene.groups.size(), 1U);
            EXPECT_LE(scene.groups.size(), 4U);
        }
    }

    TEST(World, SignatureTellsWhatCanBeSaidAndNothingElse)
    {
        Random random(1, "signature");
        Scene scene = drawScene(random);
        Scene same = scene;
        same.look += 1;
        EXPECT_EQ(signature(scene), signature(same));
        Scene other = scene;
        other.groups[0].count = 1 + scene.groups[0].count % kMaxCount;
        EXPECT_NE(signature(scene), signature(other));
    }

    TEST(World, HeldOutScenesWereNeverTrainedOn)
    {
        const auto trained = signaturesOf(trainingScenes());
        for (const auto key : signaturesOf(heldOutScenes(0, "test", 500)))
            EXPECT_FALSE(std::binary_search(trained.begin(), trained.end(), key));
    }

    TEST(Painter, EqualScenesGiveEqualBytes)
    {
        const Scene scene = drawScenes(8, "paint", 1).front();
        EXPECT_EQ(paintScene(scene, 96), paintScene(scene, 96));
    }

    TEST(Painter, AGroupChangesThePictureAtItsPlaceAlone)
    {
        Scene scene;
        scene.look = 77;
        scene.groups = {{Kind::Ball, Colour::Red, 1, Place::Right}};
        const auto with = paintScene(scene, 192);
        scene.groups.clear();
        const auto without = paintScene(scene, 192);
        int left = 0, right = 0;
        for (std::size_t i = 0; i < with.size(); ++i)
            if (with[i] != without[i])
                ++((i / 3) % 192 < 96 ? left : right);
        EXPECT_EQ(left, 0);
        EXPECT_GT(right, 800);
    }

    TEST(Painter, ColoursOfTheSameThingDiffer)
    {
        Scene scene;
        scene.groups = {{Kind::Car, Colour::Red, 1, Place::Middle}};
        const auto red = paintScene(scene, 96);
        scene.groups[0].colour = Colour::Blue;
        EXPECT_NE(red, paintScene(scene, 96));
    }

    TEST(Painter, EveryCombinationOfSettingIsDrawn)
    {
        std::set<std::vector<std::uint8_t>> pictures;
        for (int ground = 0; ground < kGroundCount; ++ground)
            for (int weather = 0; weather < kWeatherCount; ++weather)
                for (int light = 0; light < kLightCount; ++light) {
                    Scene scene;
                    scene.ground = static_cast<Ground>(ground);
                    scene.weather = static_cast<Weather>(weather);
                    scene.light = static_cast<Light>(light);
                    pictures.insert(paintScene(scene, 48));
                }
        EXPECT_EQ(pictures.size(), std::size_t(kGroundCount * kWeatherCount * kLightCount));
    }

} // namespace
} // namespace winnow::demo
