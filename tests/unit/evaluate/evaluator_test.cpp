#include "core/evaluate/evaluator.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/tensor/safetensors_io.h"
#include "core/text/sentencepiece.h"
#include "tests/support/places.h"
#include "tests/support/stopping_context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace winnow::evaluate {
namespace {

    namespace fs = std::filesystem;

    const fs::path kGolden = fs::path(sharedDir()) / "golden";

    /// One token a byte; enough where only the course of things is tested.
    class ByteTokenizer final : public text::Tokenizer {
    public:
        std::vector<std::int64_t> encode(std::string_view line) const override
        {
            std::vector<std::int64_t> out;
            for (const char c : line)
                out.push_back(static_cast<unsigned char>(c) + 3);
            return out;
        }
        std::string decode(std::span<const std::int64_t> ids) const override
        {
            std::string out;
            for (const auto id : ids)
                out += id >= 35 && id < 129 ? static_cast<char>(id - 3) : '?';
            return out;
        }
        std::int64_t vocabularySize() const override { return 259; }
        std::int64_t beginToken() const override { return 1; }
        std::int64_t endToken() const override { return 2; }
        std::int64_t padToken() const override { return 0; }
    };

    /// The tiny MiniGPT-4 of the golden set: what it says is noise, but always the same.
    class EvaluatorRuns : public testing::Test {
    protected:
        void SetUp() override
        {
            if (!fs::exists(kGolden / "minigpt4/latest") || !fs::exists(kGolden / "image"))
                GTEST_SKIP() << "needs ../shared/golden/minigpt4 and image";
            folder = fs::temp_directory_path()
                / ("winnow-evaluator-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
            fs::remove_all(folder);
        }
        void TearDown() override { fs::remove_all(folder); }

        Evaluator evaluator(EvaluatorOptions options) const
        {
            return {models::loadMiniGpt4(kGolden / "minigpt4/latest"), bytes, std::move(options)};
        }
        static EvaluatorOptions smallOptions()
        {
            EvaluatorOptions options;
            options.batch = 2;
            options.encodeBatch = 2;
            options.maxNewTokens = 6;
            return options;
        }
        static QuestionSet questions()
        {
            QuestionSet set;
            set.hash = "q";
            std::int64_t number = 0;
            for (const auto* name : {"a_100x150.png", "absent.png", "a_320x240.png", "a_224x224.png"}) {
                for (const auto* answer : {"yes", "no"})
                    set.questions.push_back(
                        {kGolden / "image" / name, std::string("Is this ") + answer + "?", answer, "color", number});
                ++number;
            }
            return set;
        }

        fs::path folder;
        const ByteTokenizer bytes;
    };

    TEST_F(EvaluatorRuns, GreedyAnswersFollowTheReference)
    {
        const auto texts = json::load(kGolden / "minigpt4/latest/text.json");
        const auto golden = tensor::loadSafetensors(kGolden / "minigpt4/latest/golden.safetensors");
        auto options = smallOptions();
        options.maxNewTokens = golden.at("gen.greedy_ids").size(1);
        options.chatTemplate = "###Human: {} ###Assistant: ";
        const text::SentencePieceTokenizer tokenizer(kGolden / "minigpt4/latest/llama");
        Evaluator one(models::loadMiniGpt4(kGolden / "minigpt4/latest"), tokenizer, options);
        std::vector<std::string> asked;
        for (const auto& prompt : texts["gen_prompts"]) {
            auto question = prompt.get<std::string>();
            question = question.substr(question.find("</Img> ") + 7);
            asked.push_back(question.substr(0, question.find(" ###Assistant")));
        }
        NullContext context;
        const auto answers = one.answer(one.encode(golden.at("image")), asked, context);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto row = golden.at("gen.greedy_ids")[static_cast<std::int64_t>(i)];
            const std::vector<std::int64_t> ids(
                row.data_ptr<std::int64_t>(), row.data_ptr<std::int64_t>() + row.numel());
            EXPECT_EQ(answers[i], cleanAnswer(tokenizer.decode(ids), "###"));
        }
    }

    TEST_F(EvaluatorRuns, AskEveryQuestionOnceAndNameBrokenPictures)
    {
        auto one = evaluator(smallOptions());
        StoppingContext context(1000);
        const auto answers = one.run(questions(), "weights", folder / "a.jsonl", context);
        ASSERT_EQ(answers.size(), 8u);
        EXPECT_EQ(context.done, 8);
        EXPECT_EQ(context.total, 8);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            EXPECT_EQ(answers[i].question, static_cast<std::int64_t>(i));
            EXPECT_EQ(answers[i].failure.empty(), i != 2 && i != 3) << answers[i].failure;
        }
    }

    TEST_F(EvaluatorRuns, StoppedAnywhereTheyEndWithTheSameFile)
    {
        NullContext quiet;
        auto one = evaluator(smallOptions());
        one.run(questions(), "weights", folder / "whole.jsonl", quiet);
        const auto whole = file::readAll(folder / "whole.jsonl");
        for (int stop = 0; stop < 12; stop += 2) {
            const auto path = folder / ("stopped" + std::to_string(stop) + ".jsonl");
            StoppingContext stopping(stop);
            EXPECT_THROW(one.run(questions(), "weights", path, stopping), Cancelled);
            one.run(questions(), "weights", path, quiet);
            EXPECT_EQ(file::readAll(path), whole) << "stopped at checkpoint " << stop;
        }
    }

    TEST_F(EvaluatorRuns, OtherWeightsAreNotContinued)
    {
        NullContext quiet;
        auto one = evaluator(smallOptions());
        one.run(questions(), "weights", folder / "a.jsonl", quiet);
        EXPECT_THROW(one.run(questions(), "other weights", folder / "a.jsonl", quiet), Error);
    }

    TEST(CleanAnswer, CutsAndTrims)
    {
        EXPECT_EQ(cleanAnswer(" Yes, it is. ### Human: next", "###"), "Yes, it is.");
        EXPECT_EQ(cleanAnswer("Human: a Assistant: no", "###"), "no");
        EXPECT_EQ(cleanAnswer("###", "###"), "");
    }

    TEST(ChatTemplate, IsThePublishedOne)
    {
        EXPECT_EQ(publishedChatTemplate(),
            "Give the following image: <Img>ImageContent</Img>. You will be able to see the image once I "
            "provide it to you. Please answer my questions.###Human: {}###Assistant: ");
    }

    TEST(StopSequences, AreThoseOfLlama)
    {
        const auto model = fs::path(sharedDir()) / "data/tokenizers/llama/tokenizer.model";
        if (!fs::exists(model))
            GTEST_SKIP() << "needs ../shared/data/tokenizers/llama";
        const text::SentencePieceTokenizer tokenizer(model);
        const auto stops = stopSequences(tokenizer, "###");
        EXPECT_NE(std::find(stops.begin(), stops.end(), std::vector<std::int64_t>{835}), stops.end());
        EXPECT_NE(std::find(stops.begin(), stops.end(), (std::vector<std::int64_t>{2277, 29937})), stops.end());
    }

    TEST(EvaluatorOptions, RefuseNonsense)
    {
        EXPECT_THROW((EvaluatorOptions{.batch = 0}).validate(), Error);
        EXPECT_THROW((EvaluatorOptions{.maxNewTokens = 0}).validate(), Error);
        EXPECT_THROW((EvaluatorOptions{.chatTemplate = "Human:"}).validate(), Error);
    }

} // namespace
} // namespace winnow::evaluate
