#include "core/dataset/batch.h"

#include "core/media/image.h"
#include "tests/unit/dataset/test_folder.h"

namespace winnow::dataset {
namespace {

    class Decode : public FolderTest {
    protected:
        std::vector<DecodeTask> makeTasks(int count) const
        {
            std::vector<DecodeTask> tasks;
            for (int i = 0; i < count; ++i) {
                media::Image image{12, 10, std::vector<std::uint8_t>(360, static_cast<std::uint8_t>(10 * i))};
                tasks.push_back({std::to_string(i), write(std::to_string(i) + ".png", media::encodePng(image))});
            }
            return tasks;
        }
    };

    TEST_F(Decode, GivesEveryPictureInOrder)
    {
        DecodeAhead ahead(makeTasks(9), media::squareTransform(4), 2);
        DecodedPicture picture;
        for (std::size_t i = 0; i < 9; ++i) {
            ASSERT_TRUE(ahead.next(picture));
            EXPECT_EQ(picture.index, i);
            ASSERT_EQ(picture.pixels.size(), 48u);
            EXPECT_NEAR(picture.pixels[0], (10.0 * double(i) / 255 - 0.48145466) / 0.26862954, 1e-5);
        }
        EXPECT_FALSE(ahead.next(picture));
        EXPECT_FALSE(ahead.next(picture));
    }

    TEST_F(Decode, BrokenPicturesAreItemsWithAReason)
    {
        auto tasks = makeTasks(3);
        write("1.png", "no picture");
        tasks[2].path = folder() / "gone.png";
        DecodeAhead ahead(tasks, media::clipTransform(4));
        const auto batch = ahead.nextBatch(5);
        ASSERT_EQ(batch.size(), 3u);
        EXPECT_TRUE(batch[0].failure.empty());
        EXPECT_NE(batch[1].failure.find("1.png"), std::string::npos);
        EXPECT_TRUE(batch[1].pixels.empty());
        EXPECT_NE(batch[2].failure.find("gone.png"), std::string::npos);
        EXPECT_TRUE(ahead.nextBatch(5).empty());
    }

    TEST_F(Decode, MayBeLeftBeforeTheEnd)
    {
        const auto tasks = makeTasks(20);
        for (int taken = 0; taken < 3; ++taken) {
            DecodeAhead ahead(tasks, media::clipTransform(4), 1);
            EXPECT_EQ(ahead.nextBatch(static_cast<std::size_t>(taken)).size(), static_cast<std::size_t>(taken));
        }
    }

    TEST_F(Decode, NothingToDoEndsAtOnce)
    {
        DecodeAhead ahead({}, media::clipTransform(4));
        DecodedPicture picture;
        EXPECT_FALSE(ahead.next(picture));
    }

} // namespace
} // namespace winnow::dataset
