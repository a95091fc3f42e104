#include "core/dataset/exporter.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "tests/support/stopping_context.h"
#include "tests/unit/dataset/test_folder.h"

#include <gmock/gmock.h>

#include <cmath>

namespace winnow::dataset {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;

    ExportStream streamOf(std::vector<ExportRow> rows)
    {
        return [rows = std::move(rows), i = std::size_t(0)](ExportRow& out) mutable {
            if (i == rows.size())
                return false;
            out = rows[i++];
            return true;
        };
    }

    Pair pair(
        const std::string& id, const std::string& image, const std::string& instruction, const std::string& response)
    {
        Pair out;
        out.id.value = id;
        if (!image.empty())
            out.images = {image};
        out.instruction = instruction;
        out.response = response;
        return out;
    }

    Pair talk()
    {
        Pair out = pair("talk", "b.jpg", "Why?", "So.");
        out.turns = {{Role::User, "Why?"}, {Role::Assistant, "So."}, {Role::User, "And?"}, {Role::Assistant, "Yes."}};
        return out;
    }

    class Export : public FolderTest {
    protected:
        ExportReport run(const ExportOptions& options, std::vector<ExportRow> rows)
        {
            NullContext context;
            return exportPairs(streamOf(std::move(rows)), options, context);
        }
        std::function<std::filesystem::path(const Pair&, const std::string&)> under(
            const std::filesystem::path& root) const
        {
            return [root](const Pair&, const std::string& image) { return root / image; };
        }
        std::vector<Pair> import(const std::filesystem::path& source)
        {
            std::vector<Pair> out;
            const auto rows = openSource({.source = source});
            for (RawPair row; rows->next(row);)
                out.push_back(row.pair);
            EXPECT_TRUE(rows->takeBadRows().empty());
            EXPECT_FALSE(rows->brokeOff());
            return out;
        }
    };

