#include "core/evaluate/task.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace winnow::evaluate {
namespace {

    namespace fs = std::filesystem;

    class QuestionFiles : public testing::Test {
    protected:
        void SetUp() override
        {
            root = fs::temp_directory_path()
                / ("winnow-task-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
            fs::remove_all(root);
            fs::create_directories(root);
        }
        void TearDown() override { fs::remove_all(root); }
        void write(const std::string& name, const std::string& content) const
        {
            fs::create_directories((root / name).parent_path());
            file::writeAtomically(root / name, content);
        }

        fs::path root;
    };

    TEST_F(QuestionFiles, MmeFolderInBothOfficialLayouts)
    {
        write("color/0001.jpg", "x");
        write("color/0001.txt",
            "Is it red? Please answer yes or no.\tYes\r\nIs it blue? Please answer yes or no.\tNo\r\n");
        write("scene/images/a.jpg", "x");
        write("scene/questions_answers_YN/a.txt", "Is this a shop?\tNo\nIs this a park?\tYes\n");
        const auto set = loadQuestions(root);
        EXPECT_EQ(set.format, "mme");
        ASSERT_EQ(set.questions.size(), 4u);
        EXPECT_EQ(set.questions[0].text, "Is it red? Please answer yes or no.");
        EXPECT_EQ(set.questions[0].answer, "yes");
        EXPECT_EQ(set.questions[0].category, "color");
        EXPECT_EQ(set.questions[0].image, root / "color/0001.jpg");
        EXPECT_EQ(set.questions[1].imageNumber, set.questions[0].imageNumber);
        EXPECT_EQ(set.questions[2].category, "scene");
        EXPECT_EQ(set.questions[2].image, root / "scene/images/a.jpg");
        EXPECT_EQ(set.imageCount(), 2);
        EXPECT_TRUE(set.bad.empty());
    }

    TEST_F(QuestionFiles, OneSubtaskAloneIsReadToo)
    {
        write("existence/1.png", "x");
        write("existence/1.txt", "Is there a cat?\tYes\n");
        const auto set = loadQuestions(root / "existence");
        ASSERT_EQ(set.questions.size(), 1u);
        EXPECT_EQ(set.questions[0].category, "existence");
    }

    TEST_F(QuestionFiles, MmeListsWhatItCannotUse)
    {
        write("count/1.jpg", "x");
        write("count/1.txt", "no tab here\nAre there two?\tmaybe\nAre there three?\tYes\n");
        write("count/2.txt", "Are there four?\tNo\n");
        const auto set = loadQuestions(root);
        EXPECT_EQ(set.questions.size(), 1u);
        ASSERT_EQ(set.bad.size(), 3u);
        EXPECT_EQ(set.bad[0].where, "count/1.txt line 1");
        EXPECT_NE(set.bad[1].reason.find("maybe"), std::string::npos);
        EXPECT_NE(set.bad[2].reason.find("picture"), std::string::npos);
    }

    TEST_F(QuestionFiles, JsonLines)
    {
        write("q.jsonl",
            "{\"image\":\"i/a.jpg\",\"question\":\"Red?\",\"answer\":\"yes\",\"category\":\"color\"}\n\n"
            "{\"image\":\"i/a.jpg\",\"question\":\"Blue?\",\"answer\":\"No.\"}\n{broken\n{\"image\":\"b.jpg\"}\n");
        const auto set = loadQuestions(root / "q.jsonl");
        ASSERT_EQ(set.questions.size(), 2u);
        EXPECT_EQ(set.questions[0].image, root / "i/a.jpg");
        EXPECT_EQ(set.questions[1].answer, "no");
        EXPECT_EQ(set.questions[1].category, "");
        ASSERT_EQ(set.bad.size(), 2u);
        EXPECT_EQ(set.bad[0].where, "q.jsonl line 4");
    }

