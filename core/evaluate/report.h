#pragma once

#include "core/evaluate/statistics.h"
#include "core/evaluate/task.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::evaluate {

/// What the model said to one question.
struct GivenAnswer {
    std::int64_t question = 0; ///< position in QuestionSet::questions
    std::string text;          ///< after post-processing
    std::string failure;       ///< why there is no answer (a picture that cannot be read); empty otherwise
    bool isCorrect = false;
};

/// One subtask, or all of them together.
struct TaskScore {
    std::string name;
    std::int64_t questionCount = 0; ///< answered ones
    std::int64_t imageCount = 0;
    std::int64_t correctCount = 0;
    double accuracy = 0;     ///< percent of questions
    double accuracyPlus = 0; ///< percent of pictures all of whose questions are right (MME has two a picture)
    double score() const { return accuracy + accuracyPlus; } ///< MME: at most 200
};

struct BenchmarkReport {
    std::vector<TaskScore> tasks;     ///< by category, in order of appearance
    TaskScore total;                  ///< over all questions
    double perception = 0;            ///< sum of the scores of MME's ten perception subtasks present
    double cognition = 0;             ///< of its four cognition subtasks
    std::int64_t unansweredCount = 0; ///< not asked yet, or failed
    Interval interval;                ///< 95 % of the total accuracy, percent, cluster bootstrap over pictures
    Interval wilson;                  ///< the same as if questions were independent
};

/// Right answers with their pictures, in the order of the questions; questions without answer are left out.
Outcomes toOutcomes(const QuestionSet& questions, const std::vector<GivenAnswer>& answers);

/// Scores as MME's official tool computes them (METHOD 9.2), for any set of yes/no questions. Throws
/// Error(InvalidInput): an answer to a question that the set does not have.
BenchmarkReport makeReport(
    const QuestionSet& questions, const std::vector<GivenAnswer>& answers, const BootstrapOptions& options = {});

/// Two runs on the questions that both have answered. Throws Error(InvalidInput): there are none.
PairedComparison compareAnswers(const QuestionSet& questions, const std::vector<GivenAnswer>& first,
    const std::vector<GivenAnswer>& second, const BootstrapOptions& options = {});

} // namespace winnow::evaluate
