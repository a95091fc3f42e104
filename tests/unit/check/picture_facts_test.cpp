#include "core/check/picture_facts.h"

#include "core/base/file.h"
#include "tests/unit/check/test_pictures.h"

#include <gtest/gtest.h>

namespace winnow::check {
namespace {

    TEST(PictureFacts, ReadableMissingCutAndTooLargeOnes)
    {
        Folder folder;
        const auto jpeg = media::encodeJpeg(blocks(1));
        writeFile(folder / "good.jpg", jpeg);
        writeFile(folder / "cut.jpg", jpeg.substr(0, jpeg.size() / 2));
        writeFile(folder / "words.jpg", "this is not a picture");
        writeFile(folder / "huge.png", pngClaiming(40'000, 40'000));
        const auto good = inspectPicture(folder / "good.jpg");
        EXPECT_EQ(good.state, PictureState::Readable);
        EXPECT_EQ(good.problem, "");
        EXPECT_EQ(good.width, 128);
        EXPECT_EQ(good.height, 128);
        EXPECT_EQ(good.digest, Digest::fromHex(file::sha256(jpeg)));
        EXPECT_EQ(inspectPicture(folder / "cut.jpg").state, PictureState::Unreadable);
        EXPECT_EQ(inspectPicture(folder / "words.jpg").state, PictureState::Unreadable);
        EXPECT_EQ(inspectPicture(folder / "huge.png").state, PictureState::TooLarge);
        EXPECT_EQ(inspectPicture(folder / "none.jpg").state, PictureState::Missing);
        EXPECT_EQ(inspectPicture({}).state, PictureState::Missing);
        EXPECT_NE(inspectPicture(folder / "huge.png").problem.find("40000 x 40000"), std::string::npos);
    }

    TEST(PictureFacts, TheSamePictureCompressedAnewLooksAlikeAndAnotherDoesNot)
    {
        Folder folder;
        writeFile(folder / "a.jpg", media::encodeJpeg(blocks(1), 95));
        writeFile(folder / "b.jpg", media::encodeJpeg(blocks(1), 60));
        writeFile(folder / "c.png", media::encodePng(blocks(2)));
        const auto a = inspectPicture(folder / "a.jpg"), b = inspectPicture(folder / "b.jpg"),
                   c = inspectPicture(folder / "c.png");
        EXPECT_NE(a.digest, b.digest);
        EXPECT_TRUE(isLike(a.look, b.look));
        EXPECT_FALSE(isLike(a.look, c.look));
    }

    TEST(PictureFacts, ALineKeepsThemAndABrokenOneGivesNothing)
    {
        Folder folder;
        writeFile(folder / "a.jpg", media::encodeJpeg(blocks(3)));
        writeFile(folder / "words.jpg", "no picture, \"only\" words");
        for (const char* name : {"a.jpg", "words.jpg"}) {
            const auto facts = inspectPicture(folder / name);
            EXPECT_EQ(factsFromLine(toLine(facts)), facts) << name;
        }
        for (const char* line : {"", "[]", "no JSON", "[2,0,\"\",1,1,1,1,1,[],false]", "[1,9,\"\",1,1,1,1,1,[],false]",
                 "[1,0,7,1,1,1,1,1,[],false]"})
            EXPECT_EQ(factsFromLine(line), std::nullopt) << line;
    }

    TEST(PictureFacts, AStampChangesWithTheFile)
    {
        Folder folder;
        writeFile(folder / "a.jpg", "one");
        const auto before = stampOf(folder / "a.jpg");
        writeFile(folder / "a.jpg", "longer");
        EXPECT_NE(stampOf(folder / "a.jpg"), before);
        EXPECT_EQ(stampOf(folder / "none"), "");
    }

} // namespace
} // namespace winnow::check