    TEST_F(QuestionFiles, PopeLines)
    {
        write("p.json",
            "{\"question_id\": 1, \"image\": \"COCO_1.jpg\", \"text\": \"Is there a dog?\", \"label\": \"no\"}\n");
        for (const auto* format : {"auto", "pope"}) {
            const auto set = loadQuestions(root / "p.json", format, root / "pictures");
            ASSERT_EQ(set.questions.size(), 1u);
            EXPECT_EQ(set.questions[0].image, root / "pictures/COCO_1.jpg");
            EXPECT_EQ(set.questions[0].answer, "no");
        }
    }

    TEST_F(QuestionFiles, TablesWithAndWithoutNames)
    {
        write("a.tsv", "1.jpg\tRed?\tYes\tcolor\n1.jpg\tonly two\n");
        const auto plain = loadQuestions(root / "a.tsv");
        ASSERT_EQ(plain.questions.size(), 1u);
        EXPECT_EQ(plain.questions[0].category, "color");
        EXPECT_EQ(plain.bad.size(), 1u);
        write("b.tsv", "answer\timage\tquestion\nNo\t1.jpg\tRed?\n");
        const auto named = loadQuestions(root / "b.tsv");
        ASSERT_EQ(named.questions.size(), 1u);
        EXPECT_EQ(named.questions[0].text, "Red?");
        EXPECT_EQ(named.questions[0].answer, "no");
    }

    TEST_F(QuestionFiles, PicturesDoNotLeaveTheirFolder)
    {
        write("q.jsonl",
            "{\"image\":\"../../etc/passwd\",\"question\":\"Red?\",\"answer\":\"yes\"}\n"
            "{\"image\":\"/etc/passwd\",\"question\":\"Red?\",\"answer\":\"yes\"}\n"
            "{\"image\":\"a.jpg\",\"question\":\"Red?\",\"answer\":\"yes\"}\n");
        const auto set = loadQuestions(root / "q.jsonl");
        EXPECT_EQ(set.questions.size(), 1u);
        EXPECT_EQ(set.bad.size(), 2u);
    }

    TEST_F(QuestionFiles, HashFollowsTheQuestions)
    {
        write("a.tsv", "1.jpg\tRed?\tYes\n");
        const auto first = loadQuestions(root / "a.tsv").hash;
        EXPECT_EQ(loadQuestions(root / "a.tsv").hash, first);
        write("a.tsv", "1.jpg\tRed?\tNo\n");
        EXPECT_NE(loadQuestions(root / "a.tsv").hash, first);
    }

    TEST_F(QuestionFiles, RefusesWhatHasNoQuestion)
    {
        write("empty.jsonl", "");
        write("odd.jsonl", "\x01\x02\xFF\n[1,2]\n");
        EXPECT_THROW(loadQuestions(root / "empty.jsonl"), Error);
        EXPECT_THROW(loadQuestions(root / "odd.jsonl"), Error);
        EXPECT_THROW(loadQuestions(root / "absent.jsonl"), Error);
        EXPECT_THROW(loadQuestions(root / "odd.jsonl", "quiz"), Error);
        EXPECT_THROW(loadQuestions(root / "odd.jsonl", "mme"), Error);
        EXPECT_THROW(loadQuestions(root, "tsv"), Error);
    }

    TEST(PopeOnDisk, IsReadWhole)
    {
        const auto folder = fs::path(sharedDir()) / "data/pope-coco";
        if (!fs::exists(folder))
            GTEST_SKIP() << "needs ../shared/data/pope-coco";
        int files = 0;
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.path().extension() == ".json" || entry.path().extension() == ".jsonl") {
                const auto set = loadQuestions(entry.path(), "pope");
                EXPECT_GT(set.questions.size(), 0u) << entry.path();
                EXPECT_TRUE(set.bad.empty()) << entry.path() << set.bad.front().reason;
                ++files;
            }
        EXPECT_GT(files, 0);
    }

} // namespace
} // namespace winnow::evaluate
