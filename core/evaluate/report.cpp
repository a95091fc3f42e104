#include "core/evaluate/report.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace winnow::evaluate {

namespace {

    constexpr std::array<std::string_view, 10> kPerception{
        "existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "ocr"};
    constexpr std::array<std::string_view, 4> kCognition{
        "commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning"};

    template <typename List> bool isOneOf(const List& list, const std::string& name)
    {
        return std::find(list.begin(), list.end(), text::toLowerAscii(name)) != list.end();
    }

    /// Answers by question; nullptr where there is none.
    std::vector<const GivenAnswer*> byQuestion(const QuestionSet& questions, const std::vector<GivenAnswer>& answers)
    {
        std::vector<const GivenAnswer*> out(questions.questions.size(), nullptr);
        for (const auto& answer : answers) {
            require(answer.question >= 0 && answer.question < static_cast<std::int64_t>(out.size()),
                ErrorCode::InvalidInput,
                text::join("there is an answer to question ", answer.question, " of a benchmark with ", out.size(),
                    " questions"));
            if (answer.failure.empty())
                out[static_cast<std::size_t>(answer.question)] = &answer;
        }
        return out;
    }

    /// Counts of one task while they come in.
    struct Tally {
        struct Picture {
            std::int64_t asked = 0;
            std::int64_t right = 0;
        };
        std::map<std::int64_t, Picture> pictures;

        void add(std::int64_t image, bool isCorrect)
        {
            auto& picture = pictures[image];
            ++picture.asked;
            picture.right += isCorrect;
        }

        TaskScore score(const std::string& name) const
        {
            TaskScore out;
            out.name = name;
            std::int64_t whole = 0;
            for (const auto& [image, picture] : pictures) {
                out.questionCount += picture.asked;
                out.correctCount += picture.right;
                whole += picture.asked == picture.right;
            }
            out.imageCount = static_cast<std::int64_t>(pictures.size());
            const auto percent = [](std::int64_t part, std::int64_t all) {
                return all == 0 ? 0.0 : 100 * static_cast<double>(part) / static_cast<double>(all);
            };
            out.accuracy = percent(out.correctCount, out.questionCount);
            out.accuracyPlus = percent(whole, out.imageCount);
            return out;
        }
    };

} // namespace

Outcomes toOutcomes(const QuestionSet& questions, const std::vector<GivenAnswer>& answers)
{
    Outcomes out;
    const auto given = byQuestion(questions, answers);
    for (std::size_t i = 0; i < given.size(); ++i)
        if (given[i]) {
            out.isCorrect.push_back(given[i]->isCorrect);
            out.image.push_back(questions.questions[i].imageNumber);
        }
    return out;
}

BenchmarkReport makeReport(
    const QuestionSet& questions, const std::vector<GivenAnswer>& answers, const BootstrapOptions& options)
{
    BenchmarkReport report;
    const auto given = byQuestion(questions, answers);
    std::vector<std::string> order;
    std::map<std::string, Tally> tasks;
    Tally total;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const auto& question = questions.questions[i];
        if (!tasks.contains(question.category))
            order.push_back(question.category);
        auto& task = tasks[question.category];
        if (!given[i]) {
            ++report.unansweredCount;
            continue;
        }
        task.add(question.imageNumber, given[i]->isCorrect);
        total.add(question.imageNumber, given[i]->isCorrect);
    }
    for (const auto& name : order) {
        report.tasks.push_back(tasks[name].score(name));
        report.perception += isOneOf(kPerception, name) ? report.tasks.back().score() : 0;
        report.cognition += isOneOf(kCognition, name) ? report.tasks.back().score() : 0;
    }
    report.total = total.score("total");
    const auto inPercent = [](const Interval& interval) { return Interval{100 * interval.low, 100 * interval.high}; };
    report.wilson = inPercent(wilsonInterval(report.total.correctCount, report.total.questionCount));
    report.interval = report.total.questionCount == 0
        ? Interval{0, 100}
        : inPercent(clusterBootstrap(toOutcomes(questions, answers), options).interval);
    return report;
}

PairedComparison compareAnswers(const QuestionSet& questions, const std::vector<GivenAnswer>& first,
    const std::vector<GivenAnswer>& second, const BootstrapOptions& options)
{
    const auto a = byQuestion(questions, first), b = byQuestion(questions, second);
    Outcomes left, right;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!a[i] || !b[i])
            continue;
        left.isCorrect.push_back(a[i]->isCorrect);
        right.isCorrect.push_back(b[i]->isCorrect);
        left.image.push_back(questions.questions[i].imageNumber);
        right.image.push_back(questions.questions[i].imageNumber);
    }
    require(!left.isCorrect.empty(), ErrorCode::InvalidInput, "the two runs have answered no question in common");
    return compareRuns(left, right, options);
}

} // namespace winnow::evaluate
