#include "core/evaluate/answer_file.h"

#include "core/base/error.h"
#include "core/base/file.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace winnow::evaluate {
namespace {

    namespace fs = std::filesystem;

    class AnswerFiles : public testing::Test {
    protected:
        void SetUp() override
        {
            folder = fs::temp_directory_path()
                / ("winnow-answers-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
            fs::remove_all(folder);
            path = folder / "predictions" / "mme.jsonl";
        }
        void TearDown() override { fs::remove_all(folder); }

        fs::path folder, path;
        const Json header{{"benchmark", "b"}, {"model", "m"}};
    };

    TEST_F(AnswerFiles, GrowAndAreReadBack)
    {
        AnswerFile(path, header, 3).append({{0, "Yes \"it\" is\n", "", true}, {1, "", "no picture", false}});
        AnswerFile again(path, header, 3);
        ASSERT_EQ(again.answers().size(), 2u);
        EXPECT_EQ(again.answers()[0].text, "Yes \"it\" is\n");
        EXPECT_TRUE(again.answers()[0].isCorrect);
        EXPECT_EQ(again.answers()[1].failure, "no picture");
        EXPECT_TRUE(again.has(1));
        EXPECT_FALSE(again.has(2));
        EXPECT_EQ(loadAnswers(path).size(), 2u);
    }

    TEST_F(AnswerFiles, NothingIsWrittenTwice)
    {
        AnswerFile file(path, header, 3);
        file.append({{0, "yes", "", true}});
        file.append({{0, "no", "", false}, {2, "no", "", true}});
        const auto answers = loadAnswers(path);
        ASSERT_EQ(answers.size(), 2u);
        EXPECT_EQ(answers[0].text, "yes");
    }

    TEST_F(AnswerFiles, ACutLastLineIsDroppedAtEveryByte)
    {
        AnswerFile(path, header, 3).append({{0, "yes", "", true}, {1, "no", "", true}});
        const auto whole = winnow::file::readAll(path);
        const auto secondLine = whole.find('\n') + 1;
        for (std::size_t length = 0; length <= whole.size(); ++length) {
            winnow::file::writeAtomically(path, whole.substr(0, length));
            AnswerFile file(path, header, 3);
            EXPECT_LE(file.answers().size(), 2u);
            file.append({{0, "yes", "", true}, {1, "no", "", true}});
            EXPECT_EQ(winnow::file::readAll(path), whole) << "cut at byte " << length << " of " << secondLine;
        }
    }

    TEST_F(AnswerFiles, AnswersOfAnotherModelAreNotContinued)
    {
        AnswerFile(path, header, 3).append({{0, "yes", "", true}});
        try {
            AnswerFile(path, Json{{"benchmark", "b"}, {"model", "n"}}, 3);
            FAIL() << "another model's answers were continued";
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::Conflict);
        }
    }

    TEST_F(AnswerFiles, RefuseForeignContent)
    {
        fs::create_directories(path.parent_path());
        for (const auto* content : {"{\"question\":0}\n", "hello\n",
                 "{\"header\":{\"benchmark\":\"b\",\"model\":\"m\"}}\n{\"question\":9,\"answer\":\"\",\"correct\":true}"
                 "\n"}) {
            winnow::file::writeAtomically(path, content);
            EXPECT_THROW(AnswerFile(path, header, 3), Error) << content;
        }
        EXPECT_THROW(loadAnswers(folder / "absent.jsonl"), Error);
    }

} // namespace
} // namespace winnow::evaluate
