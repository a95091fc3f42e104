#include "core/evaluate/report.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

namespace winnow::evaluate {
namespace {

    /// Two pictures of colour and one of OCR, two questions each.
    QuestionSet sixQuestions()
    {
        QuestionSet set;
        for (std::int64_t image = 0; image < 3; ++image)
            for (const auto* answer : {"yes", "no"})
                set.questions.push_back({"x.jpg", "?", answer, image < 2 ? "color" : "OCR", image});
        return set;
    }

    std::vector<GivenAnswer> answersOf(const std::vector<int>& right)
    {
        std::vector<GivenAnswer> out;
        for (std::size_t i = 0; i < right.size(); ++i)
            out.push_back({static_cast<std::int64_t>(i), "yes", "", right[i] != 0});
        return out;
    }

    TEST(BenchmarkReport, ScoresAsMmeDoes)
    {
        const auto report = makeReport(sixQuestions(), answersOf({1, 1, 1, 0, 1, 1}));
        ASSERT_EQ(report.tasks.size(), 2u);
        EXPECT_EQ(report.tasks[0].name, "color");
        EXPECT_DOUBLE_EQ(report.tasks[0].accuracy, 75);
        EXPECT_DOUBLE_EQ(report.tasks[0].accuracyPlus, 50);
        EXPECT_DOUBLE_EQ(report.tasks[1].score(), 200);
        EXPECT_DOUBLE_EQ(report.perception, 325);
        EXPECT_DOUBLE_EQ(report.cognition, 0);
        EXPECT_NEAR(report.total.accuracy, 100 * 5.0 / 6, 1e-12);
        EXPECT_LE(report.interval.low, report.total.accuracy);
        EXPECT_EQ(report.interval.high, 100);
        EXPECT_NEAR(report.wilson.low, 43.65, 0.01); // Wilson's interval of 5 of 6
    }

    TEST(BenchmarkReport, LeavesOutWhatHasNoAnswer)
    {
        auto answers = answersOf({1, 1, 1, 0});
        answers[3].failure = "the picture is cut off";
        const auto report = makeReport(sixQuestions(), answers);
        EXPECT_EQ(report.unansweredCount, 3);
        EXPECT_EQ(report.total.questionCount, 3);
        EXPECT_DOUBLE_EQ(report.total.accuracy, 100);
    }

    TEST(BenchmarkReport, StandsWithoutAnyAnswer)
    {
        const auto report = makeReport(sixQuestions(), {});
        EXPECT_EQ(report.unansweredCount, 6);
        EXPECT_EQ(report.interval.low, 0);
        EXPECT_EQ(report.interval.high, 100);
    }

    TEST(BenchmarkReport, RefusesAnswersToOtherQuestions)
    {
        EXPECT_THROW(makeReport(sixQuestions(), {{6, "yes", "", true}}), Error);
        EXPECT_THROW(makeReport(sixQuestions(), {{-1, "yes", "", true}}), Error);
    }

    TEST(CompareAnswers, LooksAtCommonQuestionsOnly)
    {
        const auto result = compareAnswers(sixQuestions(), answersOf({1, 0, 0, 1}), answersOf({1, 1, 0, 0, 1, 1}));
        EXPECT_EQ(result.questionCount, 4);
        EXPECT_EQ(result.onlyFirst, 1);
        EXPECT_EQ(result.onlySecond, 1);
        EXPECT_THROW(compareAnswers(sixQuestions(), {}, answersOf({1})), Error);
    }

} // namespace
} // namespace winnow::evaluate