    TEST_F(Export, CcSbuAlignIsWrittenAsPythonWritesIt)
    {
        const auto report = run({.out = folder() / "out", .format = "cc_sbu_align"},
            {{pair("2", "image/2.jpg", "", "A \"man\"\tby a river\\ – 河\n\x01\x7F"), {}},
                {pair("3", "image/3.jpg", "Say.", "B"), {}}});
        EXPECT_EQ(file::readAll(folder() / "out/filter_cap.json"),
            R"({
    "annotations": [
        {
            "image_id": "2",
            "caption": "A \"man\"\tby a river\\ – 河\n\u0001)"
            "\x7F"
            R"("
        },
        {
            "image_id": "3",
            "caption": "B"
        }
    ]
})");
        EXPECT_EQ(report.pairCount, 2);
        EXPECT_THAT(report.notes, ElementsAre(HasSubstr("instructions of 1 pairs")));
        run({.out = folder() / "empty", .format = "cc_sbu_align"}, {});
        EXPECT_EQ(file::readAll(folder() / "empty/filter_cap.json"), "{\n    \"annotations\": []\n}");
    }

    TEST_F(Export, ThePublishedFileComesBackByteForByte)
    {
        const auto source = sharedData("instructiongpt4") / "filter_cap.json";
        if (!std::filesystem::exists(source))
            GTEST_SKIP() << "the published InstructionGPT-4 files are not beside the project";
        std::vector<ExportRow> rows;
        for (auto& one : import(source))
            rows.push_back({std::move(one), {}});
        run({.out = folder() / "out", .format = "cc_sbu_align"}, rows);
        EXPECT_TRUE(file::readAll(folder() / "out/filter_cap.json") == file::readAll(source));
    }

    TEST_F(Export, LlavaRoundTripKeepsIdsPicturesAndTexts)
    {
        std::vector<Pair> pairs{pair("a.jpg#1", "a.jpg", "", "One\n two "), talk(), pair("t", "", "Hi", "Ho")};
        run({.out = folder() / "deep/out.json", .format = "llava"}, {{pairs[0], {}}, {pairs[1], {}}, {pairs[2], {}}});
        const auto json = json::load(folder() / "deep/out.json");
        EXPECT_EQ(json[0]["conversations"][0]["value"], "<image>\nDescribe this image in detail.");
        EXPECT_EQ(json[1]["conversations"][2]["value"], "And?");
        EXPECT_FALSE(json[2].contains("image"));
        pairs[0].instruction = kStandInInstruction;
        EXPECT_EQ(import(folder() / "deep/out.json"), pairs);
    }

    TEST_F(Export, JsonLinesCarryMetricsAndComeBack)
    {
        std::vector<Pair> pairs{pair("1", "a.jpg", "What?", "A"), talk(), pair("t", "", "Hi", "Ho")};
        pairs[2].images = {"x.jpg", "y.jpg"};
        run({.out = folder() / "out.jsonl", .format = "jsonl", .metricNames = {"clip", "len"}},
            {{pairs[0], {30.5, std::nan("")}}, {pairs[1], {1, 2}}, {pairs[2], {0, -0.25}}});
        const auto lines = file::readAll(folder() / "out.jsonl");
        EXPECT_EQ(lines.substr(0, lines.find('\n')),
            R"({"id": "1", "image": "a.jpg", "instruction": "What?", "response": "A", "clip": 30.5, "len": null})");
        EXPECT_EQ(import(folder() / "out.jsonl"), pairs);
    }

    TEST_F(Export, PicturesAreCopiedOrLinkedBesideTheData)
    {
        write("source/image/2.jpg", "two");
        write("source/sub/a.png", "a");
        const auto copies = run({.out = folder() / "out",
                                    .format = "cc_sbu_align",
                                    .images = ImageCopies::Copy,
                                    .locate = under(folder() / "source")},
            {{pair("2", "image/2.jpg", "", "x"), {}}, {pair("a.png#1", "sub/a.png", "", "y"), {}},
                {pair("9", "image/9.jpg", "", "z"), {}}});
        EXPECT_EQ(file::readAll(folder() / "out/image/2.jpg"), "two");
        EXPECT_EQ(file::readAll(folder() / "out/image/a.png#1.jpg"), "a");
        EXPECT_EQ(copies.imageCount, 2);
        ASSERT_EQ(copies.failures.size(), 1u);
        EXPECT_EQ(copies.failures[0].id, "9");
        EXPECT_EQ(copies.pairCount, 3);

        run({.out = folder() / "links/data.json",
                .format = "llava",
                .images = ImageCopies::Link,
                .locate = under(folder() / "source")},
            {{pair("a#1", "sub/a.png", "", "x"), {}}, {pair("a#2", "sub/a.png", "", "y"), {}}});
        EXPECT_EQ(file::readAll(folder() / "links/images/sub/a.png"), "a");
        EXPECT_EQ(import(folder() / "links/data.json").at(1).images, std::vector<std::string>{"images/sub/a.png"});
    }

    TEST_F(Export, CopyingOverALinkLeavesTheOriginalAlone)
    {
        write("first/a.jpg", "first");
        write("second/a.jpg", "second");
        for (const auto& [source, images] : {std::pair{"first", ImageCopies::Link}, {"second", ImageCopies::Copy}})
            run({.out = folder() / "out/data.json",
                    .format = "llava",
                    .images = images,
                    .locate = under(folder() / source)},
                {{pair("1", "a.jpg", "", "x"), {}}});
        EXPECT_EQ(file::readAll(folder() / "out/images/a.jpg"), "second");
        EXPECT_EQ(file::readAll(folder() / "first/a.jpg"), "first");
        // A copy of what was linked before is a file of its own; a picture that lies in its place stays.
        for (const auto images : {ImageCopies::Link, ImageCopies::Copy})
            run({.out = folder() / "own/data.json",
                    .format = "llava",
                    .images = images,
                    .locate = under(folder() / "first")},
                {{pair("1", "a.jpg", "", "x"), {}}});
        EXPECT_FALSE(std::filesystem::equivalent(folder() / "first/a.jpg", folder() / "own/images/a.jpg"));
        run({.out = folder() / "own/data.json",
                .format = "llava",
                .images = ImageCopies::Copy,
                .locate = under(folder() / "own/images")},
            {{pair("1", "a.jpg", "", "x"), {}}});
        EXPECT_EQ(file::readAll(folder() / "own/images/a.jpg"), "first");
    }

    TEST_F(Export, PathsOfPicturesNeverLeaveTheFolder)
    {
        write("source/a.jpg", "a");
        write("b.jpg", "b");
        run({.out = folder() / "out/data.json",
                .format = "llava",
                .images = ImageCopies::Copy,
                .locate = under(folder() / "source")},
            {{pair("1", "../b.jpg", "", "x"), {}}, {pair("2", (folder() / "source/a.jpg").string(), "", "y"), {}}});
        EXPECT_TRUE(std::filesystem::exists(folder() / "out/images/b.jpg"));
        EXPECT_FALSE(std::filesystem::exists(folder() / "out/b.jpg"));
    }

    TEST_F(Export, TwoSourcesOfOneNameAreKeptApart)
    {
        write("one/a.jpg", "1");
        write("two/a.jpg", "2");
        const auto locate = [this](const Pair& of, const std::string& image) { return folder() / of.id.value / image; };
        run({.out = folder() / "out/data.json", .format = "llava", .images = ImageCopies::Copy, .locate = locate},
            {{pair("one", "a.jpg", "", "x"), {}}, {pair("two", "a.jpg", "", "y"), {}}});
        EXPECT_EQ(file::readAll(folder() / "out/images/a.jpg"), "1");
        EXPECT_EQ(file::readAll(folder() / "out/images/a-2.jpg"), "2");
    }

    TEST_F(Export, AStoppedExportLeavesTheOldFile)
    {
        write("out.jsonl", "old");
        std::vector<ExportRow> rows(1000, {pair("1", "", "a", "b"), {}});
        StoppingContext context(1);
        EXPECT_THROW(
            exportPairs(streamOf(rows), {.out = folder() / "out.jsonl", .format = "jsonl"}, context), Cancelled);
        EXPECT_EQ(file::readAll(folder() / "out.jsonl"), "old");
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder()), {}), 1);
    }

    TEST_F(Export, ImpossibleOptionsAreRefused)
    {
        const auto expectRefused = [&](const ExportOptions& options) { EXPECT_THROW(run(options, {}), Error); };
        expectRefused({.out = {}, .format = "llava"});
        expectRefused({.out = folder() / "a", .format = "parquet"});
        expectRefused({.out = folder() / "a.wds", .format = "webdataset", .locate = under(folder())});
        expectRefused({.out = folder() / "a.tar", .format = "webdataset"}); // nobody says where the pictures lie
        expectRefused({.out = folder() / "a.tar",
            .format = "webdataset",
            .images = ImageCopies::Link,
            .locate = under(folder())});
        expectRefused({.out = folder(), .format = "llava"});
        expectRefused({.out = folder() / "a", .format = "llava", .images = ImageCopies::Copy});
        expectRefused({.out = folder() / "a", .format = "llava", .metricNames = {"clip"}});
        write("file", "x");
        expectRefused({.out = folder() / "file/a.json", .format = "llava"});
        EXPECT_THAT(exportFormats(),
            ElementsAre(
                "cc_sbu_align", "llava", "sharegpt", "messages", "coco", "imagefolder", "webdataset", "jsonl", "csv"));
    }

} // namespace
} // namespace winnow::dataset
