#include "core/media/picture_file.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/media/image.h"
#include "core/media/picture_quality.h"
#include "core/media/tar.h"

#include <gmock/gmock.h>

#include <unistd.h>

namespace winnow::media {
namespace {

    using testing::HasSubstr;

    class PictureFile : public testing::Test {
    protected:
        PictureFile()
            : folder(std::filesystem::temp_directory_path() / ("winnow-picture-" + std::to_string(::getpid())))
        {
            std::filesystem::create_directories(folder);
        }
        ~PictureFile() override { std::filesystem::remove_all(folder); }

        std::filesystem::path write(const std::string& name, std::string_view content) const
        {
            file::writeAtomically(folder / name, content);
            return folder / name;
        }
        using Members = std::vector<std::pair<std::string, std::string>>;
        static std::string tar(const Members& members)
        {
            std::string out;
            TarWriter writer([&](std::string_view piece) { out += piece; });
            for (const auto& [name, content] : members)
                writer.add(name, content);
            writer.finish();
            return out;
        }
        /// A header of ustar, for what no honest writer makes.
        static std::string header(const std::string& name, char type, std::string size, const std::string& link = {})
        {
            std::string out(512, '\0');
            out.replace(0, name.size(), name);
            out.replace(100, 8, std::string("0000644\0", 8));
            out.replace(124, size.size(), size);
            out[156] = type;
            out.replace(157, link.size(), link);
            out.replace(257, 8,
                std::string("ustar\0"
                            "00",
                    8));
            int sum = 8 * ' ';
            for (std::size_t i = 0; i < out.size(); ++i)
                sum += i >= 148 && i < 156 ? 0 : static_cast<unsigned char>(out[i]);
            char digits[8];
            std::snprintf(digits, sizeof digits, "%06o", sum);
            out.replace(148, 6, digits);
            out[155] = ' ';
            return out;
        }

        std::filesystem::path folder;
    };

    TEST_F(PictureFile, AMemberOfAnArchiveIsReadByItsPath)
    {
        const std::string longName = std::string(180, 'd') + "/" + std::string(120, 'f') + ".jpg";
        const auto archive = write("p.tar", tar({{"a/1.jpg", "one"}, {"2.png", ""}, {longName, "three"}}));
        EXPECT_EQ(readPicture(archive / "a/1.jpg"), "one");
        EXPECT_EQ(readPicture(archive / "2.png"), "");
        EXPECT_EQ(readPicture(archive / longName), "three");
        EXPECT_TRUE(checkPicture(archive / "a/1.jpg").isThere);
        EXPECT_FALSE(checkPicture(archive / "a/2.jpg").isThere);
        EXPECT_FALSE(checkPicture(archive / "a").isThere);
        EXPECT_FALSE(checkPicture(folder / "none.tar/a.jpg").isThere);
        EXPECT_EQ(findPictureStamp(archive / "a/1.jpg"), findPictureStamp(archive));
        EXPECT_FALSE(findPictureStamp(folder / "none.tar/a.jpg"));
        EXPECT_THROW(readPicture(archive / "a/1.jpg", 2), Error);
        EXPECT_THROW(readPicture(archive / "b.jpg"), Error);
    }

    TEST_F(PictureFile, NamesAreUtf8WhateverTheLocale)
    {
        const std::string record = "18 path=a/犬.jpg\n";
        ASSERT_EQ(record.size(), 18u);
        const std::string tail(1024, '\0');
        const auto padded = [](std::string content) { return content + std::string(512 - content.size(), '\0'); };
        const auto pax = header("pax", 'x', "00000000022") + padded(record) + header("a/_.jpg", '0', "00000000003")
            + padded("dog") + header("b/猫.jpg", '0', "00000000003") + padded("cat") + tail;
        const auto archive = write("p.tar", pax);
        EXPECT_EQ(readPicture(archive / "a/犬.jpg"), "dog");
        EXPECT_EQ(readPicture(archive / "b/猫.jpg"), "cat");
        EXPECT_FALSE(checkPicture(archive / "a/_.jpg").isThere);
    }

    TEST_F(PictureFile, AChangedArchiveIsLookedThroughAgain)
    {
        const auto archive = write("p.tar", tar({{"1.jpg", "one"}}));
        EXPECT_EQ(readPicture(archive / "1.jpg"), "one");
        write("p.tar", tar({{"0.jpg", "zero"}, {"1.jpg", "two"}, {"2.jpg", std::string(20000, 'x')}}));
        EXPECT_EQ(readPicture(archive / "1.jpg"), "two");
        EXPECT_EQ(readPicture(archive / "2.jpg").size(), 20000u);
    }

