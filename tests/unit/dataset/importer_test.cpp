#include "core/dataset/importer.h"

#include "core/base/error.h"
#include "tests/unit/dataset/test_folder.h"

#include <gmock/gmock.h>

namespace winnow::dataset {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;

    /// All that a source gives.
    struct Imported {
        std::vector<RawPair> rows;
        std::vector<BadRow> bad;
        std::optional<std::string> brokeOff;
        std::filesystem::path root;
        std::map<std::string, std::string> mapping;
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
        out.mapping = source->mapping();
        EXPECT_EQ(source->bytesRead() > 0, source->bytesTotal() > 0);
        return out;
    }

    std::vector<std::string> ids(const Imported& imported)
    {
        std::vector<std::string> out;
        for (const auto& row : imported.rows)
            out.push_back(row.pair.id.value);
        return out;
    }

    std::string failureOf(const ImportOptions& options, ErrorCode code)
    {
        try {
            import(options);
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), code) << e.what();
            return e.what();
        }
        ADD_FAILURE() << "no failure";
        return {};
    }

    class Import : public FolderTest { };

    constexpr const char* kFilterCap = R"({
    "annotations": [
        {
            "image_id": "2",
            "caption": "A man, fishing."
        },
        {
            "image_id": "3",
            "caption": "A \"kitchen\"\n with an oven – 厨房."
        }
    ]
})";

    TEST_F(Import, CcSbuAlignHasIdsPicturesAndNoInstruction)
    {
        write("filter_cap.json", kFilterCap);
        const auto got = import({.source = folder()});
        ASSERT_EQ(got.rows.size(), 2u);
        EXPECT_EQ(got.rows[0].pair.id.value, "2");
        EXPECT_THAT(got.rows[0].pair.images, ElementsAre("image/2.jpg"));
        EXPECT_EQ(got.rows[0].pair.instruction, "");
        EXPECT_EQ(got.rows[0].line, 3);
        EXPECT_EQ(got.rows[1].pair.response, "A \"kitchen\"\n with an oven – 厨房.");
        EXPECT_EQ(got.rows[1].line, 7);
        EXPECT_TRUE(got.rows[1].hasOwnId);
        EXPECT_EQ(got.root, folder());
        EXPECT_FALSE(got.brokeOff);
    }

    TEST_F(Import, CcSbuAlignReadsABareListAndAFolderOfPictures)
    {
        write("pictures/2.jpg", "x");
        const auto file = write("list.json", R"([{"image_id": 2, "caption": "a"}])");
        EXPECT_THAT(import({.source = file}).rows.at(0).pair.images, ElementsAre("image/2.jpg"));
        EXPECT_THAT(
            import({.source = file, .imagesRoot = folder() / "pictures"}).rows.at(0).pair.images, ElementsAre("2.jpg"));
    }

    TEST_F(Import, BadRowsAreListedAndTheRestGoesIn)
    {
        const auto file = write("filter_cap.json",
            "{\"info\": {\"a\": [1, 2]}, \"annotations\": [\n"
            "{\"image_id\": \"1\", \"caption\": \"good\"},\n"
            "{\"image_id\": \"2\"},\n"
            "{\"image_id\": \"3\", \"caption\": 7},\n"
            "{\"caption\": \"no id\"},\n"
            "42,\n"
            "{\"image_id\": \"../../etc/passwd\", \"caption\": \"out\"},\n"
            "{\"image_id\": \"4\", \"caption\": NaN},\n"
            "{\"image_id\": \"5\", \"caption\": \"\xC3\x28\"},\n"
            "{\"image_id\": \"6\", \"caption\": \"zero \\u0000\"},\n"
            "{\"image_id\": \"7\", \"caption\": \"good too\"}\n], \"more\": 1}");
        const auto got = import({.source = file});
        EXPECT_THAT(ids(got), ElementsAre("1", "7"));
        ASSERT_EQ(got.bad.size(), 8u);
        const std::pair<std::int64_t, const char*> want[] = {{3, "caption is missing"}, {4, "caption is a number"},
            {5, "image_id is missing"}, {6, "expected an object"}, {7, "leaves its folder"}, {8, "NaN"},
            {9, "not valid UTF-8"}, {10, "zero character"}};
        for (std::size_t i = 0; i < 8; ++i) {
            EXPECT_EQ(got.bad[i].line, want[i].first);
            EXPECT_THAT(got.bad[i].reason, HasSubstr(want[i].second));
        }
        EXPECT_EQ(got.bad[0].id, "2");
        EXPECT_FALSE(got.brokeOff);
    }

    TEST_F(Import, ASourceThatBreaksOffKeepsTheRowsBefore)
    {
        const std::string whole = kFilterCap;
        for (std::size_t size = 60; size + 1 < whole.size(); size += 7) {
            const auto file = write("filter_cap.json", whole.substr(0, size));
            const auto got = import({.source = file, .format = "cc_sbu_align"});
            ASSERT_TRUE(got.brokeOff) << size;
            EXPECT_THAT(*got.brokeOff, HasSubstr("filter_cap.json"));
            std::size_t closed = 0; // objects whose last bracket is still there
            for (auto at = whole.find("\n        }"); at != std::string::npos && at + 10 <= size;
                 at = whole.find("\n        }", at + 1))
                ++closed;
            EXPECT_EQ(got.rows.size(), closed) << size;
        }
    }

    TEST_F(Import, LlavaKeepsTurnsAndTakesTheMarkerOff)
    {
        const auto file = write("llava.json", R"([
 {"id": "a", "image": "x/1.jpg", "conversations": [{"from": "human", "value": "<image>\nWhat is it?\nSay."}, {"from": "gpt", "value": " A dog.\n"}]},
 {"id": 17, "image": ["1.jpg", "2.jpg"], "conversations": [{"from": "human", "value": "Why?\n<image>"}, {"from": "gpt", "value": "So."},
   {"from": "human", "value": "And?"}, {"from": "gpt", "value": "Yes."}]},
 {"id": "t", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]},
 {"id": "bad", "conversations": [{"from": "tool", "value": "Hi"}]},
 {"id": "empty", "conversations": []}
])");
        const auto got = import({.source = file});
        ASSERT_EQ(got.rows.size(), 3u);
        EXPECT_EQ(got.rows[0].pair.instruction, "What is it?\nSay.");
        EXPECT_EQ(got.rows[0].pair.response, " A dog.\n");
        EXPECT_TRUE(got.rows[0].pair.turns.empty());
        EXPECT_EQ(got.rows[1].pair.id.value, "17");
        EXPECT_EQ(got.rows[1].pair.instruction, "Why?");
        EXPECT_EQ(got.rows[1].pair.turns.size(), 4u);
        EXPECT_THAT(got.rows[1].pair.responses(), ElementsAre("So.", "Yes."));
        EXPECT_THAT(got.rows[1].pair.images, ElementsAre("1.jpg", "2.jpg"));
        EXPECT_TRUE(got.rows[2].pair.images.empty());
        ASSERT_EQ(got.bad.size(), 2u);
        EXPECT_THAT(got.bad[0].reason, HasSubstr("a turn from \"tool\""));
        EXPECT_EQ(got.rows[0].imageMarks, std::nullopt); // one mark, one picture
        EXPECT_EQ(got.rows[1].imageMarks, 1);            // of two pictures
        EXPECT_EQ(got.rows[2].imageMarks, std::nullopt);
    }

    TEST_F(Import, JsonLinesFindTheirFieldsAndTakeAMapping)
    {
        const auto file = write("a.jsonl",
            "{\"id\": \"1\", \"image\": \"a.jpg\", \"question\": \"What?\", \"output\": \"A\", \"s\": 1.5}\n"
            "\n"
            "{\"id\": \"2\", \"image\": null, \"question\": \"Who?\", \"output\": \"B\", \"s\": \"2\"}\r\n"
            "{\"id\": \"3\", \"question\": \"Who?\", \"output\": \"B\", \"s\": \"high\"}\n");
        auto got = import({.source = file, .map = {{"score", "s"}}});
        EXPECT_THAT(ids(got), ElementsAre("1", "2"));
        EXPECT_EQ(got.rows[0].pair.instruction, "What?");
        EXPECT_EQ(got.rows[1].line, 3);
        EXPECT_THAT(got.rows[0].metrics, ElementsAre(testing::Pair("score", 1.5)));
        EXPECT_THAT(got.rows[1].metrics, ElementsAre(testing::Pair("score", 2.0)));
        EXPECT_THAT(got.bad.at(0).reason, HasSubstr("\"high\", expected a number"));
        EXPECT_THAT(got.mapping, testing::Contains(testing::Pair("response", "output")));
        got = import({.source = file, .map = {{"response", "question"}, {"id", "output"}}});
        EXPECT_EQ(got.rows.at(0).pair.response, "What?");
        EXPECT_EQ(got.rows.at(0).pair.id.value, "A");
    }

    TEST_F(Import, JsonLinesThatEndInsideALineBreakOff)
    {
        const auto file = write("a.jsonl", "{\"id\": \"1\", \"response\": \"A\"}\n{\"id\": \"2\", \"resp");
        const auto got = import({.source = file});
        EXPECT_THAT(ids(got), ElementsAre("1"));
        ASSERT_TRUE(got.brokeOff);
        EXPECT_THAT(*got.brokeOff, HasSubstr("line 2"));
    }

    TEST_F(Import, JsonLinesTakeAListOfObjectsToo)
    {
        const auto file = write(
            "a.json", R"([{"image": "a.jpg", "title": "T", "text": "Long"}, {"image": "a.jpg", "text": "More"}])");
        EXPECT_EQ(detectFormat(file).format, "jsonl");
        EXPECT_THAT(ids(import({.source = file})), ElementsAre("a.jpg#1", "a.jpg#2"));
    }

    TEST_F(Import, TablesFollowRfc4180)
    {
        const auto file = write("c.csv",
            "\xEF\xBB\xBFimage,caption\r\n"
            "a.jpg,plain\r\n"
            "a.jpg,\"with, comma and \"\"quotes\"\"\"\r\n"
            "\r\n"
            "b.jpg,\"two\r\nlines\"\r\n"
            "c.jpg,one,too many\r\n"
            "d.jpg,\"text\" after\r\n"
            "../e.jpg,out\r\n"
            "f.jpg,\xFF\r\n"
            "a.jpg,last");
        const auto got = import({.source = file});
        EXPECT_THAT(ids(got), ElementsAre("a.jpg#1", "a.jpg#2", "b.jpg#1", "a.jpg#3"));
        EXPECT_EQ(got.rows[1].pair.response, "with, comma and \"quotes\"");
        EXPECT_EQ(got.rows[2].pair.response, "two\r\nlines");
        EXPECT_EQ(got.rows[2].line, 5);
        EXPECT_FALSE(got.rows[0].hasOwnId);
        ASSERT_EQ(got.bad.size(), 4u);
        EXPECT_EQ(got.bad[0].line, 7);
        EXPECT_THAT(got.bad[0].reason, HasSubstr("3 columns, expected 2"));
        EXPECT_THAT(got.bad[1].reason, HasSubstr("after a closing quote"));
        EXPECT_THAT(got.bad[2].reason, HasSubstr("leaves its folder"));
        EXPECT_THAT(got.bad[3].reason, HasSubstr("UTF-8"));
    }

    TEST_F(Import, TablesTakeTabsAndAMapping)
    {
        const auto file = write("c.tsv",
            "key\tfile\tabout\tq\tclip\nk1\ta.jpg\tsaid, "
            "so\tWhy?\t3.5\nk2\tb.jpg\tno\tHow?\t\nk3\tb.jpg\tno\tHow?\tnan\n");
        const auto got = import({.source = file,
            .map = {{"id", "key"}, {"response", "about"}, {"instruction", "q"}, {"clip.given", "clip"}}});
        EXPECT_THAT(ids(got), ElementsAre("k1", "k2"));
        EXPECT_EQ(got.rows[0].pair.instruction, "Why?");
        EXPECT_THAT(got.rows[0].pair.images, ElementsAre("a.jpg"));
        EXPECT_THAT(got.rows[0].metrics, ElementsAre(testing::Pair("clip.given", 3.5)));
        EXPECT_TRUE(got.rows[1].metrics.empty());
        EXPECT_EQ(got.bad.size(), 1u);
        EXPECT_THAT(failureOf({.source = file, .map = {{"response", "nothing"}}}, ErrorCode::InvalidInput),
            HasSubstr("no column nothing"));
    }

    TEST_F(Import, AColumnMayBePictureAndIdAtOnce)
    {
        const auto file = write("c.csv", "image,text,clue\na.jpg,one,Why?\nb.jpg,two,How?\n");
        const auto got =
            import({.source = file, .map = {{"id", "image"}, {"response", "text"}, {"instruction", "clue"}}});
        EXPECT_THAT(ids(got), ElementsAre("a.jpg", "b.jpg"));
        EXPECT_THAT(got.rows[1].pair.images, ElementsAre("b.jpg"));
    }

    TEST_F(Import, AQuoteThatNeverClosesBreaksOff)
    {
        const auto got = import({.source = write("c.csv", "image,caption\na.jpg,one\nb.jpg,\"open\nc.jpg,two\n")});
        EXPECT_THAT(ids(got), ElementsAre("a.jpg#1"));
        ASSERT_TRUE(got.brokeOff);
        EXPECT_THAT(*got.brokeOff, HasSubstr("line 3"));
    }

    TEST_F(Import, OtherEncodingsAreRecognised)
    {
        // 厨房很大。 in GB18030, and "ä" in UTF-16 with and without its mark.
        const auto gb = write("gb.csv", "image,caption\na.jpg,\xB3\xF8\xB7\xBF\xBA\xDC\xB4\xF3\xA1\xA3\n");
        EXPECT_EQ(import({.source = gb}).rows.at(0).pair.response, "厨房很大。");
        std::string utf16;
        for (const char c : std::string("image,caption\na.jpg,x"))
            utf16 += std::string(1, c) + '\0';
        utf16 += std::string("\xE4\0", 2);
        EXPECT_EQ(import({.source = write("le.csv", utf16)}).rows.at(0).pair.response, "xä");
        EXPECT_EQ(import({.source = write("le2.csv", "\xFF\xFE" + utf16)}).rows.at(0).pair.response, "xä");
        // An emoji is two UTF-16 units.
        EXPECT_EQ(import({.source = write("le3.csv", "\xFF\xFE" + utf16 + std::string("\x3D\xD8\x00\xDE", 4))})
                      .rows.at(0)
                      .pair.response,
            "xä😀");
    }

    TEST_F(Import, OneBrokenRowDoesNotTurnAUtf8FileIntoAnother)
    {
        const auto file = write("a.csv", "image,caption\na.jpg,it’s “fine”\nb.jpg,caf\xE9s\nc.jpg,d’accord\n");
        const auto got = import({.source = file});
        EXPECT_THAT(ids(got), ElementsAre("a.jpg#1", "c.jpg#1"));
        EXPECT_EQ(got.rows[0].pair.response, "it’s “fine”");
        EXPECT_EQ(got.bad.size(), 1u);
    }

    TEST_F(Import, AnEncodingThatShowsLateIsFoundAllTheSame)
    {
        std::string ascii = "[";
        for (int i = 0; i < 9000; ++i) // several pieces of the file
            ascii += R"({"id": ")" + std::to_string(i) + R"(", "response": "plain English, nothing else in it"}, )";
        ASSERT_GT(ascii.size(), std::size_t(2) * 256 * 1024);
        const auto late = [&](const std::string& name, const std::string& response) {
            return write(name, ascii + R"({"id": "last", "response": ")" + response + "\"}]");
        };
        const auto gb = late("gb.json", "\xB3\xF8\xB7\xBF\xBA\xDC\xB4\xF3\xA1\xA3");
        const auto utf8 = late("utf8.json", "厨房很大。");
        for (const auto& [file, encoding] : {std::pair(gb, "GB18030"), {utf8, "UTF-8"}}) {
            EXPECT_EQ(openSource({.source = file})->encoding(), encoding) << "before a row was read";
            const auto got = import({.source = file});
            ASSERT_EQ(got.rows.size(), 9001u);
            EXPECT_EQ(got.rows.back().pair.response, "厨房很大。");
        }
        EXPECT_EQ(openSource({.source = late("ascii.json", "the end")})->encoding(), "UTF-8");
    }

    TEST_F(Import, ALongUtf8TextStaysOneWhateverFollows)
    {
        std::string csv = "image,caption\n";
        for (int i = 0; i < 1000; ++i)
            csv += std::to_string(i) + ".jpg,厨房很大。\n";
        std::string gb;
        for (int i = 0; i < 9000; ++i) // more of it than of UTF-8
            gb += "b.jpg,\xB3\xF8\xB7\xBF\xBA\xDC\xB4\xF3\xA1\xA3\n";
        const auto got = import({.source = write("a.csv", csv + std::string(2 << 20, '\n') + gb)});
        EXPECT_EQ(got.rows.size(), 1000u);
        EXPECT_EQ(got.rows.back().pair.response, "厨房很大。");
        EXPECT_EQ(got.bad.size(), 9000u);
    }

    TEST_F(Import, AbsolutePicturesMustLieInAGivenRoot)
    {
        std::filesystem::create_directories(folder() / "pics");
        const auto inside = (folder() / "pics/a.jpg").string();
        const auto file = write("a.jsonl",
            "{\"image\": \"" + inside
                + "\", \"response\": \"A\"}\n{\"image\": \"/etc/b.jpg\", \"response\": \"B\"}\n"
                  "{\"image\": \"http://x/y.jpg\", \"response\": \"C\"}\n{\"image\": \"a/../../b.jpg\", \"response\": "
                  "\"D\"}\n");
        auto got = import({.source = file, .imagesRoot = folder() / "pics"});
        ASSERT_EQ(got.rows.size(), 1u);
        EXPECT_THAT(got.rows[0].pair.images, ElementsAre("a.jpg"));
        EXPECT_EQ(got.bad.size(), 3u);
        got = import({.source = file});
        ASSERT_EQ(got.rows.size(), 2u);
        EXPECT_THAT(got.rows[0].pair.images, ElementsAre(inside));
    }

    TEST_F(Import, PicturesInAFolderBesideTheFileAreFound)
    {
        write("images/a.jpg", "x");
        EXPECT_EQ(import({.source = write("c.csv", "image,caption\na.jpg,one\n")}).root, folder() / "images");
        EXPECT_EQ(import({.source = write("d.csv", "image,caption\nb.jpg,one\n")}).root, folder());
    }

    TEST_F(Import, FormatsAreRecognisedByContent)
    {
        EXPECT_EQ(detectFormat(write("a.txt", kFilterCap)).format, "cc_sbu_align");
        EXPECT_EQ(detectFormat(write("a.txt", R"({"annotations": [{"image_id": "1", "caption": "x"}]})")).format,
            "cc_sbu_align");
        EXPECT_EQ(detectFormat(write("a.txt", R"([{"id": "1", "conversations": []}])")).format, "llava");
        EXPECT_EQ(detectFormat(write("a.txt", "{\"response\": \"x\"}\n{\"response\": \"y\"}")).format, "jsonl");
        EXPECT_EQ(detectFormat(write("a.txt", "image|caption\na|b\n")).format, "csv");
        EXPECT_EQ(detectFormat(write("a.txt", R"([{"conversations": [], "images": []}])")).format, "sharegpt");
        EXPECT_EQ(detectFormat(write("a.txt", R"([{"conversations": [{"from": "system", "value": "x"}]}])")).format,
            "sharegpt");
        EXPECT_EQ(detectFormat(write("a.txt", "{\"messages\": []}\n{\"messages\": []}")).format, "messages");
        EXPECT_EQ(detectFormat(write("a.txt", R"([{"messages": []}])")).format, "messages");
        EXPECT_EQ(
            detectFormat(write("a.txt", R"({"images": [], "annotations": [{"image_id": 1, "id": 2, "caption": "x"}]})"))
                .format,
            "coco");
        EXPECT_EQ(detectFormat(write("a.txt", "{\"file_name\": \"a.png\", \"text\": \"x\"}\n")).format, "imagefolder");
        EXPECT_THAT(detectFormat(write("a.txt", "image;caption\na;b\n")).why, HasSubstr("image, caption"));
    }

    TEST_F(Import, TheFirstFormatThatFitsIsTakenAndTheOthersAreNamed)
    {
        const auto llava = detectFormat(write("a.txt", R"([{"id": "1", "conversations": []}])"));
        EXPECT_EQ(llava.format, "llava");
        EXPECT_THAT(llava.others, ElementsAre("jsonl"));
        const auto folder = detectFormat(write("a.txt", "{\"file_name\": \"a.png\", \"messages\": []}\n"));
        EXPECT_EQ(folder.format, "messages");
        EXPECT_THAT(folder.others, ElementsAre("imagefolder", "jsonl"));
    }

    TEST_F(Import, OtherTablesAndArchivesSayHowToConvertThem)
    {
        const auto refusal = [&](const char* name, std::string content) {
            return failureOf({.source = write(name, content + std::string(600, 'x'))}, ErrorCode::Unsupported);
        };
        const auto parquet = refusal("a.parquet", "PAR1");
        EXPECT_THAT(parquet, HasSubstr("it is a Parquet file, which this build does not read; convert it first: "));
        EXPECT_THAT(parquet,
            HasSubstr("python3 -c \"import pandas, sys; pandas.read_parquet(sys.argv[1]).to_json(sys.argv[2], "
                      "orient='records', lines=True, force_ascii=False)\" '"
                + (folder() / "a.parquet").string() + "' '" + (folder() / "a.jsonl").string() + "'"));
        EXPECT_THAT(refusal("data.csv", "PAR1"), HasSubstr("Parquet")); // by content, not by name
        EXPECT_THAT(refusal("a.arrow", "ARROW1"), HasSubstr("pyarrow.ipc.open_file("));
        EXPECT_THAT(refusal("a.arrow", std::string("\xFF\xFF\xFF\xFF\x10\0\0\0", 8)), HasSubstr("open_stream("));
        EXPECT_THAT(refusal("a.tar.gz", "\x1F\x8B"), HasSubstr("gunzip -k '"));
        EXPECT_THAT(refusal("a.zip", "PK\x03\x04"), HasSubstr("unzip '"));
        EXPECT_THAT(refusal("a.gif", "GIF89a"), HasSubstr("it is a picture, not a list of pairs"));
        std::filesystem::remove_all(folder());
        write("set/train.parquet", "PAR1" + std::string(600, 'x'));
        EXPECT_THAT(failureOf({.source = folder() / "set"}, ErrorCode::Unsupported), HasSubstr("Parquet"));
    }

    TEST_F(Import, PicturesThatCannotBeDecodedMakeBadRows)
    {
        write("images/a.jpg", "GIF89a" + std::string(40, 'x'));
        write("images/b.gif", "\xFF\xD8\xFF" + std::string(40, 'x'));
        write("images/c.png", std::string("\0\0\0 ftypavif", 12) + std::string(40, 'x'));
        const auto got = import({.source = write("c.csv", "image,caption\na.jpg,1\nb.gif,2\nc.png,3\nd.gif,4\n")});
        EXPECT_THAT(ids(got), ElementsAre("b.gif#1", "d.gif#1"));
        EXPECT_FALSE(got.rows[0].isImageMissing);
        EXPECT_TRUE(got.rows[1].isImageMissing);
        ASSERT_EQ(got.bad.size(), 2u);
        EXPECT_THAT(got.bad[0].reason, HasSubstr("image a.jpg is a GIF, which this build does not decode"));
        EXPECT_THAT(got.bad[0].reason, HasSubstr("convert '" + (folder() / "images/a.jpg").string() + "' '"));
        EXPECT_THAT(got.bad[1].reason, HasSubstr("is an AVIF"));
    }

    TEST_F(Import, WhatIsNotRecognisedIsSaidSo)
    {
        EXPECT_THAT(failureOf({.source = write("a.txt", "")}, ErrorCode::BadFile), HasSubstr("it is empty"));
        failureOf({.source = write("a.txt", "just some words\n")}, ErrorCode::BadFile);
        failureOf({.source = write("a.txt", R"({"cat": [1, 2]})")}, ErrorCode::BadFile);
        failureOf({.source = folder() / "nothing"}, ErrorCode::NotFound);
        failureOf({.source = folder() / "a.txt", .format = "parquet"}, ErrorCode::InvalidInput);
        failureOf({.source = folder() / "a.txt", .imagesRoot = folder() / "none"}, ErrorCode::NotFound);
        failureOf({.source = write("b.txt", "image,caption\na,b\n"), .format = "llava"}, ErrorCode::BadFile);
        failureOf({.source = write("b.txt", "[]"), .format = "csv"}, ErrorCode::BadFile);
        failureOf({.source = folder() / "b.txt", .map = {{"id", ""}}}, ErrorCode::InvalidInput);
    }

    TEST_F(Import, AFolderMustHoldOneDataFile)
    {
        EXPECT_THAT(failureOf({.source = folder()}, ErrorCode::BadFile), HasSubstr("has no JSON"));
        write("a.csv", "image,caption\na,b\n");
        write("notes.txt", "words\n");
        EXPECT_EQ(detectFormat(folder()).file, folder() / "a.csv");
        write("b.csv", "image,caption\na,b\n");
        EXPECT_THAT(failureOf({.source = folder()}, ErrorCode::InvalidInput), HasSubstr("a.csv, b.csv"));
        write("filter_cap.json", kFilterCap);
        EXPECT_EQ(detectFormat(folder()).format, "cc_sbu_align");
    }

    TEST_F(Import, DeepNestingAndHugeNumbersOfBracketsAreBadRowsOnly)
    {
        const std::string deep(200'000, '[');
        const auto file = write("a.json",
            "[{\"response\": \"ok\"}, {\"response\": " + deep + std::string(200'000, ']')
                + "}, {\"response\": \"ok\"}]");
        const auto got = import({.source = file});
        EXPECT_EQ(got.rows.size(), 2u);
        EXPECT_EQ(got.bad.size(), 1u);
    }

    TEST_F(Import, RowsOverSeveralPiecesOfTheFileArriveWhole)
    {
        std::string content = "[";
        for (int i = 0; i < 20; ++i)
            content += (i > 0 ? ", " : "")
                + ("{\"id\": \"" + std::to_string(i) + "\", \"response\": \"" + std::string(97'001, char('a' + i))
                    + "\\\\\"}");
        const auto got = import({.source = write("a.json", content + "]")});
        ASSERT_EQ(got.rows.size(), 20u);
        for (int i = 0; i < 20; ++i)
            EXPECT_EQ(got.rows[i].pair.response, std::string(97'001, char('a' + i)) + "\\");
        EXPECT_TRUE(got.bad.empty());
    }

    TEST_F(Import, StringsOfAnyLengthEndWhereTheyShould)
    {
        std::vector<std::string> expected;
        std::string content = "[";
        for (std::size_t length = 0; length < 60; ++length)
            for (const std::string escape : {"", "\\\"", "\\\\", "\\n"}) {
                const std::string head(length, 'x');
                content += expected.empty() ? "" : ",";
                content += R"({"response": ")" + head + escape + R"(]},{"})";
                expected.push_back(head + (escape.empty() ? "" : escape == "\\n" ? "\n" : escape.substr(1)) + "]},{");
            }
        const auto got = import({.source = write("a.json", content + "]")});
        ASSERT_EQ(got.rows.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            EXPECT_EQ(got.rows[i].pair.response, expected[i]);
        EXPECT_TRUE(got.bad.empty());
        EXPECT_FALSE(got.brokeOff);
    }

    TEST_F(Import, PreviewShowsRowsColumnsAndMapping)
    {
        write("images/a.jpg", "x");
        const auto file = write("c.csv", "image,caption\na.jpg,one\nb.jpg,two\nbroken\nc.jpg,three\n");
        const auto preview = previewSource({.source = file}, 3);
        EXPECT_EQ(preview.detected.format, "csv");
        EXPECT_THAT(preview.columns, ElementsAre("image", "caption"));
        EXPECT_THAT(
            preview.mapping, ElementsAre(testing::Pair("image", "image"), testing::Pair("response", "caption")));
        EXPECT_EQ(preview.rows.size(), 3u);
        EXPECT_EQ(preview.badRows.size(), 1u);
        EXPECT_EQ(preview.missingImages, 2);
        EXPECT_EQ(preview.imagesRoot, folder() / "images");
    }

    TEST_F(Import, Flickr8kHasFiveNamedRowsAPicture)
    {
        if (!std::filesystem::exists(sharedData("flickr8k-400")))
            GTEST_SKIP() << "the Flickr8k sample is not beside the project";
        const auto got = import({.source = sharedData("flickr8k-400")});
        ASSERT_EQ(got.rows.size(), 2000u);
        EXPECT_TRUE(got.bad.empty());
        EXPECT_EQ(got.rows[4].pair.id.value, "1000268201_693b08cb0e.jpg#5");
        EXPECT_EQ(got.root.filename(), "images");
    }

    TEST_F(Import, PublishedInstructionGpt4CaptionsComeWhole)
    {
        if (!std::filesystem::exists(sharedData("instructiongpt4")))
            GTEST_SKIP() << "the published InstructionGPT-4 files are not beside the project";
        const auto got = import({.source = sharedData("instructiongpt4")});
        ASSERT_EQ(got.rows.size(), 3439u);
        EXPECT_EQ(got.rows.front().pair.id.value, "2");
        EXPECT_EQ(got.rows.back().pair.id.value, "4999");
        EXPECT_FALSE(got.brokeOff);
    }

} // namespace
} // namespace winnow::dataset
