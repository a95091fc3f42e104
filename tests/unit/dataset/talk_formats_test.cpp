// ShareGPT, OpenAI messages, COCO captions and image folders, as their own tools write them.
#include "core/base/error.h"
#include "core/dataset/importer.h"
#include "tests/unit/dataset/test_folder.h"

#include <gmock/gmock.h>

namespace winnow::dataset {
namespace {

    using testing::Contains;
    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::IsEmpty;

    class Formats : public FolderTest {
    protected:
        struct Imported {
            std::vector<RawPair> rows;
            std::vector<std::string> bad;
            std::vector<std::string> notes;
            std::map<std::string, std::string> mapping;
            std::filesystem::path root;
            std::string encoding;
        };
        Imported import(const ImportOptions& options)
        {
            Imported out;
            const auto source = openSource(options);
            for (RawPair row; source->next(row);)
                out.rows.push_back(row);
            for (const auto& bad : source->takeBadRows())
                out.bad.push_back(bad.reason);
            out.notes = source->notes();
            out.mapping = source->mapping();
            out.root = source->imagesRoot();
            out.encoding = source->encoding();
            EXPECT_FALSE(source->brokeOff()) << *source->brokeOff();
            return out;
        }
    };

    TEST_F(Formats, ShareGptKeepsSystemTextsAndLists)
    {
        const auto file = write("s.json", R"([
 {"id": "a", "conversations": [{"from": "system", "value": "Be brief."}, {"from": "human", "value": "<image>\n<image>What?"},
   {"from": "gpt", "value": "This."}], "images": ["1.jpg", "2.jpg"]},
 {"id": "b", "system": "Be kind.", "conversations": [{"from": "human", "value": "Who?"}, {"from": "gpt", "value": "She."},
   {"from": "human", "value": "And?"}, {"from": "gpt", "value": "He."}], "images": []},
 {"id": "c", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}], "image": "3.jpg"},
 {"id": "d", "conversations": [{"from": "observation", "value": "{}"}], "images": []},
 {"id": "e", "images": []},
 {"id": "f", "conversations": [{"from": "human"}], "images": []}
])");
        const auto got = import({.source = file});
        ASSERT_EQ(got.rows.size(), 3u);
        EXPECT_EQ(got.rows[0].pair.instruction, "Be brief.\n\nWhat?");
        EXPECT_EQ(got.rows[0].pair.response, "This.");
        EXPECT_THAT(got.rows[0].pair.images, ElementsAre("1.jpg", "2.jpg"));
        EXPECT_EQ(got.rows[1].pair.instruction, "Be kind.\n\nWho?");
        ASSERT_EQ(got.rows[1].pair.turns.size(), 4u);
        EXPECT_EQ(got.rows[1].pair.turns[2].text, "And?");
        EXPECT_THAT(got.rows[1].pair.images, IsEmpty());
        EXPECT_THAT(got.rows[2].pair.images, ElementsAre("3.jpg"));
        EXPECT_THAT(got.bad,
            ElementsAre(HasSubstr("\"observation\""), "conversations is missing", HasSubstr("a turn without value")));
        EXPECT_THAT(
            got.notes, ElementsAre("the system texts of 2 conversations stand at the head of their first question"));
    }

    TEST_F(Formats, MessagesTakePartsAndRefusePicturesGivenAsData)
    {
        const auto file = write("m.jsonl",
            R"({"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": [{"type": "text", "text": "One"}, {"type": "image_url", "image_url": {"url": "a.jpg"}}, {"type": "text", "text": "two"}]}, {"role": "assistant", "content": "R"}]}
{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "file:///d/b%20c.jpg"}, {"type": "image", "image": "d.jpg"}]}, {"role": "assistant", "content": [{"type": "text", "text": "Q"}]}]}
{"messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "T"}]}, {"role": "assistant", "content": "U"}], "images": [{"path": "e.jpg", "bytes": null}]}
{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]}, {"role": "assistant", "content": "x"}]}
{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x.y/z.jpg"}}]}, {"role": "assistant", "content": "x"}]}
{"messages": [{"role": "user", "content": [{"type": "input_audio"}]}, {"role": "assistant", "content": "x"}]}
{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": null}]}
{"messages": []}
)");
        const auto got = import({.source = file});
        ASSERT_EQ(got.rows.size(), 3u);
        EXPECT_EQ(got.rows[0].pair.id.value, "a.jpg#1");
        EXPECT_EQ(got.rows[0].pair.instruction, "S\n\nOne\ntwo");
        EXPECT_EQ(got.rows[0].pair.response, "R");
        EXPECT_THAT(got.rows[1].pair.images, ElementsAre("/d/b c.jpg", "d.jpg"));
        EXPECT_EQ(got.rows[1].pair.instruction, "");
        EXPECT_EQ(got.rows[1].pair.response, "Q");
        EXPECT_THAT(got.rows[2].pair.images, ElementsAre("e.jpg"));
        EXPECT_EQ(got.rows[2].pair.instruction, "T");
        EXPECT_THAT(got.bad,
            ElementsAre(HasSubstr("written into the row itself as data:"), HasSubstr("is a web address"),
                HasSubstr("a part of type \"input_audio\""), HasSubstr("a turn without value"), "messages is empty"));
    }

    TEST_F(Formats, CocoJoinsCaptionsAndPicturesInAnyOrder)
    {
        const std::string images = R"("images": [{"id": 7, "file_name": "b.jpg"}, {"id": 3, "file_name": "a.jpg"},
            {"id": 9, "file_name": "unused.jpg"}, {"id": 11}])";
        const std::string annotations = R"("annotations": [
{"image_id": 3, "id": 48, "caption": "first"}, {"image_id": 3, "id": 67, "caption": "second"},
{"image_id": 7, "id": 1, "caption": "third"}, {"image_id": 8, "id": 2, "caption": "nowhere"},
{"image_id": 11, "id": 3, "caption": "nameless"}, {"image_id": 7, "id": 4}])";
        write("val2014/a.jpg", "\xFF\xD8\xFF");
        write("val2014/b.jpg", "\xFF\xD8\xFF");
        for (const auto& content : {"{\"info\": {\"x\": [\"]\", {}]}, " + images + ", " + annotations + "}",
                 "{" + annotations + ", \"n\": null, " + images + ", \"licenses\": []}"}) {
            const auto got = import({.source = write("annotations/captions.json", content)});
            ASSERT_EQ(got.rows.size(), 3u);
            EXPECT_EQ(got.rows[1].pair.id.value, "67");
            EXPECT_EQ(got.rows[1].pair.response, "second");
            EXPECT_THAT(got.rows[1].pair.images, ElementsAre("a.jpg"));
            EXPECT_THAT(got.rows[2].pair.images, ElementsAre("b.jpg"));
            EXPECT_FALSE(got.rows[2].isImageMissing);
            EXPECT_EQ(got.root, folder() / "val2014");
            EXPECT_THAT(got.bad,
                ElementsAre(
                    "image_id 8 is not among the images", "image_id 11 is not among the images", "caption is missing"));
            EXPECT_THAT(got.notes, ElementsAre("1 of 3 pictures have no caption"));
            EXPECT_EQ(detectFormat(folder()).file, folder() / "annotations/captions.json");
        }
    }

    TEST_F(Formats, AnImageFolderTakesAnyTextColumn)
    {
        write("set/metadata.jsonl",
            "{\"file_name\": \"train/0.png\", \"text\": \"A\", \"score\": 2.5}\n"
            "{\"file_names\": [\"1.png\", \"2.png\"], \"text\": \"B\", \"score\": null}\n"
            "{\"file_name\": \"../3.png\", \"text\": \"C\"}\n");
        auto got = import({.source = folder() / "set", .map = {{"quality", "score"}}});
        ASSERT_EQ(got.rows.size(), 2u);
        EXPECT_EQ(got.rows[0].pair.id.value, "train/0.png#1");
        EXPECT_EQ(got.rows[0].pair.response, "A");
        EXPECT_THAT(got.rows[0].metrics, ElementsAre(testing::Pair("quality", 2.5)));
        EXPECT_THAT(got.rows[1].pair.images, ElementsAre("1.png", "2.png"));
        EXPECT_THAT(got.bad, ElementsAre(HasSubstr("leaves its folder")));
        EXPECT_THAT(got.mapping, Contains(testing::Pair("response", "text")));
        const auto preview = previewSource({.source = folder() / "set"}, 5);
        EXPECT_EQ(preview.detected.format, "imagefolder");
        EXPECT_TRUE(preview.takesMapping);
        EXPECT_EQ(preview.encoding, "UTF-8");
        EXPECT_THAT(preview.columns, ElementsAre("file_name", "text", "score", "file_names"));
        EXPECT_THAT(preview.numericColumns, ElementsAre("score"));
        write("set/metadata.jsonl", "{\"file_name\": \"0.png\", \"beschreibung\": \"A\"}\n");
        got = import({.source = folder() / "set", .map = {{"response", "beschreibung"}}});
        EXPECT_EQ(got.rows.at(0).pair.response, "A");
    }

    TEST_F(Formats, QuestionSetsAskTheTextAndAnswerByLabel)
    {
        const auto file = write("q.json", R"({"question_id": 1, "image": "a.jpg", "text": "Is it?", "label": "yes"}
)");
        const auto got = import({.source = file});
        ASSERT_EQ(got.rows.size(), 1u);
        EXPECT_EQ(got.rows[0].pair.id.value, "1");
        EXPECT_EQ(got.rows[0].pair.instruction, "Is it?");
        EXPECT_EQ(got.rows[0].pair.response, "yes");
        EXPECT_EQ(import({.source = file, .map = {{"response", "text"}}}).rows.at(0).pair.response, "Is it?");
    }

    TEST_F(Formats, TablesTakeConversationsAndListsOfPictures)
    {
        const auto file = write("t.csv",
            "id,image,response,conversations,n\n"
            "1,\"[\"\"a.jpg\"\", \"\"b.jpg\"\"]\",x,,1\n"
            "2,[c].jpg,,\"[{\"\"from\"\": \"\"human\"\", \"\"value\"\": \"\"Q\"\"}, {\"\"from\"\": \"\"gpt\"\", "
            "\"\"value\"\": \"\"A\"\"}]\",2\n"
            "3,,y,no list,\n");
        const auto got = import({.source = file});
        ASSERT_EQ(got.rows.size(), 2u);
        EXPECT_THAT(got.rows[0].pair.images, ElementsAre("a.jpg", "b.jpg"));
        EXPECT_THAT(got.rows[1].pair.images, ElementsAre("[c].jpg"));
        EXPECT_EQ(got.rows[1].pair.instruction, "Q");
        EXPECT_EQ(got.rows[1].pair.response, "A");
        EXPECT_EQ(got.bad.size(), 1u);
        EXPECT_THAT(previewSource({.source = file}, 5).numericColumns, ElementsAre("id", "n"));
    }

    /// A text in one of the encodings, with or without its mark.
    std::string encoded(const std::u16string& text, const std::string& encoding)
    {
        std::string out = encoding.ends_with("+") ? (encoding[0] == 'l' ? "\xFF\xFE" : "\xFE\xFF") : "";
        for (const char16_t c : text) {
            const char low = static_cast<char>(c & 0xFF), high = static_cast<char>(c >> 8);
            out += encoding[0] == 'l' ? low : high;
            out += encoding[0] == 'l' ? high : low;
        }
        return out;
    }

    TEST_F(Formats, EveryTextFormatIsReadInEveryEncoding)
    {
        struct Case {
            const char* format;
            std::u16string before, after;
        };
        // 厨房很大。 stands between.
        const Case cases[] = {{"cc_sbu_align", u"{\"annotations\": [{\"image_id\": \"1\", \"caption\": \"", u"\"}]}"},
            {"llava",
                u"[{\"id\": \"1\", \"conversations\": [{\"from\": \"human\", \"value\": \"q\"}, {\"from\": \"gpt\", "
                u"\"value\": \"",
                u"\"}]}]"},
            {"sharegpt",
                u"[{\"id\": \"1\", \"images\": [], \"conversations\": [{\"from\": \"human\", \"value\": \"q\"}, "
                u"{\"from\": \"gpt\", "
                u"\"value\": \"",
                u"\"}]}]"},
            {"messages",
                u"{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, {\"role\": \"assistant\", \"content\": \"",
                u"\"}]}\n"},
            {"coco",
                u"{\"images\": [{\"id\": 1, \"file_name\": \"a\"}], \"annotations\": [{\"id\": 1, \"image_id\": 1, "
                u"\"caption\": \"",
                u"\"}]}"},
            {"imagefolder", u"{\"file_name\": \"a\", \"text\": \"", u"\"}\n"},
            {"jsonl", u"{\"response\": \"", u"\"}\n"}, {"csv", u"image,caption\na.jpg,", u"\n"}};
        const std::string utf8 = "厨房很大。", gb = "\xB3\xF8\xB7\xBF\xBA\xDC\xB4\xF3\xA1\xA3";
        const std::u16string wide = u"厨房很大。";
        for (const auto& one : cases) {
            const std::string before(one.before.begin(), one.before.end()), after(one.after.begin(), one.after.end());
            const std::pair<std::string, std::string> files[] = {{"UTF-8", before + utf8 + after},
                {"UTF-8", "\xEF\xBB\xBF" + before + utf8 + after}, {"GB18030", before + gb + after},
                {"UTF-16LE", encoded(one.before + wide + one.after, "le")},
                {"UTF-16LE", encoded(one.before + wide + one.after, "le+")},
                {"UTF-16BE", encoded(one.before + wide + one.after, "be")},
                {"UTF-16BE", encoded(one.before + wide + one.after, "be+")}};
            for (const auto& [encoding, content] : files) {
                const auto got = import({.source = write("f.txt", content)});
                EXPECT_EQ(got.encoding, encoding) << one.format;
                ASSERT_EQ(got.rows.size(), 1u) << one.format << encoding;
                EXPECT_EQ(got.rows[0].pair.response, utf8) << one.format << encoding;
                EXPECT_EQ(detectFormat(folder() / "f.txt").format, one.format);
            }
        }
    }

    TEST_F(Formats, ChineseInUtf16WithoutAMarkIsSeenByItsFewBrackets)
    {
        std::u16string text = u"{\"response\": \"";
        for (int i = 0; i < 400; ++i)
            text += i % 16 == 0 ? u"厨房很大。 😀" : u"厨房很大。 ";
        const auto got = import({.source = write("f.jsonl", encoded(text + u"\"}\n", "le"))});
        EXPECT_EQ(got.encoding, "UTF-16LE");
        EXPECT_EQ(got.rows.size(), 1u);
    }

} // namespace
} // namespace winnow::dataset