    TEST_F(PictureFile, PicturesInAnArchiveAreDecoded)
    {
        Image image{3, 2, std::vector<std::uint8_t>(18, 200)};
        const auto archive = write("p.tar", tar({{"a.png", encodePng(image)}, {"b.png", "no picture"}}));
        EXPECT_EQ(decodeImage(archive / "a.png"), image);
        EXPECT_EQ(readImageSize(archive / "a.png"), (ImageSize{3, 2}));
        EXPECT_EQ(decodeThumbnail(archive / "a.png", 8), image);
        EXPECT_THROW(decodeImage(archive / "b.png"), Error);
        const auto size = measureSize(archive / "a.png");
        EXPECT_EQ(std::pair(size.width, size.height), std::pair(3, 2));
        EXPECT_EQ(size.fileBytes, static_cast<std::int64_t>(encodePng(image).size()));
        EXPECT_THROW(measureSize(archive / "b.png"), Error);
    }

    TEST_F(PictureFile, HostileMembersAreToldApartAndNeverOpened)
    {
        const std::string tail(1024, '\0'), eleven = "00000000000";
        const auto archive = write("h.tar",
            header("../../etc/passwd", '0', eleven) + header("/etc/shadow", '0', eleven)
                + header("link.jpg", '2', eleven, "/etc/passwd") + header("hard.jpg", '1', eleven, "good.jpg")
                + header("pipe.jpg", '6', eleven) + header("bad\xFF.jpg", '0', eleven) + header("folder", '5', eleven)
                + header("./x//good.jpg", '0', "00000000001") + "g" + std::string(511, '\0') + tail);
        std::map<std::string, std::string> problems;
        TarReader reader(archive);
        for (TarEntry entry; reader.next(entry);)
            problems[entry.name] = entry.problem;
        EXPECT_EQ(problems.size(), 8u);
        EXPECT_THAT(problems["../../etc/passwd"], HasSubstr("leaves the archive"));
        EXPECT_THAT(problems["/etc/shadow"], HasSubstr("leaves the archive"));
        EXPECT_THAT(problems["link.jpg"], HasSubstr("is a link"));
        EXPECT_THAT(problems["hard.jpg"], HasSubstr("is a link"));
        EXPECT_THAT(problems["pipe.jpg"], HasSubstr("no plain file"));
        EXPECT_EQ(problems["folder"], "");
        EXPECT_EQ(problems["x/good.jpg"], "");
        EXPECT_EQ(readPicture(archive / "x/good.jpg"), "g");
        for (const char* name : {"../../etc/passwd", "link.jpg", "hard.jpg", "pipe.jpg", "folder"})
            EXPECT_FALSE(checkPicture(archive / name).isThere) << name;
    }

    TEST_F(PictureFile, SizesThatCannotBeAreRefusedBeforeMemoryIsTaken)
    {
        // 8 GB in a file of two blocks; and a size in base 256 that is larger than any file.
        const auto big = write("big.tar", header("a.jpg", '0', "77777777777") + std::string(512, 'x'));
        EXPECT_THROW(readPicture(big / "a.jpg"), Error);
        const auto huge = write("huge.tar", header("a.jpg", '0', "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
        EXPECT_THROW(readPicture(huge / "a.jpg"), Error);
        const auto cut = write("cut.tar", tar({{"a.jpg", std::string(9000, 'x')}}).substr(0, 4096));
        EXPECT_THROW(readPicture(cut / "a.jpg"), Error);
        const auto none = write("none.tar", std::string(3000, 'n'));
        EXPECT_THROW(readPicture(none / "a.jpg"), Error);
    }

    TEST_F(PictureFile, KindsThatAreNotDecodedAreKnownByContent)
    {
        const auto gif = write("it's.jpg", std::string("GIF89a") + std::string(40, '\0'));
        const auto check = checkPicture(gif);
        EXPECT_TRUE(check.isThere);
        EXPECT_THAT(check.refusal, HasSubstr("is a GIF"));
        EXPECT_THAT(check.refusal, HasSubstr("convert '" + folder.string() + "/it'\\''s.jpg' '"));
        EXPECT_THAT(refusalOf(std::string("\0\0\0 ftypavif____________", 24), "a.avif"),
            HasSubstr("is an AVIF, which this build does not decode; convert it first: convert 'a.avif' 'a.jpg'"));
        EXPECT_EQ(checkPicture(write("b.gif", "\xFF\xD8\xFF\xE0")).refusal, "");
        EXPECT_EQ(checkPicture(folder).isThere, false);
    }

    TEST_F(PictureFile, ATarIsKnownByItsHeader)
    {
        EXPECT_TRUE(isTarHeader(tar({{"a", "b"}})));
        EXPECT_TRUE(isTarHeader(header("a", '0', "0")));
        EXPECT_FALSE(isTarHeader(std::string(512, '\0')));
        EXPECT_FALSE(isTarHeader("{"));
    }

} // namespace
} // namespace winnow::media
