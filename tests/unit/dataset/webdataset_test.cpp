#include "core/base/error.h"
#include "core/base/json.h"
#include "core/dataset/exporter.h"
#include "core/dataset/importer.h"
#include "core/dataset/webdataset.h"
#include "core/media/picture_file.h"
#include "core/media/tar.h"
#include "tests/unit/dataset/test_folder.h"

#include <gmock/gmock.h>

namespace winnow::dataset {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::IsEmpty;

    const std::string kJpeg = "\xFF\xD8\xFF\xE0 a picture";

    class WebDataset : public FolderTest {
    protected:
        using Members = std::vector<std::pair<std::string, std::string>>;
        std::filesystem::path writeTar(const std::string& name, const Members& members) const
        {
            std::string bytes;
            media::TarWriter writer([&](std::string_view piece) { bytes += piece; });
            for (const auto& [member, content] : members)
                writer.add(member, content);
            writer.finish();
            return write(name, bytes);
        }
        struct Imported {
            std::vector<RawPair> rows;
            std::vector<BadRow> bad;
            std::optional<std::string> brokeOff;
            std::filesystem::path root;
        };
        Imported import(const ImportOptions& options)
        {
            Imported out;
            const auto source = openSource(options);
            for (RawPair row; source->next(row);)
                out.rows.push_back(row);
            out.bad = source->takeBadRows();
            out.brokeOff = source->brokeOff();
            out.root = source->imagesRoot();
            EXPECT_LE(source->bytesRead(), source->bytesTotal());
            return out;
        }
    };

