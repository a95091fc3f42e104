#include "core/dataset/read_ahead.h"

#include "core/base/error.h"
#include "core/dataset/picture_finder.h"
#include "tests/unit/dataset/test_folder.h"

namespace winnow::dataset {
namespace {

    class ReadAheadTest : public FolderTest { };

    TEST_F(ReadAheadTest, GivesEveryRowInOrderWithItsPictureState)
    {
        write("here.jpg", "x");
        std::string lines;
        for (int i = 0; i < 25; ++i)
            lines += i == 7 ? std::string("{broken\n")
                            : R"({"id": ")" + std::to_string(i) + R"(", "image": ")" + (i % 2 == 0 ? "here" : "gone")
                    + ".jpg\", \"response\": \"r\"}\n";
        ImportOptions options;
        options.source = write("rows.jsonl", lines);
        const auto source = openSource(options);
        ReadAhead ahead(*source, 10);
        std::vector<std::string> ids;
        std::vector<BadRow> bad;
        for (ReadBatch batch; ahead.next(batch);) {
            ASSERT_EQ(batch.imageMissing.size(), batch.pairs.size());
            ASSERT_EQ(batch.metrics.size(), batch.pairs.size());
            for (std::size_t i = 0; i < batch.pairs.size(); ++i) {
                ids.push_back(batch.pairs[i].id.value);
                EXPECT_EQ(batch.imageMissing[i], std::stoi(ids.back()) % 2);
            }
            bad.insert(bad.end(), batch.badRows.begin(), batch.badRows.end());
        }
        ASSERT_EQ(ids.size(), 24u);
        EXPECT_EQ(ids[6], "6");
        EXPECT_EQ(ids[7], "8");
        ASSERT_EQ(bad.size(), 1u);
        EXPECT_EQ(bad[0].line, 8);
        EXPECT_FALSE(source->brokeOff());
    }

    TEST_F(ReadAheadTest, ASourceOfBadRowsAloneGivesBatchesAndAShortPreview)
    {
        std::string lines = R"({"id": "a", "response": "r"})"
                            "\n";
        for (int i = 0; i < 5000; ++i)
            lines += "{broken\n";
        ImportOptions options;
        options.source = write("bad.jsonl", lines);
        EXPECT_EQ(previewSource(options, 5).badRows.size(), 1000u);
        const auto source = openSource(options);
        ReadAhead ahead(*source, 10);
        std::size_t pairs = 0, bad = 0, most = 0;
        for (ReadBatch batch; ahead.next(batch); most = std::max(most, batch.badRows.size())) {
            pairs += batch.pairs.size();
            bad += batch.badRows.size();
        }
        EXPECT_EQ(pairs, 1u);
        EXPECT_EQ(bad, 5000u);
        EXPECT_LE(most, 40u);
    }

    TEST_F(ReadAheadTest, MayBeLeftBeforeTheEndAndRethrows)
    {
        int made = 0;
        {
            Ahead<int> ahead(
                [&made](int& out) {
                    out = made++;
                    return true;
                },
                2);
            int item = -1;
            ASSERT_TRUE(ahead.next(item));
            EXPECT_EQ(item, 0);
        }
        EXPECT_LE(made, 5);
        Ahead<int> failing(
            [i = 0](int& out) mutable {
                if (i == 3)
                    throw Error(ErrorCode::Io, "the disk is gone");
                out = i++;
                return true;
            },
            8);
        int item = -1;
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(failing.next(item));
            EXPECT_EQ(item, i);
        }
        EXPECT_THROW(failing.next(item), Error);
        EXPECT_FALSE(failing.next(item));
    }

    TEST_F(ReadAheadTest, TheFinderAnswersAsTheDiskDoes)
    {
        for (int i = 0; i < 400; ++i)
            write("many/" + std::to_string(i) + ".jpg", "x");
        std::filesystem::create_directories(folder() / "many/500.jpg"); // a folder is no picture
        std::filesystem::create_symlink(folder() / "many/1.jpg", folder() / "many/link.jpg");
        std::filesystem::create_symlink(folder() / "nothing.jpg", folder() / "many/dangling.jpg");
        write("top.jpg", "x");
        PictureFinder finder(folder());
        for (int round = 0; round < 2; ++round) { // asked one by one first, by the list then
            for (int i = 0; i < 450; ++i)
                EXPECT_EQ(finder.isThere("many/" + std::to_string(i) + ".jpg"), i < 400) << i;
            EXPECT_FALSE(finder.isThere("many/500.jpg"));
            EXPECT_TRUE(finder.isThere("many/link.jpg"));
            EXPECT_FALSE(finder.isThere("many/dangling.jpg"));
        }
        EXPECT_TRUE(finder.isThere("top.jpg"));
        EXPECT_TRUE(finder.isThere((folder() / "top.jpg").string()));
        EXPECT_TRUE(finder.isThere("many/../top.jpg"));
        EXPECT_FALSE(finder.isThere("absent/top.jpg"));
        EXPECT_FALSE(finder.isThere("many/"));
        EXPECT_FALSE(finder.isThere(""));
    }

} // namespace
} // namespace winnow::dataset