    TEST_F(WebDataset, MembersOfOneKeyAreAPair)
    {
        const auto tar = writeTar("s.tar",
            {{"README", "words"}, {"LICENSE.md", "words"}, {"a/1.jpg", kJpeg}, {"a/1.txt", "One\n"}, {"2.png", kJpeg},
                {"2.cls", "7"}, {"3.json", R"({"caption": "Three", "width": 5})"}, {"3.jpeg", kJpeg},
                {"4.0.jpg", kJpeg}, {"4.1.jpg", kJpeg},
                {"4.json",
                    R"({"id": "four", "conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]})"},
                {"5.txt", "\xEF\xBB\xBFtext only"}, {"6.jpg", kJpeg},
                {"6.json", R"({"caption": "long", "prompt": "Say."})"}, {"6.txt", "short"},
                {"7.json", R"({"image": "beside.jpg", "response": "by path"})"}});
        const auto got = import({.source = tar});
        ASSERT_EQ(got.rows.size(), 7u);
        EXPECT_TRUE(got.bad.empty());
        EXPECT_EQ(got.root, folder());
        EXPECT_EQ(got.rows[0].pair.id.value, "a/1");
        EXPECT_EQ(got.rows[0].pair.response, "One\n");
        EXPECT_THAT(got.rows[0].pair.images, ElementsAre("s.tar/a/1.jpg"));
        EXPECT_FALSE(got.rows[0].isImageMissing);
        EXPECT_EQ(media::readPicture(got.root / got.rows[0].pair.images[0]), kJpeg);
        EXPECT_EQ(got.rows[1].pair.response, "7");
        EXPECT_EQ(got.rows[2].pair.response, "Three");
        EXPECT_EQ(got.rows[3].pair.id.value, "four");
        EXPECT_THAT(got.rows[3].pair.images, ElementsAre("s.tar/4.0.jpg", "s.tar/4.1.jpg"));
        EXPECT_EQ(got.rows[3].pair.instruction, "Q");
        EXPECT_EQ(got.rows[4].pair.response, "text only");
        EXPECT_THAT(got.rows[4].pair.images, IsEmpty());
        EXPECT_EQ(got.rows[5].pair.response, "short"); // what the sample says plainly before what its metadata says
        EXPECT_EQ(got.rows[5].pair.instruction, "Say.");
        EXPECT_THAT(got.rows[6].pair.images, ElementsAre("beside.jpg"));
        EXPECT_TRUE(got.rows[6].isImageMissing);
    }

    TEST_F(WebDataset, AMappingChoosesTheText)
    {
        const auto tar = writeTar("s.tar",
            {{"1.json", R"({"caption": "from json", "alt": "from alt", "similarity": 0.25, "key": "k1"})"},
                {"1.txt", "from txt"}});
        EXPECT_EQ(import({.source = tar}).rows.at(0).pair.response, "from txt");
        EXPECT_EQ(import({.source = tar, .map = {{"response", "caption"}}}).rows.at(0).pair.response, "from json");
        const auto mapped =
            import({.source = tar, .map = {{"response", "alt"}, {"id", "key"}, {"clip", "similarity"}}});
        EXPECT_EQ(mapped.rows.at(0).pair.response, "from alt");
        EXPECT_EQ(mapped.rows.at(0).pair.id.value, "k1");
        EXPECT_THAT(mapped.rows.at(0).metrics, ElementsAre(testing::Pair("clip", 0.25)));
        EXPECT_EQ(import({.source = tar, .map = {{"response", "txt"}}}).rows.at(0).pair.response, "from txt");
        const auto preview = previewSource({.source = tar}, 3);
        EXPECT_EQ(preview.detected.format, "webdataset");
        EXPECT_THAT(preview.numericColumns, ElementsAre("similarity"));
        EXPECT_EQ(preview.mapping.at("response"), "txt");
    }

    TEST_F(WebDataset, AFolderOfShardsIsOneSource)
    {
        writeTar("set/0.tar", {{"1.jpg", kJpeg}, {"1.txt", "A"}, {"2.txt", "B"}});
        writeTar("set/1.tar", {{"2.jpg", kJpeg}, {"2.txt", "C"}});
        const auto got = import({.source = folder() / "set"});
        ASSERT_EQ(got.rows.size(), 3u);
        EXPECT_EQ(got.rows[2].pair.id.value, "2");
        EXPECT_THAT(got.rows[2].pair.images, ElementsAre("1.tar/2.jpg"));
        EXPECT_EQ(detectFormat(folder() / "set").why, "a folder of tar archives");
    }

    TEST_F(WebDataset, BadSamplesAreListedAndTheRestGoesIn)
    {
        Members many{{"1.jpg", kJpeg}, {"2.txt", "no picture of a kind"}, {"2.gif", "GIF89a" + kJpeg},
            {"3.json", "{broken"}, {"4.txt", "x"}, {"4.txt", "y"}};
        for (int i = 0; i < 70; ++i)
            many.emplace_back("5." + std::to_string(i) + ".jpg", kJpeg);
        many.emplace_back("6.txt", "good");
        const auto got = import({.source = writeTar("s.tar", many)});
        ASSERT_EQ(got.rows.size(), 1u);
        EXPECT_EQ(got.rows[0].pair.id.value, "6");
        ASSERT_EQ(got.bad.size(), 5u);
        const char* const want[] = {"1 has no .txt, .json or .cls", "image 2.gif is a GIF", "is not valid JSON",
            "4.txt is there twice", "more than 64 members"};
        for (std::size_t i = 0; i < 5; ++i) {
            EXPECT_THAT(got.bad[i].reason, HasSubstr(want[i]));
            EXPECT_EQ(got.bad[i].id, std::to_string(i + 1));
            EXPECT_EQ(got.bad[i].line, static_cast<std::int64_t>(i) + 1);
        }
    }

    TEST_F(WebDataset, ADamagedShardDoesNotHideThoseBehindIt)
    {
        const auto tar = writeTar("s.tar", {{"1.txt", "A"}, {"2.txt", std::string(5000, 'b')}});
        std::filesystem::create_directories(folder() / "set");
        write("set/0.tar", file::readAll(tar).substr(0, 1500));
        writeTar("set/1.tar", {{"3.txt", "C"}});
        const auto got = import({.source = folder() / "set"});
        ASSERT_EQ(got.rows.size(), 2u);
        EXPECT_EQ(got.rows[1].pair.id.value, "3");
        ASSERT_TRUE(got.brokeOff.has_value());
        EXPECT_THAT(*got.brokeOff, HasSubstr("0.tar breaks off after sample 1"));
        EXPECT_THAT(*got.brokeOff, HasSubstr("the archives after it are read"));
    }

    TEST_F(WebDataset, AnArchiveThatBreaksOffKeepsTheSamplesBefore)
    {
        const auto tar = writeTar("s.tar", {{"1.txt", "A"}, {"2.txt", std::string(5000, 'b')}, {"3.txt", "C"}});
        const auto whole = file::readAll(tar);
        for (const std::size_t size : {1500, 2500, 5000}) {
            const auto got = import({.source = write("cut.tar", whole.substr(0, size))});
            ASSERT_TRUE(got.brokeOff.has_value() || got.bad.size() == 1u) << size;
            EXPECT_EQ(got.rows.size(), 1u) << size;
        }
    }

    TEST_F(WebDataset, WhatIsNoArchiveOrLiesElsewhereIsRefused)
    {
        const auto tar = writeTar("s.tar", {{"1.txt", "A"}});
        std::filesystem::create_directories(folder() / "elsewhere");
        EXPECT_THROW(import({.source = tar, .imagesRoot = folder() / "elsewhere"}), Error);
        EXPECT_EQ(import({.source = tar, .imagesRoot = folder().parent_path()}).rows.size(), 1u);
        std::filesystem::copy_file(tar, folder() / "s.bin");
        EXPECT_THROW(import({.source = folder() / "s.bin"}), Error);
        EXPECT_THROW(import({.source = write("a.json", "[]"), .format = "webdataset"}), Error);
        EXPECT_THROW(import({.source = tar, .format = "jsonl"}), Error);
    }

    TEST_F(WebDataset, NamesAreCutAtTheFirstPoint)
    {
        EXPECT_EQ(splitMember("a.b/c.d.jpg").key, "a.b/c");
        EXPECT_EQ(splitMember("a.b/c.d.jpg").ending, "d.jpg");
        EXPECT_EQ(splitMember("plain").key, "");
        EXPECT_EQ(splitMember("a/.hidden.txt").key, "");
    }

    TEST_F(WebDataset, ExportsHoldPicturesTextsAndFields)
    {
        write("p/a.png", "\x89PNG bytes");
        write("p/b.jpg", kJpeg);
        ExportRow row;
        row.pair.id.value = "x y#1";
        row.pair.images = {"a.png", "b.jpg"};
        row.pair.instruction = "Q";
        row.pair.response = "A";
        row.metrics = {1.5};
        ExportRow gone = row;
        gone.pair.id.value = "gone";
        gone.pair.images = {"none.jpg"};
        NullContext context;
        ExportOptions options;
        options.out = folder() / "o.tar";
        options.format = "webdataset";
        options.metricNames = {"clip"};
        options.locate = [this](const Pair&, const std::string& image) { return folder() / "p" / image; };
        std::vector<ExportRow> rows{row, gone};
        std::size_t at = 0;
        const auto report =
            exportPairs([&](ExportRow& out) { return at < rows.size() && (out = rows[at++], true); }, options, context);
        EXPECT_EQ(report.imageCount, 2);
        ASSERT_EQ(report.failures.size(), 1u);
        EXPECT_EQ(report.failures[0].id, "gone");
        std::map<std::string, std::string> members;
        media::TarReader reader(folder() / "o.tar");
        for (media::TarEntry entry; reader.next(entry);)
            members[entry.name] = reader.readAll(1000);
        EXPECT_EQ(members.size(), 6u);
        EXPECT_EQ(members["000000000.0.png"], "\x89PNG bytes");
        EXPECT_EQ(members["000000000.1.jpg"], kJpeg);
        EXPECT_EQ(members["000000000.txt"], "A");
        EXPECT_EQ(members["000000000.json"],
            "{\"id\": \"x y#1\", \"instruction\": \"Q\", \"response\": \"A\", \"clip\": 1.5}\n");
        EXPECT_EQ(json::parse(members["000000001.json"], "a member")["image"], "none.jpg");
    }

    TEST_F(WebDataset, PicturesOfAnArchiveAreCopiedButNeverLinked)
    {
        const auto tar = writeTar("s.tar", {{"1.jpg", kJpeg}, {"1.txt", "A"}});
        const auto got = import({.source = tar});
        for (const auto images : {ImageCopies::Copy, ImageCopies::Link}) {
            NullContext context;
            ExportOptions options;
            options.out = folder() / (images == ImageCopies::Copy ? "copy/o.json" : "link/o.json");
            options.format = "llava";
            options.images = images;
            options.locate = [this](const Pair&, const std::string& image) { return folder() / image; };
            bool isDone = false;
            const auto report = exportPairs(
                [&](ExportRow& out) {
                    out.pair = got.rows[0].pair;
                    return !std::exchange(isDone, true);
                },
                options, context);
            EXPECT_EQ(report.failures.size(), images == ImageCopies::Copy ? 0u : 1u);
        }
        EXPECT_EQ(file::readAll(folder() / "copy/images/s.tar/1.jpg"), kJpeg);
        EXPECT_EQ(import({.source = folder() / "copy/o.json"}).rows.at(0).isImageMissing, false);
    }

} // namespace
} // namespace winnow::dataset
